"""Figures that are printed together agree, in a claim and in a record; what is calculated is shown and right."""

from __future__ import annotations

import math

import pytest

from evidence.claim import CheckOutcome, ClaimCheck, Verdict
from tests.verification.build import CHOLERA_RESULT, RUN, claim, judged, record
from verification import verify_claim
from verification.arithmetic import check_arithmetic
from verification.case import Records, anchor_claim
from verification.inconsistencies import Kind, inconsistencies
from verification.two_proportions import AbsoluteEffect, Counts, absolute_effect, p_values, wald_interval

CHOLERA = ("90000001", CHOLERA_RESULT)


def kinds(text: str) -> list[Kind]:
    return [found.kind for found in inconsistencies(text)]


def arithmetic(text: str, *supports: tuple[str, str]) -> ClaimCheck:
    check = next(check for check in judged(text, *supports).checks if check.name == "arithmetic")
    assert isinstance(check, ClaimCheck)
    return check


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Falls occurred in 12 of 40 people (25%).", Kind.PERCENTAGE),
        ("Falls occurred in 25% (12/40) of people.", Kind.PERCENTAGE),
        ("Falls occurred in 12 (25%) of 40 people.", Kind.PERCENTAGE),
        ("The odds ratio was 2.4 (95% CI 0.8 to 1.9).", Kind.INTERVAL),
        ("The mean difference was 3.1 (95% CI 4.0 to 6.2).", Kind.INTERVAL),
        ("The hazard ratio was 1.20 (95% CI 1.12-3.57).", Kind.SYMMETRY),
        ("The risk ratio was 0.80 (95% CI 0.61 to 1.05; P = 0.01).", Kind.SIGNIFICANCE),
        ("The risk ratio was 0.80 (95% CI 0.68 to 0.94; p = 0.40).", Kind.SIGNIFICANCE),
        ("The odds ratio was 0.50 (95% CI 0.35 to 0.71; p = 0.04).", Kind.P_VALUE),
        ("Falls occurred in 5/40 (12.5%) with exercise and 7/40 (17.5%) with usual care (p < 0.001).", Kind.COUNTS_P),
        ("Exercise did not significantly reduce falls (risk ratio 0.50, 95% CI 0.35 to 0.71).", Kind.WORDS),
        ("Exercise significantly reduced falls (risk ratio 0.90, 95% CI 0.70 to 1.16).", Kind.WORDS),
    ],
)
def test_figures_that_do_not_agree_are_found(text: str, kind: Kind) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Falls occurred in 12 of 40 people (30%) and 5/36 (13.8%), nearly 20% (3/14).",
        "The odds ratio was 2·40 (95% CI 0·80 to 7·20; p=0·12).",
        "The mean difference was 3.1 (95% CI -6.2 to 0.0; P = 0.05).",
        "Pressure fell by a mean difference of 3.1 mmHg (95% CI -6.2 to -0.1).",
        "The risk ratio was 0.80 (95% CI 0.64 to 1.00; P = 0.05).",
        "The odds ratios were 0.8 and 0.9 (95% CI 0.5-1.1 and 0.4-0.7, respectively).",
        "Grade 3/4 (12%) events; pressure of 139 +/- 12/86 +/- 8 fell to 126 +/- 8/80 +/- 7 mm Hg (p < 0.0001).",
        "It was 70% versus 51% (95% CI 3-36%; p = 0.03) after 12 months (95% CI 0.5 to 0.9).",
        "Falls occurred in 5/40 (12.5%) and 15/40 (37.5%) (p = 0.01), adjusted odds ratio 0.3.",
    ],
)
def test_rounding_order_and_other_people_s_numbers_are_let_pass(text: str) -> None:
    assert kinds(text) == []


def test_a_claim_whose_percentage_is_not_that_of_its_counts_is_withheld() -> None:
    wrong = arithmetic("Cholera occurred in 12/1,200 (2.5%) given vaccine.", CHOLERA)
    assert (wrong.outcome, wrong.verdict) == (CheckOutcome.FAILED, Verdict.NUMBER_UNBOUND)
    assert "12 of 1,200 is 1.0 %, not 2.5 %" in wrong.reason
    assert wrong.claim_words
    assert wrong.record_words


def test_words_against_the_claim_s_own_interval_contradict_it() -> None:
    wrong = arithmetic("Cholera was not significantly rarer (risk ratio 0.40, 95% CI 0.21-0.78).", CHOLERA)
    assert wrong.verdict is Verdict.CONTRADICTED


def test_an_error_of_the_record_is_the_record_s_and_not_the_claim_s() -> None:
    said = "Falls occurred in 12 of 40 people (25%) who exercised at home."
    source = record("90000009", ("RESULTS", said), title="Exercise and falls at home")
    case = anchor_claim(claim(said, ("90000009", said)), Records({"90000009": source}))
    check = check_arithmetic(case)
    assert check.outcome is CheckOutcome.PASSED
    assert check.reason == "The record itself (PMID 90000009) does not add up: 12 of 40 is 30.0 %, not 25 %."


def test_a_percentage_may_be_calculated_where_its_counts_stand_beside_it() -> None:
    said = "Falls occurred in 12 of 40 people who exercised and in 20 of 40 people who did not after 6 months."
    source = record("90000009", ("RESULTS", said), title="Exercise and falls at home")
    run = RUN | {"90000009": source}

    def bound(text: str) -> bool:
        """Whether every number of the claim is bound or calculated; what other checks say of these sentences is theirs."""
        checks = {check.name: check for check in verify_claim(claim(text, ("90000009", said)), run).checks}
        return not any(checks[name].verdict for name in ("numbers", "arithmetic"))

    assert bound("Falls occurred in 12 of 40 people (30%) who exercised after 6 months.")
    assert not bound("Falls occurred in 30% of people who exercised after 6 months.")
    assert not bound("Falls occurred in 12 of 40 people (31%) who exercised after 6 months.")
    shown = "Falls occurred in 12/40 (30%) who exercised and in 20/40 (50%) who did not after 6 months"
    assert bound(f"{shown}: absolute risk reduction 20% (95% CI -1% to 39%).")
    assert not bound(f"{shown}: absolute risk reduction 20% (95% CI 5% to 39%).")
    assert not bound(f"{shown}: absolute risk reduction 20%.")


def test_a_number_needed_to_treat_needs_counts_interval_and_time_and_never_comes_from_a_ratio() -> None:
    needed = "a number needed to treat of 67 (95% CI 39 to 221)"
    counts = "Cholera occurred in 12/1,200 (1.0%) given vaccine and 30/1,200 (2.5%) given placebo"
    assert "one for every 67" in arithmetic(f"{counts} over 12 months, {needed}.", CHOLERA).reason
    for text in (f"{counts}, {needed}.", f"Cholera was rarer with vaccine (risk ratio 0.40), {needed}."):
        check = arithmetic(text, CHOLERA)
        assert check.verdict is Verdict.NUMBER_UNBOUND
        assert "none follows from a ratio" in check.reason


def test_tests_and_intervals_agree_with_values_worked_out_elsewhere() -> None:
    """R 4.3: `fisher.test`, `chisq.test`, `PropCIs::diffscoreci` for method 10 of Newcombe, and by hand for Wald."""
    counts = Counts(12, 1200, 30, 1200)
    assert p_values(counts) == pytest.approx((0.0050773, 0.0081350, 0.0073908), rel=1e-4)
    effect = absolute_effect(counts)
    assert (effect.difference, effect.low, effect.high) == pytest.approx((-0.015, -0.0263022, -0.0045132), rel=1e-4)
    assert wald_interval(counts) == pytest.approx((-0.0254748, -0.0045252), rel=1e-4)
    assert effect.number_needed == pytest.approx(66.67, rel=1e-3)
    assert effect.needed_interval == pytest.approx((38.02, 221.57), rel=1e-3)
    assert AbsoluteEffect(-0.1, -0.3, 0.1).needed_interval is None
    assert AbsoluteEffect(0.0, -0.1, 0.1).number_needed is None


def test_altman_and_bland_s_own_example() -> None:
    """BMJ 2011;343:d2304: a risk ratio of 0.81 with 0.70 to 0.94 has p = 0.005."""
    assert kinds("The risk ratio was 0.81 (95% CI 0.70 to 0.94; p = 0.005).") == []
    assert kinds("The risk ratio was 0.81 (95% CI 0.70 to 0.94; p = 0.0001).") == [Kind.P_VALUE]


@pytest.mark.parametrize("events", [0, 40])
def test_counts_without_spread_have_a_p_value_of_one(events: int) -> None:
    assert p_values(Counts(events, 40, events, 40)) == (1.0,)


def test_numbers_made_to_exhaust_the_check_are_left_alone() -> None:
    long = "9" * 5_000
    counts = f"Falls occurred in {long} of {long} people ({long}%)"
    assert kinds(f"{counts}; the odds ratio was {long} (95% CI {long} to {long}; p = 0.{long}).") == []
    assert not math.isnan(p_values(Counts(0, 10**9, 10**9, 10**9))[0])
