"""A sentence of the bottom line retells findings: an arm that no finding names keeps it out."""

from __future__ import annotations

from evidence.claim import Claim, Support, Verdict
from tests.pipelines.doubles import zinc_trial
from verification.verify import verify_claim

QUOTE = "Colds lasted 4.1 days with zinc and 5.9 days with placebo (P = 0.01)."


def judged(text: str) -> Verdict:
    record = zinc_trial()
    support = Support(pmid=record.pmid, quote=QUOTE)
    claim = Claim(id="b1", text=text, section="bottom_line", support=(support,), written_by="a model")
    return verify_claim(claim, {record.pmid: record}).verdict


def test_an_arm_that_was_not_studied_keeps_the_sentence_out() -> None:
    told = "In one study colds were shorter in the garlic lozenge group than in the usual care group of office workers."
    assert judged(told) is Verdict.UNSUPPORTED


def test_the_finding_retold_passes() -> None:
    assert judged("In one trial colds lasted 4.1 days with zinc and 5.9 days with placebo.") is Verdict.SUPPORTED
