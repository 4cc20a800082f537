"""Groups records of the same work, and works of the same study. Nothing is deleted, and a person's word undoes any of it.

Two levels: records of one work (the same paper from two databases, a preprint and its version of record, the versions of a
Cochrane review, a paper and the notice that retracts it) are read once; works of one study (reports of one registered
trial) stay works of their own and are counted as one study.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evidence.citation import Citation, CitationGroup, GroupingDecision, IntegrityStatus, RecordId, StudyGroup
from evidence.imported import ImportedRecord
from evidence.integrity import integrity_of
from searching.match_records import is_notice_about, why_same
from searching.record_keys import AnyRecord, RecordKey, is_preprint, key_of, versioned_doi, weighty

MOST_IN_BLOCK = 60
"""Records that may share one thing to be compared by it: what more share says nothing."""
MOST_REGISTRATIONS = 3
"""Registrations of one record beyond which it is about several trials: a review or a pooled analysis."""
_LINKS = {
    "UpdateOf": "an update of another record here",
    "UpdateIn": "updated by another record here",
    "RetractionOf": "the retraction notice of another record here",
    "RetractionIn": "retracted by a notice here",
    "PartialRetractionOf": "the notice that partly retracts another record here",
    "PartialRetractionIn": "partly retracted by a notice here",
    "ErratumFor": "a correction of another record here",
    "ErratumIn": "corrected by a notice here",
    "ExpressionOfConcernFor": "an expression of concern about another record here",
    "ExpressionOfConcernIn": "under an expression of concern here",
    "RepublishedFrom": "republished from another record here",
    "RepublishedIn": "republished as another record here",
    "CorrectedandRepublishedFrom": "the corrected version of another record here",
    "CorrectedandRepublishedIn": "corrected and republished as another record here",
    "RetractedandRepublishedFrom": "the version that replaces another record here",
    "RetractedandRepublishedIn": "retracted and republished as another record here",
}
# Which record stands for the work: the one to read first, notices and superseded versions last.
_LEAST_FIT_TO_LEAD = {
    IntegrityStatus.RETRACTION_NOTICE: 3,
    IntegrityStatus.SUPERSEDED: 2,
    IntegrityStatus.PREPRINT: 1,
}
_NOTICE_TYPES = frozenset({"Published Erratum", "Expression of Concern", "Retraction of Publication", "Retraction Notice"})
_ABOUT_SEVERAL = frozenset({"Review", "Systematic Review", "Meta-Analysis", "Practice Guideline", "Guideline"})
_TRIAL_NUMBER = re.compile(
    r"(?:NCT\d{8}|ISRCTN\d{8}|ACTRN\d{14}|DRKS\d{8}|ChiCTR\S{8,16}|CTRI/\d{4}/\S+|UMIN\d{9}|jRCTs?\d{9,10}|NTR\d{3,5}|"
    r"PACTR\d{15,16}|IRCT\S+N\d{1,3}|KCT\d{7}|TCTR\d{11}|RBR-\w{6,8}|\d{4}-\d{6}-\d{2})\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RecordLink:
    """Two records of one work."""

    first: RecordId
    second: RecordId
    reason: str


def find_links(records: Sequence[AnyRecord]) -> tuple[RecordLink, ...]:
    """Every pair of records that are one work, the surest first: PubMed's own links, then what was compared."""
    keys = {key.id: key for key in map(key_of, records)}
    links = list(_stated(records, keys))
    for first, second in candidate_pairs(list(keys.values())):
        one, other = keys[first], keys[second]
        if reason := why_same(one, other):
            links.append(RecordLink(first, second, f"{first} and {second} {reason}"))
        elif is_notice_about(one, other) or is_notice_about(other, one):
            links.append(RecordLink(first, second, f"{first} and {second} are a work and a notice that has its title"))
    return tuple(links)


def group_records(
    records: Sequence[AnyRecord], *, decisions: Sequence[GroupingDecision] = (), links: Sequence[RecordLink] | None = None
) -> tuple[CitationGroup, ...]:
    """One group for each work, in the order of the leads: PMIDs ascending, then imported records.

    Args:
        records: of any source, each id once; where nothing else tells, the first of them stands for its work.
        decisions: what people said, oldest first; of two that speak of the same pair the later stands.
        links: those of `find_links`, where they are known already.
    """
    by_id = {_id(record): record for record in records}
    sets = _Sets(by_id, _settled(decisions))
    reasons: dict[RecordId, list[str]] = defaultdict(list)
    for link in [*_said_together(decisions, by_id), *(find_links(records) if links is None else links)]:
        if sets.join(link.first, link.second):
            reasons[link.first].append(link.reason)
    places = {record: place for place, record in enumerate(by_id)}
    groups = []
    for members in sets.members():
        lead = min(members, key=lambda member: (*_fitness(by_id[member]), places[member]))
        said = dict.fromkeys(reason for member in members for reason in reasons.get(member, ()))
        groups.append(CitationGroup(id=lead, lead=lead, members=tuple(members), reason="; ".join(said)))
    return tuple(sorted(groups, key=lambda group: id_order(group.lead)))


def group_studies(groups: Sequence[CitationGroup], records: Sequence[AnyRecord]) -> tuple[StudyGroup, ...]:
    """One group for each study: works that share a trial registration; a work without one is a study by itself."""
    by_id = {_id(record): record for record in records}
    numbers = {group.lead: _trial_numbers([by_id[member] for member in group.members]) for group in groups}
    sets = _Sets(numbers, {})
    by_number: dict[str, RecordId] = {}
    shared: dict[RecordId, set[str]] = defaultdict(set)
    for lead, found in numbers.items():
        for number in sorted(found):
            if (other := by_number.setdefault(number, lead)) != lead:
                sets.join(other, lead)
                shared[other].add(number)
    studies = []
    for works in sets.members():
        ordered = tuple(sorted(works, key=id_order))
        tied = sorted(set().union(*(shared[work] for work in works)))
        reason = f"{len(ordered)} reports of one study, registered as {', '.join(tied)}" if len(ordered) > 1 else ""
        studies.append(StudyGroup(id=ordered[0], works=ordered, registrations=tuple(tied), reason=reason))
    return tuple(sorted(studies, key=lambda study: id_order(study.id)))


def candidate_pairs(keys: Sequence[RecordKey]) -> list[tuple[RecordId, RecordId]]:
    """Pairs worth comparing: those that share something rare. In order, and within a pair too, by `id_order`."""
    blocks: dict[tuple[str, ...], list[RecordId]] = defaultdict(list)
    for key in keys:
        for block in set(_blocks(key)):
            blocks[block].append(key.id)
    pairs = set()
    for block, members in blocks.items():
        if len(members) > MOST_IN_BLOCK and block[0] not in ("doi", "pmid", "source"):
            continue
        ordered = sorted(members, key=id_order)
        pairs |= {(one, other) for place, one in enumerate(ordered) for other in ordered[place + 1 :]}
    return sorted(pairs, key=lambda pair: (id_order(pair[0]), id_order(pair[1])))


def id_order(record_id: RecordId) -> tuple[int, int, str, int]:
    """PMIDs by number, then imported records by file and place."""
    if record_id.isdigit():
        return 0, int(record_id), "", 0
    file, _, place = record_id.rpartition(".")
    return 1, 0, file, int(place)


def _blocks(key: RecordKey) -> Iterator[tuple[str, ...]]:
    if key.pmid:
        yield "pmid", key.pmid
    if key.doi:
        yield "doi", key.doi
    for source in key.sources:
        yield "source", source
    for title in key.titles:
        words = weighty(title)
        if len(words) >= 3:
            yield "begins", *words[:4]
            yield "ends", *words[-4:]
            yield "longest", *sorted(sorted(set(words), key=lambda word: (-len(word), word))[:4])
        yield "letters", "".join(title)[:60]
    if key.page and key.volume:
        yield "place", key.volume, key.page, *(key.journal or key.short_journal)[:1]
        if key.authors:
            yield "author and place", min(key.authors), key.page
    if key.abstract:
        yield "abstract", key.abstract[:50]
    if len(key.authors) >= 3:
        yield "authors", *sorted(set(key.authors))[:4]


def _stated(records: Sequence[AnyRecord], keys: Mapping[RecordId, RecordKey]) -> Iterator[RecordLink]:
    for record in records:
        if isinstance(record, Citation):
            for link in record.corrections:
                said = _LINKS.get(link.kind) or _LINKS.get(link.kind.replace("And", "and"))
                if said and link.pmid and link.pmid in keys and link.pmid != record.pmid:
                    yield RecordLink(record.pmid, link.pmid, f"{record.pmid} is {said} ({link.pmid})")


def _said_together(decisions: Sequence[GroupingDecision], here: Mapping[RecordId, object]) -> Iterator[RecordLink]:
    for decision in decisions:
        there = [record for record in decision.records if record in here]
        if decision.kind == "together":
            for other in there[1:]:
                yield RecordLink(
                    there[0], other, f"{decision.by} says that {there[0]} and {other} are one work: {decision.reason}"
                )


def _settled(decisions: Sequence[GroupingDecision]) -> dict[frozenset[RecordId], str]:
    """What people last said of each pair."""
    return {
        frozenset((one, other)): decision.kind
        for decision in decisions
        for one in decision.records
        for other in decision.records
        if one != other
    }


class _Sets:
    """Disjoint sets that never join what a person holds apart."""

    def __init__(self, ids: Iterable[RecordId], settled: Mapping[frozenset[RecordId], str]) -> None:
        self._members: dict[RecordId, list[RecordId]] = {record: [record] for record in ids}
        self._root = {record: record for record in self._members}
        self._settled = settled

    def join(self, first: RecordId, second: RecordId) -> bool:
        """Whether the two are in one set now."""
        one, other = self._root[first], self._root[second]
        if one == other:
            return True
        if self._settled and any(
            self._settled.get(frozenset((a, b))) == "apart" for a in self._members[one] for b in self._members[other]
        ):
            return False
        small, large = sorted((one, other), key=lambda root: len(self._members[root]))
        for member in self._members.pop(small):
            self._root[member] = large
            self._members[large].append(member)
        return True

    def members(self) -> list[list[RecordId]]:
        """Each set's members in order."""
        return [sorted(members, key=id_order) for members in self._members.values()]


def _fitness(record: AnyRecord) -> tuple[int, int, int, bool, int]:
    """What stands for a work comes first: the version of record before preprints and notices, the newest version, PubMed's
    record before others', one with an abstract, the newest PMID."""
    version = -versioned_doi(record.doi)[1]
    if isinstance(record, ImportedRecord):
        return int(is_preprint(record)), version, 1, not record.abstract, 0
    fitness = _LEAST_FIT_TO_LEAD.get(integrity_of(record).status, int(is_preprint(record)))
    if _NOTICE_TYPES & set(record.publication_types):
        fitness = 3
    return fitness, version, 0, not record.has_abstract, -int(record.pmid)


def _trial_numbers(works: Sequence[AnyRecord]) -> set[str]:
    """Registrations of the trial that a work reports; none where it names many or is a review."""
    found: set[str] = set()
    for work in works:
        numbers = {re.sub(r"\s", "", entry.number).upper() for entry in work.registrations if _TRIAL_NUMBER.match(entry.number)}
        if len(numbers) <= MOST_REGISTRATIONS and not _ABOUT_SEVERAL & set(work.publication_types):
            found |= numbers
    return found


def _id(record: AnyRecord) -> RecordId:
    return record.id if isinstance(record, ImportedRecord) else record.pmid
