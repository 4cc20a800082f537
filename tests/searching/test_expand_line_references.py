from __future__ import annotations

import pytest

from evidence.errors import QuerySyntaxError
from evidence.search import SearchLine
from searching.expand_line_references import expand_line_references
from searching.parse_query import parse_query


def lines(*queries: str) -> list[SearchLine]:
    return [SearchLine(number=number, query=query, purpose="test") for number, query in enumerate(queries, start=1)]


def test_references_become_the_bracketed_lines() -> None:
    expanded = expand_line_references(lines("asthma[mh] OR asthma[tiab]", "child*[tiab]", "#1 AND #2", "#3 NOT #1"))
    assert expanded[2] == "(asthma[mh] OR asthma[tiab]) AND (child*[tiab])"
    assert expanded[3] == f"({expanded[2]}) NOT (asthma[mh] OR asthma[tiab])"
    assert parse_query(expanded[2]) == parse_query("(asthma[mh] OR asthma[tiab]) AND child*[tiab]")


def test_a_number_sign_within_quotes_is_left_alone() -> None:
    assert expand_line_references(lines("asthma", '"#1"[tiab] AND #1'))[1] == '"#1"[tiab] AND (asthma)'


@pytest.mark.parametrize("query", ["#2", "#3", "asthma AND #9"])
def test_only_earlier_lines_can_be_named(query: str) -> None:
    with pytest.raises(QuerySyntaxError, match="not an earlier line"):
        expand_line_references(lines("asthma", query))


def test_a_broken_line_is_refused_although_nothing_names_it() -> None:
    with pytest.raises(QuerySyntaxError, match="not closed"):
        expand_line_references(lines("(asthma", "cough"))


def test_lines_that_multiply_each_other_are_refused() -> None:
    with pytest.raises(QuerySyntaxError, match="grows beyond"):
        expand_line_references(lines("asthma", *(f"#{number} OR #{number}" for number in range(1, 40))))
