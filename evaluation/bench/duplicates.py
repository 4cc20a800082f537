"""Duplicates: of the pairs of records that are one work, how many are found, and how many of those found are none?

Data: `planted_duplicates` on records of the pool. What runs: `group_records`, and BibDedupe 0.11 (Wagner 2024) on the same
records, read by the same reader. Scored by pairs of records within groups: precision and recall, with intervals by the
cluster bootstrap over works.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from time import process_time

from evaluation.bench.check import demonstration_records
from evaluation.bench.figure import Figure
from evaluation.bench.planted_duplicates import Planted, plant
from evaluation.bench.pool import read_pool
from evaluation.bench.progress import BenchProgress
from evaluation.statistics.intervals import clustered_mean
from evidence.citation import Citation
from evidence.imported import ImportedRecord
from searching.group_records import group_records

SEED = 20261122
_WORKS = 1_200
_QUICK_WORKS = 250
_EVERY = 7
"""One record in seven of the pool is used, so that all of its sources take part."""

Pairs = set[tuple[int, int]]


def run(data: Path | None, *, quick: bool = False) -> list[Figure]:
    """Precision and recall of ours and of BibDedupe, over the pool or, without it, the demonstration records."""
    records = read_pool(data)[::_EVERY] if data else demonstration_records()
    return measure(plant(records[: _QUICK_WORKS if quick else _WORKS], seed=SEED))


def measure(planted: Planted) -> list[Figure]:
    """The figures of planted records."""
    progress = BenchProgress()
    progress.stage("duplicates", f"{len(planted.records):,} records")
    truth = planted.pairs()
    began = process_time()
    ours = our_pairs(planted.records)
    seconds = process_time() - began
    theirs = their_pairs(planted.records) if find_spec("bib_dedupe") else None
    recall = _figure("duplicates found (recall)", truth, ours, planted)
    precision = _figure("of those found, right (precision)", ours, truth, planted)
    if theirs is None:
        missing = {"note": "BibDedupe is not installed here"}
        return [recall.model_copy(update=missing), precision.model_copy(update=missing)]
    took = {"note": f"{len(planted.records):,} records in {seconds:.1f} s of processor time"}
    return [
        _beside(recall.model_copy(update=took), len(theirs & truth) / len(truth)),
        _beside(precision, len(theirs & truth) / max(1, len(theirs))),
    ]


def our_pairs(records: Sequence[Citation | ImportedRecord]) -> Pairs:
    """Pairs of places within our groups."""
    places = {record.id if isinstance(record, ImportedRecord) else record.pmid: place for place, record in enumerate(records)}
    return _within([[places[member] for member in group.members] for group in group_records(records)])


def their_pairs(records: Sequence[Citation | ImportedRecord]) -> Pairs:
    """Pairs of places within BibDedupe's groups."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # it uses what the newest pandas deprecates, from its import on
        import pandas as pd
        from bib_dedupe import bib_dedupe

        frame = pd.DataFrame([_row(place, record) for place, record in enumerate(records)])
        prepared = bib_dedupe.prep(frame, verbosity_level=0, cpu=1)
        blocked = bib_dedupe.block(prepared, verbosity_level=0, cpu=1)
        matched = bib_dedupe.match(blocked, verbosity_level=0, cpu=1)
        groups = bib_dedupe.cluster(matched, verbosity_level=0)
    return _within([[int(member) for member in group] for group in groups])


def _row(place: int, record: Citation | ImportedRecord) -> dict[str, str]:
    people = (
        f"{author.last_name or author.collective_name}, {author.fore_name or author.initials or ''}"
        for author in record.authors
    )
    journal = record.journal
    return {
        "ID": str(place),
        "ENTRYTYPE": "article",
        "title": record.title,
        "author": " and ".join(people),
        "year": str(record.year or ""),
        "journal": journal.title or "",
        "volume": journal.volume or "",
        "number": journal.issue or "",
        "pages": journal.pages or "",
        "abstract": record.abstract if isinstance(record, ImportedRecord) else record.abstract_text,
        "doi": record.doi or "",
    }


def _within(groups: Sequence[Sequence[int]]) -> Pairs:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def _figure(name: str, pairs: Pairs, among: Pairs, planted: Planted) -> Figure:
    """The share of `pairs` that are `among` others, with its interval over works."""
    ordered = sorted(pairs)
    right = [float(pair in among) for pair in ordered]
    interval = clustered_mean(right, [str(planted.works[first]) for first, _ in ordered])
    return Figure(name=name, value=sum(right) / len(right), low=interval.low, high=interval.high, n=len(right))


def _beside(figure: Figure, theirs: float) -> Figure:
    value = figure.value or 0.0
    beside = {"compared_with": "BibDedupe 0.11", "compared_value": theirs, "ratio": value / theirs if theirs else None}
    return figure.model_copy(update={**beside, "target": theirs, "met": value >= theirs})
