"""What a draft says, in the order in which people read it, the same in every format, from the ledger and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from evidence.citation import IntegrityStatus
from evidence.claim import AnchoredValue, StudyExtract, Verdict
from evidence.ledger import LedgerCitation, RunLedger, RunStatus
from evidence.question import FRAMEWORK_ELEMENTS
from evidence.screening import ScreeningDecision, ScreeningOutcome
from evidence.search import LineResult
from reporting import words
from reporting.body import Body, sort_claims, standing
from reporting.flow import check_rows

STUDY_COLUMNS = {
    "design": "Design",
    "population": "Population",
    "sample_size": "Number studied",
    "intervention": "Intervention",
    "comparator": "Compared with",
    "country": "Country",
}
_WHO = {"rule": "a rule", "ranking": "the ranking", "model": "the model", "person": "a person"}
_MODEL = (
    "A model proposed words, read abstracts and drafted sentences. Code ran the search, found every quote in its record and "
    "decided what may stand in the body. No model judged what is true."
)
_NO_MODEL = (
    "No language model was used. Rules chose sentences of the abstracts and set them out word for word; code ran the search, "
    "found every quote in its record and decided what may stand in the body."
)
NOT_ANCHORED = "not shown: its words were not found in the abstract"


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the question, and who gave it; `text` is `not stated` where nobody did."""

    name: str
    text: str
    given_by: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One fact of a study with the record's words it was read from; no words where none are shown."""

    column: str
    value: str
    words: str

    @property
    def reported(self) -> bool:
        """Whether the cell holds a fact."""
        return bool(self.words)


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One record read, as a row of the table of studies."""

    citation: LedgerCitation
    cells: tuple[Cell, ...]
    read_by: str
    dropped: tuple[str, ...]
    further: tuple[Cell, ...] = ()
    """What rules read beside the columns; each kind of fact once at least, `not reported` where the abstract is silent."""


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record with what is said about it. `citation` is None where the run has no such record."""

    pmid: str
    citation: LedgerCitation | None
    reason: str
    words: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class SameWork:
    """Records that report the same work."""

    lead: NamedRecord
    others: tuple[NamedRecord, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class StrategyLine:
    """One line of the search with what PubMed answered."""

    result: LineResult
    purpose: str


@dataclass(frozen=True, slots=True)
class Records:
    """Every record that the body does not speak of, and why; and those that carry a notice."""

    unused: tuple[NamedRecord, ...]
    left: tuple[LedgerCitation, ...]
    excluded: tuple[NamedRecord, ...]
    without_abstract: tuple[LedgerCitation, ...]
    with_notice: tuple[NamedRecord, ...]
    same_work: tuple[SameWork, ...]
    known_found: tuple[NamedRecord, ...]
    known_missed: tuple[NamedRecord, ...]


@dataclass(frozen=True, slots=True)
class DraftView:
    """The draft, ready for a template."""

    warnings: tuple[str, ...]
    elements: tuple[Element, ...]
    limits_of_search: tuple[str, ...]
    body: Body
    verdicts: tuple[tuple[Verdict, str, int], ...]
    studies_used: int
    studies: tuple[StudyRow, ...]
    records: Records
    lines: tuple[StrategyLine, ...]
    red_flags: tuple[str, ...]
    tells: str
    who_did_what: str


def view_draft(ledger: RunLedger) -> DraftView:
    """Arrange a ledger for reading. Raises `StorageFailure` where its numbers differ from its rows."""
    check_rows(ledger)
    citations = {citation.pmid: citation for citation in ledger.citations}
    body = sort_claims(ledger)
    lines = ledger.search.lines
    return DraftView(
        warnings=_warnings(ledger),
        elements=_elements(ledger),
        limits_of_search=_limits_of_search(ledger),
        body=body,
        verdicts=_verdicts(body),
        studies_used=len({record.citation.pmid for claim in body.passed for record in claim.records}),
        studies=_studies(ledger, citations),
        records=_records(ledger, citations),
        lines=tuple(StrategyLine(line, _purpose(ledger, index)) for index, line in enumerate(lines)),
        red_flags=tuple(f"Line {line.number}: {warning}" for line in lines for warning in line.warnings),
        tells=_tells(ledger, body),
        who_did_what=_NO_MODEL if ledger.provenance.model.provider == "no model" else _MODEL,
    )


def _warnings(ledger: RunLedger) -> tuple[str, ...]:
    """What a reader must know before anything else, the ledger's limits first."""
    unfinished = () if ledger.status is RunStatus.FINISHED else (f"This run is {ledger.status.value}: the draft is not whole.",)
    capped: tuple[str, ...] = ()
    if ledger.search.limited_to is not None:
        capped = (
            f"A person capped the search at {ledger.search.limited_to:,} records; "
            f"{ledger.search.counts.identified:,} match it.",
        )
    ordering = sorted({remark.pmid for remark in ledger.remarks if remark.kind == "orders"}, key=int)
    attempts = (
        (f"Text in a record speaks to whoever reads it, and was not obeyed: PMID {', '.join(ordering)}.",) if ordering else ()
    )
    return ledger.provenance.limits + unfinished + capped + attempts


def _elements(ledger: RunLedger) -> tuple[Element, ...]:
    given = {element.name for element in ledger.request.elements}
    protocol = ledger.protocol
    names = FRAMEWORK_ELEMENTS[protocol.framework]
    further = tuple(element.name for element in protocol.elements if element.name not in names)
    rows = []
    for name in names + further:
        text = protocol.element(name)
        giver = "" if text is None else "the person asking" if name in given else protocol.proposed_by
        rows.append(Element(name, text or words.NOT_STATED, giver))
    return tuple(rows)


def _limits_of_search(ledger: RunLedger) -> tuple[str, ...]:
    protocol = ledger.protocol
    limits = []
    if protocol.since:
        limits.append(f"Published on or after {protocol.since.day} {protocol.since:%B %Y}.")
    if protocol.until:
        limits.append(f"Published on or before {protocol.until.day} {protocol.until:%B %Y}.")
    if protocol.languages:
        limits.append(f"Languages: {', '.join(protocol.languages)}.")
    return tuple(limits) or ("No limit of date or language.",)


def _verdicts(body: Body) -> tuple[tuple[Verdict, str, int], ...]:
    """How many claims ended with each verdict, as the gate saw them; verdicts that no claim has are left out."""
    counts = Counter(item.verdict for item in body.kept_out)
    found = {verdict: counts[name] for verdict, name in words.VERDICT_WORDS.items()}
    found[Verdict.UNCHECKED] += sum(counts.values()) - sum(found.values())
    found[Verdict.SUPPORTED] = len(body.passed)
    return tuple((verdict, words.VERDICT_WORDS[verdict], count) for verdict, count in found.items() if count)


def _studies(ledger: RunLedger, citations: Mapping[str, LedgerCitation]) -> tuple[StudyRow, ...]:
    extracts = {extract.pmid: extract for extract in ledger.extracts}
    read = [citation for citation in ledger.citations if citation.use == "read" or citation.pmid in extracts]
    return tuple(_study(citation, extracts.get(citation.pmid)) for citation in read if citation.pmid in citations)


def _study(citation: LedgerCitation, extract: StudyExtract | None) -> StudyRow:
    if extract is None:
        empty = tuple(Cell(column, "could not be read", "") for column in STUDY_COLUMNS.values())
        return StudyRow(citation, empty, words.NOT_STATED, ())
    cells = tuple(_cell(column, getattr(extract, field), citation) for field, column in STUDY_COLUMNS.items())
    return StudyRow(citation, cells, extract.read_by, extract.dropped, _further(citation, extract))


def _further(citation: LedgerCitation, extract: StudyExtract) -> tuple[Cell, ...]:
    arms = tuple(AnchoredValue(value=f"{arm.name}: {arm.size:,}", support=arm.support) for arm in extract.arms)
    facts = {
        "Registration": (extract.registration,),
        "Arms and sizes": arms,
        "Primary outcome": (extract.primary_outcome,),
        "Time points": extract.time_points,
        "Effects as printed": extract.effects,
        "Harms": extract.harms,
        "Funding": (extract.funding,),
    }
    return tuple(_cell(column, value, citation) for column, values in facts.items() for value in values or (AnchoredValue(),))


def _cell(column: str, value: AnchoredValue, citation: LedgerCitation) -> Cell:
    if value.value is None:
        return Cell(column, words.NOT_REPORTED, "")
    support = value.support
    if support is None and value.from_field:
        return Cell(column, value.value, f"{value.from_field} of the record: {value.value}")
    if support is None or support.start is None or support.end is None:
        return Cell(column, NOT_ANCHORED, "")
    there = citation.abstract_text[support.start : support.end]
    return Cell(column, value.value, there) if there else Cell(column, NOT_ANCHORED, "")


def _records(ledger: RunLedger, citations: Mapping[str, LedgerCitation]) -> Records:
    def named(pmid: str, reason: str = "") -> NamedRecord:
        return NamedRecord(pmid, citations.get(pmid), reason)

    return Records(
        unused=tuple(named(study.pmid, study.reason) for study in ledger.unused),
        left=_left(ledger),
        excluded=_excluded(ledger, citations),
        without_abstract=tuple(citation for citation in ledger.citations if not citation.has_abstract),
        with_notice=tuple(
            NamedRecord(citation.pmid, citation, citation.integrity.status.value, words=" ".join(standing(citation)))
            for citation in ledger.citations
            if citation.integrity.status is not IntegrityStatus.NO_NOTICE
        )
        + tuple(
            NamedRecord(remark.pmid, citations.get(remark.pmid), remark.text, words=remark.words) for remark in ledger.remarks
        ),
        same_work=tuple(
            SameWork(named(group.lead), tuple(named(pmid) for pmid in group.members if pmid != group.lead), group.reason)
            for group in ledger.groups
        ),
        known_found=tuple(named(pmid) for pmid in ledger.search.known_found),
        known_missed=tuple(named(pmid) for pmid in ledger.search.known_missed),
    )


def _left(ledger: RunLedger) -> tuple[LedgerCitation, ...]:
    """The records left unread, best ranked first."""
    ranks = {decision.pmid: decision.rank or len(ledger.citations) + 1 for decision in ledger.screening}
    left = [citation for citation in ledger.citations if citation.use == "left"]
    return tuple(sorted(left, key=lambda citation: ranks.get(citation.pmid, len(ledger.citations) + 1)))


def _excluded(ledger: RunLedger, citations: Mapping[str, LedgerCitation]) -> tuple[NamedRecord, ...]:
    criteria = {criterion.id: criterion.text for criterion in ledger.protocol.criteria}

    def why(decision: ScreeningDecision) -> str:
        return decision.reason or criteria.get(decision.criterion, decision.criterion)

    return tuple(
        NamedRecord(
            decision.pmid,
            citations.get(decision.pmid),
            why(decision),
            words=decision.words,
            by=f"decided by {_WHO[decision.made_by]}, {decision.by}; criterion: {decision.criterion}",
        )
        for decision in ledger.screening
        if decision.outcome is ScreeningOutcome.EXCLUDE
    )


def _purpose(ledger: RunLedger, index: int) -> str:
    return ledger.search.purposes[index] if index < len(ledger.search.purposes) else ""


def _tells(ledger: RunLedger, body: Body) -> str:
    """One sentence where there is little or nothing to read, empty where there is a body."""
    if not ledger.search.counts.identified:
        return (
            "Nothing was found: no record in the source matches the search as run. That is a result, not proof that there is "
            "no evidence: look at the strategy below before relying on it."
        )
    if not body.kept_out and not body.passed:
        return "No sentence could be drafted from the records that were read."
    if not body.passed:
        return "No sentence of the draft passed every check, so the body is empty. What was drafted stands under Kept out."
    return ""
