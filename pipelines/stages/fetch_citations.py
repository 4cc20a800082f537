"""Fetches every record found, and stores each batch as it comes: a killed run fetches only what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connectors.pubmed.hours import advice
from evidence.citation import FetchedRecord, FetchReport
from evidence.errors import IncompleteRetrieval
from evidence.search import SearchRun
from evidence.services import CitationSource, Progress
from pipelines.work import now


def fetch_citations(
    search: SearchRun,
    source: CitationSource,
    progress: Progress,
    *,
    stored: Sequence[str],
    save: Callable[[Sequence[FetchedRecord]], object],
) -> FetchReport:
    """An account of every PMID that the search retrieved. `stored` are PMIDs already there, `save` keeps a batch.

    Raises IncompleteRetrieval where the source keeps back records that its own search still finds.
    """
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
    if words := advice(len(wanted), source.url, now()):
        progress.note(words)
    _, report = source.fetch(wanted, on_batch=keep)
    if report.withheld:
        raise IncompleteRetrieval(
            f"{source.name} finds {len(report.withheld)} records and does not give them (PMID {report.withheld[0]} for one): "
            "nothing was built on less; run it again."
        )
    whole = _with_stored(report, search.pmids, there)
    if len(whole.returned) < len(whole.requested):
        progress.note(f"Records: {whole.in_words()}")
    return whole


def _with_stored(report: FetchReport, pmids: tuple[str, ...], there: set[str]) -> FetchReport:
    """The account of all PMIDs, those stored before included. What was merged into one of those brings no new record."""
    doubled = {entry.pmid for entry in report.merged if entry.into in there}
    returned = there | (set(report.returned) - doubled)
    return report.model_copy(
        update={
            "requested": pmids,
            "returned": tuple(pmid for pmid in pmids if pmid in returned),
            "missing": tuple(pmid for pmid in pmids if pmid in doubled or pmid in report.missing),
        }
    )
