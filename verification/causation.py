"""Causation: what was only observed is not told as an effect.

Causal verbs need a design that supports them: an association in a cohort, case-control or cross-sectional study is told as an
association (STROBE; Haber et al. 2018 on causal language for observational studies).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence.claim import ClaimCheck, Verdict
from evidence.text import normalise
from verification.alignment import alignments
from verification.case import Case, Record, failed, not_applicable, passed, shown

_CAUSAL = re.compile(
    r"(?i)\b(?:caus(?:e[sd]?|ing)|reduc(?:e[sd]?|ing)|increas(?:e[sd]|ing)|decreas(?:e[sd]|ing)|prevent(?:s|ed|ing)?|improv(?:e[sd]?|ing)|"
    r"led to|leads to|result(?:s|ed) in|lower(?:s|ed)|rais(?:es|ed)|protect(?:s|ed)?(?: against)?|worsen(?:s|ed)|"
    r"shorten(?:s|ed)|prolong(?:s|ed)|enhanc(?:es|ed)|promot(?:es|ed)|"
    r"induc(?:es|ed)|"
    r"produc(?:es|ed)|due to|because of|effects? of|impact of|harm(?:s|ed)|trigger(?:s|ed)|contribut(?:es|ed) to|makes?|made)\b"
)
_ASSOCIATION = re.compile(
    r"(?i)\b(?:associat\w+|correlat\w+|link(?:s|ed)?|relat(?:ed|ion|ionship)|predict(?:s|ed|ors?|ive)?|risk factors?|odds of|"
    r"more likely|less likely|markers? of)\b"
)
_OBSERVED = re.compile(
    r"(?i)\b(?:cohort|case[- ]control|cross[- ]sectional|observational|retrospective(?:ly)?|registry|surveys?|"
    r"questionnaires? (?:was|were) sent|"
    r"epidemiolog\w+|longitudinal study|prospective(?:ly)? (?:study|followed))\b"
)
_TRIAL = re.compile(
    r"(?i)\brandomi[sz]\w*|\bplacebo\b|\bclinical trial\b|\bcrossover\b|\bcontrolled trial\b"
    r"|\bmeta-analys\w+|\bsystematic review"
)
_NOUN_BEFORE = re.compile(r"(?i)\b(?:an?|the|with|of|have|has|had|at|for|to|no) \Z")
_OBSERVATIONAL_TYPES = frozenset({"Observational Study"})
_TRIAL_TYPES = frozenset({"Randomized Controlled Trial", "Controlled Clinical Trial", "Clinical Trial", "Meta-Analysis"})


def check_causation(case: Case) -> ClaimCheck:
    """Fails with `certainty_mismatched` for causal verbs over an association, or over an observational design."""
    name = "causation"
    if not case.standing:
        return not_applicable(name, "No quote stands that the claim's causal words could be held against.")
    claim = normalise(case.claim.text).text
    causal = next(_causal_verbs(claim), None)
    if not causal or any(found.same for found in alignments(case)):
        return passed(name, "The claim puts no cause where its quotes have none.")
    quotes = [normalise(anchor.sentence).text for anchor in case.standing]
    if not any(next(_causal_verbs(quote), None) for quote in quotes) and not _ASSOCIATION.search(claim):
        observed = [found for quote in quotes if (found := _ASSOCIATION.search(quote))]
        if len(observed) == len(quotes):
            reason = f"The claim says {shown(causal.group())}, while the record says only {shown(observed[0].group())}."
            return failed(name, Verdict.CERTAINTY_MISMATCHED, reason, claim_words=causal.group(), record_words=quotes[0][:400])
        if all(anchor.record is not None and observational(anchor.record) for anchor in case.standing):
            reason = f"The claim says {shown(causal.group())}, while its source observed and tested no treatment."
            return failed(name, Verdict.CERTAINTY_MISMATCHED, reason, claim_words=causal.group(), record_words=quotes[0][:400])
    return passed(name, "The claim's causal words are its quotes' own.")


def _causal_verbs(text: str) -> Iterator[re.Match[str]]:
    """Causal words that are not part of a name (`drug-induced`) or of a noun phrase (`an increased risk`)."""
    for match in _CAUSAL.finditer(text):
        before = text[: match.start()]
        if not before.endswith("-") and not _NOUN_BEFORE.search(before):
            yield match


def observational(record: Record) -> bool:
    """Whether the record is of a study that observed and did not assign: by publication type, else by its words."""
    types = set(record.citation.publication_types)
    if types & _TRIAL_TYPES:
        return False
    text = f"{record.citation.title} {record.text}"
    return bool(types & _OBSERVATIONAL_TYPES) or bool(_OBSERVED.search(text) and not _TRIAL.search(text))
