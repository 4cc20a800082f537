"""A drafted sentence becomes atomic claims where it can be cut surely, and stays whole where a part would say more or less."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.atomic import atomic_claims

CUT = {
    "Zinc reduced pain (p = 0.02) and did not change sleep (p = 0.3).": (
        "Zinc reduced pain (p = 0.02).",
        "Zinc did not change sleep (p = 0.3).",
    ),
    "Zinc reduced pain in adults; iron increased nausea in children.": (
        "Zinc reduced pain in adults.",
        "Iron increased nausea in children.",
    ),
    "Pain fell in the zinc group by 3 points, but it rose in nobody. Sleep improved in both groups.": (
        "Pain fell in the zinc group by 3 points, but it rose in nobody.",
        "Sleep improved in both groups.",
    ),
    "Colds were shorter with zinc than with placebo, whereas coughs lasted as long and were worse with zinc.": (
        "Colds were shorter with zinc than with placebo.",
        "Coughs lasted as long and were worse with zinc.",
    ),
    "In adults, zinc shortened colds in winter and also prevented coughs in winter.": (
        "In adults, zinc shortened colds in winter.",
        "In adults, zinc also prevented coughs in winter.",
    ),
}
WHOLE = (
    "Zinc reduced pain, but the difference was not significant in adults.",
    "Zinc reduced pain. It did not change sleep in adults.",
    "Zinc was associated with reduced pain and improved sleep.",
    "Zinc reduced pain and improved sleep in adults with colds.",
    "The trial found that zinc reduced pain in adults, but sleep was not measured in children.",
    "Pain and nausea were reduced with zinc.",
    "Patients who fell and had fractures improved with zinc.",
    "Pain was 3 and 5 points with zinc and placebo, respectively; sleep was 6 and 7 hours in both groups.",
    "Zinc shortened colds, but coughs did not change.",
    "Zinc reduced pain, improved sleep, and was safe.",
    "In adults, zinc reduced pain; iron increased nausea with milk.",
    "",
)


@pytest.mark.parametrize("sentence", CUT)
def test_what_is_said_twice_is_two_claims(sentence: str) -> None:
    assert atomic_claims(sentence) == CUT[sentence]


@pytest.mark.parametrize("sentence", WHOLE)
def test_what_hangs_together_stays_whole(sentence: str) -> None:
    assert atomic_claims(sentence) == (sentence,)


_SAID = "zinc iron placebo pain sleep reduced improved was did not and but whereas , ; . ( ) in with adults than the it that"
_WORDS = st.sampled_from(sorted(_SAID.split(" ")))


@given(st.lists(_WORDS, max_size=40))
def test_no_word_is_lost_or_put_in(words: list[str]) -> None:
    sentence = " ".join(words)
    claims = atomic_claims(sentence)
    said = re.findall(r"[a-z]+", sentence.lower())
    assert set(re.findall(r"[a-z]+", " ".join(claims).lower())) <= set(said)
    lost = set(said) - set(re.findall(r"[a-z]+", " ".join(claims).lower()))
    assert lost <= {"and", "but", "whereas"}, "only the words between two claims go"
    for claim in claims:
        left = iter(said)
        assert all(word in left for word in re.findall(r"[a-z]+", claim.lower())), "the words keep their order"


@pytest.mark.parametrize(
    "hostile", ["was and " * 20_000, "(" * 50_000, "; and was a" * 9_000], ids=["verbs", "brackets", "clauses"]
)
def test_a_hostile_sentence_is_left_whole(hostile: str) -> None:
    assert atomic_claims(hostile) == (hostile,)
