"""Concepts become lines that PubMed's language allows, in both spellings, and nothing that was ruled out is demanded."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import InvalidInput, QuerySyntaxError
from evidence.question import Framework, QuestionElement
from evidence.search import SearchConcept
from searching.compile_strategy import Limits, compile_strategy, own_words_query, phrase_query, word_query
from searching.content_words import content_words
from searching.expand_line_references import expand_line_references
from searching.parse_query import parse_query
from searching.read_strategy import read_strategy
from searching.spelling import spelling_variants
from searching.take_apart import keep_stated, take_apart


def concept(name: str, **more: tuple[str, ...]) -> SearchConcept:
    return SearchConcept(name=name, element="intervention", **more)


@pytest.mark.parametrize(
    ("word", "query"),
    [
        ("vaccines", "vaccin*[tiab]"),
        ("oral", "oral[tiab]"),
        ("anaemia", "(anaemia*[tiab] OR anemia*[tiab])"),
        ("randomised", "(randomis*[tiab] OR randomiz*[tiab])"),
        ("exercise", "exercis*[tiab]"),
        ("studies", "stud*[tiab]"),
    ],
)
def test_a_word_is_searched_in_both_spellings_with_an_open_ending(word: str, query: str) -> None:
    assert word_query(word) == query


@pytest.mark.parametrize(
    ("word", "other"),
    [("haemorrhage", "hemorrhage"), ("pediatric", "paediatric"), ("tumour", "tumor"), ("computerized", "computerised")],
)
def test_spellings(word: str, other: str) -> None:
    assert spelling_variants(word) == (word, other)


@pytest.mark.parametrize("word", ["exercise", "disease", "chemical", "aspirin", "size"])
def test_a_word_with_one_spelling_keeps_it(word: str) -> None:
    assert spelling_variants(word) == (word,)


def test_the_lines_of_two_concepts() -> None:
    strategy = compile_strategy(
        [concept("oral cholera vaccines", headings=("Cholera Vaccines",)), concept("children")],
        proposed_by="rules",
        limits=Limits(since=date(2019, 1, 1), languages=("English",)),
    )
    assert [line.query for line in strategy.lines] == [
        '"Cholera Vaccines"[mh]',
        "(oral[tiab] AND cholera*[tiab] AND vaccin*[tiab])",
        "#1 OR #2",
        "children*[tiab]",
        "#3 AND #4",
        "#5 AND 2019/01/01:3000[dp]",
        "#6 AND (english[la])",
    ]
    assert [line.number for line in strategy.lines] == list(range(1, 8))


def test_alternatives_are_joined_by_or_and_what_is_ruled_out_is_not_demanded() -> None:
    assert own_words_query(concept("modafinil or methylphenidate")) == "modafinil*[tiab] OR methylphenidat*[tiab]"
    assert own_words_query(concept("reminders by letter or telephone")).count("AND") == 2
    assert "dementia" not in own_words_query(concept("older adults without dementia"))


def test_a_concept_without_a_word_is_left_out_and_said() -> None:
    strategy = compile_strategy([concept("2 of 3"), concept("zinc")], proposed_by="rules")
    assert strategy.as_text() == "#1 zinc[tiab]"
    assert "2 of 3" in strategy.notes[0]
    with pytest.raises(ValueError, match="searchable"):
        compile_strategy([concept("2 of 3")], proposed_by="rules")


@given(st.text(max_size=60), st.lists(st.text(max_size=40), max_size=3), st.lists(st.text(max_size=40), max_size=3))
def test_whatever_a_model_proposes_the_lines_can_be_read(name: str, terms: list[str], headings: list[str]) -> None:
    made = SearchConcept(name=f"zinc {name}", element="intervention", terms=tuple(terms), headings=tuple(headings))
    strategy = compile_strategy([made], proposed_by="a model")
    for query in expand_line_references(strategy.lines):
        parse_query(query)


def test_a_phrase_opens_its_last_word() -> None:
    assert phrase_query("oral cholera vaccines") == '"oral cholera vaccin*"[tiab]'


def test_a_strategy_of_a_person_is_read_line_by_line() -> None:
    strategy = read_strategy('1. "cholera vaccines"[mh]\n\n#2 cholera[tiab]\n#1 OR #2')
    assert strategy.as_text() == '#1 "cholera vaccines"[mh]\n#2 cholera[tiab]\n#3 #1 OR #2'
    assert strategy.proposed_by == "person"


@pytest.mark.parametrize(
    ("text", "fault"), [("", InvalidInput), ("2. zinc[tiab]", InvalidInput), ("(zinc[tiab]", QuerySyntaxError)]
)
def test_a_strategy_that_cannot_be_read_is_refused(text: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        read_strategy(text)


@pytest.mark.parametrize(
    ("question", "elements"),
    [
        (
            "Do oral cholera vaccines prevent cholera at two years compared with placebo?",
            {"intervention": "oral cholera vaccines", "outcome": "cholera at two years", "comparator": "placebo"},
        ),
        (
            "In children with anaemia, does iron improve growth versus placebo?",
            {"population": "children with anaemia", "intervention": "iron", "outcome": "growth", "comparator": "placebo"},
        ),
        (
            "Is fatigue severity higher, lower, or the same when comparing exercise to usual care?",
            {"intervention": "exercise", "comparator": "usual care", "outcome": "fatigue severity"},
        ),
        (
            "Is fatigue higher, lower, or the same when comparing exercise to usual care in people with Parkinson's disease?",
            {
                "population": "people with Parkinson's disease",
                "intervention": "exercise",
                "comparator": "usual care",
                "outcome": "fatigue",
            },
        ),
        (
            "What is the effect of computerised cognitive training on memory in older adults?",
            {"population": "older adults", "intervention": "computerised cognitive training", "outcome": "memory"},
        ),
        ("fever management by nurses", {"intervention": "fever management by nurses"}),
    ],
)
def test_questions_are_taken_apart_by_their_shape(question: str, elements: dict[str, str]) -> None:
    assert {element.name: element.text for element in take_apart(question, Framework.PICO)} == elements


def test_in_another_framework_the_elements_have_its_names_and_order() -> None:
    taken = take_apart("Do reminders reduce missed appointments in clinics compared with no reminder?", Framework.SPICE)
    assert [element.name for element in taken] == ["perspective", "intervention", "comparison", "evaluation"]


def test_what_the_question_does_not_say_is_not_kept() -> None:
    proposed = (
        QuestionElement(name="population", text="children"),
        QuestionElement(name="Intervention", text="oral cholera vaccine"),
        QuestionElement(name="invented", text="cholera"),
    )
    kept = keep_stated(proposed, "Do oral cholera vaccines prevent cholera?", Framework.PICO)
    assert [(element.name, element.text) for element in kept] == [("intervention", "oral cholera vaccine")]


def test_content_words_drop_what_carries_no_topic() -> None:
    assert content_words("What is the effect of two doses of Shanchol in 2019?") == ["shanchol"]
