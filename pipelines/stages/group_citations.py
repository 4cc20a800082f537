"""Groups records of the same work, so that each is counted and read once. Nothing is deleted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from evidence.citation import Citation, CitationGroup, IntegrityStatus
from evidence.integrity import integrity_of

_SAME_WORK = {
    "UpdateOf": "an update of another record here",
    "UpdateIn": "updated by another record here",
    "RetractionOf": "the retraction notice of another record here",
    "RetractionIn": "retracted by a notice here",
    "ErratumFor": "a correction of another record here",
    "ErratumIn": "corrected by a notice here",
    "ExpressionOfConcernFor": "an expression of concern about another record here",
    "ExpressionOfConcernIn": "under an expression of concern here",
    "RepublishedFrom": "republished from another record here",
    "RepublishedIn": "republished as another record here",
}
_COCHRANE_VERSION = re.compile(r"^(10\.1002/14651858\.[a-z]{2}\d+)(?:\.pub\d+)?$")
# Which record stands for the work: the one to read first, notices and superseded versions last.
_LEAST_FIT_TO_LEAD = {
    IntegrityStatus.RETRACTION_NOTICE: 3,
    IntegrityStatus.SUPERSEDED: 2,
    IntegrityStatus.PREPRINT: 1,
}
_NOTICE_TYPES = frozenset({"Published Erratum", "Expression of Concern", "Retraction of Publication", "Retraction Notice"})


def group_citations(citations: Sequence[Citation]) -> tuple[CitationGroup, ...]:
    """One group for each work, ordered by lead PMID: same DOI, Cochrane versions, preprint and version of record, notices."""
    here = {citation.pmid: citation for citation in citations}
    parent = {pmid: pmid for pmid in here}
    reasons: dict[str, list[str]] = {}

    def root(pmid: str) -> str:
        while parent[pmid] != pmid:
            parent[pmid] = parent[parent[pmid]]
            pmid = parent[pmid]
        return pmid

    for first, second, reason in _links(here):
        if root(first) != root(second):
            parent[root(second)] = root(first)
        reasons.setdefault(first, []).append(reason)
    members: dict[str, list[Citation]] = {}
    for pmid in sorted(here, key=int):
        members.setdefault(root(pmid), []).append(here[pmid])
    groups = [_group(works, reasons) for works in members.values()]
    return tuple(sorted(groups, key=lambda group: int(group.lead)))


def _links(here: dict[str, Citation]) -> Iterable[tuple[str, str, str]]:
    by_doi: dict[str, str] = {}
    for pmid, citation in here.items():
        for correction in citation.corrections:
            if correction.kind in _SAME_WORK and correction.pmid in here:
                yield pmid, correction.pmid, f"{pmid} is {_SAME_WORK[correction.kind]} ({correction.pmid})"
        if citation.doi:
            version = _COCHRANE_VERSION.match(citation.doi)
            doi = version.group(1) if version else citation.doi
            if doi in by_doi:
                yield pmid, by_doi[doi], f"{pmid} and {by_doi[doi]} have the same DOI, {doi}"
            by_doi.setdefault(doi, pmid)


def _group(works: Sequence[Citation], reasons: dict[str, list[str]]) -> CitationGroup:
    lead = min(works, key=_lead_order)
    said = dict.fromkeys(reason for work in works for reason in reasons.get(work.pmid, []))
    return CitationGroup(id=lead.pmid, lead=lead.pmid, members=tuple(work.pmid for work in works), reason="; ".join(said))


def _lead_order(citation: Citation) -> tuple[int, bool, int]:
    fitness = 3 if _NOTICE_TYPES & set(citation.publication_types) else _LEAST_FIT_TO_LEAD.get(integrity_of(citation).status, 0)
    return fitness, not citation.has_abstract, -int(citation.pmid)
