"""The parts of the entailment model's recipe that need no training: variants, groups, calibration, what the folds said."""

from __future__ import annotations

import random

import numpy as np
import pytest

from evaluation.harness.scifact import SciFactRow
from evaluation.suites.claims_trials import TrialRow
from evaluation.train_entailment_calibration import calibrated, temperature, threshold
from evaluation.train_entailment_examples import (
    ABSTRACT,
    SPAN,
    ClaimText,
    Corpus,
    TrialText,
    claim_example,
    scifact_groups,
    trial_example,
)
from evaluation.train_entailment_variants import varied
from evaluation.train_entailment_words import denied_form, flipped
from verification.judge import ClaimLabel
from verification.readings import read_comparison

ROW = TrialRow(
    prompt_id="1", pmid="7", intervention="zinc", comparator="placebo", outcome="duration of colds",
    label="significantly decreased", evidence=["Colds were shorter with zinc than with placebo (P < 0.01)."],
)  # fmt: skip
SUPPORTED = ClaimText(
    "Zinc shortened colds.", "Colds were shorter with zinc.", ClaimLabel.SUPPORTED, "g1", "scifact", ("Sleep was recorded.",)
)
CORPUS = Corpus((TrialText(ROW, ROW.span, SPAN), TrialText(ROW, ROW.span, ABSTRACT)), (SUPPORTED,), ())


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Zinc increased appetite.", "Zinc decreased appetite."),
        (
            "Appetite was higher, and each cold was in the end shorter.",
            "Appetite was lower, and each cold was in the end longer.",
        ),
        ("More improvement was seen.", "Less improvement was seen."),
        ("Nothing was said.", "Nothing was said."),
    ],
)
def test_directions_are_turned_to_their_opposites(text: str, other: str) -> None:
    assert flipped(text) == other


def test_a_denied_form_denies_once() -> None:
    assert denied_form("Zinc was effective and is cheap.") == "Zinc was not effective and is cheap."
    assert denied_form("Zinc was not effective.") == ""
    assert denied_form("Zinc shortened colds.") == ""


def test_variants_stay_in_their_group_and_turn_their_label_with_them() -> None:
    drawn = [one for seed in range(60) for one in varied(CORPUS, random.Random(seed))]
    assert {one.group for one in drawn} == {"7", "g1"}
    straight = read_comparison(ROW.comparison, ROW.span).statement
    over = "duration of colds: placebo versus zinc"
    labels = {(one.reading.statement, one.label) for one in drawn if one.source == SPAN and one.reading.text == ROW.span}
    assert labels == {(straight, 1), (over, 0)}
    elsewhere = [one for one in drawn if one.reading.text == "Sleep was recorded." and one.source == "scifact"]
    assert elsewhere
    assert {one.label for one in elsewhere} == {2}


def test_a_made_sentence_says_what_its_label_says() -> None:
    made = [one for seed in range(200) for one in varied(CORPUS, random.Random(seed)) if one.source == "trial, made"]
    assert {one.label for one in made} == {0, 1, 2}
    for one in (one for one in made if one.label == 2):
        assert " P = 0." in one.reading.text.replace("(P", " P").replace(";P", " P")


def test_claims_that_share_an_abstract_share_a_group() -> None:
    def row(number: str, *documents: int) -> SciFactRow:
        return SciFactRow(
            id=number, claim="c", evidence_doc_id="", evidence_label="", evidence_sentences="[]", cited_doc_ids=str(documents)
        )

    groups = scifact_groups([row("1", 5), row("2", 5, 6), row("3", 6), row("4", 9)])
    assert groups["1"] == groups["2"] == groups["3"] != groups["4"]


def test_scores_that_are_too_sure_are_cooled_and_thresholds_keep_false_alarms_rare() -> None:
    chance = np.random.default_rng(5)
    labels = chance.integers(0, 3, 600)
    scores = chance.normal(size=(600, 3)) + 1.5 * np.eye(3)[labels]
    assert temperature(8 * scores, labels.tolist()) > 2 * temperature(scores, labels.tolist())
    shares = chance.uniform(0, 0.5, 1_000)
    assert (shares >= threshold(shares)).mean() <= 0.01


def test_what_is_told_comes_from_real_cases_alone() -> None:
    real = [trial_example(case) for case in CORPUS.trials] + [claim_example(SUPPORTED)] * 3
    found = [(example, np.array([2.0, 0.0, 0.0])) for example in [*real, *CORPUS.turned()]]
    told, kept = calibrated(found)
    assert set(told) == {"claims_temperature", "comparisons_temperature", "refuted_from", "not_enough_from"}
    assert len(kept["claims"]) == 4
    assert len(kept["comparisons"]) == 3
