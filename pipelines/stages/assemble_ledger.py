"""Puts the run's ledger together. Every number is counted from what the steps stored, none is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Literal

from evidence import __version__
from evidence.base import content_hash
from evidence.citation import Citation, CitationGroup, FetchReport
from evidence.claim import StudyExtract, UnusedStudy, Verdict, Verification, VerifiedClaim
from evidence.integrity import integrity_of
from evidence.ledger import (
    LedgerCitation,
    LedgerClaim,
    PromptUse,
    Provenance,
    RunLedger,
    RunStatus,
    SearchCounts,
    SearchReport,
)
from evidence.model_call import CallTotals, ModelIdentity
from evidence.question import Protocol
from evidence.run import RunSummary
from evidence.screening import ScreeningDecision, ScreeningOutcome
from evidence.search import SearchRun
from pipelines.stages.extract_studies import VALUE_DROPPED
from pipelines.work import now
from prompts.registry import get_prompt
from searching.screening.criteria import ORDERS
from verification.omissions import find_omissions
from verification.recheck import begun
from verification.remarks import remarks_on

Use = Literal["read", "left", "excluded", "same work"]
_PROMPTS = ("frame_question", "plan_search", "screen_citation", "extract_study", "write_bottom_line")
_PACKAGES = ("biopython", "chromadb", "langchain-core", "openvino-genai", "prefect", "tantivy", "pydantic")


@dataclass(frozen=True, kw_only=True)
class RunResults:
    """What the steps of a run made."""

    protocol: Protocol
    search: SearchRun
    fetched: FetchReport
    groups: tuple[CitationGroup, ...]
    screening: tuple[ScreeningDecision, ...]
    read: tuple[str, ...]
    extracts: tuple[StudyExtract, ...]
    verification: Verification
    bottom_line_problem: str | None


def assemble_ledger(
    run: RunSummary,
    results: RunResults,
    citations: Mapping[str, Citation],
    model: ModelIdentity,
    embedding_model: str,
    totals: CallTotals,
) -> RunLedger:
    """The ledger of a finished run."""
    uses = _uses(results, citations)
    counts = count_records(results, uses)
    at = now()
    claims = tuple(_flat(item, at) for item in results.verification.claims)
    unused = unused_studies(results.extracts, claims)
    return RunLedger(
        id=run.id,
        status=RunStatus.FINISHED,
        created_at=run.created_at,
        question=run.question,
        request=run.request,
        protocol=results.protocol,
        search=_search_report(results, counts),
        citations=tuple(ledger_citation(citations[pmid], results.search, uses[pmid]) for pmid in sorted(citations, key=int)),
        groups=tuple(group for group in results.groups if len(group.members) > 1),
        screening=results.screening,
        extracts=results.extracts,
        claims=claims,
        bottom_line=bottom_line(claims, counts, results.bottom_line_problem),
        unused=unused,
        omissions=find_omissions(results.verification.claims, [citations[pmid] for pmid in results.read]),
        remarks=remarks_on(_looked_at(results, citations)),
        gaps=gaps(results.protocol, claims, counts),
        provenance=_provenance(run, results, model, embedding_model, totals),
    )


def _looked_at(results: RunResults, citations: Mapping[str, Citation]) -> list[Citation]:
    """The records that were read, and those that would have been given to a model but for the orders in them."""
    ordering = [decision.pmid for decision in results.screening if decision.criterion == ORDERS]
    return [citations[pmid] for pmid in dict.fromkeys((*results.read, *ordering))]


def count_records(results: RunResults, uses: Mapping[str, Use]) -> SearchCounts:
    """The numbers from search to draft, counted."""
    outcomes = [decision.outcome for decision in results.screening]
    return SearchCounts(
        identified=results.search.count,
        retrieved=len(results.search.pmids),
        fetched=len(results.fetched.returned),
        missing=len(results.fetched.missing),
        unreadable=len(results.fetched.unreadable),
        same_work=list(uses.values()).count("same work"),
        excluded=outcomes.count(ScreeningOutcome.EXCLUDE),
        unsure=outcomes.count(ScreeningOutcome.UNSURE),
        included=outcomes.count(ScreeningOutcome.INCLUDE),
        read=list(uses.values()).count("read"),
        left=list(uses.values()).count("left"),
    )


def bottom_line(claims: Sequence[LedgerClaim], counts: SearchCounts, problem: str | None) -> str:
    """The supported sentences of the bottom line, or one sentence that says why there are none."""
    passed = [claim for claim in claims if claim.verdict is Verdict.SUPPORTED]
    sentences = [claim.text for claim in passed if claim.section == "bottom_line"]
    if sentences:
        return " ".join(sentences)
    if counts.identified == 0:
        return "Nothing was found in the source searched: no record matches the strategy."
    if counts.read == 0:
        return "Nothing could be read: no record found has an abstract and good standing."
    if not passed:
        return "There is too little to say: no statement drafted from the records passed its checks."
    if problem:
        return f"There is no bottom line, because the model's answer could not be used ({problem}); the findings stand below."
    return "No sentence of the bottom line passed its checks; the findings that did stand below."


def unused_studies(extracts: Sequence[StudyExtract], claims: Sequence[LedgerClaim]) -> tuple[UnusedStudy, ...]:
    """Records that were read and that no supported claim uses, each with the reason."""
    used = {support.pmid for claim in claims if claim.verdict is Verdict.SUPPORTED for support in claim.support}
    unused = []
    for extract in extracts:
        if extract.pmid in used:
            continue
        if extract.findings:
            reason = "What was drafted from it did not pass its checks; see what was kept out."
        elif about_results := [said for said in extract.dropped if not said.startswith(VALUE_DROPPED)]:
            reason = f"Nothing could be drafted from it. {about_results[0]}"
        else:
            reason = "The reader found no result for the question in its abstract."
        unused.append(UnusedStudy(pmid=extract.pmid, reason=reason))
    return tuple(unused)


def gaps(protocol: Protocol, claims: Sequence[LedgerClaim], counts: SearchCounts) -> tuple[str, ...]:
    """What was asked and not found."""
    said = []
    if counts.identified == 0:
        said.append("No record matches the strategy in the source searched; other sources were not searched.")
    elif not any(claim.verdict is Verdict.SUPPORTED for claim in claims):
        said.append("No statement about the question could be tied to a record.")
    outcome = protocol.element("outcome") or protocol.element("evaluation")
    if outcome is None:
        said.append("The question names no outcome, so results on any outcome were taken.")
    if counts.left:
        said.append(f"{counts.left} records that may answer the question were not read for this draft.")
    return tuple(said)


def _uses(results: RunResults, citations: Mapping[str, Citation]) -> dict[str, Use]:
    excluded = {decision.pmid for decision in results.screening if decision.outcome is ScreeningOutcome.EXCLUDE}
    leads, read = {group.lead for group in results.groups}, set(results.read)
    return {
        pmid: "same work" if pmid not in leads else "read" if pmid in read else "excluded" if pmid in excluded else "left"
        for pmid in citations
    }


def _flat(item: VerifiedClaim, at: datetime) -> LedgerClaim:
    claim = item.claim
    return LedgerClaim(
        id=claim.id,
        text=claim.text,
        section=claim.section,
        outcome=claim.outcome,
        direction=claim.direction,
        verdict=item.verdict,
        reason=item.reason,
        support=claim.support,
        checks=item.checks,
        written_by=claim.written_by,
        history=item.history or begun(item, at),
    )


def _search_report(results: RunResults, counts: SearchCounts) -> SearchReport:
    search, found = results.search, set(results.search.pmids)
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
        counts=counts,
        unreadable=results.fetched.unreadable,
        missing=results.fetched.missing,
        known_found=tuple(pmid for pmid in results.protocol.known_pmids if pmid in found),
        known_missed=tuple(pmid for pmid in results.protocol.known_pmids if pmid not in found),
        limited_to=search.limited_to,
    )


def ledger_citation(citation: Citation, search: SearchRun, use: Use) -> LedgerCitation:
    """The record as a ledger names it: its standing, where to read it, and what became of it."""
    return LedgerCitation(
        **citation.model_dump(exclude={"abstract_text"}),
        integrity=integrity_of(citation),
        url=record_url(citation.pmid, search.source_url),
        use=use,
    )


def record_url(pmid: str, source_url: str) -> str:
    """The page where a person reads the record: PubMed's, or that of the server that gave it."""
    if "ncbi.nlm.nih.gov" in source_url:
        return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
    return f"{source_url.split('/entrez/', maxsplit=1)[0].rstrip('/')}/{pmid}/"


def _provenance(
    run: RunSummary, results: RunResults, model: ModelIdentity, embedding_model: str, totals: CallTotals
) -> Provenance:
    prompts = [get_prompt(name) for name in _PROMPTS]
    cost = totals.cost if totals.calls else 0.0
    limits = ["Read from abstracts only: what a paper says elsewhere is not in this draft."]
    if model.demonstration:
        limits.insert(0, "Demonstration model: not for live requests.")
    if model.provider == "no model":
        limits.insert(0, "No language model: sentences are copied from the records, not summarised.")
    return Provenance(
        tool="Evidence Ledger",
        tool_version=__version__,
        model=model,
        embedding_model=embedding_model,
        prompts=tuple(PromptUse(name=prompt.name, version=prompt.version, hash=prompt.hash) for prompt in prompts),
        versions={name: version(name) for name in _PACKAGES},
        hashes={
            "request": run.request.content_hash(),
            "protocol": results.protocol.content_hash(),
            "search": results.search.content_hash(),
            "extracts": content_hash([extract.model_dump(mode="json") for extract in results.extracts]),
            "claims": results.verification.content_hash(),
        },
        started_at=run.created_at,
        finished_at=now(),
        model_calls=totals.calls,
        failed_calls=totals.failed,
        tokens_in=totals.tokens_in,
        tokens_out=totals.tokens_out,
        cost=cost,
        currency=str(run.settings.get("currency", "")) if cost is not None else "",
        model_seconds=totals.seconds,
        limits=tuple(limits),
    )
