"""The flows. `draft_summary` is the product's table of contents: one line a stage, each a task that Prefect runs and retries.

Services are passed in with the work; what a stage makes is committed to the store before the next one begins.
"""

from __future__ import annotations

from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from pydantic import TypeAdapter

from evidence.citation import CitationGroup, FetchReport
from evidence.claim import DraftSummary, StudyExtract, Verification
from evidence.errors import EvidenceError
from evidence.ledger import RunLedger
from evidence.question import Protocol
from evidence.screening import ScreeningDecision
from evidence.search import SearchRun, SearchStrategy
from pipelines.stages import draft_claims as drafting
from pipelines.stages import screen_citations as screening_stage
from pipelines.stages.assemble_ledger import RunResults, assemble_ledger
from pipelines.stages.extract_studies import extract_studies as extract
from pipelines.stages.fetch_citations import fetch_citations as fetch
from pipelines.stages.frame_question import frame_question as frame
from pipelines.stages.group_citations import group_citations as group
from pipelines.stages.plan_search import plan_search as plan
from pipelines.stages.rank_citations import rank_citations as rank
from pipelines.stages.run_search import run_search as search_source
from pipelines.work import Work
from prompts.registry import get_prompt
from verification.verify import verify_draft


@flow(name="draft-summary", validate_parameters=False, persist_result=False)
def draft_summary(work: Work) -> RunLedger:
    """From a question to a checked draft, which nobody has signed."""
    protocol = frame_question(work)
    strategy = plan_search(work, protocol)
    search = run_search(work, strategy)
    fetched = fetch_citations(work, search)
    groups = group_citations(work, fetched)
    ranked = rank_citations(work, protocol, groups)
    screening = screen_citations(work, protocol, ranked)
    read = choose_citations(work, screening)
    extracts = extract_studies(work, protocol, read)
    findings = draft_findings(work, extracts)
    checked = verify_claims(work, findings, extracts)
    bottom_line = write_bottom_line(work, protocol, checked)
    draft = DraftSummary(bottom_line=bottom_line.claims, findings=findings.findings)
    verification = verify_claims(work, draft, extracts)
    return publish_draft(
        work,
        RunResults(
            protocol=protocol,
            search=search,
            fetched=fetched,
            groups=groups,
            screening=screening,
            read=read,
            extracts=extracts,
            verification=verification,
            bottom_line_problem=bottom_line.problem,
        ),
    )


def _worth_retrying(_task: Any, _run: Any, state: Any) -> bool:
    """Only faults that may pass are tried again: a wrong question stays wrong."""
    fault = state.result(raise_on_failure=False)
    return isinstance(fault, EvidenceError) and fault.retry_helps


# The store is the record and resumes a run, so Prefect keeps no results of its own.
_stage = task(cache_policy=NO_CACHE, persist_result=False)
_asks_a_service = task(
    cache_policy=NO_CACHE, persist_result=False, retries=1, retry_delay_seconds=5, retry_condition_fn=_worth_retrying
)


@_asks_a_service
def frame_question(work: Work) -> Protocol:
    """The question taken apart."""
    work.progress.stage("Question", "taking it apart")
    inputs = [work.request.model_dump(mode="json"), get_prompt("frame_question").hash]
    return work.step("frame_question", inputs, lambda: frame(work.request, work.services.model), TypeAdapter(Protocol))


@_asks_a_service
def plan_search(work: Work, protocol: Protocol) -> SearchStrategy:
    """The strategy, compiled by code."""
    work.progress.stage("Search strategy", "finding words and counting them")
    inputs = [protocol.content_hash(), get_prompt("plan_search").hash, work.services.source.name]
    inputs += [work.services.mesh.version] if work.services.mesh else []
    return work.step(
        "plan_search",
        inputs,
        lambda: plan(work.request, protocol, work.services.model, work.services.source, work.services.mesh),
        TypeAdapter(SearchStrategy),
    )


@_asks_a_service
def run_search(work: Work, strategy: SearchStrategy) -> SearchRun:
    """The strategy run, every line counted."""
    work.progress.stage("Search", work.services.source.name)
    limit = work.options.max_records
    return work.step(
        "run_search",
        [strategy.content_hash(), work.services.source.name, limit],
        lambda: search_source(strategy, work.services.source, work.progress, max_records=limit),
        TypeAdapter(SearchRun),
    )


@_asks_a_service
def fetch_citations(work: Work, search: SearchRun) -> FetchReport:
    """Every record found, stored as it came."""
    work.progress.stage("Records", f"fetching {len(search.pmids)}")
    report = work.step(
        "fetch_citations",
        search.content_hash(),
        lambda: fetch(
            search,
            work.services.source,
            work.progress,
            stored=work.store.record_pmids(work.run.id),
            save=work.save_records,
        ),
        TypeAdapter(FetchReport),
    )
    work.forget_citations()
    return report


@_stage
def group_citations(work: Work, fetched: FetchReport) -> tuple[CitationGroup, ...]:
    """Records of the same work together."""
    return work.step(
        "group_citations",
        fetched.content_hash(),
        lambda: group(list(work.citations().values())),
        TypeAdapter(tuple[CitationGroup, ...]),
    )


@_stage
def rank_citations(work: Work, protocol: Protocol, groups: tuple[CitationGroup, ...]) -> tuple[str, ...]:
    """PMIDs of the lead records by relevance."""
    work.progress.stage("Ranking", f"{len(groups)} works by relevance to the question")
    leads = [item.lead for item in groups]
    return work.step(
        "rank_citations",
        [protocol.question, leads, work.services.embeddings.model_id],
        lambda: _rank_in_index(work, protocol, leads),
        TypeAdapter(tuple[str, ...]),
    )


def _rank_in_index(work: Work, protocol: Protocol, leads: list[str]) -> tuple[str, ...]:
    """Holds the index, which has one writer at a time, for no longer than it takes."""
    with work.services.open_index() as index:
        return rank(protocol.question, [work.citations()[pmid] for pmid in leads], index, work.progress)


@_asks_a_service
def screen_citations(work: Work, protocol: Protocol, ranked: tuple[str, ...]) -> tuple[ScreeningDecision, ...]:
    """A decision on each work: what rules and the model say, and before it what people have said of it."""
    at_most = work.options.screen_at_most
    work.progress.stage("Screening", f"the best {min(at_most, len(ranked))} of {len(ranked)}")
    decisions = work.step(
        "screen_citations",
        [protocol.content_hash(), ranked, at_most, get_prompt("screen_citation").hash],
        lambda: screening_stage.screen_citations(
            protocol, ranked, work.citations(), work.services.model, work.progress, at_most=at_most
        ),
        TypeAdapter(tuple[ScreeningDecision, ...]),
    )
    return screening_stage.put_people_first(decisions, work.store.screening(work.run.id))


@_stage
def choose_citations(work: Work, screening: tuple[ScreeningDecision, ...]) -> tuple[str, ...]:
    """PMIDs to read for the draft."""
    readable = [decision for decision in screening if work.citations()[decision.pmid].has_abstract]
    read = screening_stage.choose_citations(readable, draft_from=work.options.draft_from)
    work.progress.note(f"{len(read)} of {len(screening)} works are read for the draft")
    return read


@_asks_a_service
def extract_studies(work: Work, protocol: Protocol, read: tuple[str, ...]) -> tuple[StudyExtract, ...]:
    """What each record says, tied to its sentences."""
    work.progress.stage("Reading", f"{len(read)} abstracts")
    return work.step(
        "extract_studies",
        [protocol.question, read, get_prompt("extract_study").hash],
        lambda: extract(protocol, [work.citations()[pmid] for pmid in read], work.services.model, work.progress),
        TypeAdapter(tuple[StudyExtract, ...]),
    )


@_stage
def draft_findings(work: Work, extracts: tuple[StudyExtract, ...]) -> DraftSummary:
    """One claim a finding, grouped by outcome."""
    draft = DraftSummary(findings=drafting.draft_findings(extracts, work.citations()))
    work.progress.note(f"{len(draft.findings)} findings from {len(extracts)} abstracts")
    return draft


@_asks_a_service
def write_bottom_line(work: Work, protocol: Protocol, checked: Verification) -> drafting.BottomLine:
    """The answer in brief, from findings that passed."""
    work.progress.stage("Bottom line", f"from {len(checked.supported)} findings that passed")
    return work.step(
        "write_bottom_line",
        [protocol.question, checked.content_hash(), get_prompt("write_bottom_line").hash],
        lambda: drafting.write_bottom_line(protocol, checked.supported, work.citations(), work.services.model),
        TypeAdapter(drafting.BottomLine),
    )


@_stage
def verify_claims(work: Work, draft: DraftSummary, extracts: tuple[StudyExtract, ...]) -> Verification:
    """Every claim checked against its record, the table of studies and the other claims.

    Not kept as a step: it costs nothing and must follow the newest checks.
    """
    work.progress.stage("Checking", f"{len(draft.claims)} claims against their records")
    verification = verify_draft(draft, work.citations(), extracts, entailment=work.services.entailment)
    work.progress.note(f"{len(verification.supported)} claims passed, {len(verification.withheld)} kept out")
    return verification


@_stage
def publish_draft(work: Work, results: RunResults) -> RunLedger:
    """The ledger stored and the draft written, marked as not signed."""
    work.progress.stage("Draft", "writing it")
    totals = work.store.call_totals(work.run.id)
    ledger = assemble_ledger(
        work.run, results, work.citations(), work.services.model.identity, work.services.embeddings.model_id, totals
    )
    return work.publish(ledger)
