"""Checking: how long do all checks of a whole draft take?

Data, twice. What the product itself drafts without a model of the 20 records ranked nearest to a review's question. And drafts
of 100 claims over 20 citations, several times as many as a summary has, made from the records' own sentences: verbatim, with a
number changed, with a word of the quote changed (searched for in every record), with the quote of another record. What runs:
`verify_draft`. Each draft is checked once, so that nothing is warm but the code. The records that the bench itself
holds, a thousand times as many as a draft has, are kept out of the garbage collector's sight.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from time import perf_counter, process_time

from connectors.pubmed.records import read_records
from evaluation.bench.arithmetic import median_interval, percentile, spread
from evaluation.bench.figure import Figure
from evaluation.bench.pool import read_pool
from evaluation.bench.real_drafts import Drafted, make_real_drafts
from evidence.citation import Citation, FetchedRecord
from evidence.claim import Claim, DraftSummary, Support
from evidence.text import split_sentences
from verification.verify import verify_draft

LIMIT_MS = 150.0
CLAIMS_PER_CITATION = 5
_CITATIONS = 20
_DRAFTS = 60
_DIGIT = re.compile(r"\d")
_LONG_WORD = re.compile(r"[A-Za-z]{6,}")


def run(data: Path | None, *, quick: bool = False) -> list[Figure]:
    """Median and 95th percentile of checking one draft, over the pool's records or, without it, the demonstration's."""
    drafts = 5 if quick else _DRAFTS
    records = read_pool(data) if data else demonstration_records()
    real = list(make_real_drafts(data, records, citations=_CITATIONS, most=drafts)) if data else []
    summaries = measure(f"checking a summary of {_CITATIONS} citations", real) if real else []
    return [*summaries, *measure_checking(records, drafts=drafts)]


def measure_checking(records: Sequence[Citation], *, drafts: int) -> list[Figure]:
    """The figures over any records with abstracts of five sentences; with too few of them, drafts share records."""
    readable = [record for record in records if len(sentences_of(record)) >= CLAIMS_PER_CITATION]
    made = []
    for number in range(drafts):
        chosen = [readable[(number * _CITATIONS + place) % len(readable)] for place in range(_CITATIONS)]
        made.append(Drafted(make_draft(chosen), {record.pmid: record for record in chosen}, ()))
    return measure(f"checking {_CITATIONS * CLAIMS_PER_CITATION} claims over {_CITATIONS} citations", made)


def measure(name: str, drafts: Sequence[Drafted]) -> list[Figure]:
    """Median and 95th percentile of checking one of the drafts, by wall and by processor time."""
    gc.collect()
    gc.freeze()  # or the collector walks every record of the pool, 400 ms, in the midst of one draft or another
    walls, processor, passed = [], [], 0
    for drafted in drafts:
        began, used = perf_counter(), process_time()
        verification = verify_draft(drafted.draft, drafted.records, drafted.extracts)
        walls.append((perf_counter() - began) * 1000)
        processor.append((process_time() - used) * 1000)
        passed += len(verification.supported)
    sizes = [len(drafted.draft.claims) for drafted in drafts]
    note = f"{min(sizes)} to {max(sizes)} claims a draft, middle {percentile(sizes, 0.5):.0f}; "
    note += f"{passed:,} of {sum(sizes):,} claims passed; {{}}"
    return [
        _figure(f"{name}, {which}, {what}", percentile(times, share), times, note.format(spread(times, "ms", 1)), interval)
        for what, times in (("wall", walls), ("processor", processor))
        for which, share, interval in (("median", 0.5, median_interval(times)), ("95th percentile", 0.95, None))
    ]


def demonstration_records() -> list[Citation]:
    """The records of the demonstration collection."""
    with resources.files("connectors.mirror").joinpath("demonstration.xml").open("rb") as stream:
        return [record.citation for record in read_records(stream) if isinstance(record, FetchedRecord)]


def make_draft(records: Sequence[Citation]) -> DraftSummary:
    """Five claims a record: two verbatim, one with another number, one misquoted, one quoting the next record."""
    claims: list[Claim] = []
    for place, record in enumerate(records):
        one, two, three, four, five = sentences_of(record)[:CLAIMS_PER_CITATION]
        other = sentences_of(records[(place + 1) % len(records)])[0]
        changed = _DIGIT.sub(lambda found: str((int(found[0]) + 3) % 10), three, count=1)
        misquoted = _LONG_WORD.sub(lambda found: found[0][::-1], four, count=1)
        for text, quote in ((one, one), (two, two), (changed, three), (four, misquoted), (five, other)):
            claims.append(
                Claim(
                    id=f"c{len(claims) + 1}",
                    text=text,
                    section="finding",
                    support=(Support(pmid=record.pmid, quote=quote),),
                    written_by="rules",
                )
            )
    return DraftSummary(findings=tuple(claims))


def sentences_of(record: Citation) -> list[str]:
    """The abstract's sentences."""
    text = record.abstract_text
    return [text[start:end] for start, end in split_sentences(text)]


def _figure(name: str, value: float, times: Sequence[float], note: str, interval: tuple[float, float] | None) -> Figure:
    low, high = interval or (None, None)
    return Figure(
        name=name,
        value=value,
        unit="ms",
        low=low,
        high=high,
        n=len(times),
        compared_with="limit",
        compared_value=LIMIT_MS,
        ratio=value / LIMIT_MS,
        target=LIMIT_MS,
        met=value < LIMIT_MS,
        note=note,
    )
