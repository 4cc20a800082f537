"""What kind of evidence a record is, from its publication types, MeSH headings, and the words of title and abstract.

Publication types lag: a trial ahead of print carries none, so words count too, and a record placed by its words alone, or
whose parts disagree, says so. Nothing here judges quality. Order of groups: NHS search reports, best summarised first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence.citation import Citation, IntegrityStatus
from evidence.integrity import integrity_of
from reporting.evidence_words import EvidenceType, kind_in_abstract, kind_in_title


@dataclass(frozen=True, slots=True)
class TypedEvidence:
    """A record's kind, what it rests on, and a sentence on any doubt; `disagree` where parts of the record name two kinds."""

    kind: EvidenceType
    basis: str
    doubt: str = ""
    disagree: bool = False


T = EvidenceType

_BY_TYPE: Mapping[str, EvidenceType] = {
    "practice guideline": T.GUIDELINE,
    "guideline": T.GUIDELINE,
    "consensus development conference": T.GUIDELINE,
    "consensus development conference, nih": T.GUIDELINE,
    "systematic review": T.SYSTEMATIC_REVIEW,
    "meta-analysis": T.SYSTEMATIC_REVIEW,
    "network meta-analysis": T.SYSTEMATIC_REVIEW,
    "clinical trial protocol": T.PROTOCOL,
    "randomized controlled trial": T.RANDOMISED_TRIAL,
    "equivalence trial": T.RANDOMISED_TRIAL,
    "pragmatic clinical trial": T.RANDOMISED_TRIAL,
    "randomized controlled trial, veterinary": T.ANIMAL,
    "clinical trial, veterinary": T.ANIMAL,
    "observational study, veterinary": T.ANIMAL,
    "controlled clinical trial": T.OTHER_TRIAL,
    "adaptive clinical trial": T.OTHER_TRIAL,
    "clinical trial": T.OTHER_TRIAL,
    "clinical trial, phase i": T.OTHER_TRIAL,
    "clinical trial, phase ii": T.OTHER_TRIAL,
    "clinical trial, phase iii": T.OTHER_TRIAL,
    "clinical trial, phase iv": T.OTHER_TRIAL,
    "case reports": T.CASE_REPORT,
    "observational study": T.OBSERVATIONAL,
    "scoping review": T.OTHER_REVIEW,
    "review": T.OTHER_REVIEW,
    "editorial": T.OPINION,
    "letter": T.OPINION,
    "comment": T.OPINION,
    "news": T.OPINION,
    "newspaper article": T.OPINION,
    "interview": T.OPINION,
    "personal narrative": T.OPINION,
    "published erratum": T.NOTICE,
    "retraction of publication": T.NOTICE,
    "retraction notice": T.NOTICE,
    "expression of concern": T.NOTICE,
}
"""Publication types that say what a record is. PubMed's own: nlm.nih.gov/mesh/pubtypes.html. Lower case."""

_RANK = (T.NOTICE, T.GUIDELINE, T.PROTOCOL, T.SYSTEMATIC_REVIEW, T.ANIMAL, T.RANDOMISED_TRIAL, T.CASE_REPORT, T.OTHER_REVIEW,
         T.OTHER_TRIAL, T.COHORT, T.CASE_CONTROL, T.CROSS_SECTIONAL, T.QUALITATIVE, T.OBSERVATIONAL, T.OPINION)  # fmt: skip
"""Which kind wins where one part of a record names several."""

_BY_HEADING: Mapping[str, EvidenceType] = {
    "case-control studies": T.CASE_CONTROL,
    "cohort studies": T.COHORT,
    "prospective studies": T.COHORT,
    "retrospective studies": T.COHORT,
    "longitudinal studies": T.COHORT,
    "follow-up studies": T.COHORT,
    "cross-sectional studies": T.CROSS_SECTIONAL,
    "health care surveys": T.CROSS_SECTIONAL,
    "qualitative research": T.QUALITATIVE,
    "focus groups": T.QUALITATIVE,
    "grounded theory": T.QUALITATIVE,
    "controlled before-after studies": T.OTHER_TRIAL,
    "interrupted time series analysis": T.OTHER_TRIAL,
    "historically controlled study": T.OTHER_TRIAL,
    "random allocation": T.RANDOMISED_TRIAL,
    "double-blind method": T.RANDOMISED_TRIAL,
    "single-blind method": T.RANDOMISED_TRIAL,
}
"""Headings that MEDLINE's indexers give to a study for its design. `… as Topic` is what a paper is about, so not here."""

_STRONG = frozenset({T.GUIDELINE, T.PROTOCOL, T.SYSTEMATIC_REVIEW, T.RANDOMISED_TRIAL, T.QUALITATIVE, T.CASE_REPORT})
_GENERIC = frozenset({T.OTHER_TRIAL, T.OTHER_REVIEW, T.OBSERVATIONAL})
"""Types that a title may make more exact: a `Review` that calls itself systematic, a `Clinical Trial` that is randomised."""

_NARROWER: Mapping[EvidenceType, frozenset[EvidenceType]] = {
    T.OTHER_TRIAL: frozenset({T.RANDOMISED_TRIAL, T.PROTOCOL}),
    T.OTHER_REVIEW: frozenset({T.SYSTEMATIC_REVIEW, T.GUIDELINE, T.PROTOCOL}),
    T.OBSERVATIONAL: frozenset({T.COHORT, T.CASE_CONTROL, T.CROSS_SECTIONAL, T.QUALITATIVE, T.CASE_REPORT, T.PROTOCOL}),
    T.RANDOMISED_TRIAL: frozenset({T.PROTOCOL}),
}


def evidence_type_of(citation: Citation) -> TypedEvidence:
    """The record's kind of evidence with what it rests on, and any doubt in one sentence."""
    printed, by_type = _from_types(citation)
    in_title = kind_in_title(citation.title)
    if by_type is None and integrity_of(citation).status is IntegrityStatus.RETRACTION_NOTICE:
        return TypedEvidence(T.NOTICE, "its own data say that it is a notice")
    if by_type is None:
        return _without_type(citation, in_title)
    basis = f"publication type {printed}"
    if in_title and in_title in _NARROWER.get(by_type, ()):
        return TypedEvidence(
            in_title, "its title", f"Placed by its title; its publication type is only {printed}.", disagree=True
        )
    if by_type is T.OBSERVATIONAL and (heading := _from_headings(citation)):
        return TypedEvidence(heading[1], f"MeSH heading {heading[0]}")
    if by_type is T.OBSERVATIONAL and (in_abstract := kind_in_abstract(citation.abstract_text)) in _NARROWER[by_type]:
        return TypedEvidence(in_abstract or by_type, "its abstract")
    conflict = _conflict(by_type, in_title, printed)
    return TypedEvidence(by_type, basis, conflict, disagree=bool(conflict))


def _conflict(by_type: EvidenceType, in_title: EvidenceType | None, printed: str) -> str:
    """A sentence where the title names another strong kind than the publication types do."""
    if in_title is None or in_title is by_type or by_type in {T.NOTICE, T.OPINION, T.ANIMAL}:
        return ""
    if in_title not in _STRONG or (by_type is T.SYSTEMATIC_REVIEW and in_title is T.RANDOMISED_TRIAL):
        return ""  # a review of randomised trials names them in its title
    return f"Its publication type is {printed}, but its title reads like: {in_title.value.lower()}."


def _without_type(citation: Citation, in_title: EvidenceType | None) -> TypedEvidence:
    """Where the publication types say nothing of the design."""
    heading = _from_headings(citation)
    if in_title:
        doubt = "Placed by its title; it has no such publication type."
        return TypedEvidence(in_title, "its title", doubt)
    in_abstract = kind_in_abstract(citation.abstract_text)
    if heading and in_abstract in {None, heading[1]}:
        return TypedEvidence(heading[1], f"MeSH heading {heading[0]}")
    if in_abstract:
        other = f"; its MeSH heading {heading[0]} says otherwise" if heading else ""
        doubt = f"Placed by words of its abstract; it has no such publication type{other}."
        return TypedEvidence(in_abstract, "its abstract", doubt, disagree=bool(other))
    if _animals_only(citation):
        return TypedEvidence(T.ANIMAL, "MeSH heading Animals without Humans")
    return TypedEvidence(T.NOT_STATED, "neither types, headings nor words say")


def _from_types(citation: Citation) -> tuple[str, EvidenceType | None]:
    kinds = {_BY_TYPE[name]: printed for printed in citation.publication_types if (name := _folded(printed)) in _BY_TYPE}
    best = _best(kinds)
    return (kinds[best], best) if best else ("", None)


def _from_headings(citation: Citation) -> tuple[str, EvidenceType] | None:
    names = {name: heading.descriptor for heading in citation.mesh if (name := _folded(heading.descriptor)) in _BY_HEADING}
    # Follow-up and blinding are given to many designs: another heading of the record says more.
    exact = {name for name in names if name not in {"follow-up studies", "prospective studies", "retrospective studies"}}
    kinds = {_BY_HEADING[name]: names[name] for name in (exact or names)}
    best = _best(kinds)
    return (kinds[best], best) if best else None


def _best(kinds: Iterable[EvidenceType]) -> EvidenceType | None:
    found = set(kinds)
    return next((kind for kind in _RANK if kind in found), None)


def _animals_only(citation: Citation) -> bool:
    names = {_folded(heading.descriptor) for heading in citation.mesh}
    return "animals" in names and "humans" not in names


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
