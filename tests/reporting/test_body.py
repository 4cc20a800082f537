"""Every sentence of the body leads to a quote in a record; nothing that did not pass stands in it, in any format."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from evidence.citation import IntegrityStatus
from evidence.claim import Direction, Support, Verdict
from evidence.ledger import RunLedger
from reporting import render_html, render_json, render_markdown
from reporting.body import NO_BOTTOM_LINE, sort_claims
from tests.reporting import sample
from tests.reporting.papers import support as quoted
from tests.reporting.reading import body_of_markdown, body_of_page, page, shown_claims, words_of

FILLED: list[Callable[[], RunLedger]] = [sample.sample_ledger, sample.sixty_claims_ledger]
ALL: list[Callable[[], RunLedger]] = [*FILLED, sample.nothing_passed_ledger, sample.empty_ledger]


@pytest.mark.parametrize("make", FILLED)
def test_every_claim_on_the_page_leads_to_the_words_of_a_record(make: Callable[[], RunLedger]) -> None:
    ledger = make()
    claims = {claim.text: claim for claim in ledger.claims if claim.verdict is Verdict.SUPPORTED}
    records = {record.pmid: record for record in ledger.citations}
    shown = shown_claims(page(render_html(ledger)))
    assert len(shown) == sum(claim.verdict is Verdict.SUPPORTED for claim in ledger.claims)
    for item in shown:
        claim = claims[item.text]
        assert len(item.quotes) == len(claim.support) > 0
        for quote, support in zip(item.quotes, claim.support, strict=True):
            record = records[support.pmid]
            assert quote.pmid == support.pmid
            assert quote.words == quote.marked == record.abstract_text[support.start : support.end]
            assert quote.abstract == record.abstract_text
            assert quote.link == record.url


@pytest.mark.parametrize("make", FILLED)
def test_every_claim_in_markdown_stands_with_its_quote_and_link(make: Callable[[], RunLedger]) -> None:
    ledger = make()
    body = body_of_markdown(render_markdown(ledger)).replace("**", "").replace("\\", "")
    for claim in sort_claims(ledger).passed:
        place = body.index(claim.claim.text)
        for record in claim.records:
            assert record.words in body[place:]
            assert f"PMID {record.citation.pmid}](<{record.citation.url}>)" in body[place:]


@pytest.mark.parametrize("make", ALL)
def test_nothing_withheld_stands_in_the_body_and_all_of_it_is_listed(make: Callable[[], RunLedger]) -> None:
    ledger = make()
    document = page(render_html(ledger))
    markdown = render_markdown(ledger)
    told = json.loads(render_json(ledger))
    listed = words_of(document.find_class("kept-out")[0])
    for claim in ledger.claims:
        if claim.verdict is Verdict.SUPPORTED:
            continue
        assert claim.text not in body_of_page(document)
        assert claim.text not in body_of_markdown(markdown)
        assert claim.text not in told["bottom_line"]
        assert claim.text in listed
        assert claim.reason in listed
        assert claim.text in markdown[markdown.index("## What was kept out") :]


def test_kept_out_shows_plain_words_and_both_sides() -> None:
    listed = words_of(page(render_html(sample.sample_ledger())).find_class("kept-out")[0])
    for expected in ("A number is not in the quote", "6.5, 9.0", "Its source is retracted or in doubt", "safe in adults"):
        assert expected in listed


def _first_only(**changes: object) -> RunLedger:
    ledger = sample.sample_ledger()
    claim = next(claim for claim in ledger.claims if claim.id == "c1").model_copy(update=changes)
    return ledger.model_copy(update={"claims": (claim,), "bottom_line": "There is none."})


@pytest.mark.parametrize(
    "support",
    [
        (),
        (Support(pmid="90000999", quote="Nothing", start=0, end=7),),
        (Support(pmid="90000001", quote="Median time to recovery"),),
        (Support(pmid="90000001", quote="Median time to recovery", start=0, end=23),),
        (Support(pmid="90000001", quote="Median time to recovery", start=0, end=0),),
        (Support(pmid="90000001", quote="Median time to recovery", start=5, end=99999),),
        (Support(pmid="90000004", quote="Brillamine cured tarnish fever", start=0, end=30),),
    ],
    ids=["no quote", "unknown record", "no place", "wrong place", "empty place", "past the end", "retracted record"],
)
def test_a_claim_called_supported_without_its_words_is_kept_out(support: tuple[Support, ...]) -> None:
    ledger = _first_only(support=support)
    body = sort_claims(ledger)
    assert body.passed == ()
    assert body.kept_out[0].verdict == "It could not be tied to a record"
    assert shown_claims(page(render_html(ledger))) == ()
    assert ledger.claims[0].text not in body_of_markdown(render_markdown(ledger))
    assert "so it is kept out" in render_markdown(ledger)


def test_the_records_own_words_are_shown_where_typography_differs() -> None:
    ledger = sample.sample_ledger()
    record = ledger.citations[1]
    anchored = quoted(record, "mean difference −1·9 days, 95% CI −3·1 to −0·7")
    plain = anchored.model_copy(update={"quote": "Mean difference -1.9 days, 95% CI -3.1 to -0.7."})
    shown = shown_claims(page(render_html(_first_only(support=(plain,)))))
    assert shown[0].quotes[0].words == "mean difference −1·9 days, 95% CI −3·1 to −0·7"


def test_a_bottom_line_that_carries_a_withheld_sentence_is_not_shown() -> None:
    withheld = sample.nothing_passed_ledger()
    leaking = withheld.model_copy(update={"bottom_line": f"In brief: {withheld.claims[0].text}"})
    document = page(render_html(leaking))
    assert NO_BOTTOM_LINE in body_of_page(document)
    assert withheld.claims[0].text not in body_of_page(document)


def test_numbers_shared_with_the_record_are_marked_in_claim_and_abstract() -> None:
    document = page(render_html(sample.sample_ledger()))
    item = next(item for item in document.find_class("claim") if "by a mean of 1.9" in words_of(item))
    in_claim = [words_of(number) for number in item.find_class("claim-text")[0].find_class("number")]
    in_abstract = [words_of(number) for number in item.xpath(".//mark//*[@class='number']")]
    assert in_claim == ["1.9"]
    assert in_abstract == ["1·9"]


def test_direction_is_told_by_word_and_by_shape() -> None:
    ledger = sample.sixty_claims_ledger()
    document = page(render_html(ledger))
    shapes: dict[str, set[str]] = {}
    for line in document.find_class("direction"):
        word = words_of(line).strip().removeprefix("Direction: ")
        shapes.setdefault(word, set()).add(line.xpath(".//*[local-name()='path']/@d")[0])
    assert set(shapes) == {direction.value for direction in Direction}
    assert all(len(drawn) == 1 for drawn in shapes.values())
    assert len(set.union(*shapes.values())) == len(Direction)


def test_a_corrected_source_carries_its_notice_with_the_claim() -> None:
    document = page(render_html(sample.sample_ledger()))
    notices = [words_of(notice) for notice in document.find_class("body-of-summary")[0].find_class("notice")]
    assert any("names an erratum" in notice for notice in notices)
    assert any(IntegrityStatus.PREPRINT.value in notice.lower() for notice in notices)


def test_studies_are_counted_once_for_each_direction() -> None:
    groups = {group.name: dict(group.directions) for group in sort_claims(sample.sample_ledger()).outcomes}
    assert groups["Time to recovery"] == {Direction.LOWER: 2}
    assert groups["Relapse"] == {Direction.LOWER: 1, Direction.NO_DIFFERENCE: 1}
    assert groups["Other findings"] == {}
