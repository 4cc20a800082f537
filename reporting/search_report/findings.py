"""What the search found: the works by kind of evidence, best ranked first, with their kin and their flags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from evidence.citation import COMPROMISED, IntegrityStatus, StudyGroup
from evidence.imported import ImportedRecord
from evidence.integrity import integrity_of
from evidence.ledger import LedgerCitation
from evidence.screening import ScreeningOutcome
from evidence.search_ledger import SearchLedger
from reporting import words
from reporting.evidence_types import TypedEvidence, evidence_type_of
from reporting.evidence_words import EvidenceType

_NO_PMID = "0"


@dataclass(frozen=True)
class Shown:
    """A record as the report shows it: PubMed's, or an imported one, which may have no PMID. `key` is its id in the run."""

    key: str
    citation: LedgerCitation
    number: str


@dataclass(frozen=True)
class Work:
    """One work: the record that stands for it, its kind of evidence, its place by relevance, and its kin."""

    record: Shown
    typed: TypedEvidence
    rank: int | None
    kin: tuple[Shown, ...]
    kin_reason: str
    study: StudyGroup | None

    @property
    def citation(self) -> LedgerCitation:
        """The record that stands for it."""
        return self.record.citation

    @property
    def keys(self) -> tuple[str, ...]:
        """The ids of all its records, the lead's first."""
        return self.record.key, *(record.key for record in self.kin)


class Findings:
    """The works of a ledger, arranged. `found` leaves out what a rule or person excluded; `excluded` has that."""

    def __init__(self, ledger: SearchLedger) -> None:
        self.ledger = ledger
        shown = [Shown(citation.pmid, citation, f"PMID {citation.pmid}") for citation in ledger.citations]
        shown += [_imported(record) for record in ledger.imported]
        self.by_key = {record.key: record for record in shown}
        self.decisions = {decision.pmid: decision for decision in ledger.screening}
        self._places = {pmid: place for place, pmid in enumerate(ledger.ranked, 1)}
        self._groups = {group.lead: group for group in ledger.groups}
        self._studies = {work: study for study in ledger.studies for work in study.works}
        grouped = {member for group in ledger.groups for member in group.members if member != group.lead}
        works = [self._work(record) for record in shown if record.key not in grouped]
        self.works = tuple(sorted(works, key=_place))

    def _work(self, record: Shown) -> Work:
        group = self._groups.get(record.key)
        members = group.members if group else ()
        return Work(
            record=record,
            typed=evidence_type_of(record.citation),
            rank=self._places.get(record.key),
            kin=tuple(self.by_key[key] for key in members if key != record.key and key in self.by_key),
            kin_reason=group.reason if group else "",
            study=self._studies.get(record.key),
        )

    @cached_property
    def excluded(self) -> tuple[Work, ...]:
        """Works that a rule or person excluded."""
        return tuple(work for work in self.works if work.citation.use == "excluded")

    @cached_property
    def found(self) -> tuple[Work, ...]:
        """Every other work, best ranked first."""
        return tuple(work for work in self.works if work.citation.use != "excluded")

    @cached_property
    def by_kind(self) -> dict[EvidenceType, tuple[Work, ...]]:
        """The works found by kind of evidence, in the report's order; kinds without any are left out."""
        sorted_out: dict[EvidenceType, list[Work]] = {kind: [] for kind in EvidenceType}
        for work in self.found:
            sorted_out[work.typed.kind].append(work)
        return {kind: tuple(works) for kind, works in sorted_out.items() if works}

    @cached_property
    def compromised(self) -> tuple[Work, ...]:
        """Works found that are retracted, withdrawn or under a concern; notices about others are none."""
        states = COMPROMISED - {IntegrityStatus.RETRACTION_NOTICE}
        return tuple(work for work in self.found if work.citation.integrity.status in states)

    @cached_property
    def preprints(self) -> tuple[Work, ...]:
        """Works found that stand only as a preprint."""
        return tuple(work for work in self.found if work.citation.integrity.status is IntegrityStatus.PREPRINT)

    @cached_property
    def seen_by_person(self) -> int:
        """Works on which a person has decided."""
        people = {pmid for pmid, decision in self.decisions.items() if decision.made_by == "person"}
        return sum(any(key in people for key in work.keys) for work in self.works)

    def kept_by_person(self, work: Work) -> bool:
        """Whether a person included this work."""
        made = (self.decisions.get(key) for key in work.keys)
        return any(one and one.made_by == "person" and one.outcome is ScreeningOutcome.INCLUDE for one in made)


def with_abstract(works: Iterable[Work]) -> int:
    """How many have an abstract."""
    return sum(work.citation.has_abstract for work in works)


def with_full_text(works: Iterable[Work]) -> int:
    """How many have their full text in PubMed Central."""
    return sum(bool(work.citation.pmcid) for work in works)


def _place(work: Work) -> tuple[bool, int, bool, int, str]:
    """Ranked works by rank, then those with a PMID by it, then imported ones."""
    key = work.record.key
    return work.rank is None, work.rank or 0, not key.isdigit(), int(key) if key.isdigit() else 0, key


def _imported(record: ImportedRecord) -> Shown:
    """An imported record, shown as a citation. Its number says where it comes from."""
    citation = record.model_copy(update={"pmid": record.pmid or _NO_PMID}).as_citation()
    if citation is None:
        raise TypeError("an imported record was given a PMID and has none")
    own = next((address for address in record.urls if words.safe_url(address)), "")
    url = f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/" if record.pmid else own
    name = " ".join(part for part in (record.database, record.accession) if part)
    whole = citation.model_dump(exclude={"abstract_text"})
    shown = LedgerCitation(**whole, integrity=integrity_of(citation), url=url, use="left")
    return Shown(record.id, shown, f"{name}, PMID {record.pmid}" if record.pmid else name)
