"""A source that has exactly the records given and finds all of them, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evidence.citation import Citation, FetchedRecord, FetchReport
from evidence.search import LineResult


class GivenRecords:
    """`evidence.services.CitationSource` over records in memory."""

    name, url = "records given", "http://127.0.0.1/entrez/eutils/"

    def __init__(self, records: Sequence[Citation]) -> None:
        self._records = {record.pmid: record for record in records}

    def count(self, query: str, *, number: int = 1) -> LineResult:
        """All of them."""
        return LineResult(number=number, query=query, count=len(self._records))

    def search(self, query: str, *, max_records: int | None = None) -> tuple[LineResult, tuple[str, ...]]:
        """All of them, PMIDs ascending."""
        return self.count(query), tuple(sorted(self._records, key=int)[:max_records])

    def fetch(
        self, pmids: Sequence[str], *, on_batch: Callable[[Sequence[FetchedRecord]], None] | None = None
    ) -> tuple[list[FetchedRecord], FetchReport]:
        """Those of the records that are there."""
        found = [FetchedRecord(citation=self._records[pmid], xml="") for pmid in pmids if pmid in self._records]
        if on_batch is not None:
            on_batch(found)
        returned = tuple(record.citation.pmid for record in found)
        missing = tuple(pmid for pmid in pmids if pmid not in self._records)
        return found, FetchReport(requested=tuple(pmids), returned=returned, missing=missing)
