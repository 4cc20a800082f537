"""Every bench, with its command: what `make bench` runs, in this order."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from evaluation.bench.figure import Figure


@dataclass(frozen=True)
class Bench:
    """One module of this package that measures. `minutes`: about how long on two quiet cores."""

    name: str
    measures: str
    minutes: float
    has_quick: bool = True
    only_by_name: bool = False
    """So long that it is taken only where it is named with --only."""

    @property
    def module(self) -> str:
        """Where it lies."""
        return f"evaluation.bench.{self.name}"

    @property
    def command(self) -> str:
        """The command that takes its figures again."""
        return f".venv/bin/python -m evaluation.bench --only {self.name}"

    def run(self, data: Path | None, *, quick: bool) -> list[Figure]:
        """Its figures. One without a quick form says so instead of running, where a quick look was asked for."""
        if quick and not self.has_quick:
            return [Figure(name=self.measures, value=None, note="NOT MEASURED: it has no quick form")]
        measure = importlib.import_module(self.module).run
        if self.has_quick:
            return cast("Callable[..., list[Figure]]", measure)(data, quick=quick)
        return cast("Callable[[Path | None], list[Figure]]", measure)(data)


BENCHES = (
    Bench("help_time", "`evidence --help`", 0.2),
    Bench("check", "checking a draft of 100 claims", 0.2),
    Bench("again", "the same question asked again", 1.5),
    Bench("overhead", "our code beyond model calls and Prefect's start", 2.5),
    Bench("load", "PubMed XML to stored, indexed records", 4.5),
    Bench("mirror_scale", "the mirror at 10,000, 100,000 and a million records", 30.0, only_by_name=True),
    Bench("retrieval", "ranking on the MedEvidence questions", 2.0, has_quick=False),
    Bench("screening", "work that screening in a learned order saves, and the stopping rule", 5.0, only_by_name=True),
    Bench("vector_index", "the vector index against exact search", 4.0, has_quick=False),
    Bench("draft", "20 citations extracted and drafted with the embedded model", 4.0),
    Bench("parser", "parsing the strategies of information specialists", 0.2),
    Bench("duplicates", "duplicates found, against BibDedupe", 0.3),
    Bench("workbench", "the workbench's pages with twenty people at work", 12.0, only_by_name=True),
    Bench("rate_limit", "requests beyond the limit, eight processes at once", 0.5),
)

NEEDS_VECTORS = frozenset({"retrieval", "vector_index"})
"""Benches that embed the whole pool: minutes where the vectors are cached, most of an hour where they are not."""
