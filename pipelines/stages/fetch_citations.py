"""Fetches every record found, and stores each batch as it comes: a killed run fetches only what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evidence.citation import FetchedRecord, FetchReport
from evidence.search import SearchRun
from evidence.services import CitationSource, Progress


def fetch_citations(
    search: SearchRun,
    source: CitationSource,
    progress: Progress,
    *,
    stored: Sequence[str],
    save: Callable[[Sequence[FetchedRecord]], object],
) -> FetchReport:
    """An account of every PMID that the search retrieved. `stored` are PMIDs already there, `save` keeps a batch."""
    there = set(stored) & set(search.pmids)
    wanted = [pmid for pmid in search.pmids if pmid not in there]
    done = len(there)

    def keep(batch: Sequence[FetchedRecord]) -> None:
        nonlocal done
        save(batch)
        done += len(batch)
        progress.update(done, len(search.pmids), "records")

    if not wanted:
        return FetchReport(requested=search.pmids, returned=search.pmids)
    _, report = source.fetch(wanted, on_batch=keep)
    returned = there | set(report.returned)
    return FetchReport(
        requested=search.pmids,
        returned=tuple(pmid for pmid in search.pmids if pmid in returned),
        missing=report.missing,
        unreadable=report.unreadable,
    )
