"""Screening within a run: where the words stand that a suggestion rests on, and that a person's word comes first."""

from __future__ import annotations

from datetime import UTC, datetime

from evidence.question import Framework, Protocol
from evidence.screening import ScreeningDecision, ScreeningEntry, ScreeningOutcome
from pipelines.stages.screen_citations import choose_citations, put_people_first, screen_citations
from tests.pipelines.doubles import Answers, Silent, zinc_trial

PROTOCOL = Protocol(question="Does zinc shorten colds?", framework=Framework.PICO, elements=(), proposed_by="person")


def suggested(sentence: int) -> ScreeningDecision:
    model = Answers(screen_citation={"decision": "include", "criterion": 1, "sentence": sentence})
    (decision,) = screen_citations(PROTOCOL, ["1"], {"1": zinc_trial("1")}, model, Silent(), at_most=1)
    return decision


def person(pmid: str, outcome: ScreeningOutcome) -> ScreeningEntry:
    said = ScreeningDecision(pmid=pmid, outcome=outcome, criterion="question", reason="r", made_by="person", by="Ann")
    return ScreeningEntry(number=1, pmid=pmid, decision=said, by="Ann", at=datetime(2026, 1, 1, tzinfo=UTC))


def test_a_suggestion_names_its_words_and_their_place() -> None:
    trial = zinc_trial("1")
    said = suggested(3)
    assert (said.criterion, said.made_by, said.words_in) == ("question", "model", "abstract")
    assert said.words == trial.abstract_text[said.start : said.end] != ""
    title = suggested(0)
    assert (title.words, title.words_in, title.start) == (trial.title, "title", 0)
    nowhere = suggested(99)
    assert (nowhere.words, nowhere.words_in) == ("", None)


def test_a_person_overrules_the_model_and_what_is_not_in_the_run_stays_out() -> None:
    decisions = (suggested(1),)
    out = put_people_first(decisions, [person("1", ScreeningOutcome.EXCLUDE), person("2", ScreeningOutcome.INCLUDE)])
    assert [(decision.pmid, decision.made_by, decision.rank) for decision in out] == [("1", "person", 1)]
    assert choose_citations(out, draft_from=5) == ()
    assert put_people_first(decisions, []) == decisions
