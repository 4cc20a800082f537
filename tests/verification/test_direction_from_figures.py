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
