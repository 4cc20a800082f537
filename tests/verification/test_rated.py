"""A claim under a rating made after it was checked, and an edit held against the other claims."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from evidence.claim import CheckOutcome, Claim, Support, Verdict, VerifiedClaim
from evidence.signed_parts import Certainty, CertaintyRating
from tests.verification.build import record
from tests.verification.test_between_claims import sentence
from verification import verify_claim
from verification.rated import under_rating
from verification.recheck import recheck

WHEN = datetime(2026, 11, 20, tzinfo=UTC)
FOUND = "Zinc reduced pain in adults compared with placebo."
SOURCE = {"1": record("1", ("RESULTS", FOUND), title="Zinc for pain")}


def checked(text: str) -> VerifiedClaim:
    claim = Claim(id="c1", text=text, section="finding", support=(Support(pmid="1", quote=FOUND),), written_by="a person")
    return verify_claim(claim, SOURCE)


def rating(level: Certainty) -> CertaintyRating:
    return CertaintyRating(outcome="Pain", rating=level, reason="Two small trials.", by="Anna Smith", at=WHEN)


@pytest.mark.parametrize(
    ("text", "level", "passes"),
    [
        ("Zinc may reduce pain in adults compared with placebo.", Certainty.LOW, True),
        ("Zinc probably reduces pain in adults compared with placebo.", Certainty.MODERATE, True),
        ("Zinc reduces pain in adults compared with placebo.", Certainty.HIGH, True),
        ("Zinc may reduce pain in adults compared with placebo.", Certainty.MODERATE, False),
        ("Zinc reduces pain in adults compared with placebo.", Certainty.LOW, False),
    ],
)
def test_words_of_certainty_pass_under_the_rating_that_they_fit_alone(text: str, level: Certainty, passes: bool) -> None:
    before = checked(text)
    assert before.verdict is not Verdict.SUPPORTED
    after = under_rating(before, rating(level))
    assert (after.verdict is Verdict.SUPPORTED) is passes
    if not passes:
        assert after.verdict is Verdict.CERTAINTY_MISMATCHED
        assert any("Anna Smith rated it" in check.reason for check in after.checks)
    assert under_rating(before, None) is before


def test_a_rating_changes_no_claim_without_words_of_certainty_and_mends_nothing_else() -> None:
    plain = checked(FOUND)
    assert under_rating(plain, rating(Certainty.LOW)) is plain
    wrong = under_rating(checked("Zinc may increase pain in adults compared with placebo."), rating(Certainty.LOW))
    assert wrong.verdict is Verdict.CONTRADICTED


HIGHER = "Antibody titres of recipients were higher with vaccine."
LOWER = "Antibody titres of recipients were lower with vaccine."
STUDY = {"2": record("2", ("RESULTS", HIGHER), ("CONCLUSIONS", LOWER), title="Antibody titres of recipients")}


def alone(claim: Claim) -> VerifiedClaim:
    found = verify_claim(claim, STUDY)
    assert found.verdict is Verdict.SUPPORTED
    return found


@pytest.mark.parametrize("edited", ["b1", "c1"])
def test_a_bottom_line_and_a_finding_that_part_are_caught_whichever_was_edited(edited: str) -> None:
    said = HIGHER if edited == "c1" else LOWER
    bottom = alone(sentence("b1", said, ("2", said), section="bottom_line"))
    finding = alone(sentence("c1", said, ("2", said)))
    item, other = (finding, bottom) if edited == "c1" else (bottom, finding)
    opposite = LOWER if said == HIGHER else HIGHER
    turned = item.model_copy(update={"claim": item.claim.model_copy(update={"support": (Support(pmid="2", quote=opposite),)})})
    found = recheck(turned, opposite, STUDY, by="a person", at=WHEN, others=[other])
    assert found.verdict is Verdict.CONTRADICTED
    assert "finding c1 says" in found.reason
    assert [check.outcome for check in found.checks].count(CheckOutcome.FAILED) == 1
    again = recheck(item, said, STUDY, by="a person", at=WHEN, others=[other])
    assert again.verdict is Verdict.SUPPORTED
