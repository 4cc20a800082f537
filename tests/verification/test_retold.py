"""Claims that retell a sentence: what may differ from it, and what each check says of what may not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from evidence.citation import Citation
from evidence.claim import CheckOutcome, Claim, Support, Verdict, VerifiedClaim
from evidence.signed_parts import Certainty, CertaintyRating
from tests.verification.build import record
from verification import verify_claim
from verification.alignment import MOST_TOKENS, align
from verification.grade import EffectSize, check_rated_wording
from verification.remarks import remarks_on
from verification.spin import spin_of

PAIN = "After six weeks, zinc reduced pain at rest in older women with knee arthritis compared with placebo (2.1 vs 3.4)."
RATES = "Relapse occurred in 12% of the zinc group and 20% of the placebo group; nausea occurred in 5% and 9%."
NULL = "There was no significant difference in nausea between zinc and placebo (p = 0.41)."
HEDGED = "These data suggest that zinc may shorten colds in children."
LINKED = "Zinc intake was associated with shorter colds in this cohort study."
MIXED = "Zinc reduced pain but not fatigue in some patients."
RECORD = record("1", ("RESULTS", " ".join((PAIN, RATES, NULL, HEDGED, LINKED, MIXED))), title="Zinc for pain")
MICE = record("2", ("RESULTS", "Zinc reduced tumour growth in mice."), title="Zinc and tumours in mice")


_WRONG = Verdict.CONTRADICTED


def judged(text: str, quote: str, source: Citation = RECORD) -> VerifiedClaim:
    support = (Support(pmid=source.pmid, quote=quote),)
    claim = Claim(id="c1", text=text, section="finding", support=support, written_by="a model")
    return verify_claim(claim, {source.pmid: source})


def asked_for(verified: VerifiedClaim) -> dict[str, Verdict]:
    return {check.name: check.verdict for check in verified.checks if check.verdict}


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (PAIN, PAIN),
        ("Zinc reduced pain at rest in older women with knee arthritis after 6 weeks, compared with placebo.", PAIN),
        ("Compared with placebo, zinc reduced pain at rest in elderly women with knee arthritis after six weeks.", PAIN),
        ("Relapse occurred in 12% of the zinc group and in 20% of the placebo group.", RATES),
        ("Nausea did not differ significantly between zinc and placebo (p = 0.41).", NULL),
        ("Zinc may shorten colds in children.", HEDGED),
        ("Zinc intake was linked with shorter colds in this cohort study.", LINKED),
        ("In some patients, zinc reduced pain but not fatigue.", MIXED),
    ],
)
def test_what_says_the_same_passes(text: str, quote: str) -> None:
    assert asked_for(judged(text, quote)) == {}


@pytest.mark.parametrize(
    ("text", "quote", "check", "verdict"),
    [
        # arms, outcomes and figures in each other's place
        (
            PAIN.replace("zinc", "X").replace("placebo", "zinc").replace("X", "placebo"),
            PAIN,
            "comparison",
            Verdict.CONTRADICTED,
        ),
        (RATES.replace("12%", "X").replace("20%", "12%").replace("X", "20%"), RATES, "comparison", Verdict.CONTRADICTED),
        ("Zinc reduced fatigue but not pain in some patients.", MIXED, "comparison", Verdict.CONTRADICTED),
        ("In the placebo group relapse was seen in 12%.", RATES, "number roles", Verdict.NUMBER_UNBOUND),
        # one word in another's place
        (PAIN.replace("pain at rest", "stiffness"), PAIN, "wording", Verdict.UNSUPPORTED),
        (PAIN.replace("reduced", "increased"), PAIN, "wording", Verdict.CONTRADICTED),
        (PAIN.replace("reduced", "markedly reduced"), PAIN, "wording", Verdict.CERTAINTY_MISMATCHED),
        # negation
        (PAIN.replace("reduced", "did not reduce"), PAIN, "negation", Verdict.CONTRADICTED),
        (MIXED.replace("but not", "and"), MIXED, "negation", Verdict.CONTRADICTED),
        (NULL.replace("no significant", "significant"), NULL, "negation", Verdict.CONTRADICTED),
        # significance
        (NULL.replace("no significant difference", "no difference"), NULL, "significance", Verdict.CERTAINTY_MISMATCHED),
        (PAIN.replace("reduced", "significantly reduced"), PAIN, "significance", Verdict.UNSUPPORTED),
        ("Zinc significantly reduced nausea, compared with placebo.", NULL, "significance", Verdict.CONTRADICTED),
        ("Nausea was less common with zinc.", "Nausea was less common with zinc (p = 0.41).", "significance", None),
        # scope: population, species, quantifier, follow-up, comparator
        (PAIN.replace("older women with knee arthritis", "women with knee arthritis"), PAIN, "scope", Verdict.SCOPE_INFLATED),
        (PAIN.replace("older women with knee arthritis", "older women"), PAIN, "scope", Verdict.SCOPE_INFLATED),
        (PAIN.replace("older women with knee arthritis", "all women"), PAIN, "scope", Verdict.SCOPE_INFLATED),
        (PAIN.replace(" in older women with knee arthritis", ""), PAIN, "scope", Verdict.SCOPE_INFLATED),
        (PAIN.replace("After six weeks, zinc", "Zinc"), PAIN, "scope", Verdict.SCOPE_INFLATED),
        (PAIN.replace(" compared with placebo (2.1 vs 3.4)", ""), PAIN, "scope", Verdict.SCOPE_INFLATED),
        (MIXED.replace("some ", ""), MIXED, "scope", Verdict.SCOPE_INFLATED),
        # tense
        (PAIN.replace("reduced", "reduces"), PAIN, "tense", Verdict.CERTAINTY_MISMATCHED),
        (PAIN.replace("reduced", "will reduce"), PAIN, "tense", Verdict.CERTAINTY_MISMATCHED),
        (RATES.replace("occurred", "occurs"), RATES, "tense", Verdict.CERTAINTY_MISMATCHED),
        # hedges, causes and words of certainty that nobody recorded
        ("Zinc shortens colds in children.", HEDGED, "certainty", Verdict.CERTAINTY_MISMATCHED),
        ("Zinc intake shortened and prevented colds in this cohort study.", LINKED, "causation", Verdict.CERTAINTY_MISMATCHED),
        (PAIN.replace("reduced", "probably reduces"), PAIN, "GRADE wording", Verdict.CERTAINTY_MISMATCHED),
        ("Zinc made little to no difference to nausea.", NULL, "GRADE wording", Verdict.CERTAINTY_MISMATCHED),
    ],
)
def test_each_check_says_what_does_not_stand(text: str, quote: str, check: str, verdict: Verdict | None) -> None:
    if verdict is None:
        source = record("1", ("RESULTS", quote))
        assert asked_for(judged(text, quote, source))[check] is Verdict.CERTAINTY_MISMATCHED
        return
    found = judged(text, quote)
    assert asked_for(found).get(check) is verdict, [(item.name, item.reason) for item in found.checks if item.verdict]
    (said,) = [item for item in found.checks if item.name == check]
    assert said.reason.endswith(".")
    assert said.claim_words


def test_a_result_in_animals_is_told_with_the_animals() -> None:
    quote = "Zinc reduced tumour growth in mice."
    assert asked_for(judged(quote, quote, MICE)) == {}
    assert asked_for(judged("Zinc reduced tumour growth.", quote, MICE))["scope"] is Verdict.SCOPE_INFLATED


def test_words_in_another_order_that_cannot_be_told_apart_wait_for_a_person() -> None:
    quote = "Sleep was similar with zinc and placebo in both clinics."
    found = judged("Sleep was similar with placebo and zinc in both clinics.", quote, record("1", ("RESULTS", quote)))
    assert found.verdict is Verdict.UNCHECKED
    assert "“placebo”" in found.reason


def test_texts_longer_than_any_sentence_are_not_laid_side_by_side() -> None:
    long = "zinc " * (MOST_TOKENS + 1)
    assert align(long, PAIN) is None
    assert align("no " * MOST_TOKENS, "no " * MOST_TOKENS) is not None


RATING = CertaintyRating(
    outcome="pain", rating=Certainty.LOW, reason="Few people.", by="A. Librarian", at=datetime(2026, 11, 20, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("text", "rating", "size", "passes"),
    [
        ("Zinc may reduce pain.", Certainty.LOW, None, True),
        ("Zinc probably reduces pain.", Certainty.LOW, None, False),
        ("Zinc reduces pain.", Certainty.LOW, None, False),
        ("Zinc reduces pain.", Certainty.HIGH, None, True),
        ("Zinc likely reduces pain.", Certainty.MODERATE, None, True),
        ("The evidence is very uncertain about the effect of zinc on pain.", Certainty.VERY_LOW, None, True),
        ("Zinc may reduce pain slightly.", Certainty.LOW, EffectSize.SMALL, True),
        ("Zinc may reduce pain.", Certainty.LOW, EffectSize.SMALL, False),
        ("Zinc may make little to no difference to pain.", Certainty.LOW, EffectSize.TRIVIAL, True),
        ("Zinc may make little to no difference to pain.", Certainty.LOW, EffectSize.LARGE, False),
        ("Zinc reduced pain in one trial.", None, None, True),
        ("Zinc reduces pain.", None, None, False),
        ("Zinc may reduce pain.", None, None, False),
    ],
)
def test_words_of_certainty_follow_the_rating_and_the_size(
    text: str, rating: Certainty | None, size: EffectSize | None, passes: bool
) -> None:
    given = RATING.model_copy(update={"rating": rating}) if rating else None
    found = check_rated_wording(text, given, size)
    assert (found.outcome is CheckOutcome.PASSED) is passes, found.reason


SPUN = record(
    "7",
    ("RESULTS", "The primary outcome, pain at six weeks, did not differ significantly between groups (p = 0.62)."),
    ("CONCLUSIONS", "Zinc is an effective treatment for pain."),
)
PLAIN = record(
    "8",
    ("RESULTS", "The primary outcome, pain at six weeks, did not differ significantly between groups (p = 0.62)."),
    ("CONCLUSIONS", "Zinc did not reduce pain."),
)


def test_a_conclusion_in_favour_over_a_null_primary_outcome_raises_a_banner_and_no_verdict() -> None:
    remark = spin_of(SPUN)
    assert remark is not None
    assert "primary outcome" in remark.words
    assert [found.pmid for found in remarks_on([SPUN, PLAIN]) if found.kind == "spin"] == ["7"]
    sentence = "Zinc is an effective treatment for pain."
    verified = judged(sentence, sentence, SPUN)
    assert verified.verdict is Verdict.SUPPORTED
    assert next(check for check in verified.checks if check.name == "spin").reason.startswith("Banner: ")
