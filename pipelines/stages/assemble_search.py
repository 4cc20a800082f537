"""Puts the ledger of a search together from what the run's steps, imports and screening stored. No number is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, TypeAdapter

from connectors.store import Store
from evidence import __version__
from evidence.base import EvidenceModel
from evidence.citation import Citation, CitationGroup, FetchReport, GroupingDecision
from evidence.ledger import SearchCounts, SearchReport
from evidence.prisma import FullTextDecision, kept_by_reading
from evidence.question import Protocol
from evidence.run import RunSummary
from evidence.screening import ScreeningDecision, ScreeningOutcome
from evidence.search import SearchRun
from evidence.search_ledger import PrismaStatement, SearchLedger
from pipelines.screening import open_screening
from pipelines.stages.assemble_ledger import ledger_citation
from pipelines.stages.import_records import imported_files, join_records
from pipelines.statements import standing_full_texts, standing_statements, statements

STEP = "search_report"
_PMIDS = TypeAdapter(tuple[str, ...])

Use = Literal["left", "excluded", "same work"]


class SearchExtras(EvidenceModel):
    """What a search's reports need beside the steps: how records were ranked, where reports lie, whom to ask."""

    ranked_by: str = Field(default="", description="How the works were ranked; empty: not said.")
    contact: str = Field(default="", description="Whom to ask about the search; empty: for the librarian to fill in.")
    documents: dict[str, str] = Field(default_factory=dict, description="Reports written, format to path.")


def keep_extras(store: Store, run_id: str, extras: SearchExtras, *, by: str) -> None:
    """Keep them with the run; the newest stand."""
    store.commit_step(run_id, STEP, extras.content_hash(), extras.model_dump(mode="json"), by=by)


def read_extras(store: Store, run_id: str) -> SearchExtras:
    """The newest that were kept, or empty ones."""
    kept = store.newest_step(run_id, STEP)
    return SearchExtras() if kept is None else SearchExtras.model_validate(kept)


def assemble_search(store: Store, run: RunSummary) -> SearchLedger | None:
    """The ledger of a run's search as it stands now, imports and people's decisions included; None before it is fetched.

    A run that drafts a summary has one as well as a run that only searches: both keep the same steps.
    """
    searched, fetched = store.newest_step(run.id, "run_search"), store.newest_step(run.id, "fetch_citations")
    if searched is None or fetched is None:
        return None
    search = _uncapped(SearchRun.model_validate(searched))
    framed = None if run.request.strategy else store.newest_step(run.id, "frame_question")
    citations = {record.citation.pmid: record.citation for record in store.records(run.id)}
    decided = statements(store, run.id, GroupingDecision)
    joined = join_records(list(citations.values()), imported_files(store, run.id), decisions=decided)
    full_texts = standing_full_texts(statements(store, run.id, FullTextDecision))
    screening = kept_by_reading(open_screening(store, run.id).standing if citations else (), full_texts)
    uses = _uses(joined.groups, screening, citations)
    ranked = _PMIDS.validate_python(store.newest_step(run.id, "rank_citations") or ())
    extras = read_extras(store, run.id)
    return SearchLedger(
        id=run.id,
        created_at=run.created_at,
        request=run.request,
        protocol=None if framed is None else Protocol.model_validate(framed),
        search=_report(run, search, FetchReport.model_validate(fetched), _outcomes(screening), uses),
        other_sources=joined.sources,
        citations=tuple(ledger_citation(citations[pmid], search, uses[pmid]) for pmid in sorted(citations, key=int)),
        imported=joined.imported,
        ranked=tuple(pmid for pmid in ranked if uses.get(pmid) in ("left", "excluded")),
        groups=tuple(group for group in joined.groups if len(group.members) > 1),
        studies=joined.studies,
        screening=screening,
        full_text=full_texts,
        statements=standing_statements(statements(store, run.id, PrismaStatement)),
        tool=f"Evidence Ledger {__version__}",
        model="" if run.settings.get("kind") == "search" else str(run.settings.get("model") or ""),
        ranked_by=extras.ranked_by,
        contact=extras.contact,
        documents=extras.documents,
    )


def _uncapped(search: SearchRun) -> SearchRun:
    """A cap above what was found capped nothing."""
    cap = search.limited_to
    return search.model_copy(update={"limited_to": None}) if cap is not None and search.count <= cap else search


def _uses(
    groups: Sequence[CitationGroup], screening: Sequence[ScreeningDecision], citations: Mapping[str, Citation]
) -> dict[str, Use]:
    leads = {group.lead for group in groups}
    lead_of = {member: group.lead for group in groups for member in group.members}
    out = {lead_of.get(said.pmid, said.pmid) for said in screening if said.outcome is ScreeningOutcome.EXCLUDE}
    return {pmid: "same work" if pmid not in leads else "excluded" if pmid in out else "left" for pmid in citations}


def _outcomes(screening: Sequence[ScreeningDecision]) -> list[ScreeningOutcome]:
    return [decision.outcome for decision in screening]


def _report(
    run: RunSummary,
    search: SearchRun,
    fetched: FetchReport,
    outcomes: Sequence[ScreeningOutcome],
    uses: Mapping[str, Use],
) -> SearchReport:
    found = set(search.pmids)
    became = list(uses.values())
    return SearchReport(
        strategy=search.strategy.as_text(),
        source=search.source,
        source_url=search.source_url,
        searched_at=search.searched_at,
        proposed_by=search.strategy.proposed_by,
        lines=search.lines,
        purposes=tuple(line.purpose for line in search.strategy.lines),
        notes=search.strategy.notes,
        pmids=search.pmids,
        counts=SearchCounts(
            identified=search.count,
            retrieved=len(search.pmids),
            fetched=len(fetched.returned),
            missing=len(fetched.missing),
            unreadable=len(fetched.unreadable),
            same_work=became.count("same work"),
            excluded=outcomes.count(ScreeningOutcome.EXCLUDE),
            unsure=outcomes.count(ScreeningOutcome.UNSURE),
            included=outcomes.count(ScreeningOutcome.INCLUDE),
            read=0,
            left=became.count("left"),
        ),
        unreadable=fetched.unreadable,
        missing=fetched.missing,
        known_found=tuple(pmid for pmid in run.request.known_pmids if pmid in found),
        known_missed=tuple(pmid for pmid in run.request.known_pmids if pmid not in found),
        limited_to=search.limited_to,
    )
