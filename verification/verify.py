"""From a drafted claim to its verdict. Any input gives a verdict; only a claim that every check passed is supported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from evidence.citation import Citation
from evidence.claim import (
    CheckOutcome,
    Claim,
    ClaimCheck,
    DraftSummary,
    StudyExtract,
    Verdict,
    Verification,
    VerifiedClaim,
)
from evidence.services import EntailmentModel
from verification.arithmetic import check_arithmetic
from verification.between_claims import NAME as BETWEEN
from verification.between_claims import check_between
from verification.case import Case, Records, anchor_claim, unchecked
from verification.causation import check_causation
from verification.certainty import check_certainty
from verification.comparison import check_comparison
from verification.direction import check_direction
from verification.entailment import NAME as ENTAILMENT
from verification.entailment import check_entailment
from verification.grade import check_grade
from verification.identity import check_identity
from verification.integrity import check_integrity
from verification.names import check_names
from verification.negation import check_negation
from verification.number_binding import check_number_binding
from verification.numbers import check_numbers
from verification.orders import check_orders
from verification.quote import check_quote
from verification.scope import check_scope
from verification.significance import check_significance
from verification.spin import check_spin
from verification.subject import check_subject
from verification.tense import check_tense
from verification.wording import check_wording

Made = TypeVar("Made")

CHECKS: Mapping[str, Callable[[Case], ClaimCheck]] = {
    "identity": check_identity,
    "quote": check_quote,
    "integrity": check_integrity,
    "orders": check_orders,
    "numbers": check_numbers,
    "arithmetic": check_arithmetic,
    "number roles": check_number_binding,
    "direction": check_direction,
    "negation": check_negation,
    "comparison": check_comparison,
    "significance": check_significance,
    "subject": check_subject,
    "names": check_names,
    "wording": check_wording,
    "scope": check_scope,
    "certainty": check_certainty,
    "tense": check_tense,
    "causation": check_causation,
    "GRADE wording": check_grade,
    "spin": check_spin,
}
"""Every check, by name, in the order in which a reader sees them."""

PRECEDENCE: tuple[Verdict, ...] = (
    Verdict.QUOTE_FABRICATED,
    Verdict.QUOTE_MISATTRIBUTED,
    Verdict.SOURCE_COMPROMISED,
    Verdict.CONTRADICTED,
    Verdict.NUMBER_UNBOUND,
    Verdict.UNSUPPORTED,
    Verdict.SCOPE_INFLATED,
    Verdict.CERTAINTY_MISMATCHED,
    Verdict.UNCHECKED,
    Verdict.SUPPORTED,
)
"""Where checks ask for different verdicts, the first of these stands: from words that do not exist, over sources that must not
be used and statements that are wrong, to statements that say too much. `unchecked` yields to every fault that was found and to
nothing else: a claim with a check that could not be made is never supported."""

LONGEST_CLAIM = 3_000
"""Characters; a longer text is no claim that one verdict could hold for."""

LONGEST_ABSTRACT = 20_000
"""Characters; several times the longest abstract in PubMed. What is longer is no abstract, and would hold up the run."""

MOST_SUPPORTS = 40


def verify_claim(
    claim: Claim, citations: Mapping[str, Citation], *, entailment: EntailmentModel | None = None
) -> VerifiedClaim:
    """The claim with its support anchored, every check, and the one verdict that follows from them.

    `citations` are the records of this run by PMID; `entailment` is asked last, of claims that all else let pass. Never raises
    for what a claim or a record says: a check that cannot be made makes the claim `unchecked`.
    """
    records = Records(citations)
    return _with_entailment([_verify(claim, records)], records, entailment)[0]


def verify_draft(
    draft: DraftSummary,
    citations: Mapping[str, Citation],
    extracts: Sequence[StudyExtract] = (),
    *,
    entailment: EntailmentModel | None = None,
) -> Verification:
    """Every claim of the draft, in its order: the bottom line checked like the findings, then all held against one another.

    `extracts` are the rows of the table of studies that the claims must agree with.
    """
    records = Records(citations)
    alone = _with_entailment([_verify(claim, records) for claim in draft.claims], records, entailment)
    between = _caught(BETWEEN, partial(check_between, alone, records, extracts))
    together = [between] * len(alone) if isinstance(between, ClaimCheck) else between
    return Verification(
        claims=tuple(judge(item.claim, (*item.checks, check)) for item, check in zip(alone, together, strict=True))
    )


def _verify(claim: Claim, records: Records) -> VerifiedClaim:
    problem = _caught("reading", partial(_beyond_checking, claim, records))
    if problem:
        check = problem if isinstance(problem, ClaimCheck) else unchecked("reading", problem)
        return judge(_without_spans(claim), (check,))
    case = _caught("reading", partial(anchor_claim, claim, records))
    if isinstance(case, ClaimCheck):
        return judge(_without_spans(claim), (case,))
    return judge(case.claim, tuple(_caught(name, partial(check, case)) for name, check in CHECKS.items()))


def _with_entailment(items: list[VerifiedClaim], records: Records, model: EntailmentModel | None) -> list[VerifiedClaim]:
    """The claims with what the model says of them, in one call for all; without a model as they are."""
    if model is None:
        return items
    made = _caught(ENTAILMENT, partial(check_entailment, items, records, model))
    checks = [made] * len(items) if isinstance(made, ClaimCheck) else made
    return [judge(item.claim, (*item.checks, check)) for item, check in zip(items, checks, strict=True)]


def _caught(name: str, make: Callable[[], Made]) -> Made | ClaimCheck:
    """What `make` gives, or `unchecked`: the one place where a fault of a check becomes a verdict."""
    try:
        return make()
    except Exception as fault:  # noqa: BLE001 - a fault nobody foresaw must neither pass a claim nor stop the other claims
        return unchecked(
            name, f"This check could not be made, so a person must make it: {type(fault).__name__}: {str(fault)[:200]}."
        )


def _beyond_checking(claim: Claim, records: Records) -> str:
    if len(claim.text) > LONGEST_CLAIM:
        return f"The claim is {len(claim.text)} characters long; at most {LONGEST_CLAIM} can be checked as one claim."
    if len(claim.support) > MOST_SUPPORTS:
        return f"The claim names {len(claim.support)} supports; at most {MOST_SUPPORTS} can be checked for one claim."
    for support in claim.support:
        if (record := records.get(support.pmid)) and len(record.text) > LONGEST_ABSTRACT:
            return f"The abstract of PMID {support.pmid} has {len(record.text)} characters, more than any abstract has."
    return ""


def _without_spans(claim: Claim) -> Claim:
    """The claim with nothing anchored: a span that came with the draft is no one's finding."""
    bare = tuple(support.model_copy(update={"start": None, "end": None}) for support in claim.support)
    return claim.model_copy(update={"support": bare})


def judge(claim: Claim, checks: tuple[ClaimCheck, ...]) -> VerifiedClaim:
    """The first verdict in PRECEDENCE that a check asks for; without any, `supported` if record and quote were both found."""
    asking = [check for check in checks if check.verdict]
    if asking:
        worst = min(asking, key=lambda check: PRECEDENCE.index(check.verdict or Verdict.SUPPORTED))
        return VerifiedClaim(
            claim=claim, verdict=worst.verdict or Verdict.UNCHECKED, reason=f"{worst.name}: {worst.reason}", checks=checks
        )
    passed = {check.name for check in checks if check.outcome is CheckOutcome.PASSED}
    if not {"identity", "quote", "integrity"} <= passed:
        reason = "identity: Its record or quote was not looked up, so a person must check it."
        return VerifiedClaim(claim=claim, verdict=Verdict.UNCHECKED, reason=reason, checks=checks)
    standing = next(check.reason for check in checks if check.name == "integrity")
    reason = f"All checks that apply passed ({', '.join(check.name for check in checks if check.name in passed)}). {standing}"
    return VerifiedClaim(claim=claim, verdict=Verdict.SUPPORTED, reason=reason, checks=checks)
