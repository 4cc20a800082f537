"""Eligibility criteria, and the words of a record that a decision rests on; what the models of screening refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from evidence.citation import AbstractSection, Citation
from evidence.question import EligibilityCriterion, Framework, Protocol, QuestionElement
from evidence.screening import (
    ScreeningDecision,
    ScreeningEntry,
    ScreeningOutcome,
    count_screening,
    standing_decisions,
    stands,
)
from searching.screening.criteria import eligibility_criteria, find_words, topical_criteria


def protocol(**more: Any) -> Protocol:
    elements = (QuestionElement(name="population", text="adults"), QuestionElement(name="comparator", text="placebo"))
    return Protocol.model_validate(
        {"question": "Zinc?", "framework": Framework.PICO, "elements": elements, "proposed_by": "person"} | more
    )


def ids(given: Protocol) -> list[str]:
    return [criterion.id for criterion in eligibility_criteria(given)]


def test_criteria_come_from_the_protocol_in_order_with_the_limits_and_what_always_holds() -> None:
    own = (EligibilityCriterion(id="population", text="Adults."), EligibilityCriterion(id="exclusions", text="No rats."))
    given = protocol(criteria=own, since=date(2001, 1, 1), until=date(2009, 1, 1), languages=("english",))
    assert ids(given) == ["all-criteria", "population", "exclusions", "date", "language", "integrity", "no-abstract"]
    assert [item.id for item in topical_criteria(given)] == ["population", "exclusions", "date", "language"]
    assert eligibility_criteria(given)[3].text == "Published on or after 2001-01-01 and on or before 2009-01-01."


def test_without_criteria_the_elements_make_them_and_a_comparator_is_none() -> None:
    assert ids(protocol()) == ["all-criteria", "population", "integrity", "no-abstract"]
    assert ids(protocol(elements=())) == ["all-criteria", "question", "integrity", "no-abstract"]


def test_ids_are_unique_whatever_the_protocol_says() -> None:
    given = protocol(criteria=(EligibilityCriterion(id="integrity", text="Own."), EligibilityCriterion(id="date", text="Own.")))
    assert len(set(ids(given))) == len(ids(given))


def test_words_are_found_whatever_the_typography_and_given_as_printed() -> None:
    citation = Citation(
        pmid="1",
        title="Zinc – a trial",
        abstract=(AbstractSection(label="AIM", text="Colds in\u00a0adults."),),
        source_hash="0" * 64,
    )
    found = find_words("colds in adults".replace("c", "C", 1), citation)
    assert found is not None
    assert (found.words, found.words_in, found.start) == ("Colds in\u00a0adults", "abstract", 5)
    assert citation.abstract_text[found.start : found.end] == found.words
    title = find_words("Zinc - a", citation)
    assert title is not None
    assert (title.words, title.words_in) == ("Zinc – a", "title")
    assert find_words("copper", citation) is None
    assert find_words("  ", citation) is None


def decision(pmid: str, outcome: str, made_by: str = "person", **more: Any) -> ScreeningDecision:
    return ScreeningDecision.model_validate(
        {"pmid": pmid, "outcome": outcome, "criterion": "c", "reason": "r", "made_by": made_by, "by": made_by} | more
    )


def entry(number: int, pmid: str, outcome: str | None, by: str = "Ann") -> ScreeningEntry:
    said = decision(pmid, outcome, by=by) if outcome else None
    return ScreeningEntry(number=number, pmid=pmid, decision=said, by=by, at=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("made_by", ["model", "ranking"])
def test_what_learns_never_excludes(made_by: str) -> None:
    with pytest.raises(ValidationError, match="excludes nothing"):
        decision("1", "exclude", made_by)
    assert decision("1", "unsure", made_by).outcome is ScreeningOutcome.UNSURE
    assert decision("1", "exclude", "rule").outcome is ScreeningOutcome.EXCLUDE


def test_the_place_of_words_is_said_whole_or_not_at_all() -> None:
    with pytest.raises(ValidationError, match="whole"):
        decision("1", "include", start=1)
    assert decision("1", "include", words_in="title", start=0, end=4).end == 4


def test_the_history_holds_decisions_of_people_alone() -> None:
    with pytest.raises(ValidationError, match="people"):
        ScreeningEntry(
            number=1, pmid="1", decision=decision("1", "include", "rule"), by="Ann", at=datetime(2026, 1, 1, tzinfo=UTC)
        )


def test_a_persons_last_word_stands_before_rule_and_model_and_falls_back_when_taken_back() -> None:
    machine = [decision("1", "exclude", "rule", rank=1), decision("2", "include", "model", rank=2)]
    history = [entry(1, "1", "include"), entry(2, "2", "exclude"), entry(3, "2", "unsure", "Ben")]
    assert [(d.outcome.value, d.by, d.rank) for d in standing_decisions(machine, history)] == [
        ("include", "Ann", 1),
        ("unsure", "Ben", 2),
    ]
    back = [*history, entry(4, "2", None), entry(5, "1", None)]
    assert [(d.outcome.value, d.by) for d in standing_decisions(machine, back)] == [("exclude", "rule"), ("exclude", "Ann")]
    assert stands([*back, entry(6, "1", None)]).keys() == {"2"}


def test_counts_add_up_and_say_what_no_person_saw() -> None:
    machine = {
        "1": decision("1", "exclude", "rule"),
        "2": decision("2", "include", "model"),
        "3": decision("3", "unsure", "ranking"),
    }
    counts = count_screening(["1", "2", "3", "4"], machine, [entry(1, "3", "exclude"), entry(2, "4", "include")])
    assert (counts.seen, counts.seen_by_no_person, counts.excluded_by_rule, counts.suggested) == (2, 2, 1, 1)
    assert counts.excluded_by_criterion == {"c": 1}
    assert counts.seen + counts.seen_by_no_person == counts.records == 4
    assert counts.included + counts.excluded + counts.unsure == counts.seen
