"""The numbers from search to draft add up, equal the ledger's rows, and are drawn as they are."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from evidence.errors import StorageFailure
from evidence.ledger import SearchCounts
from reporting import flow_svg, render_html
from reporting.flow import check_counts, flow_steps, flow_words
from tests.reporting.sample import empty_ledger, sample_ledger

SVG = "{http://www.w3.org/2000/svg}"
SMALL = st.integers(min_value=0, max_value=20_000)


@st.composite
def sound_counts(draw: st.DrawFn) -> SearchCounts:
    read, left, excluded, same_work, missing, unreadable, capped = (draw(SMALL) for _ in range(7))
    included = draw(st.integers(min_value=0, max_value=read + left))
    fetched = read + left + excluded + same_work
    retrieved = fetched + missing + unreadable
    return SearchCounts(
        identified=retrieved + capped,
        retrieved=retrieved,
        fetched=fetched,
        missing=missing,
        unreadable=unreadable,
        same_work=same_work,
        excluded=excluded,
        unsure=read + left - included,
        included=included,
        read=read,
        left=left,
    )


@given(sound_counts())
@settings(max_examples=50, deadline=None)
def test_every_edge_of_the_picture_sums(counts: SearchCounts) -> None:
    picture = etree.fromstring(flow_svg(counts))
    drawn = [
        int("".join(text.itertext()).split()[0].replace(",", "")) for text in picture.iter(f"{SVG}text") if _is_count(text)
    ]
    expected = []
    for step in flow_steps(counts):
        expected += [step.count, *(count for _, count in step.left_here)]
    assert drawn == expected
    steps = flow_steps(counts)
    for step, following in pairwise(steps):
        assert step.count - sum(count for _, count in step.left_here) == following.count


def _is_count(text: etree._Element) -> bool:
    return bool(re.match(r"[\d,]+(\s|$)", "".join(text.itertext())))


def test_picture_has_a_title_and_tells_every_number_in_words() -> None:
    counts = sample_ledger().search.counts
    picture = etree.fromstring(flow_svg(counts))
    assert picture.get("role") == "img"
    named = picture.get("aria-labelledby").split()
    assert [element.get("id") for element in (picture.find(f"{SVG}title"), picture.find(f"{SVG}desc"))] == named
    assert picture.findtext(f"{SVG}desc") == flow_words(counts)
    assert "12 records match the search (then 0 not retrieved)" in flow_words(counts)
    assert flow_words(counts).endswith("5 read for this draft.")


@pytest.mark.parametrize("name", [name for name in SearchCounts.model_fields if name != "identified"])
def test_a_number_that_does_not_add_up_is_refused(name: str) -> None:
    counts = sample_ledger().search.counts
    wrong = counts.model_copy(update={name: getattr(counts, name) + 1})
    with pytest.raises(StorageFailure, match="do not add up"):
        check_counts(wrong)


def test_fewer_identified_than_retrieved_is_refused() -> None:
    counts = sample_ledger().search.counts
    with pytest.raises(StorageFailure, match="retrieved is more than identified"):
        flow_svg(counts.model_copy(update={"identified": counts.retrieved - 1}))


def test_numbers_that_differ_from_the_rows_are_refused() -> None:
    ledger = sample_ledger()
    with pytest.raises(StorageFailure, match="fetched is not the number of records"):
        render_html(ledger.model_copy(update={"citations": ledger.citations[1:]}))


def test_nothing_found_is_drawn_as_nothing() -> None:
    assert {step.count for step in flow_steps(empty_ledger().search.counts)} == {0}
