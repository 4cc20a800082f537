"""Which way a text says a comparison went, by words and by figures, whichever arm it names first."""

from __future__ import annotations

import pytest

from verification.comparison_arms import Comparison, read_asked
from verification.comparison_features import comparison_features, relevance
from verification.comparison_votes import read_votes

COLDS = Comparison("zinc", "placebo", "duration of colds")
PAIN = Comparison("zinc", "placebo", "pain")
LETTERS = Comparison("group A: zinc with vitamin C", "group B: saline spray", "number of colds")


def _way(comparison: Comparison, text: str, kind: str = "word") -> int:
    """The sign of the near votes of this kind; 0 where there is none."""
    vote = read_votes(comparison, text).get(f"v:{kind}:near", 0.0)
    return (vote > 0) - (vote < 0)


@pytest.mark.parametrize(
    ("comparison", "text", "way"),
    [
        (COLDS, "The duration of colds was longer with zinc than with placebo.", 1),
        (COLDS, "The duration of colds was longer with placebo than with zinc.", -1),
        (COLDS, "Compared with placebo, the duration of colds was shorter.", -1),
        (COLDS, "In the placebo group the duration of colds was longer.", -1),
        (COLDS, "The duration of colds was longer in the control group.", -1),
        (COLDS, "The duration of colds had a greater reduction with zinc than with placebo.", -1),
        (COLDS, "The reduction in duration of colds was significantly larger in the placebo group.", 1),
        (COLDS, "There was a smaller reduction in duration of colds with zinc than with placebo.", 1),
        (COLDS, "The duration of colds was less likely to fall with zinc than with placebo.", -1),
        (LETTERS, "The number of colds was higher in group B than in group A.", -1),
        (LETTERS, "The number of colds was higher in group A.", 1),
        (Comparison("total early care", "usual care", "colds"), "Colds were fewer in the TEC group.", -1),
    ],
)
def test_a_word_votes_for_the_arm_it_is_said_of(comparison: Comparison, text: str, way: int) -> None:
    assert _way(comparison, text) == way


def test_what_got_better_is_kept_apart_by_whether_more_is_good() -> None:
    text = "{} improved more with zinc than with placebo."
    pain = read_votes(PAIN, text.format("Pain"))
    sleep = read_votes(Comparison("zinc", "placebo", "quality of sleep"), text.format("Quality of sleep"))
    assert any(name.startswith("v:worth-1") for name in pain)
    assert any(name.startswith("v:worth+1") for name in sleep)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("Pain was 3.1 in the zinc group and 5.2 in the placebo group.", -1),
        ("Pain was 5.2 in the placebo group and 3.1 in the zinc group.", -1),
        ("Pain was reported by 24 of 60 (40 %) with zinc and 10 of 60 (17 %) with placebo.", 1),
        ("At week 12, pain was 3.1 with zinc, whereas with placebo it was 2.2 (P = 0.01).", 1),
        ("Pain was 3.1 with zinc and 3.1 with placebo.", 0),
    ],
)
def test_figures_of_both_arms_vote(text: str, way: int) -> None:
    assert _way(PAIN, text, "figures") == way


def test_a_table_row_without_headers_does_not_vote() -> None:
    assert _way(PAIN, "Pain ; 3.1 ; 5.2 ; 0.03", "figures") == 0


def test_what_is_denied_or_not_significant_votes_apart() -> None:
    for text in (
        "Pain was not significantly lower with zinc than with placebo.",
        "Pain was lower with zinc than with placebo (P = 0.30).",
    ):
        votes = read_votes(PAIN, text)
        assert votes["v:denied word:near"] == -1
        assert "v:word:near" not in votes
    assert read_votes(PAIN, "Pain was lower with zinc (P = 0.01).")["s:p below"] == 1


def test_the_outcome_asked_for_counts_most() -> None:
    text = "Fever was higher with zinc than with placebo. Pain was lower with zinc than with placebo."
    votes = read_votes(PAIN, text)
    assert votes["v:word:near"] == -1
    assert votes["v:word:far"] == 1


def test_a_sentence_given_twice_counts_once() -> None:
    text = "Pain was lower with zinc."
    assert read_votes(PAIN, f"{text} {text}") == read_votes(PAIN, text)


def test_names_defined_elsewhere_in_the_report_are_known() -> None:
    report = "Patients received extended home visits (EHV) or usual care."
    asked = Comparison("extended home visits", "usual care", "falls")
    assert read_asked(asked, f"{report} Falls were fewer with EHV.").mentions("Falls were fewer with EHV.") == [(22, 25, 0)]
    votes = read_votes(asked, "Falls were fewer with EHV.", report)
    assert votes["v:amount:in the arm:near"] == -1


def test_words_that_only_look_like_an_arm_name_none() -> None:
    asked = read_asked(PAIN, "")
    for text in ("A standard error of 2.", "The comparison was planned.", "After 8 weeks of treatment"):
        assert asked.mentions(text) == []


def test_hostile_text_is_read_in_little_time() -> None:
    for text in ("than " * 4_000, "zinc and " * 4_000, "1 vs 2; " * 4_000, "(" * 9_000, "İ" * 9_000, ""):
        assert comparison_features(PAIN, text)["od:-" if "zinc" not in text else "od:i"] == 1


def test_the_sentence_that_reports_the_outcome_is_heard_most() -> None:
    scores = relevance(PAIN, ["We asked adults.", "Pain was lower with zinc than with placebo (P = 0.01).", "Zinc is a metal."])
    assert scores.index(max(scores)) == 1
