"""Concepts become lines that PubMed's language allows, in both spellings, and nothing that was ruled out is demanded."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import InvalidInput, QuerySyntaxError
from evidence.search import SearchConcept
from searching.compile_strategy import compile_strategy
from searching.content_words import content_words
from searching.expand_line_references import expand_line_references
from searching.free_text import own_words_query, phrase_query, without_abbreviation, word_query
from searching.limits import Limits
from searching.parse_query import parse_query
from searching.print_query import print_query
from searching.read_strategy import read_strategy


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
        ("post-partum", "(post-partum*[tiab] OR postpartum*[tiab])"),
        ("x-ray", "x-ray*[tiab]"),
    ],
)
def test_a_word_is_searched_in_both_spellings_with_an_open_ending(word: str, query: str) -> None:
    assert word_query(word) == query


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
        "#5 AND (english[la])",
        "#5 NOT medline[sb]",
        "#6 OR #7",
        "#8 AND 2019/01/01:3000[dp]",
    ]
    assert [line.number for line in strategy.lines] == list(range(1, 10))


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
    assert [line.number for line in strategy.lines] == list(range(1, len(strategy.lines) + 1))
    for query in expand_line_references(strategy.lines):
        assert print_query(parse_query(query)), query


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


def test_content_words_drop_what_carries_no_topic() -> None:
    assert content_words("What is the effect of two doses of Shanchol in 2019?") == ["shanchol"]
    assert content_words("two-year follow-up of the post-partum six-minute walk") == ["post-partum", "walk"]


def test_an_abbreviation_that_a_name_gives_of_itself_is_not_demanded_beside_it() -> None:
    assert without_abbreviation("hormone replacement therapy (HRT)") == ("hormone replacement therapy", ("HRT",))
    assert without_abbreviation("vitamin D (oral)") == ("vitamin D (oral)", ())
    assert "hrt" not in own_words_query(concept("hormone replacement therapy (HRT)"))


def test_what_is_measured_is_not_the_word_searched_for() -> None:
    assert own_words_query(concept("risk of polyneuropathy/myopathy")) == "polyneuropathy*[tiab] OR myopathy*[tiab]"
