"""Significance: `no significant difference` is not `no difference`, and nothing becomes significant on the way to the claim.

Absence of evidence is not evidence of absence (Altman and Bland 1995): a trial that did not find a difference has not shown
that there is none, and a difference whose p value is 0.05 or more is not told as a finding.
"""

from __future__ import annotations

import re

from evidence.claim import ClaimCheck, Verdict
from evidence.text import normalise
from verification.alignment import alignments
from verification.case import Case, failed, not_applicable, passed, shown
from verification.directions import Way, read_directions
from verification.quantities import Kind, read_quantities

_SIGNIFICANT = re.compile(r"(?i)\b(?:in|non-?|not (?:statistically )?)?significan(?:t|tly|ce)\b")
INSIGNIFICANT = re.compile(
    r"(?i)\b(?:non-?\s?significan\w+|insignifican\w+|n\.?s\.?\b(?=[),;])"
    r"|(?:no|not|nor|never|neither|without|fail\w* to|lack of|did ?n't|was ?n't)\b[^.;:]{0,60}?\bsignifican\w+)"
)
"""Words that deny significance."""

_POSITIVE = re.compile(r"(?i)(?<!non-)(?<!non)(?<!in)\bsignificant(?:ly)?\b")
_ABSOLUTE = re.compile(
    r"(?i)\bno (?:[a-z]+ )?(?:differences?|effects?|changes?|benefits?|improvements?|reductions?|increases?|"
    r"associations?|impact)\b"
    r"|\b(?:did|do|does|was|were|is|are)(?: not|n't) (?:[a-z]+ly )?(?:differ(?:ent)?|change[sd]?|affect(?:ed)?|alter(?:ed)?|"
    r"reduced?|increased?|improved?|associated|influenced?|higher|lower|better|worse)\b"
    r"|\b(?:identical|the same|unchanged|unaffected|equal(?:ly)?|equivalent)\b"
    r"|\bwithout (?:any )?(?:difference|effect|change)s?\b"
)
_CLINICAL = re.compile(r"(?i)\b(?:clinical(?:ly)?|of) significan\w+")
_TREND = re.compile(r"(?i)\btrends?\b|\btended\b|\btendency\b|\bborderline\b|\bapproach(?:ed|ing)\b|\bnear(?:ly|ed|ing)?\b")


def check_significance(case: Case) -> ClaimCheck:
    """Fails with `contradicted` or `certainty_mismatched` where the claim and its quotes differ in what was significant."""
    name = "significance"
    if not case.standing:
        return not_applicable(name, "No quote stands that the claim's significance could be held against.")
    if any(found.same for found in alignments(case)):
        return passed(name, "The claim says of significance what its quote says.")
    claim = normalise(case.claim.text).text
    quotes = [normalise(anchor.sentence).text for anchor in case.standing]
    words = " | ".join(quotes)[:400]
    if fault := _made_significant(claim, quotes):
        reason = f"The claim says {shown(fault)}, and no quote has a significant result for it."
        denied = any(INSIGNIFICANT.search(quote) or _low_p(quote) for quote in quotes)
        verdict = Verdict.CONTRADICTED if denied else Verdict.UNSUPPORTED
        return failed(name, verdict, reason, claim_words=fault, record_words=words)
    if fault := _made_none(claim, quotes):
        reason = f"The claim says {shown(fault)}, while the record says only that no significant difference was found."
        return failed(name, Verdict.CERTAINTY_MISMATCHED, reason, claim_words=fault, record_words=words)
    if fault := _reservation_lost(claim, quotes):
        reason = f"The record says {shown(fault)}, and the claim tells the result without it."
        return failed(name, Verdict.CERTAINTY_MISMATCHED, reason, claim_words=claim[:240], record_words=words)
    return passed(name, "The claim makes no more and no less of significance than its quotes.")


def _made_significant(claim: str, quotes: list[str]) -> str:
    """`significant` in a claim that denies nothing, where every quote denies it or has neither the word nor a p below 0.05."""
    bare = _CLINICAL.sub("", INSIGNIFICANT.sub("", claim))
    said = _POSITIVE.search(bare)
    if not said:
        return ""
    for quote in quotes:
        rest = INSIGNIFICANT.sub("", quote)
        if _POSITIVE.search(rest) or any(_low_p(quote)):
            return ""
    return said.group()


def _made_none(claim: str, quotes: list[str]) -> str:
    """An absolute denial where what the quotes deny is only significance."""
    rest = INSIGNIFICANT.sub("", claim)
    said = _ABSOLUTE.search(rest)
    if not said or _SIGNIFICANT.search(claim):
        return ""
    only_significance = [
        bool(INSIGNIFICANT.search(quote)) and not _ABSOLUTE.search(INSIGNIFICANT.sub("", quote)) for quote in quotes
    ]
    return said.group() if all(only_significance) else ""


def _reservation_lost(claim: str, quotes: list[str]) -> str:
    """A direction in the claim where each quote has it only as a trend, as not significant, or with p of 0.05 or more."""
    ways = {statement.way for statement in read_directions(claim)}
    if not ways - {Way.NULL} or Way.NULL in ways or INSIGNIFICANT.search(claim) or _TREND.search(claim):
        return ""
    if any(quantity.kind is Kind.P for quantity in read_quantities(claim)):
        return ""
    found = [_reservation(quote) for quote in quotes]
    return found[0] if found and all(found) else ""


def _reservation(quote: str) -> str:
    low = _low_p(quote)
    if low and not any(low):
        return next(quantity.text for quantity in read_quantities(quote) if quantity.kind is Kind.P)
    if any(low) or _POSITIVE.search(INSIGNIFICANT.sub("", quote)):
        return ""
    found = INSIGNIFICANT.search(quote) or _TREND.search(quote)
    denied_only = found is not None and all(statement.way is Way.NULL for statement in read_directions(quote))
    return found.group() if found and not denied_only else ""


def _low_p(text: str) -> list[bool]:
    values = [quantity for quantity in read_quantities(text) if quantity.kind is Kind.P]
    return [float(value.value) < 0.05 or (float(value.value) == 0.05 and value.comparator == "<") for value in values]
