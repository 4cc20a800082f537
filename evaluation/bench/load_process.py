"""A process that takes in one file of PubMed XML and says how long that took and what it needed.

`python -m evaluation.bench.load_process mirror FILE FOLDER` loads it into a new mirror in FOLDER; `entrez FILE FOLDER` parses
it with Bio.Entrez.read and keeps nothing. Seconds are of that work alone, without start-up and imports; memory is all of it.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from evaluation.bench.processes import OwnMemory, peak_megabytes
from evidence.errors import InvalidInput


def loader(file: Path, folder: Path) -> Callable[[], int]:
    """What loads the file into a mirror in `folder` and gives the number of records."""
    from connectors.mirror.load_files import load_files

    return lambda: load_files(folder, [file]).records


def parser(file: Path, _folder: Path) -> Callable[[], int]:
    """What parses the file with Bio.Entrez.read, which checks it against its document type, and gives the number of records."""
    from Bio import Entrez

    def parse() -> int:
        with gzip.open(file, "rb") as stream:
            parsed = Entrez.read(stream)  # type: ignore[no-untyped-call]
            return len(parsed["PubmedArticle"])

    return parse


_KINDS = {"mirror": loader, "entrez": parser}


def main(arguments: list[str]) -> None:
    """Do what the arguments say and print what it took as one JSON object."""
    if len(arguments) != 3 or arguments[0] not in _KINDS:
        raise InvalidInput("Give what to measure (mirror or entrez), a file of PubMed XML and a folder.")
    work = _KINDS[arguments[0]](Path(arguments[1]), Path(arguments[2]))
    began, cpu = time.perf_counter(), time.process_time()
    with OwnMemory() as memory:
        records = work()
    measured = {
        "records": records,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "peak_mb": peak_megabytes(),
        "own_mb": memory.peak_mb,
    }
    click.echo(json.dumps(measured))


if __name__ == "__main__":
    main(sys.argv[1:])
