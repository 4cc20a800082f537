"""A source whose records say the opposite: directions flipped and figures altered, as `evaluation.contamination` does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evaluation.contamination import turned
from evidence.citation import Citation, FetchedRecord, FetchReport
from evidence.search import LineResult
from evidence.services import CitationSource


class TurnedSource:
    """Searches as the source does and gives its records with title and abstract turned."""

    def __init__(self, source: CitationSource) -> None:
        self._source = source
        self.name = f"{source.name}, records turned"
        self.url = source.url

    def count(self, query: str, *, number: int = 1) -> LineResult:
        """As the source counts."""
        return self._source.count(query, number=number)

    def search(self, query: str, *, max_records: int | None = None) -> tuple[LineResult, tuple[str, ...]]:
        """As the source finds."""
        return self._source.search(query, max_records=max_records)

    def fetch(
        self, pmids: Sequence[str], *, on_batch: Callable[[Sequence[FetchedRecord]], None] | None = None
    ) -> tuple[list[FetchedRecord], FetchReport]:
        """The source's records, turned."""

        def hand_on(batch: Sequence[FetchedRecord]) -> None:
            if on_batch is not None:
                on_batch([_turned(record) for record in batch])

        records, report = self._source.fetch(pmids, on_batch=hand_on)
        return [_turned(record) for record in records], report


def _turned(record: FetchedRecord) -> FetchedRecord:
    citation: Citation = record.citation
    sections = tuple(section.model_copy(update={"text": turned(section.text)}) for section in citation.abstract)
    return record.model_copy(
        update={"citation": citation.model_copy(update={"title": turned(citation.title), "abstract": sections})}
    )
