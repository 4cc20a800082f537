"""What rules read of a study beside the model: each value with its place in the abstract, or the record's field that has it."""

from __future__ import annotations

from typing import Any

from evidence.citation import Citation
from evidence.claim import AnchoredValue, StudyArm, Support
from evidence.text import sentences_around
from verification import study_facts, study_places
from verification.primary_outcome import primary_outcome_span
from verification.reported_outcomes import harm_sentences
from verification.study_arms import sized_arms
from verification.study_facts import Fact


def facts_of(citation: Citation) -> dict[str, Any]:
    """Fields of `StudyExtract` that no model fills: country, registration, arms, time points, effects, harms, funding."""
    text = citation.abstract_text
    outcome = primary_outcome_span(text)
    where = study_places.countries(text)
    return {
        "country": anchored_at(citation, where) if where else AnchoredValue(),
        "registration": _registration(citation),
        "arms": tuple(
            StudyArm(name=name, size=int(fact.value), support=_at(citation, fact)) for name, fact in sized_arms(text)
        ),
        "primary_outcome": anchored_at(citation, Fact(text[slice(*outcome)], *outcome)) if outcome else AnchoredValue(),
        "time_points": tuple(anchored_at(citation, fact) for fact in study_facts.time_points(text)),
        "effects": tuple(anchored_at(citation, fact) for fact in study_facts.effects(text)),
        "harms": tuple(anchored_at(citation, Fact(one.text, one.start, one.end)) for one in harm_sentences(citation)[:6]),
        "funding": _funding(citation),
    }


def total_studied(citation: Citation) -> AnchoredValue:
    """How many took part, by rule; not reported where no sentence counts them as taken in."""
    found = study_facts.total_studied(citation.abstract_text)
    if found is None:
        return AnchoredValue()
    (start, end), *_ = sentences_around(citation.abstract_text, found.start, found.end)
    return anchored_at(citation, Fact(found.value, start, end))


def _registration(citation: Citation) -> AnchoredValue:
    numbers = [entry.number for entry in citation.registrations]
    for number in numbers:
        if found := study_facts.registration(citation.abstract_text, number):
            return anchored_at(citation, found)
    return AnchoredValue(value=", ".join(numbers), from_field="DataBankList") if numbers else AnchoredValue()


def _funding(citation: Citation) -> AnchoredValue:
    if found := study_facts.funding(citation.abstract_text):
        return anchored_at(citation, found)
    agencies = dict.fromkeys(grant.agency for grant in citation.grants if grant.agency)
    return AnchoredValue(value="; ".join(agencies), from_field="GrantList") if agencies else AnchoredValue()


def anchored_at(citation: Citation, fact: Fact) -> AnchoredValue:
    """The value with the words of the abstract that it was read from."""
    return AnchoredValue(value=fact.value, support=_at(citation, fact))


def _at(citation: Citation, fact: Fact) -> Support:
    quote = citation.abstract_text[fact.start : fact.end]
    return Support(pmid=citation.pmid, quote=quote, start=fact.start, end=fact.end)
