"""Whether two records are independent: a review speaks for the trials in it, and two reports may be of one trial."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from evidence.citation import Citation
from evidence.text import normalise

_REVIEW_TYPES = frozenset({"Review", "Systematic Review", "Meta-Analysis"})
_REVIEW_TITLE = re.compile(
    r"(?i)\b(?:systematic review|meta-?analys[ie]s|pooled analysis|scoping review|overview of reviews)\b"
)
MOST_REGISTRATIONS = 3
"""Registrations beyond which a record is about several trials."""

_SHORTEST_TITLE = 30
"""Characters; a shorter title may stand in another by chance."""


def is_review(record: Citation) -> bool:
    """Whether the record reviews studies, by its publication types or its title."""
    return not _REVIEW_TYPES.isdisjoint(record.publication_types) or _is_review_title(record.title)


@lru_cache(maxsize=2048)
def _is_review_title(title: str) -> bool:
    return _REVIEW_TITLE.search(title) is not None


def not_independent(one: Citation, other: Citation) -> str:
    """Why the two cannot count as two, one sentence; empty where nothing in the records says so."""
    for review, study in ((one, other), (other, one)):
        if is_review(review) and not is_review(study) and (how := _contains(review, study)):
            return f"PMID {review.pmid} is a review that already has PMID {study.pmid} ({how}), so the two are not independent."
    if is_review(one) or is_review(other):
        return ""
    shared = sorted(_numbers(one) & _numbers(other))
    if not shared:
        return ""
    fewer, more = sorted((one, other), key=lambda record: len(_numbers(record)))
    if len(_numbers(more)) > MOST_REGISTRATIONS:
        return (
            f"PMID {more.pmid} puts several trials together, and that of PMID {fewer.pmid} is among them ({shared[0]}), so the "
            "two are not independent."
        )
    return f"PMID {one.pmid} and PMID {other.pmid} report one study, registered as {', '.join(shared)}."


def first_dependence(records: Sequence[Citation]) -> str:
    """The first reason why the records are not independent of one another; empty where none is found."""
    return next((reason for one, other in combinations(records, 2) if (reason := not_independent(one, other))), "")


def _contains(review: Citation, study: Citation) -> str:
    if shared := _numbers(review) & _numbers(study):
        return f"it names its registration {sorted(shared)[0]}"
    cited = {*review.references, *(entry.pmid for entry in review.reference_list), *(link.pmid for link in review.corrections)}
    if study.pmid in cited:
        return "its PMID is in the reference list"
    if study.doi and study.doi in {entry.doi for entry in review.reference_list}:
        return "its DOI is in the reference list"
    title = _bare(study.title)
    texts = [entry.text for entry in review.reference_list] + [link.reference for link in review.corrections]
    if len(title) >= _SHORTEST_TITLE and any(title in _bare(text) for text in (*texts, review.abstract_text)):
        return "its title is in the reference list"
    return ""


def _numbers(record: Citation) -> frozenset[str]:
    """Registration numbers without white space, in capitals."""
    return frozenset(re.sub(r"\s", "", entry.number).upper() for entry in record.registrations)


def _bare(title: str) -> str:
    return re.sub(r"[\W_]+", " ", normalise(title).text.casefold()).strip()
