"""PRISMA-S: sixteen items, none blank; only a person can say that something was not done."""

from __future__ import annotations

from datetime import date

import pytest

from evidence.prisma import PrismaSItem, PrismaSState
from evidence.search_ledger import SearchLedger
from reporting.prisma_s import prisma_s_items
from reporting.strategy_reading import read_strategy_of
from searching.filters import find_filter
from tests.reporting.search_sample import (
    FILTER,
    STRATEGY,
    embase,
    hostile_search,
    many_records,
    nothing_found,
    screened_ledger,
    search_ledger,
    statement,
)

REPORTED, NOT_DONE, OPEN = PrismaSState.REPORTED, PrismaSState.NOT_DONE, PrismaSState.NEEDS_LIBRARIAN
ALONE = many_records(3)


def item(ledger: SearchLedger, number: int) -> PrismaSItem:
    return prisma_s_items(ledger)[number - 1]


def strategy(text: str, ledger: SearchLedger = ALONE) -> SearchLedger:
    return ledger.model_copy(update={"search": ledger.search.model_copy(update={"strategy": text})})


@pytest.mark.parametrize("make", [search_ledger, screened_ledger, nothing_found, hostile_search])
def test_sixteen_items_none_blank(make: object) -> None:
    items = prisma_s_items(make())  # type: ignore[operator]
    assert [entry.number for entry in items] == list(range(1, 17))
    assert all(entry.text.strip() and entry.origin.strip() and entry.section and entry.name for entry in items)


def test_nothing_is_not_done_unless_a_person_said_so() -> None:
    assert NOT_DONE not in {entry.state for entry in prisma_s_items(search_ledger())}
    said = item(screened_ledger(), 6)
    assert said.state is NOT_DONE
    assert said.origin == "B. Okafor, 4 November 2026"


def test_what_the_ledger_cannot_know_is_for_the_librarian() -> None:
    states = {entry.number: entry.state for entry in prisma_s_items(ALONE)}
    assert [number for number, state in states.items() if state is OPEN] == [3, 4, 5, 6, 7, 9, 11, 12, 14]
    assert [number for number, state in states.items() if state is REPORTED] == [1, 2, 8, 10, 13, 15, 16]


def test_strategies_are_copied_to_the_letter() -> None:
    entry = item(search_ledger(), 8)
    assert entry.state is REPORTED
    assert STRATEGY in entry.verbatim
    assert embase().strategy in entry.verbatim


@pytest.mark.parametrize(
    ("number", "change", "missing"),
    [
        (1, {"interface": ""}, "Add the platform of Embase"),
        (8, {"strategy": " "}, "the strategy of Embase (embase.ris)"),
        (13, {"searched_on": None}, "Add the date of Embase (embase.ris)"),
    ],
)
def test_what_an_imported_file_lacks_is_named(number: int, change: dict[str, object], missing: str) -> None:
    whole, lacking = search_ledger(), search_ledger(other_sources=(embase(**change),))
    assert item(whole, number).state is REPORTED
    assert item(lacking, number).state is OPEN
    assert missing in item(lacking, number).text


def test_totals_name_every_source_with_its_count() -> None:
    text = item(search_ledger(), 15).text
    assert "PubMed (NCBI E-utilities): 13 records identified, 11 read" in text
    assert "Embase (Ovid), file embase.ris: 3 records, 2 read" in text
    assert "Together: 16 records" in text


def test_a_filter_is_cited_with_its_version_and_a_limit_asks_for_its_reason() -> None:
    filters, limits = item(ALONE, 10), item(ALONE, 9)
    assert filters.state is REPORTED
    assert "line 4: Clinical Queries, therapy, narrow" in filters.text
    assert "2011" in filters.text
    assert "BMJ 2005;330:1179" in filters.text
    assert limits.state is OPEN
    assert "line 6, date: 2009:3000[dp]" in limits.text
    assert "Add the reason" in limits.text


def test_a_changed_filter_is_not_cited_as_unmodified() -> None:
    changed = strategy(STRATEGY.replace("controlled[tiab]", "controlled[ti]"))
    assert read_strategy_of(changed).filters == ()
    assert "Clinical Queries" not in item(changed, 10).text
    assert "publication type: randomized controlled trial[pt]" in item(changed, 9).text


def test_no_limit_and_no_filter_is_reported_as_none() -> None:
    plain = strategy("#1 brillamin*[tiab]")
    assert item(plain, 9).state is REPORTED
    assert "has no limit" in item(plain, 9).text
    assert item(plain, 10).state is REPORTED
    assert "No search filter was used" in item(plain, 10).text
    given = plain.model_copy(update={"protocol": None})
    assert item(given, 10).state is OPEN


def test_limits_that_keep_unindexed_records_are_told_from_those_that_do_not() -> None:
    reading = read_strategy_of(
        strategy("#1 a[tiab] AND english[la]\n#2 #1 NOT medline[sb]\n#3 a[tiab] AND humans[mh]\n#4 free full text[sb]")
    )
    assert [limit.kind for limit in reading.limits] == ["language", "species"]
    assert [entry.query for entry in reading.subsets] == ["free full text[sb]"]


def test_a_line_that_cannot_be_parsed_is_named_not_guessed() -> None:
    broken = strategy('#1 (brillamin*[tiab]\n#2 "x"[nosuch]')
    assert read_strategy_of(broken).unread
    assert item(broken, 9).state is OPEN
    assert item(broken, 10).state is OPEN


def test_automated_checks_are_no_peer_review() -> None:
    entry = item(ALONE, 14)
    assert entry.state is OPEN
    assert "automated checks of the strategy are not a peer review" in entry.text
    assert item(screened_ledger(), 14).text == "Reviewed by C. Lind with PRESS 2015."


def test_the_last_word_of_a_person_counts_and_counted_numbers_stay_beside_it() -> None:
    said = (statement(15, "reported", "About twenty.", date(2026, 11, 3)), statement(15, "not done", "Lost", date(2026, 11, 5)))
    entry = item(search_ledger(statements=said[::-1]), 15)
    assert entry.state is NOT_DONE
    assert "Together: 16 records" in entry.text
    assert entry.origin == "B. Okafor, 5 November 2026; this run's ledger"


def test_reported_without_words_is_still_for_the_librarian() -> None:
    entry = item(search_ledger(statements=(statement(14, "reported", "  "),)), 14)
    assert entry.state is OPEN
    assert "gave no words" in entry.text


def test_registers_and_other_methods_are_reported_from_what_was_imported() -> None:
    register = embase(name="ClinicalTrials.gov", interface="web", kind="register", records=0, unreadable=0, duplicates=0)
    entry = item(search_ledger(other_sources=(embase(), register)), 3)
    assert entry.state is REPORTED
    assert "ClinicalTrials.gov (web), 0 records" in entry.text
    chased = register.model_copy(update={"name": "Citation searching", "kind": "other method"})
    assert "Citation searching" in item(search_ledger(other_sources=(embase(), chased)), 5).text


def test_published_filters_are_found_within_a_line() -> None:
    assert [used.line for used in read_strategy_of(strategy(f"#1 brillamin*[tiab] AND {FILTER}")).filters] == [1]


def test_a_filter_of_one_word_is_cited_where_the_compiler_put_it() -> None:
    narrow = find_filter("clinical-queries-diagnosis-narrow")
    base = strategy(f"#1 brillamin*[tiab]\n#2 {narrow.query}\n#3 #1 AND #2")
    assert read_strategy_of(base).filters == ()
    declared = base.model_copy(
        update={"search": base.search.model_copy(update={"purposes": ("the drug", narrow.purpose, "both")})}
    )
    assert [(used.line, used.filter.id) for used in read_strategy_of(declared).filters] == [(2, narrow.id)]
    assert item(declared, 10).state is REPORTED
