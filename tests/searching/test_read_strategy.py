from __future__ import annotations

import pytest

from evidence.errors import InvalidInput, QuerySyntaxError
from searching.read_strategy import read_strategy


@pytest.mark.parametrize(
    "text",
    [
        "#1 asthma[mh]\n#2 child*[tiab]\n#3 #1 AND #2",
        "1. asthma[mh]\n\n2. child*[tiab]\n3. #1 AND #2",
        "1) asthma[mh]\n2) child*[tiab]\n3) #1 AND #2",
        "1 asthma[mh]\n2 child*[tiab]\n3 #1 AND #2",
        "asthma[mh]\nchild*[tiab]\n#1 AND #2",
        "Title: something\n\nQuery:\nasthma[mh]\nchild*[tiab]\n#1 AND #2\n\nPids:\n  123",
    ],
)
def test_lines_with_and_without_numbers(text: str) -> None:
    assert [line.query for line in read_strategy(text).lines] == ["asthma[mh]", "child*[tiab]", "#1 AND #2"]


def test_numbered_titles_and_bare_numbers() -> None:
    strategy = read_strategy(
        "1. Population: adults\nadult[mh]\nOR adult*[tiab]\n2. Condition: back pain\nback pain[mh]\nAll together\n1 AND 2"
    )
    assert [line.query for line in strategy.lines] == ["adult[mh] OR adult*[tiab]", "back pain[mh]", "#1 AND #2"]
    assert [line.purpose for line in strategy.lines] == ["Population: adults", "Condition: back pain", "All together"]
    assert any("#1 AND #2" in note for note in strategy.notes)
    assert any("going on with line 1" in note for note in strategy.notes)


def test_a_number_that_is_no_earlier_line_stays_a_number() -> None:
    assert read_strategy("asthma[mh]\n1 AND 250").lines[1].query == "1 AND 250"
    assert read_strategy("asthma[mh]\nasthma[ti] AND 1").lines[1].query == "asthma[ti] AND 1"


def test_ovid_where_pubmed_is_expected_is_said_in_one_sentence() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_strategy("1. exp Asthma/\n2. (asthma* or wheez*).ti,ab.\n3. or/1-2")
    assert "written for Ovid" in caught.value.message
    assert "--to pubmed" in caught.value.message
    assert not isinstance(caught.value, QuerySyntaxError)


def test_a_fault_names_its_line_and_character() -> None:
    with pytest.raises(QuerySyntaxError, match="Line 2 of the strategy") as caught:
        read_strategy("asthma[mh]\n(cough[ti]")
    assert caught.value.query[caught.value.position] == "("


@pytest.mark.parametrize(("text", "words"), [("", "no line"), ("1. a1[ti]\n3. b1[ti]", "numbered 3")])
def test_no_line_and_a_gap(text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_strategy(text)
