"""Screening decisions: what was decided on a record, on which words, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from evidence.base import EvidenceModel
from evidence.citation import RecordId
from evidence.errors import ChangedMeanwhile


class ScreeningOutcome(StrEnum):
    """What a screener may decide."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    UNSURE = "unsure"


class ScreeningDecision(EvidenceModel):
    """One decision on one record. A model never excludes: its "exclude" is kept as `unsure` and ranks last."""

    pmid: RecordId = Field(description="The record decided on: its PMID, or the id of an imported record.")
    outcome: ScreeningOutcome = Field(description="The decision that stands.")
    criterion: str = Field(description="Id of the criterion applied, for example `no-abstract`.")
    reason: str = Field(description="Why, one sentence.")
    words: str = Field(default="", description="The words of the record it rests on; empty where it rests on their absence.")
    words_in: Literal["title", "abstract"] | None = Field(
        default=None, description="Where `words` stand; unset: not located, or not words of the title or abstract."
    )
    start: int | None = Field(
        default=None, ge=0, description="First code point of `words` in the title or `abstract_text`; unset: not located."
    )
    end: int | None = Field(default=None, ge=0, description="One past their last code point; unset: not located.")
    made_by: Literal["rule", "ranking", "model", "person"] = Field(description="What or who decided.")
    by: str = Field(description="Name of the rule, model or person.")
    rank: int | None = Field(default=None, ge=1, description="Place in the ranking by relevance, 1 first; unset: not ranked.")

    @model_validator(mode="after")
    def _machines_that_learn_never_exclude(self) -> Self:
        if self.outcome is ScreeningOutcome.EXCLUDE and self.made_by in ("model", "ranking"):
            raise ValueError(f"a {self.made_by} orders and suggests, it excludes nothing: keep its word as `unsure`")
        if not (self.words_in is None) == (self.start is None) == (self.end is None):
            raise ValueError("where the words stand is said whole (words_in, start, end) or not at all")
        return self


class ScreeningStatement(EvidenceModel):
    """What a person says of one record, as typed or as it stands in a file, before it is held against the run."""

    pmid: RecordId = Field(description="The record: its PMID, or the id of an imported record.")
    outcome: ScreeningOutcome = Field(description="What they decide.")
    criterion: str = Field(default="", description="Id of the criterion it rests on; empty: none was named.")
    reason: str = Field(default="", description="Why, one sentence; empty: none was given.")
    words: str = Field(default="", description="Words of the record it rests on; empty: none were given.")
    by: str = Field(default="", description="Who decides; empty: whoever hands the statement in.")


class ScreeningEntry(EvidenceModel):
    """One entry of the history of screening: a person decided, or took a decision back."""

    number: int = Field(ge=1, description="Place in the run's history, from 1, without gaps.")
    pmid: RecordId = Field(description="The record: its PMID, or the id of an imported record.")
    decision: ScreeningDecision | None = Field(description="What the person decided; unset: they took the standing one back.")
    by: str = Field(min_length=1, description="Who.")
    at: datetime = Field(description="When, UTC.")
    supersedes: int | None = Field(
        default=None, ge=1, description="Number of the entry that stood until then; unset: no person had decided."
    )

    @model_validator(mode="after")
    def _is_a_persons(self) -> Self:
        if self.decision is not None and (self.decision.made_by, self.decision.pmid) != ("person", self.pmid):
            raise ValueError("the history holds what people decided, each on the record that the entry names")
        return self


def stands(history: Iterable[ScreeningEntry]) -> dict[str, ScreeningEntry]:
    """By PMID the entry that stands: the last decision that nobody took back."""
    kept: dict[str, list[ScreeningEntry]] = {}
    for entry in history:
        entries = kept.setdefault(entry.pmid, [])
        if entry.decision is not None:
            entries.append(entry)
        elif entries:
            entries.pop()
    return {pmid: entries[-1] for pmid, entries in kept.items() if entries}


def refuse_unseen(history: Iterable[ScreeningEntry], seen: Mapping[str, int]) -> None:
    """Raises `ChangedMeanwhile` where a PMID of `seen` has an entry later than the number it gives (0: none was seen)."""
    if any(entry.number > seen.get(entry.pmid, entry.number) for entry in history):
        raise ChangedMeanwhile("This record was decided on since you opened it: look at it as it is now, then decide again.")


def standing_decisions(
    machine: Sequence[ScreeningDecision], history: Iterable[ScreeningEntry]
) -> tuple[ScreeningDecision, ...]:
    """One decision a record, in the order of `machine`: a person's last word, else the rule's, model's or ranking's.

    Records that only people decided on follow in the order in which they were decided.
    """
    said = {pmid: entry.decision for pmid, entry in stands(history).items() if entry.decision is not None}
    known = {decision.pmid for decision in machine}
    merged = (
        person.model_copy(update={"rank": decision.rank}) if (person := said.get(decision.pmid)) else decision
        for decision in machine
    )
    return (*merged, *(decision for pmid, decision in said.items() if pmid not in known))


def differing(history: Sequence[ScreeningEntry]) -> dict[str, tuple[ScreeningEntry, ...]]:
    """By PMID the last entry of each person, where people came to different outcomes; the last of them stands."""
    by_person: dict[str, dict[str, ScreeningEntry]] = {}
    for entry in history:
        by_person.setdefault(entry.pmid, {})[entry.by] = entry
    found = {}
    for pmid, entries in by_person.items():
        decided = tuple(entry for entry in entries.values() if entry.decision is not None)
        if len({entry.decision.outcome for entry in decided if entry.decision is not None}) > 1:
            found[pmid] = decided
    return found


class ScreeningCounts(EvidenceModel):
    """Where the screening of a run stands, in records. `seen` and `seen_by_no_person` add up to `records`."""

    records: int = Field(ge=0, description="Records to be screened: one a group of the same work.")
    seen: int = Field(ge=0, description="Records on which a person's decision stands.")
    included: int = Field(ge=0, description="Out of `seen`: included.")
    excluded: int = Field(ge=0, description="Out of `seen`: excluded.")
    unsure: int = Field(ge=0, description="Out of `seen`: unsure.")
    seen_by_no_person: int = Field(ge=0, description="Records that no person decided on, whatever a rule or model said.")
    excluded_by_rule: int = Field(ge=0, description="Out of `seen_by_no_person`: a rule keeps them out.")
    suggested: int = Field(ge=0, description="Out of `seen_by_no_person`: a model suggested to include them.")
    excluded_by_criterion: dict[str, int] = Field(description="Records that people excluded, by criterion.")
    differing: int = Field(ge=0, description="Records on which people came to different outcomes; the last word stands.")


def count_screening(
    records: Sequence[str], machine: Mapping[str, ScreeningDecision], history: Sequence[ScreeningEntry]
) -> ScreeningCounts:
    """The counts over `records`, the PMIDs to be screened."""
    said = {pmid: entry.decision for pmid, entry in stands(history).items() if entry.decision is not None}
    people = [said[pmid] for pmid in records if pmid in said]
    alone = [machine[pmid] for pmid in records if pmid not in said and pmid in machine]
    out = [decision.criterion for decision in people if decision.outcome is ScreeningOutcome.EXCLUDE]
    outcomes = [decision.outcome for decision in people]
    differ = differing(history)
    return ScreeningCounts(
        records=len(records),
        seen=len(people),
        included=outcomes.count(ScreeningOutcome.INCLUDE),
        excluded=len(out),
        unsure=outcomes.count(ScreeningOutcome.UNSURE),
        seen_by_no_person=len(records) - len(people),
        excluded_by_rule=sum(decision.outcome is ScreeningOutcome.EXCLUDE for decision in alone),
        suggested=sum(decision.outcome is ScreeningOutcome.INCLUDE for decision in alone),
        excluded_by_criterion={name: out.count(name) for name in dict.fromkeys(out)},
        differing=sum(pmid in differ for pmid in records),
    )
