"""The Retraction Watch data that Crossref publishes: retractions, expressions of concern, corrections, reinstatements.

One CSV file, about 60 MB, with a row for each notice. PubMed learns of a retraction late or never; a notice found here
counts like one in the record. The file is read once and kept as two small tables, by PMID and by DOI.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TextIO

from connectors.pubmed.values import doi_of, is_pmid
from evidence.citation import Citation, FetchedRecord, FetchReport, IntegrityStatus, OutsideNotice
from evidence.errors import InvalidInput
from evidence.search import LineResult
from evidence.services import CitationSource

SOURCE = "Retraction Watch"
LARGEST_FIELD = 1 << 20
"""Characters of one field beyond which the file is refused."""
LARGEST_LINE = 4 << 20
MOST_ROWS = 1_000_000
_COLUMNS = ("OriginalPaperPubMedID", "OriginalPaperDOI", "RetractionNature")
_NATURES = {
    "retraction": IntegrityStatus.RETRACTED,
    "partial retraction": IntegrityStatus.PARTLY_RETRACTED,
    "expression of concern": IntegrityStatus.EXPRESSION_OF_CONCERN,
    "correction": IntegrityStatus.CORRECTED,
    "reinstatement": IntegrityStatus.NO_NOTICE,  # it lifts what came before: see `notices`
}
_REINSTATEMENT = "reinstatement"
_NOTHING = frozenset({"", "0", "unavailable", "n/a", "na", "none"})
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b")
_SHOWN = 500


class RetractionWatch:
    """Notices by the PMID and by the DOI of the paper they are about."""

    def __init__(self, rows: Iterable[tuple[str | None, str | None, OutsideNotice]]) -> None:
        self._by_pmid: dict[str, list[OutsideNotice]] = {}
        self._by_doi: dict[str, list[OutsideNotice]] = {}
        self.entries = 0
        for pmid, doi, notice in rows:
            self.entries += 1
            if pmid:
                self._by_pmid.setdefault(pmid, []).append(notice)
            if doi:
                self._by_doi.setdefault(doi, []).append(notice)

    @classmethod
    def read(cls, path: Path) -> RetractionWatch:
        """The notices of a CSV file.

        Raises InvalidInput where the file cannot be read, is no such CSV, or is beyond any size that it could have.
        """
        try:
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
                return cls(_rows(stream, path))
        except OSError as fault:
            raise InvalidInput(
                f"The Retraction Watch file {path} cannot be read ({fault.strerror}): check EVIDENCE_RETRACTION_WATCH."
            ) from None
        except csv.Error as fault:
            raise InvalidInput(
                f"The Retraction Watch file {path} is no CSV that can be read ({fault}): get it from Crossref again."
            ) from None

    def notices(self, citation: Citation) -> tuple[OutsideNotice, ...]:
        """What it says of this record, the newest last. What a reinstatement follows is told, and counts no more."""
        found = [*self._by_pmid.get(citation.pmid, ()), *(self._by_doi.get(citation.doi, ()) if citation.doi else ())]
        ordered = sorted(dict.fromkeys(found), key=lambda notice: notice.date)
        last = max((place for place, notice in enumerate(ordered) if notice.nature.lower() == _REINSTATEMENT), default=0)
        lifted = {"status": IntegrityStatus.NO_NOTICE}
        return tuple(n.model_copy(update=lifted) if place < last else n for place, n in enumerate(ordered))

    def annotate(self, record: FetchedRecord) -> FetchedRecord:
        """The record with its notices."""
        notices = self.notices(record.citation)
        if not notices:
            return record
        return record.model_copy(update={"citation": record.citation.model_copy(update={"notices": notices})})


class WatchedSource:
    """A `CitationSource` whose records carry the notices of a Retraction Watch file, read at the first record."""

    def __init__(self, source: CitationSource, file: Path) -> None:
        self._source = source
        self._file = file

    @cached_property
    def watch(self) -> RetractionWatch:
        """The file's notices."""
        return RetractionWatch.read(self._file)

    @property
    def name(self) -> str:
        """The source's name: it is the database that was searched."""
        return self._source.name

    @property
    def url(self) -> str:
        """Its address."""
        return self._source.url

    def count(self, query: str, *, number: int = 1) -> LineResult:
        """As the source counts."""
        return self._source.count(query, number=number)

    def search(self, query: str, *, max_records: int | None = None) -> tuple[LineResult, tuple[str, ...]]:
        """As the source finds."""
        return self._source.search(query, max_records=max_records)

    def fetch(
        self, pmids: Sequence[str], *, on_batch: Callable[[Sequence[FetchedRecord]], None] | None = None
    ) -> tuple[list[FetchedRecord], FetchReport]:
        """The source's records with their notices."""
        watch = self.watch  # a file that cannot be read is said before anything is fetched

        def annotated(batch: Sequence[FetchedRecord]) -> None:
            if on_batch is not None:
                on_batch([watch.annotate(record) for record in batch])

        records, report = self._source.fetch(pmids, on_batch=annotated)
        return [watch.annotate(record) for record in records], report


def _rows(stream: TextIO, path: Path) -> Iterator[tuple[str | None, str | None, OutsideNotice]]:
    limit = csv.field_size_limit(LARGEST_FIELD)
    try:
        reader = csv.DictReader(_bounded(stream, path), restkey="")
        missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise InvalidInput(
                f"{path} is not the Retraction Watch file: it has no column {missing[0]}; give the CSV that Crossref publishes."
            )
        for number, row in enumerate(reader):
            if number >= MOST_ROWS:
                raise InvalidInput(f"{path} has more than {MOST_ROWS:,} rows, which no Retraction Watch file has: check it.")
            pmid, doi = _value(row, "OriginalPaperPubMedID"), doi_of(_value(row, "OriginalPaperDOI"))
            notice = _notice(row)
            if is_pmid(pmid) or doi:
                yield pmid if is_pmid(pmid) else None, doi, notice
    finally:
        csv.field_size_limit(limit)


def _bounded(stream: TextIO, path: Path) -> Iterator[str]:
    """Lines without null characters, none of them endless."""
    while line := stream.readline(LARGEST_LINE):
        if len(line) >= LARGEST_LINE:
            raise InvalidInput(
                f"{path} has a line of more than {LARGEST_LINE >> 20} million characters: it is no CSV; check it."
            )
        yield line.replace("\0", "")


def _notice(row: dict[str, str]) -> OutsideNotice:
    nature = _value(row, "RetractionNature")
    reason = "; ".join(part.strip(" +") for part in _value(row, "Reason").split(";") if part.strip(" +"))
    pmid = _value(row, "RetractionPubMedID")
    return OutsideNotice(
        source=SOURCE,
        status=_NATURES.get(nature.lower(), IntegrityStatus.NO_NOTICE),
        nature=nature[:100] or "a notice of no stated kind",
        reason=reason[:_SHOWN],
        date=_day(_value(row, "RetractionDate")),
        pmid=pmid if is_pmid(pmid) else None,
        doi=doi_of(_value(row, "RetractionDOI")),
        entry=_value(row, "Record ID")[:20],
    )


def _day(printed: str) -> str:
    """`8/23/2023 0:00` as 2023-08-23; anything else as it is printed."""
    found = _AMERICAN.match(printed)
    if not found:
        return printed[:40]
    month, day, year = (int(part) for part in found.groups())
    return f"{year:04}-{month:02}-{day:02}"


def _value(row: dict[str, str], column: str) -> str:
    value = " ".join((row.get(column) or "").split())
    return "" if value.lower() in _NOTHING else value
