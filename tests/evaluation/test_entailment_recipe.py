"""The entailment model's recipe: variants, groups, calibration, what the folds said, and a run of it where torch is."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from connectors.entailment import SmallEntailment
from evaluation.harness.data import SuiteData
from evaluation.harness.scifact import SciFactRow
from evaluation.suites.claims_text import scifact_cases
from evaluation.suites.claims_trials import TrialRow
from evaluation.train_entailment_calibration import calibrated, temperature, threshold
from evaluation.train_entailment_comparisons import read_comparison
from evaluation.train_entailment_examples import (
    ABSTRACT,
    SPAN,
    ClaimText,
    Corpus,
    Passage,
    TrialText,
    claim_example,
    scifact_groups,
)
from evaluation.train_entailment_folds import OutOfFold, packed, reading_key, unpacked
from evaluation.train_entailment_variants import varied
from evaluation.train_entailment_words import denied_form, flipped
from verification.judge import ClaimLabel
from verification.readings import nearest_sentences, read_claim

ROW = TrialRow(
    prompt_id="1", pmid="7", intervention="zinc", comparator="placebo", outcome="duration of colds",
    label="significantly decreased", evidence=["Colds were shorter with zinc than with placebo (P < 0.01)."],
)  # fmt: skip
SUPPORTED = ClaimText(
    "Zinc shortened colds.", "Colds were shorter with zinc.", ClaimLabel.SUPPORTED, "g1", "scifact", ("Sleep was recorded.",)
)
CORPUS = Corpus(
    (TrialText(ROW, ROW.span, SPAN), TrialText(ROW, ROW.span, ABSTRACT)), (SUPPORTED,), (Passage((ROW.span,), "7"),)
)


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


def test_what_is_told_comes_from_real_claims_alone() -> None:
    real = [claim_example(replace(SUPPORTED, claim=f"Zinc shortened {number} colds.")) for number in range(4)]
    found = [(example, np.array([2.0, 0.0, 0.0])) for example in real]
    turned = [(example, np.array([-9.0, 9.0, 0.0])) for example in CORPUS.turned()]
    told, kept = calibrated([*found, *turned])
    assert told == calibrated(found)[0]
    assert len(kept) == 5


def test_a_case_that_was_trained_on_is_answered_by_its_fold_and_any_other_by_the_model() -> None:
    known, new = read_claim("Zinc shortened colds.", ["Colds were shorter."]), read_claim("Yoga helps.", ["Yoga did not help."])
    model = SmallEntailment(threads=1)
    judged = OutOfFold(model, unpacked(packed([(known, np.array([0.25, 0.5, 0.25]))]))).judge([new, known])
    assert judged[1].tolist() == [0.25, 0.5, 0.25]
    assert np.allclose(judged[0], model.judge([new])[0], atol=0.02)


def test_every_claim_of_scifact_has_an_answer_of_a_fold_that_never_saw_it(shared_data: Path) -> None:
    kept = unpacked(resources.files("evaluation").joinpath("train_entailment_folds.npz").read_bytes())
    cases = scifact_cases(shared_data / "scifact" / "claims_train.csv", SuiteData(given=None, shared=shared_data))
    asked = [(case.given.claim, nearest_sentences(case.given.claim, case.given.sentences)) for case in cases]
    assert all(reading_key(read_claim(claim, sentences)) in kept for claim, sentences in asked)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, of its export by tracing
def test_the_recipe_writes_weights_that_the_product_loads(tmp_path: Path) -> None:
    why = "the recipe is tried where `make train-entailment` has installed what it needs (torch, onnx)"
    pytest.importorskip("onnx", reason=why)
    pytest.importorskip("torch", reason=why)
    from evaluation.train_entailment import run

    pmids = [str(number) for number in range(12)]
    trials = [TrialText(ROW.model_copy(update={"pmid": pmid}), f"{ROW.span} {pmid}", SPAN) for pmid in pmids]
    claims = [replace(SUPPORTED, group=pmid, rest=()) for pmid in pmids]
    run(Corpus(tuple(trials), tuple(claims), ()), tmp_path, rounds=1)
    weights = tmp_path / "connectors" / "entailment" / "weights"
    told = json.loads((weights / "model.json").read_text(encoding="utf-8"))
    content = (weights / "model.onnx").read_bytes()
    assert hashlib.sha256(content).hexdigest() == told["sha256"]
    assert len(content) < 30 * 1024 * 1024
    kept = unpacked((tmp_path / "evaluation" / "train_entailment_folds.npz").read_bytes())
    assert {reading_key(claim_example(one).reading) for one in claims} <= set(kept)
