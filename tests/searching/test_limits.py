"""Limits keep what is not indexed yet; filters stand as published, with version and citation."""

from __future__ import annotations

import re
from datetime import date

import pytest

from evidence.errors import InvalidInput
from evidence.search import SearchConcept
from searching.compile_strategy import compile_with_limits
from searching.expand_line_references import expand_line_references
from searching.filters import FILTERS, find_filter
from searching.limits import Limits, limit_lines
from searching.parse_query import parse_query


def lines(limits: Limits) -> list[str]:
    return [query for query, _ in limit_lines(limits, 5)[0]]


def test_no_limit_is_no_line() -> None:
    assert limit_lines(Limits(), 5) == ([], [])


def test_a_language_keeps_the_records_that_are_not_indexed() -> None:
    assert lines(Limits(languages=("English", "Scottish Gaelic"))) == [
        '#5 AND (english[la] OR "scottish gaelic"[la])',
        "#5 NOT medline[sb]",
        "#6 OR #7",
    ]


def test_limits_by_indexing_share_their_second_arm() -> None:
    assert lines(Limits(languages=("French",), publication_types=("Randomized Controlled Trial",))) == [
        "#5 AND (french[la])",
        "#5 NOT medline[sb]",
        "#6 OR #7",
        '#8 AND ("randomized controlled trial"[pt])',
        "#9 OR #7",
    ]


def test_a_filter_is_a_line_of_its_own_with_version_and_citation() -> None:
    made, steps = limit_lines(Limits(filters=(find_filter("cochrane-rct-sensitive"), find_filter("not-animals-only"))), 5)
    assert [query for query, _ in made][1::2] == ["#5 AND #6", "#7 NOT #8"]
    assert made[0][0] == find_filter("cochrane-rct-sensitive").query
    assert "2008 revision" in made[0][1]
    assert "Lefebvre" in made[0][1]
    assert [(step.before, step.alone, step.after) for step in steps] == [(5, 7, 7), (7, 9, 9)]


def test_dates_come_last() -> None:
    limits = Limits(since=date(2019, 1, 1), until=date(2020, 6, 30), languages=("English",))
    assert lines(limits)[-1] == "#8 AND 2019/01/01:2020/06/30[dp]"


def test_what_a_person_writes_as_a_language_stays_a_value() -> None:
    query = lines(Limits(languages=('english[la] OR all[sb]) OR ("x',)))[0]
    assert "[la] OR" not in query
    assert query.count("[la]") == 1


def test_the_whole_strategy_is_pubmeds_language() -> None:
    limits = Limits(
        since=date(2010, 1, 1), languages=("English",), publication_types=("Clinical Trial",), filters=tuple(FILTERS)
    )
    strategy, steps = compile_with_limits(
        [SearchConcept(name="zinc", element="intervention")], proposed_by="rules", limits=limits
    )
    for query in expand_line_references(strategy.lines):
        parse_query(query)
    assert steps[-1].after == len(strategy.lines)


@pytest.mark.parametrize("entry", FILTERS, ids=lambda entry: str(entry.id))
def test_every_filter_can_be_cited_and_read(entry: object) -> None:
    found = find_filter(getattr(entry, "id", ""))
    parse_query(found.query)
    assert found.version
    assert re.search(r"\d{4}|National Library of Medicine", found.citation)
    assert (found.sensitivity is None) == (found.specificity is None)


def test_no_filter_takes_humans_as_a_positive_limit() -> None:
    for entry in FILTERS:
        rest = entry.query.replace("(animals[mh] NOT humans[mh])", "")
        assert "humans[mh]" not in rest
    assert find_filter("not-animals-only").operator == "NOT"


def test_the_cochrane_filters_are_those_of_the_handbook() -> None:
    sensitive, precise = find_filter("cochrane-rct-sensitive").query, find_filter("Cochrane-RCT-Precise").query
    only_sensitive = ("drug therapy[sh]", "trial[tiab]", "groups[tiab]")
    only_precise = ("clinical trials as topic[mesh:noexp]", "trial[ti]")
    assert all(part in sensitive and part not in precise for part in only_sensitive)
    assert all(part in precise and part not in sensitive for part in only_precise)
    assert sensitive.endswith("NOT (animals[mh] NOT humans[mh]))")


def test_an_unknown_filter_is_refused_with_the_nearest() -> None:
    with pytest.raises(InvalidInput, match="cochrane-rct-sensitive"):
        find_filter("cochrane-sensitive")
