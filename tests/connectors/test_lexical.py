from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.lexical import LexicalIndex
from evidence.passage import Passage


def passage(pmid: str, text: str, title: str = "") -> Passage:
    return Passage(id=f"{pmid}:0-{len(text)}", pmid=pmid, start=0, end=len(text), text=text, title=title)


CHOLERA = passage("1", "Two doses of an oral vaccine protected villagers.", "Cholera vaccination in a river delta")
FATIGUE = passage("2", "Tiredness fell after twelve weeks of a stimulant.", "Parkinson's disease and fatigue")
MEMORY = passage("3", "Memory scores rose in the trained group; β-blockers were allowed.", "Computerised training")


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    made = LexicalIndex()
    made.add([CHOLERA, FATIGUE, MEMORY])
    return made


def test_inflected_words_and_titles_are_found(index: LexicalIndex) -> None:
    assert [id_ for id_, _ in index.nearest("Do vaccines prevent cholera?", 10)] == [CHOLERA.id]
    assert index.nearest("training memories", 10)[0][0] == MEMORY.id


def test_function_words_find_nothing(index: LexicalIndex) -> None:
    assert index.nearest("of the and in", 10) == []


def test_a_passage_added_twice_is_there_once(index: LexicalIndex) -> None:
    index.add([CHOLERA])
    index.add([CHOLERA, CHOLERA])
    assert len(index.nearest("cholera", 10)) == 1


def test_an_answer_can_be_limited_to_some_records(index: LexicalIndex) -> None:
    everything = index.nearest("vaccine stimulant memory", 10)
    assert len(everything) == 3
    assert index.nearest("vaccine stimulant memory", 10, pmids=["2", "404"]) == [
        hit for hit in everything if hit[0] == FATIGUE.id
    ]
    assert index.nearest("vaccine", 10, pmids=[]) == []
    assert len(index.nearest("vaccine stimulant memory", 2)) == 2
    assert index.nearest("vaccine", 0) == []


def test_an_empty_index_finds_nothing() -> None:
    empty = LexicalIndex()
    empty.add([])
    assert empty.nearest("cholera", 5) == []


def test_equal_scores_come_in_the_order_of_their_ids() -> None:
    index = LexicalIndex()
    index.add([passage(str(number), "cholera") for number in (7, 3, 5)])
    assert [id_ for id_, _ in index.nearest("cholera", 5)] == ["3:0-7", "5:0-7", "7:0-7"]


@pytest.mark.parametrize(
    "text", ["AND OR NOT (", 'title:"', "[* TO *]", "a^", "\\", "~2 +-", "\x00", "", "😀", "cholera" * 5000]
)
def test_no_text_is_query_syntax(index: LexicalIndex, text: str) -> None:
    assert index.nearest(text, 5) == []


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_any_text_can_be_searched_for(text: str) -> None:
    index = LexicalIndex()
    index.add([CHOLERA])
    assert len(index.nearest(text, 5)) <= 1
