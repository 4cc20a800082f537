"""Errors of reach and of certainty: the population widened, a hedge dropped, one trial's past told as a general present."""

from __future__ import annotations

import re

from evaluation.mutations.true_claim import TrueClaim, change_at

_PEOPLE = (
    r"(?:patients?|children|adults|women|men|infants|adolescents|people|persons|individuals|subjects|participants|workers)"
)
_PLACE = r"(?:in|for|among|of)"
_LIMITED_BY = r"(?:with|undergoing|receiving|aged|who|after)"
_NEXT_PART = r"(?:and|was|were|is|are|may|can|has|have|did|does|but|when|while|compared|than|in|at)"
_RESTRICTED = re.compile(
    rf"\b{_PLACE} (?P<who>(?:[\w/-]+ ){{0,3}}?{_PEOPLE})"
    rf"(?P<limit> {_LIMITED_BY} [\w%≥≤<>–/-]+(?: (?!{_NEXT_PART}\b)[\w≥≤<>–/-]+){{0,5}})"
)
_QUALIFIED = re.compile(
    r"(?<![\w-])(?P<limit>postmenopausal|premenopausal|pregnant|elderly|older|younger|obese|overweight|hypertensive|diabetic|healthy|"
    r"hospitali[sz]ed|critically ill|preterm|adolescent|Japanese|Chinese|Indian|Iranian|African|Korean|HIV-infected|"
    r"school-age|schizophrenic|asthmatic|depressed|female|male|high-risk) "
    rf"(?P<who>{_PEOPLE})"
)

_HEDGES = (
    (re.compile(r"\b(?P<cut>(?:may|might|could|appears? to|seems? to) be)\b"), "is"),
    (re.compile(r"\b(?P<cut>(?:may|might|could) have)\b"), "has"),
    (re.compile(r"\b(?P<cut>(?:may|might|could) (?=(?:\w+ly )?(?P<verb>[a-z]{3,})))"), "does "),
    (re.compile(r"\b(?P<cut>(?:appear|seem)(?:s|ed)? to )(?=[a-z]{3,})"), "does "),
    (re.compile(r"\b(?P<cut>suggest)(?:s|ed)? that\b"), "prove"),
    (re.compile(r"\b(?P<cut>[Pp]robably |[Pp]ossibly |[Pp]otentially )"), ""),
    (re.compile(r"\b(?P<cut>potential |possible |promising )"), "proven "),
)

_GENERAL = {
    "improved": "improves", "reduced": "reduces", "increased": "increases", "decreased": "decreases", "lowered": "lowers",
    "prevented": "prevents", "enhanced": "enhances", "led": "leads", "resulted": "results", "caused": "causes",
    "produced": "produces", "provided": "provides", "showed": "shows", "had": "has", "did": "does", "was": "is", "were": "are",
}  # fmt: skip
_PAST = re.compile(rf"\b(?:{'|'.join(_GENERAL)})\b")
_NO_VERB = re.compile(r"\b(?:was|were|is|are|be|been|has|have|had|the|a|an|of|with|and|by|to|significantly|for|in)\s+$")


def widen_population(claim: TrueClaim) -> str | None:
    """What was found in some people is told of all: the words that say which people are taken out."""
    if found := _RESTRICTED.search(claim.text):
        return change_at(claim.text, *found.span("limit"), "")
    if found := _QUALIFIED.search(claim.text):
        return change_at(claim.text, found.start("limit"), found.start("who"), "")
    return None


def drop_hedge(claim: TrueClaim) -> str | None:
    """What the authors think possible is told as a fact."""
    for pattern, words in _HEDGES:
        if found := pattern.search(claim.text):
            return change_at(claim.text, *found.span("cut"), words)
    return None


def turn_tense(claim: TrueClaim) -> str | None:
    """What happened in one trial is told as what is so: every past verb of the finding becomes a present one."""
    found = [match for match in _PAST.finditer(claim.text) if _is_verb(claim.text, match)]
    text = claim.text
    for match in reversed(found):
        text = change_at(text, *match.span(), _GENERAL[match.group()])
    return text if found else None


def _is_verb(text: str, match: re.Match[str]) -> bool:
    return match.group() in {"was", "were", "did", "had", "led", "showed"} or not _NO_VERB.search(text, 0, match.start())
