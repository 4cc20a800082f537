"""The learned judges: shipped, deterministic, and each case judged by the part that never saw its group."""

from __future__ import annotations

import io

import numpy as np
import pytest

from evaluation.train_judges import PARTS, train
from evidence.errors import NotConfigured
from pipelines.judges import CLAIMS, COMPARISONS, QUESTIONS, load_judge, packed
from verification.comparison_features import Comparison
from verification.judge import judge_abstract, judge_claim, judge_comparison
from verification.linear_model import LinearModel, part_of


@pytest.mark.parametrize("name", [CLAIMS, COMPARISONS, QUESTIONS])
def test_a_shipped_judge_gives_probabilities(name: str) -> None:
    judge = load_judge(name)
    assert judge.parts == PARTS
    assert len(judge.labels) == 3
    assert sum(judge.probabilities({"u:higher": 1.0}).values()) == pytest.approx(1.0)
    assert packed(judge) == packed(judge)
    assert np.load(io.BytesIO(packed(judge)), allow_pickle=False)["weights"].shape == judge.weights.shape


def test_an_unknown_judge_is_named() -> None:
    with pytest.raises(NotConfigured, match="judge of nothing"):
        load_judge("judge of nothing")


def test_a_comparison_is_read_from_its_words() -> None:
    judge, asked = load_judge(COMPARISONS), Comparison("zinc", "placebo", "duration of colds")
    for text, said in (
        ("The duration of colds was significantly lower with zinc than with placebo (P = 0.01).", "lower"),
        ("The duration of colds was significantly higher with zinc than with placebo (P = 0.01).", "higher"),
        (
            "The duration of colds did not differ significantly between zinc and placebo (P = 0.40).",
            "no significant difference",
        ),
    ):
        assert judge_comparison(asked, text, judge).label.value == said


def test_a_comparison_is_read_whichever_arm_its_words_name_first() -> None:
    judge, asked = load_judge(COMPARISONS), Comparison("zinc", "placebo", "duration of colds")
    for text, said in (
        ("The duration of colds was significantly longer with placebo than with zinc (P = 0.01).", "lower"),
        ("In the placebo group the duration of colds was significantly shorter (P = 0.01).", "higher"),
        ("Duration of colds was 4.1 days in the zinc group and 7.2 days in the placebo group (P = 0.01).", "lower"),
    ):
        assert judge_comparison(asked, text, judge).label.value == said


def test_an_abstract_is_heard_by_the_sentence_that_reports_the_outcome() -> None:
    judge, asked = load_judge(COMPARISONS), Comparison("zinc", "placebo", "duration of colds")
    abstract = (
        "We enrolled adults with colds.",
        "Nausea was significantly more frequent with zinc than with placebo (P = 0.02).",
        "The duration of colds was significantly shorter with zinc than with placebo (P = 0.01).",
        "Zinc should be studied further.",
    )
    assert judge_abstract(asked, abstract, judge).label.value == "lower"
    assert judge_abstract(asked, (), judge).confidence < 0.8


def test_evidence_about_something_else_is_not_enough() -> None:
    judged = judge_claim("Zinc prevents gout.", ["Sleep was measured at home."], load_judge(CLAIMS))
    assert judged.label.value == "not enough"
    assert 0 < judged.confidence <= 1


def test_a_group_is_judged_by_the_part_that_never_saw_it() -> None:
    examples = [({"word": float(number % 2), f"only g{number}": 1.0}, "ab"[number % 2], f"g{number}") for number in range(60)]
    judge = train(examples, strength=1.0, fewest=1, weighting=None)
    own, unseen = judge.features.index("only g7"), part_of("g7", PARTS)
    assert [bool(judge.weights[part, own].any()) for part in range(PARTS)] == [part != unseen for part in range(PARTS)]
    alone = LinearModel(judge.labels, judge.features, judge.weights[[unseen]])
    asked = {"word": 1.0, "only g7": 1.0, "a word that no training saw": 3.0}
    assert judge.probabilities(asked, unseen_group="g7") == alone.probabilities(asked)
    assert judge.probabilities(asked)["b"] > judge.probabilities(asked, unseen_group="g7")["b"]
    assert judge.probabilities({"word": 1.0})["b"] > 0.6
    assert judge.probabilities({"word": 0.0})["b"] < 0.4
