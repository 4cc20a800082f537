"""A direction that no word of the record states: figures alone do not tell which arm is which."""

from __future__ import annotations

import pytest

from evidence.claim import Claim, Direction, Support, Verdict
from tests.pipelines.doubles import citation
from verification.verify import verify_claim

QUOTE = "Cholera occurred in 14 of 200 given vaccine and 31 of 200 given placebo."


def verdict(text: str, direction: Direction | None = None) -> Verdict:
    record = citation("90000101", ("RESULTS", QUOTE), title="Oral cholera vaccine in two villages")
    support = Support(pmid="90000101", quote=QUOTE)
    claim = Claim(id="c1", text=text, section="finding", direction=direction, support=(support,), written_by="told")
    return verify_claim(claim, {"90000101": record}).verdict


@pytest.mark.parametrize(
    "text",
    [
        "Cholera was more frequent with vaccine than with placebo.",
        "Cholera was less frequent with vaccine than with placebo.",
        "The vaccine prevented every case of cholera.",
    ],
)
def test_a_direction_without_figures_does_not_pass_on_figures_without_a_direction(text: str) -> None:
    assert verdict(text) is Verdict.UNSUPPORTED


def test_the_figures_themselves_pass() -> None:
    assert verdict(QUOTE) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("quote", "way"),
    [
        (QUOTE, Direction.LOWER),
        ("Colds lasted 4.1 days with zinc and 5.9 days with placebo.", Direction.LOWER),
        ("After the booster it was found in 13 vaccine recipients and 32 placebo recipients.", Direction.LOWER),
        ("Nausea was reported by 14% of women given zinc versus 6% of those given placebo.", Direction.HIGHER),
        ("Falls were seen in 1,204 of 6,000 walkers and 90 of 300 controls.", Direction.LOWER),
    ],
)
def test_a_label_that_the_figures_oppose_does_not_pass(quote: str, way: Direction) -> None:
    record = citation("90000101", ("RESULTS", quote), title="A trial with two arms")
    for label in (Direction.LOWER, Direction.HIGHER):
        claim = Claim(
            id="c1",
            text=quote,
            section="finding",
            direction=label,
            support=(Support(pmid="90000101", quote=quote),),
            written_by="told",
        )
        expected = Verdict.SUPPORTED if label is way else Verdict.CONTRADICTED
        assert verify_claim(claim, {"90000101": record}).verdict is expected


@pytest.mark.parametrize(
    "quote",
    [
        "Cholera occurred in 31 of 200 given placebo and 14 of 200 given vaccine.",
        "Of 200 given vaccine 14 had cholera, and of 200 given placebo 31.",
        "There were 14 cases with vaccine and 31 of 200 with placebo.",
        "There were 14 cases with vaccine and 14 cases with placebo.",
        "There were 30 cases with vaccine and 31 of 200 with placebo.",
        "Cholera occurred in 0 of 0 given vaccine and 0 of 0 given placebo.",
    ],
)
def test_where_a_figures_arm_is_not_plain_nothing_is_held_against_the_label(quote: str) -> None:
    record = citation("90000101", ("RESULTS", quote), title="A trial with two arms")
    for label in (Direction.LOWER, Direction.HIGHER, Direction.NO_DIFFERENCE):
        support = Support(pmid="90000101", quote=quote)
        claim = Claim(id="c1", text=quote, section="finding", direction=label, support=(support,), written_by="told")
        assert verify_claim(claim, {"90000101": record}).verdict is not Verdict.CONTRADICTED


def test_figures_alone_say_nothing_of_a_significant_difference() -> None:
    assert verdict(QUOTE, Direction.NO_DIFFERENCE) is not Verdict.CONTRADICTED
