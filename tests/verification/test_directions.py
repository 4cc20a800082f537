from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.directions import Way, read_directions


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("Mortality was higher with placebo.", [Way.UP]),
        ("The drug reduced pain.", [Way.DOWN]),
        ("The drug did not significantly reduce pain.", [Way.NULL]),
        ("There was no statistically significant difference in pain.", [Way.NULL]),
        ("Pain scores were similar.", [Way.NULL]),
        ("The drug failed to improve survival.", [Way.NULL]),
        ("There weren't any significant differences.", [Way.NULL]),
        ("Non-significantly lower scores were seen.", [Way.NULL]),
        ("A greater reduction in pain was seen.", [Way.DOWN]),
        ("A smaller reduction in pain was seen.", [Way.UP]),
        ("Less improvement was seen with placebo.", [Way.WORSE]),
        ("It improved sleep without increasing falls.", [Way.BETTER, Way.NULL]),
        ("It reduced stroke but increased bleeding.", [Way.DOWN, Way.UP]),
        ("It reduced stroke and did not affect bleeding.", [Way.DOWN, Way.NULL]),
        ("Groups were significantly different.", [Way.DIFFERENT]),
        ("Lower limb surgery was done in more than 50 people at higher doses.", []),
        ("More studies are needed.", []),
        ("Children fell asleep.", []),
        ("Four hundred people took part.", []),
    ],
)
def test_what_a_sentence_says(text: str, ways: list[Way]) -> None:
    assert [statement.way for statement in read_directions(text)] == ways


def test_the_arms_of_a_comparison_are_told_apart() -> None:
    (statement,) = read_directions("Scores were higher with zinc than with placebo")
    assert statement.arms == (frozenset({"zinc"}), frozenset({"placebo"}))


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert all(statement.words for statement in read_directions(text))
