"""The numbers of the PRISMA 2020 flow, counted from the rows of a search ledger. They add up, or nothing is shown.

Source: Page et al., The PRISMA 2020 statement, BMJ 2021;372:n71, figure 1. Two things differ, because they are true here:
works that no person has looked at have a box of their own, and duplicates are grouped under one record, never deleted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from evidence.prisma import FlowPart, FlowSource, PrismaFlow
from evidence.screening import ScreeningDecision, ScreeningOutcome
from evidence.search_ledger import SearchLedger
from reporting import words
from reporting.prisma_picture import flow_rows, flow_svg, flow_words
from reporting.prisma_sums import check_flow, does_not_add_up

__all__ = ["check_flow", "flow_of", "flow_rows", "flow_svg", "flow_words"]

_NOT_RETURNED = "The source listed them and did not return them"
_UNREADABLE = "The record came and could not be read"
_CAPPED = "Beyond the number of records that a person capped the search at"
_SUGGESTED = "Ordered or marked by a machine, no person's decision"
_UNDECIDED = "No decision at all"


def flow_of(ledger: SearchLedger) -> PrismaFlow:
    """Count the flow. Raises `StorageFailure` where rows contradict each other or an edge does not add up."""
    _check_rows(ledger)
    decisions = _work_decisions(ledger)
    by_rule = [decision for decision in decisions.values() if _is_out(decision) and decision.made_by == "rule"]
    by_person = {pmid: decision for pmid, decision in decisions.items() if decision.made_by == "person"}
    excluded = [decision for decision in by_person.values() if _is_out(decision)]
    works = len(_works(ledger))
    suggested = len(decisions) - len(by_rule) - len(by_person)
    kept = [pmid for pmid, decision in by_person.items() if not _is_out(decision)]
    read = {item.pmid: item for item in ledger.full_text}
    included = [pmid for pmid, item in read.items() if item.outcome == "included"]
    sources = _sources(ledger)
    flow = PrismaFlow(
        sources=sources,
        identified=sum(source.records for source in sources),
        duplicates=_duplicates(ledger),
        ineligible=_parts(_why(decision, ledger) for decision in by_rule),
        removed_otherwise=_removed_otherwise(ledger),
        for_screening=works - len(by_rule),
        unseen=_present(FlowPart(words=_SUGGESTED, count=suggested), FlowPart(words=_UNDECIDED, count=works - len(decisions))),
        screened=len(by_person),
        excluded_by_person=_parts(_why(decision, ledger) for decision in excluded),
        excluded_by_automation=0,
        sought=len(kept),
        not_retrieved=_parts(item.reason for item in read.values() if item.outcome == "not retrieved"),
        retrieval_open=len(kept) - len(read),
        assessed=sum(item.outcome != "not retrieved" for item in read.values()),
        excluded_in_full=_parts(item.reason for item in read.values() if item.outcome == "excluded"),
        included_reports=len(included),
        included_studies=_studies_of(included, ledger),
        seen_by_no_person=works - len(by_person),
    )
    check_flow(flow)
    return flow


def _check_rows(ledger: SearchLedger) -> None:
    """Raise `StorageFailure` where the ledger's rows contradict each other or break a rule of screening."""
    counts, search = ledger.search.counts, ledger.search
    rows = Counter([*(citation.pmid for citation in ledger.citations), *(record.id for record in ledger.imported)])
    works, grouped = _works(ledger), _grouped(ledger)
    same_work = {citation.pmid for citation in ledger.citations if citation.use == "same work"}
    with_pmid = {citation.pmid for citation in ledger.citations}
    decided = Counter(decision.pmid for decision in ledger.screening)
    standing = _work_decisions(ledger)
    left_out = {pmid for pmid, decision in standing.items() if _is_out(decision)}
    kept = {pmid for pmid, decision in standing.items() if decision.made_by == "person"} - left_out
    machine_out = [item.pmid for item in ledger.screening if _is_out(item) and item.made_by not in {"rule", "person"}]
    faults = {
        "a record stands in the ledger twice": any(count > 1 for count in rows.values()),
        "fewer records are identified than retrieved": counts.identified < counts.retrieved,
        "retrieved is not fetched, missing and unreadable together": counts.retrieved
        != counts.fetched + len(search.missing) + len(search.unreadable),
        "retrieved is not the number of PMIDs listed": bool(search.pmids) and counts.retrieved != len(search.pmids),
        "records marked as the same work are not those in the groups": same_work != grouped & with_pmid,
        "a group stands under a record that is not there": any(group.lead not in works for group in ledger.groups),
        "there are two decisions on one record": any(count > 1 for count in decided.values()),
        "there is a decision on a record that is not there": bool(set(decided) - set(rows)),
        "a record was excluded on a model's word alone": bool(machine_out),
        "records marked excluded are not those decided so": {
            citation.pmid for citation in ledger.citations if citation.use == "excluded"
        }
        != left_out & with_pmid,
        "there are two decisions in full text on one record": len({item.pmid for item in ledger.full_text})
        != len(ledger.full_text),
        "a report that no person kept was decided on in full text": any(item.pmid not in kept for item in ledger.full_text),
    }
    for what, found in faults.items():
        if found:
            raise does_not_add_up(what)


def _work_decisions(ledger: SearchLedger) -> dict[str, ScreeningDecision]:
    """The decision that stands for each work: a person's on any of its records before another's on its lead."""
    lead_of = {pmid: group.lead for group in ledger.groups for pmid in group.members}
    standing: dict[str, ScreeningDecision] = {}
    for decision in ledger.screening:
        lead = lead_of.get(decision.pmid, decision.pmid)
        known = standing.get(lead)
        if known is None or _weight(decision, lead) > _weight(known, lead):
            standing[lead] = decision
    return standing


def _weight(decision: ScreeningDecision, lead: str) -> tuple[bool, bool]:
    return decision.made_by == "person", decision.pmid == lead


def _why(decision: ScreeningDecision, ledger: SearchLedger) -> str:
    """The criterion in words where the protocol has it, else its id."""
    criteria = ledger.protocol.criteria if ledger.protocol else ()
    return next(
        (criterion.text.rstrip(". ") for criterion in criteria if criterion.id == decision.criterion), decision.criterion
    )


def _is_out(decision: ScreeningDecision) -> bool:
    return decision.outcome is ScreeningOutcome.EXCLUDE


def _sources(ledger: SearchLedger) -> tuple[FlowSource, ...]:
    """PubMed as run, then the imported files of each database together."""
    counted: dict[tuple[str, str], int] = {}
    for other in ledger.other_sources:
        name = words.one_line(f"{other.name} ({other.interface})" if other.interface else other.name) or other.file_name
        counted[(name, other.kind)] = counted.get((name, other.kind), 0) + other.records
    first = FlowSource(name=ledger.search.source, kind="database", records=ledger.search.counts.identified)
    return first, *(
        FlowSource.model_validate({"name": name, "kind": kind, "records": n}) for (name, kind), n in counted.items()
    )


def _works(ledger: SearchLedger) -> set[str]:
    """Ids of the records that stand for a work: all but those grouped under another."""
    grouped = _grouped(ledger)
    leads = {citation.pmid for citation in ledger.citations if citation.use != "same work"}
    return leads | {record.id for record in ledger.imported if record.id not in grouped}


def _grouped(ledger: SearchLedger) -> set[str]:
    return {member for group in ledger.groups for member in group.members if member != group.lead}


def _duplicates(ledger: SearchLedger) -> int:
    """Rows grouped under another, and imported records that were merged into a row of another source with the same PMID."""
    readable = ledger.search.counts.fetched + sum(other.records - other.unreadable for other in ledger.other_sources)
    rows = len(ledger.citations) + len(ledger.imported)
    merged = readable - rows
    if not 0 <= merged <= sum(other.duplicates for other in ledger.other_sources):
        raise does_not_add_up(f"{readable:,} records were read and {rows:,} stand in the ledger")
    return merged + rows - len(_works(ledger))


def _removed_otherwise(ledger: SearchLedger) -> tuple[FlowPart, ...]:
    counts = ledger.search.counts
    unreadable = len(ledger.search.unreadable) + sum(other.unreadable for other in ledger.other_sources)
    return _present(
        FlowPart(words=_CAPPED, count=counts.identified - counts.retrieved),
        FlowPart(words=_NOT_RETURNED, count=len(ledger.search.missing)),
        FlowPart(words=_UNREADABLE, count=unreadable),
    )


def _parts(reasons: Iterable[str]) -> tuple[FlowPart, ...]:
    """One part a reason, the most frequent first."""
    counted = Counter(words.one_line(reason) or "Reason not stated" for reason in reasons)
    return tuple(FlowPart(words=reason, count=count) for reason, count in counted.most_common())


def _present(*parts: FlowPart) -> tuple[FlowPart, ...]:
    return tuple(part for part in parts if part.count)


def _studies_of(included: list[str], ledger: SearchLedger) -> int:
    """How many studies the included works report."""
    study_of = {work: study.id for study in ledger.studies for work in study.works}
    return len({study_of.get(pmid, pmid) for pmid in included})
