"""Loading: how fast does PubMed XML become stored, lexically indexed records, and in how much memory?

Data: the pool, and a file five times as large made from it, each copy with PMIDs of its own. What runs, in turn and each in a
process of its own: the mirror's loader on either file, and Bio.Entrez.read on the first, which parses and keeps nothing.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import BinaryIO, cast

from connectors.pubmed.splitting import RecordSplitter
from evaluation.bench.arithmetic import spread
from evaluation.bench.figure import Figure
from evaluation.bench.processes import own_environment, run_measured
from evaluation.bench.progress import BenchProgress

TIMES_AS_FAST = 3.0
LIMIT_MB = 200.0
COPIES = 5
_REPEATS = 3
_QUICK_RECORDS = 4000
_OWN_PMIDS = 100_000_000
_PMID = re.compile(rb"(<PMID(?:\s[^<>]*)?>|<ArticleId IdType=\"pubmed\">)\s*([0-9]{1,8})\s*(?=<)")
_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    b' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
_TAIL = b"</PubmedArticleSet>\n"

Measured = Mapping[str, float]
"""What a process of `evaluation.bench.load_process` says: `seconds`, `cpu`, `records`, `peak_mb`."""


def run(data: Path | None, *, quick: bool = False) -> list[Figure]:
    """Records a second beside Bio.Entrez.read's, and the loader's peak memory for either size of file.

    Without the shared data the demonstration collection stands in for the pool, copied, and the figures say so.
    """
    with TemporaryDirectory() as folder, resources.as_file(resources.files("connectors.mirror") / "demonstration.xml") as demo:
        file, larger = Path(folder, "records.xml.gz"), Path(folder, "larger.xml.gz")
        if data is None:
            what = "the demonstration collection, copied"
            copy_records(demo, file, copies=9)
        elif quick:
            what = "the first records of the pool"
            copy_records(data / "pubmed" / "pool.xml.gz", file, copies=1, at_most=_QUICK_RECORDS)
        else:
            what, file = "the pool", data / "pubmed" / "pool.xml.gz"
        BenchProgress().stage("load", f"making a file {COPIES} times as large")
        copy_records(file, larger, copies=COPIES)
        return measure_loading(file, larger, what=what, repeats=1 if quick else _REPEATS)


def measure_loading(file: Path, larger: Path, *, what: str, repeats: int) -> list[Figure]:
    """The figures over any file of PubMed XML and a larger one."""
    progress = BenchProgress()
    loaded: list[Measured] = []
    loaded_larger: list[Measured] = []
    parsed: list[Measured] = []
    for repeat in range(repeats):
        progress.stage("load", f"repeat {repeat + 1} of {repeats}: the loader, Bio.Entrez.read, the loader on the larger file")
        for results, kind, source in ((loaded, "mirror", file), (parsed, "entrez", file), (loaded_larger, "mirror", larger)):
            results.append(_measure(kind, source))
            progress.note(f"  {kind} on {source.name}: {results[-1]['records']:,.0f} in {results[-1]['seconds']:.1f} s")
    return [
        _speed(f"XML to stored, indexed records: {what}", loaded, parsed),
        _speed(f"XML to stored, indexed records: {COPIES} times as many", loaded_larger, parsed),
        _memory("the loader's peak memory", loaded, parsed),
        _memory(f"the loader's peak memory, {COPIES} times as many", loaded_larger, parsed),
    ]


def copy_records(source: Path, target: Path, *, copies: int, at_most: int | None = None) -> int:
    """Write each record of `source` `copies` times (at most 9) into gzipped `target`, each time under a PMID of its own.

    Gives the number written. Records whose PMIDs have nine digits already are not for copying.
    """
    written = 0
    with gzip.open(target, "wb", compresslevel=1) as out:
        out.write(_HEAD)
        for copy in range(copies):
            with _opened(source) as stream:
                for number, piece in enumerate(RecordSplitter(stream, source=source.name)):
                    if number == at_most:
                        break
                    out.write(_renumbered(piece.data, copy) + b"\n")
                    written += 1
        out.write(_TAIL)
    return written


def rate(measured: Sequence[Measured]) -> list[float]:
    """Records a second of each repeat."""
    return [each["records"] / each["seconds"] for each in measured]


def _renumbered(record: bytes, copy: int) -> bytes:
    return _PMID.sub(lambda found: found[1] + b"%d" % (int(found[2]) + copy * _OWN_PMIDS), record) if copy else record


def _opened(file: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(file, "rb")) if file.suffix == ".gz" else file.open("rb")


def _measure(kind: str, file: Path) -> Measured:
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "evaluation.bench.load_process", kind, str(file), folder]
        return cast("Measured", json.loads(run_measured(command, own_environment()).output))


def _speed(name: str, loaded: Sequence[Measured], parsed: Sequence[Measured]) -> Figure:
    ours, peers = rate(loaded), rate(parsed)
    value, peer = median(ours), median(peers)
    cpu = median(each["cpu"] / each["records"] for each in parsed) / median(each["cpu"] / each["records"] for each in loaded)
    return Figure(
        name=name,
        value=value,
        unit="records/s",
        n=int(loaded[0]["records"]),
        compared_with="Bio.Entrez.read, parsing alone",
        compared_value=peer,
        ratio=value / peer,
        target=TIMES_AS_FAST * peer,
        met=value >= TIMES_AS_FAST * peer,
        note=f"{spread(ours, 'records/s', 0)}; the peer, {int(parsed[0]['records']):,} records: "
        f"{spread(peers, 'records/s', 0)}; target: {TIMES_AS_FAST:g} times the peer; by processor time {cpu:.1f} times",
    )


def _memory(name: str, loaded: Sequence[Measured], parsed: Sequence[Measured]) -> Figure:
    peaks, peer = [each["peak_mb"] for each in loaded], median(each["peak_mb"] for each in parsed)
    return Figure(
        name=name,
        value=max(peaks),
        unit="MB",
        n=int(loaded[0]["records"]),
        compared_with="Bio.Entrez.read of the first file",
        compared_value=peer,
        ratio=max(peaks) / peer,
        target=LIMIT_MB,
        met=max(peaks) < LIMIT_MB,
        note=f"the highest of {spread(peaks, 'MB', 0)}; the whole process, mapped index files included",
    )
