"""A strategy as a person has it: numbered lines, or one query that is taken apart."""

from __future__ import annotations

import pytest

from evidence.errors import InvalidInput, QuerySyntaxError
from searching.seed_lines import looks_like_strategy, read_given


def lines_of(text: str) -> list[str]:
    return [line.query for line in read_given(text).strategy.lines]


class TestNumberedLines:
    @pytest.mark.parametrize(
        "text",
        [
            "#1 asthma[mh]\n#2 steroid*[tiab]\n#3 #1 AND #2",
            "1. asthma[mh]\n2. steroid*[tiab]\n3. #1 AND #2",
            "1 asthma[mh]\n2 steroid*[tiab]\n3 #1 AND #2",
            "asthma[mh]\nsteroid*[tiab]\n#1 AND #2",
            "#1: asthma[mh]\n\n#2: steroid*[tiab]\n#3: #1 AND #2\n",
        ],
    )
    def test_they_are_read_as_they_are(self, text: str) -> None:
        assert lines_of(text) == ["asthma[mh]", "steroid*[tiab]", "#1 AND #2"]
        assert read_given(text).taken_apart is False

    def test_what_is_printed_is_read_back(self) -> None:
        given = read_given('1 "hip fracture"[tiab] OR hip[ti]\n2 old*[tiab]\n3 #1 AND #2 AND 2010:2020[dp]').strategy
        assert read_given(given.as_text()).strategy.lines == given.lines


class TestOneQuery:
    def test_its_and_blocks_become_lines(self) -> None:
        given = read_given("(asthma[mh] OR wheez*[tiab]) AND (steroid*[tiab]) AND 2010:2020[dp] NOT animals[mh]")
        assert given.taken_apart
        queries = [line.query for line in given.strategy.lines]
        assert queries == [
            "asthma[mh] OR wheez*[tiab]",
            "steroid*[tiab]",
            "2010:2020[dp]",
            "animals[mh]",
            "#1 AND #2 AND #3 NOT #4",
        ]

    def test_left_to_right_is_kept(self) -> None:
        assert lines_of("asthma[ti] OR wheeze[ti] AND steroid[ti]") == ["asthma[ti] OR wheeze[ti]", "steroid[ti]", "#1 AND #2"]

    def test_it_may_stand_on_several_lines(self) -> None:
        assert lines_of("(asthma[ti] OR\nwheeze[ti])\nAND steroid[ti]") == [
            "asthma[ti] OR wheeze[ti]",
            "steroid[ti]",
            "#1 AND #2",
        ]

    def test_one_block_is_one_line(self) -> None:
        assert lines_of("1. asthma[ti] OR wheeze[ti]") == ["asthma[ti] OR wheeze[ti]"]

    def test_references_without_their_lines_are_refused(self) -> None:
        with pytest.raises(InvalidInput, match="all the lines"):
            read_given("#1 AND asthma[ti]")

    def test_a_fault_points_at_its_character(self) -> None:
        with pytest.raises(QuerySyntaxError) as fault:
            read_given("(asthma[ti] AND steroid[ti]")
        assert fault.value.position == 0

    def test_nothing_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match="empty"):
            read_given(" \n ")


@pytest.mark.parametrize(
    ("text", "strategy"),
    [
        ("Do inhaled steroids help children with asthma?", False),
        ("vitamin D and falls in older people", False),
        ("asthma[mh] AND steroids", True),
        ("#1 asthma\n#2 steroid\n#3 #1 AND #2", True),
        ("asthma AND steroids", True),
        ("steroid* asthma", True),
    ],
)
def test_a_question_is_told_from_a_strategy(text: str, strategy: bool) -> None:
    assert looks_like_strategy(text) is strategy
