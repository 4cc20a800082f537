"""Runs the strategy as it is written: every line counted, the last one retrieved whole."""

from __future__ import annotations

from evidence.errors import IncompleteRetrieval, InvalidInput
from evidence.search import SearchRun, SearchStrategy
from evidence.services import CitationSource, Progress
from pipelines.work import now
from searching.expand_line_references import expand_line_references

MOST_RECORDS = 10_000
"""Records that one run reads at most; more than that is a question to narrow, not to summarise."""


def run_search(
    strategy: SearchStrategy,
    source: CitationSource,
    progress: Progress,
    *,
    max_records: int | None = None,
    read_at_most: int = MOST_RECORDS,
) -> SearchRun:
    """The search as run against the source.

    Raises InvalidInput where more records match than `read_at_most` and no `max_records` is set, and
    IncompleteRetrieval where fewer PMIDs arrive than the source counted.
    """
    queries = expand_line_references(strategy.lines)
    lines = []
    for number, query in enumerate(queries, 1):
        lines.append(source.count(query, number=number))
        progress.update(number, len(queries), "lines", f"#{number}: {lines[-1].count} records")
    count = lines[-1].count
    if max_records is None and count > read_at_most:
        raise InvalidInput(
            f"The search matches {count:,} records and one run reads at most {read_at_most:,}: "
            "narrow it with --since or a strategy, or take the newest with --max-records."
        )
    result, pmids = source.search(queries[-1], max_records=max_records)
    # What was retrieved is what the last line counted, with whatever the source said while it was read.
    lines[-1] = result.model_copy(update={"number": len(queries)})
    expected = result.count if max_records is None else min(result.count, max_records)
    if len(pmids) != expected:
        raise IncompleteRetrieval(
            f"{source.name} counted {expected} records and gave {len(pmids)}: nothing was built on less; run it again."
        )
    return SearchRun(
        source=source.name,
        source_url=source.url,
        searched_at=now(),
        strategy=strategy,
        lines=tuple(lines),
        count=result.count,
        pmids=pmids,
        limited_to=max_records,
    )
