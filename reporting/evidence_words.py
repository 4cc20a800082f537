"""Words of titles and abstracts that say what kind of study a record is. Lists to read and extend; matched in any case.

The words follow the free-text parts of published design filters (Cochrane HSSS for trials, SIGN and InterTASC for the
others), narrowed to phrases by which a paper speaks of itself. The first kind that matches wins.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class EvidenceType(StrEnum):
    """Kinds of evidence, in the order in which a search report lists them."""

    GUIDELINE = "Guidelines and consensus statements"
    SYSTEMATIC_REVIEW = "Systematic reviews and meta-analyses"
    RANDOMISED_TRIAL = "Randomised controlled trials"
    OTHER_TRIAL = "Non-randomised trials and before-and-after studies"
    COHORT = "Cohort studies"
    CASE_CONTROL = "Case-control studies"
    CROSS_SECTIONAL = "Cross-sectional studies and surveys"
    OBSERVATIONAL = "Other observational studies"
    QUALITATIVE = "Qualitative studies"
    CASE_REPORT = "Case reports and case series"
    PROTOCOL = "Protocols: no results yet"
    OTHER_REVIEW = "Other reviews"
    OPINION = "Editorials, letters, comments and opinion"
    ANIMAL = "Animal studies"
    NOT_STATED = "Study type not stated"
    NOTICE = "Notices: corrections, retractions, expressions of concern"


T = EvidenceType

_TITLE_WORDS: dict[EvidenceType, tuple[str, ...]] = {
    T.NOTICE: (
        r"^\W*(?:erratum|corrigendum|addendum|retraction|expression of concern|(?:author |publisher )?correction)\b"
        r"(?=\W*(?:to|for|of|notice|note|$|[:.-]))",
        r"^\W*notice of retraction\b",
    ),
    T.PROTOCOL: (
        r"\b(?:study|trial|review) protocol\b",
        r"\bprotocol (?:for|of) (?:an?|the)\b",
        r": (?:a )?protocol\b",
    ),
    T.SYSTEMATIC_REVIEW: (
        r"\bsystematic (?:literature )?review",
        r"\bmeta-?\s?analy[sz]",
        r"\bumbrella review",
        r"\bevidence synthesis\b",
    ),
    T.OTHER_REVIEW: (
        r"\b(?:scoping|narrative|literature|rapid|integrative|critical|state-of-the-art) review\b",
        r": an? (?:updated? )?(?:review|overview)\b",
    ),
    T.GUIDELINE: (
        r"\b(?:practice|clinical|evidence-based) (?:guidelines?|parameters?)\b(?! (?:adherence|implementation))",
        r"\bguidelines? (?:for|on|from|of)\b(?! (?:adherence|implementation))",
        r"\b(?:consensus|position|scientific) statement",
        r"\bconsensus (?:recommendation|guideline)",
    ),
    T.OTHER_TRIAL: (
        r"\bnon-?randomi[sz]ed\b",
        r"\bquasi-?(?:experimental|randomi[sz]ed)\b",
        r"\binterrupted time[- ]series\b",
        r"\b(?:single-arm|before[- ]and[- ]after)\b.{0,40}\b(?:trial|study)\b",
    ),
    T.RANDOMISED_TRIAL: (
        r"\brandomi[sz]ed\b.{0,60}\b(?:trial|study|comparison|evaluation)\b",
        r"\brandomi[sz]ed\b.{0,30}\b(?:controlled|double|placebo|crossover|cross-over|clinical)\b",
        r"\bRCT\b",
        r"\b(?:double|triple)[- ]blind(?:ed)?\b",
        r"\bplacebo[- ]controlled\b",
    ),
    T.CASE_CONTROL: (r"\bcase[-–]control\b",),
    T.COHORT: (
        r"\bcohort\b",
        r"\b(?:prospective|retrospective) (?:observational )?(?:study|analysis|review)\b",
        r"\blongitudinal study\b",
    ),
    T.CROSS_SECTIONAL: (
        r"\bcross[- ]sectional\b",
        r"\b(?:online|questionnaire|national|postal) survey\b",
        r": a survey\b",
    ),
    T.QUALITATIVE: (
        r"\bqualitative (?:study|research|interview|analysis|exploration|evaluation|descriptive)",
        r"\bfocus groups?\b",
        r"\bethnograph",
        r"\bphenomenological\b",
        r"\binterview study\b",
        r"\bgrounded theory\b",
    ),
    T.CASE_REPORT: (
        r"\bcase (?:report|series)\b",
        r": a case study\b",
        r"\breport of (?:\w+ ){1,2}cases?\b",
    ),
    T.OPINION: (
        r"^\W*(?:editorial|commentary|letter to the editor|viewpoint|in reply|reply to|comment on)\b",
        r": an? (?:commentary|viewpoint|perspective)\b",
    ),
}

_ABSTRACT_WORDS: dict[EvidenceType, tuple[str, ...]] = {
    T.SYSTEMATIC_REVIEW: (
        r"\b(?:this|our|we (?:did|conducted|performed|undertook|carried out) an?) systematic (?:literature )?review\b",
        r"\bwe (?:systematically )?searched\b.{0,80}\b(?:medline|pubmed|embase)\b",
        r"\brandom[- ]effects meta-analys",
        r"^(?:SEARCH METHODS|SELECTION CRITERIA|DATA SOURCES):",
    ),
    T.RANDOMISED_TRIAL: (
        r"\b(?:were|was|we) (?:then )?(?:\w+ )?randomi[sz]ed\b",
        r"\brandomly (?:assigned|allocated|divided)\b",
        r"\brandomi[sz]ed (?:to|into|between)\b",
        r"\brandomi[sz]ed,?\b.{0,40}\b(?:trial|study|design)\b(?! (?:is|are) (?:needed|warranted))",
        r"\bdouble[- ]blind",
        r"\brandom(?:ly)? (?:assignment|allocation)\b",
    ),
    T.CASE_CONTROL: (r"\bcase[-–]control (?:study|design|analysis)\b",),
    T.CROSS_SECTIONAL: (r"\bcross[- ]sectional (?:study|survey|analysis|design)\b",),
    T.COHORT: (
        r"\b(?:prospective|retrospective|population[- ]based|birth|historical)\b.{0,20}\bcohort\b",
        r"\bcohort study\b",
        r"\bretrospective(?:ly)? (?:study|analysis|review(?:ed)?|analy[sz]ed)\b",
        r"\bprospective (?:observational )?study\b",
    ),
    T.QUALITATIVE: (
        r"\bsemi-?structured interviews?\b",
        r"\bfocus groups? (?:were|was|discussions?)\b",
        r"\bthematic analysis\b",
        r"\bqualitative (?:study|interviews?|design)\b",
    ),
    T.CASE_REPORT: (
        r"\bwe (?:report|present|describe) (?:an?|the|two|three)\b.{0,40}\b(?:cases?|patients?|man|woman)\b",
        r"\ban? \d{1,2}[- ](?:year|month|week|day)[- ]old\b.{0,60}\b(?:presented|was admitted|developed)\b",
    ),
    T.OTHER_REVIEW: (
        r"\b(?:this|the present|our) (?:\w+ )?(?:review|article reviews|paper reviews)\b",
        r"\bwe review\b",
    ),
}


def _compiled(words: dict[EvidenceType, tuple[str, ...]]) -> tuple[tuple[EvidenceType, re.Pattern[str]], ...]:
    return tuple((kind, re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE)) for kind, patterns in words.items())


_TITLE, _ABSTRACT = _compiled(_TITLE_WORDS), _compiled(_ABSTRACT_WORDS)
_ENOUGH = 20_000


def kind_in_title(title: str) -> EvidenceType | None:
    """The kind that a title names, or None."""
    return _first(_TITLE, title)


@lru_cache(maxsize=256)
def kind_in_abstract(abstract: str) -> EvidenceType | None:
    """The kind of which an abstract speaks as its own, or None. Reads the first 20,000 characters."""
    return _first(_ABSTRACT, abstract)


def _first(patterns: tuple[tuple[EvidenceType, re.Pattern[str]], ...], text: str) -> EvidenceType | None:
    return next((kind for kind, pattern in patterns if pattern.search(text[:_ENOUGH])), None)
