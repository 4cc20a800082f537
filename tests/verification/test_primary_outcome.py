"""What an abstract names as its primary outcome is found before and after the words, and a result is no name."""

from __future__ import annotations

import pytest

from tests.verification.build import record
from verification.primary_outcome import letters_of, names_of, primary_outcome_span
from verification.reported_outcomes import primary_sentences


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The primary outcome was days with a cold. Others were recorded.", "days with a cold"),
        ("The primary outcome of the second study was days off work.", "days off work"),
        ("MAIN OUTCOME MEASURES: Primary outcome was the share of colds cured.", "share of colds cured"),
        (
            "The primary and secondary outcomes for the study were sneezing and cough respectively.",
            "sneezing and cough respectively",
        ),
        ("We looked at nasal flow (primary end point) and sleep.", "We looked at nasal flow"),
        ("We looked at nasal flow (NF6, the primary end point) and sleep.", "We looked at nasal flow"),
        ("Knee pain was the primary outcome.", "Knee pain"),
        ("There was no difference in the primary outcome of change in weight.", "change in weight"),
        ("Primary outcomes (QX and QX-Y) did not reach significance.", "QX and QX-Y"),
        ("The primary outcome was the difference in weight at one year.", "difference in weight at one year"),
        ("The primary outcome was not significantly different. The main outcome was cough.", "cough"),
    ],
)
def test_the_primary_outcome_is_found_where_it_is_named(text: str, named: str) -> None:
    span = primary_outcome_span(text)
    assert span is not None
    assert text[slice(*span)] == named


@pytest.mark.parametrize(
    "text",
    [
        "The primary outcome was met.",
        "The primary endpoint was 12.5 % lower with zinc.",
        "The primary endpoint was similar in both groups.",
        "Nasal flow was measured.",
    ],
)
def test_a_result_is_no_name(text: str) -> None:
    assert primary_outcome_span(text) is None


def test_how_an_outcome_is_counted_is_no_part_of_its_name() -> None:
    assert names_of("proportion of patients showing nasal relief") == names_of("nasal relief")
    assert len(names_of("pain at rest and sleep")) == 3
    assert letters_of("the QX-Y score") == letters_of("QXY")


def test_a_result_on_the_primary_outcome_is_known_by_its_words_and_null_by_its_p_value() -> None:
    told = "Hearing improved in 66 % of the adults given zinc and in 54 % given placebo (P = 0.11)."
    trial = record(
        "90000043",
        ("METHODS", "The primary outcome was the proportion of adults showing improved hearing at 8 weeks."),
        ("RESULTS", f"{told} Cough was less common with zinc (P = 0.01)."),
        title="Zinc for deafness: a trial",
    )
    (found,) = primary_sentences(trial)
    assert found.text == told
    assert found.null
