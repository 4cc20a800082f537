"""The screening of one run: its works, what rules, models and people said of them, and what a person decides next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import TypeAdapter

from connectors.store import Store
from evidence.base import content_hash
from evidence.citation import Citation, CitationGroup, GroupingDecision
from evidence.errors import InvalidInput
from evidence.imported import ImportedFile, ImportedRecord
from evidence.kept import Kept
from evidence.question import EligibilityCriterion, Framework, Protocol
from evidence.run import RunSummary
from evidence.screening import (
    ScreeningCounts,
    ScreeningDecision,
    ScreeningEntry,
    ScreeningOutcome,
    ScreeningStatement,
    count_screening,
    refuse_unseen,
    standing_decisions,
    stands,
)
from pipelines.stages.import_records import imported_files, join_records
from pipelines.statements import statements
from searching.screening.criteria import EVERY, eligibility_criteria, find_words

_GROUPS = TypeAdapter(tuple[CitationGroup, ...])
_PMIDS = TypeAdapter(tuple[str, ...])
_DECISIONS = TypeAdapter(tuple[ScreeningDecision, ...])
_JOINED: Kept[tuple[str, str, int, int, str], tuple[CitationGroup, ...]] = Kept(24)


@dataclass(frozen=True)
class Screening:
    """What there is to screen in a run, and what was said so far."""

    run: RunSummary
    protocol: Protocol
    citations: Mapping[str, Citation]
    works: tuple[str, ...]
    """PMIDs to decide on, one a group of the same work, by relevance where the run has ranked them."""
    same_work: Mapping[str, str]
    """By PMID of every other record the PMID that stands for its work."""
    machine: Mapping[str, ScreeningDecision]
    history: tuple[ScreeningEntry, ...]

    @cached_property
    def criteria(self) -> tuple[EligibilityCriterion, ...]:
        """Every criterion of the run, in the order in which to apply them."""
        return eligibility_criteria(self.protocol)

    @cached_property
    def seen(self) -> dict[str, ScreeningEntry]:
        """By PMID the person's entry that stands, in the order in which people first decided."""
        return stands(self.history)

    @property
    def counts(self) -> ScreeningCounts:
        """Where it stands."""
        return count_screening(self.works, self.machine, self.history)

    @property
    def standing(self) -> tuple[ScreeningDecision, ...]:
        """One decision a work, people's first."""
        return standing_decisions([self.machine[pmid] for pmid in self.works if pmid in self.machine], self.history)

    @property
    def read_in_order(self) -> list[tuple[str, bool]]:
        """PMIDs that people decided on, in that order, with whether they included them; what is unsure counts as relevant."""
        return [
            (pmid, entry.decision.outcome is not ScreeningOutcome.EXCLUDE)
            for pmid, entry in self.seen.items()
            if entry.decision is not None
        ]

    @property
    def open(self) -> tuple[str, ...]:
        """PMIDs that no person has decided on and no rule keeps out, in the order of `works`."""
        return tuple(
            pmid
            for pmid in self.works
            if pmid not in self.seen and not ((said := self.machine.get(pmid)) and said.outcome is ScreeningOutcome.EXCLUDE)
        )


def open_screening(store: Store, run_id: str) -> Screening:
    """The screening of the run. Raises RunNotFound, and InvalidInput where the run has fetched no records yet."""
    run = store.run(run_id)
    citations = {citation.pmid: citation for citation in store.citations(run.id)}
    if not citations:
        raise InvalidInput(f"Run {run.id} has no records to screen yet: go on with `evidence resume {run.id}`.")
    files, decided = imported_files(store, run.id), statements(store, run.id, GroupingDecision)
    if files or decided:
        groups = _joined(store, run.id, tuple(citations.values()), files, decided)
        citations |= {record.id: _as_citation(record) for file in files for record in file.records}
    else:
        groups = _GROUPS.validate_python(store.newest_step(run.id, "group_citations") or ())
    same_work = {pmid: group.lead for group in groups for pmid in group.members if pmid != group.lead}
    ranked = _PMIDS.validate_python(store.newest_step(run.id, "rank_citations") or ())
    leads = {pmid for pmid in citations if pmid not in same_work}
    first = [pmid for pmid in ranked if pmid in leads]
    protocol = store.newest_step(run.id, "frame_question")
    machine = _DECISIONS.validate_python(store.newest_step(run.id, "screen_citations") or ())
    return Screening(
        run=run,
        protocol=Protocol.model_validate(protocol) if protocol else _protocol_of(run),
        citations=citations,
        works=(*first, *sorted(leads - set(first), key=_id_order)),
        same_work=same_work,
        machine={decision.pmid: decision for decision in machine},
        history=tuple(store.screening(run.id)),
    )


def _joined(
    store: Store,
    run_id: str,
    citations: Sequence[Citation],
    files: Sequence[ImportedFile],
    decided: Sequence[GroupingDecision],
) -> tuple[CitationGroup, ...]:
    """The works of a run with imported files, kept: to find them among 500 records takes a fifth of a second."""
    said = content_hash([decision.model_dump(mode="json") for decision in decided])
    key = (store.url, run_id, len(citations), len(files), said)
    groups = _JOINED.get(key)
    if groups is None:
        groups = join_records(citations, files, decisions=decided).groups
        _JOINED.put(key, groups)
    return groups


def _as_citation(record: ImportedRecord) -> Citation:
    """An imported record as screening reads it. Where it has no PMID, 0 stands for one; its id is what names it here."""
    made = record.model_copy(update={"pmid": record.pmid or "0"}).as_citation()
    assert made is not None  # noqa: S101 - for the type checker: it has a PMID
    return made


def _id_order(id_: str) -> tuple[bool, int, str]:
    """PMIDs by number, then imported records by id."""
    return (False, int(id_), "") if id_.isdigit() else (True, 0, id_)


def _protocol_of(run: RunSummary) -> Protocol:
    """What the request alone says, for a run whose question nobody took apart."""
    request = run.request
    limits = [("population-limits", "Studied", request.population_limits), ("exclusions", "Not wanted", request.exclusions)]
    return Protocol(
        question=request.question,
        framework=request.framework or Framework.PICO,
        elements=request.elements,
        proposed_by="person",
        criteria=tuple(EligibilityCriterion(id=name, text=f"{words}: {text}.") for name, words, text in limits if text),
        known_pmids=request.known_pmids,
        since=request.since,
        until=request.until,
        languages=request.languages,
        publication_types=request.publication_types,
    )


def name_of(id_: str) -> str:
    """How a record is called: `PMID 123`, or the id of an imported record as it is."""
    return f"PMID {id_}" if id_.isdigit() else id_


def decision_of(screening: Screening, said: ScreeningStatement, *, by: str) -> ScreeningDecision:
    """The decision that this makes. Raises InvalidInput, in one sentence, where it does not fit the run or the record."""
    citation = screening.citations.get(said.pmid)
    if citation is None:
        raise InvalidInput(f"{name_of(said.pmid)} is not among the records of run {screening.run.id}.")
    if said.pmid in screening.same_work:
        lead = screening.same_work[said.pmid]
        raise InvalidInput(
            f"{name_of(said.pmid)} reports the same work as {name_of(lead)}: decide on {lead}, which stands for both."
        )
    criterion = said.criterion or (EVERY if said.outcome is ScreeningOutcome.INCLUDE else "")
    known = [item.id for item in screening.criteria]
    if criterion not in known:
        what = (
            f"{criterion!r} is no criterion of this run"
            if criterion
            else f"{said.outcome.value} needs the criterion it rests on"
        )
        raise InvalidInput(f"{name_of(said.pmid)}: {what}; there are {', '.join(known)}.")
    if not said.reason.strip() and said.outcome is not ScreeningOutcome.INCLUDE:
        raise InvalidInput(f"{name_of(said.pmid)}: say in one sentence why it is decided as {said.outcome.value}.")
    found = find_words(said.words, citation)
    if said.words.strip() and found is None:
        raise InvalidInput(
            f"{name_of(said.pmid)}: the words {said.words[:60]!r} stand neither in its title nor in its abstract; copy them."
        )
    return ScreeningDecision(
        pmid=said.pmid,
        outcome=said.outcome,
        criterion=criterion,
        reason=said.reason.strip() or "It meets the criteria.",
        made_by="person",
        by=by,
        **(found._asdict() if found else {}),
    )


def decide(
    store: Store,
    screening: Screening,
    said: Sequence[ScreeningStatement],
    *,
    by: str,
    seen: Mapping[str, int] | None = None,
) -> list[ScreeningEntry]:
    """Keep what people say, all of it or, where any of it is refused, nothing. `by` is who says what names nobody.

    `seen` gives by PMID the number of the last entry that the person saw: `ChangedMeanwhile` is raised where there is another.
    """
    refuse_unseen(screening.history, seen or {})
    by_person: dict[str, list[tuple[str, ScreeningDecision | None]]] = {}
    for item in said:
        who = _named(item.by or by, "A decision needs the name of the person who makes it")
        by_person.setdefault(who, []).append((item.pmid, decision_of(screening, item, by=who)))
    return [
        entry for who, decisions in by_person.items() for entry in store.decide(screening.run.id, decisions, by=who, seen=seen)
    ]


def take_back(
    store: Store, screening: Screening, pmid: str, *, by: str, seen: Mapping[str, int] | None = None
) -> ScreeningEntry:
    """Take back the decision that stands on the record. Raises InvalidInput where no person's decision stands.

    `seen` as in `decide`.
    """
    who = _named(by, "Taking a decision back needs the name of the person who does it")
    try:
        return store.decide(screening.run.id, [(pmid, None)], by=who, seen=seen)[0]
    except ValueError:
        raise InvalidInput(
            f"No person has decided on {name_of(pmid)} in run {screening.run.id}: nothing to take back."
        ) from None


def news(screening: Screening, said: Sequence[ScreeningStatement], *, by: str) -> list[ScreeningStatement]:
    """The statements that say anything new: those whose same decision by the same person stands already are left out."""
    return [item for item in said if not _stands_already(screening, item, item.by or by)]


def _stands_already(screening: Screening, said: ScreeningStatement, by: str) -> bool:
    entry = screening.seen.get(said.pmid)
    if entry is None or entry.decision is None or entry.by != by:
        return False
    stood = entry.decision
    given = (said.criterion or stood.criterion, said.reason.strip() or stood.reason, said.words or stood.words)
    return said.outcome is stood.outcome and given == (stood.criterion, stood.reason, stood.words)


def _named(by: str, what: str) -> str:
    name = " ".join(by.split())
    if not name:
        raise InvalidInput(f"{what}: give it with --by.")
    return name
