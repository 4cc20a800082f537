"""Arithmetic: the figures that a claim prints together agree, and what it calculates follows from what its quotes print.

Figures that do not agree in the record itself are reported as the record's, and are not held against a claim that repeats them.
"""

from __future__ import annotations

from evidence.claim import ClaimCheck, Verdict
from verification.calculations import asks_for_calculation, calculations
from verification.case import Case, failed, not_applicable, passed, shown
from verification.inconsistencies import Inconsistency, Kind, inconsistencies
from verification.printed_statistics import read_effects, read_shares

_AGAINST_WORDS = frozenset({Kind.WORDS, Kind.SIGNIFICANCE})


def check_arithmetic(case: Case) -> ClaimCheck:
    """Fails with `number_unbound` for figures that do not agree, with `contradicted` for words against their own interval."""
    if not case.standing:
        return not_applicable("arithmetic", "No quote stands that the claim's figures could be held against.")
    claim, quotes = case.claim.text, tuple(anchor.words for anchor in case.standing)
    in_records = [(anchor.support.pmid, one) for anchor in case.standing for one in inconsistencies(anchor.sentence)]
    for problem in inconsistencies(claim):
        if not any(_same(problem, other) for _, other in in_records):
            verdict = Verdict.CONTRADICTED if problem.kind in _AGAINST_WORDS else Verdict.NUMBER_UNBOUND
            reason = f"The claim's own figures do not agree: {problem.problem}."
            return failed("arithmetic", verdict, reason, claim_words=problem.words, record_words=" | ".join(quotes))
    if reason := asks_for_calculation(claim, quotes):
        return failed("arithmetic", Verdict.NUMBER_UNBOUND, reason, claim_words=claim[:240], record_words=" | ".join(quotes))
    return _agreeing(claim, quotes, in_records)


def _agreeing(claim: str, quotes: tuple[str, ...], in_records: list[tuple[str, Inconsistency]]) -> ClaimCheck:
    """What there is to say of a claim whose figures agree."""
    if in_records:
        told = " ".join(f"The record itself (PMID {pmid}) does not add up: {one.problem}." for pmid, one in in_records[:3])
        return passed("arithmetic", told, claim_words=claim[:240], record_words=" | ".join(one.words for _, one in in_records))
    made = calculations(claim, quotes)
    if made:
        told = "; ".join(dict.fromkeys(one.shown for one in made))
        return passed("arithmetic", f"Calculated, and right: {told}.", claim_words=claim[:240], record_words=" | ".join(quotes))
    figures = [*(one.words for one in read_shares(claim)), *(one.words for one in read_effects(claim))]
    if not figures:
        return not_applicable("arithmetic", "The claim prints no figures together that would have to agree.")
    return passed("arithmetic", f"The figures printed together agree: {shown('; '.join(figures))}.")


def _same(one: Inconsistency, other: Inconsistency) -> bool:
    return one.kind is other.kind and one.numbers == other.numbers
