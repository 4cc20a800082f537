"""Framing and planning: only what was asked, only words that earn their place, everything said."""

from __future__ import annotations

import pytest

from evidence.errors import IncompleteRetrieval, InvalidInput
from evidence.question import Framework, Protocol, QuestionElement, Request
from evidence.search import SearchLine, SearchStrategy
from pipelines.stages.frame_question import frame_question
from pipelines.stages.plan_search import plan_search
from pipelines.stages.run_search import run_search
from tests.pipelines.doubles import Answers, Counts, Silent

ZINC = "Does zinc shorten colds in office workers compared with placebo?"
ODD = "Zinc, colds and office workers: which way round?"


def protocol(**elements: str) -> Protocol:
    return Protocol(
        question=ZINC,
        framework=Framework.PICO,
        elements=tuple(QuestionElement(name=name, text=text) for name, text in elements.items()),
        proposed_by="person",
    )


def no_words() -> Answers:
    return Answers(plan_search={"concepts": []})


class TestFraming:
    def test_a_question_of_a_known_shape_needs_no_model(self) -> None:
        model = Answers()
        framed = frame_question(Request(question=ZINC), model)
        assert (framed.proposed_by, model.asked) == ("rules", [])
        assert framed.element("population") == "office workers"

    def test_what_the_person_gave_stands(self) -> None:
        given = (QuestionElement(name="intervention", text="zinc lozenges"),)
        framed = frame_question(Request(question=ODD, elements=given), Answers())
        assert (framed.elements, framed.proposed_by) == (given, "person")

    def test_what_a_model_adds_to_the_question_is_dropped(self) -> None:
        said = [{"name": "intervention", "text": "zinc"}, {"name": "population", "text": "children in Norway"}]
        framed = frame_question(Request(question=ODD), Answers(frame_question={"elements": said}))
        assert [(element.name, element.text) for element in framed.elements] == [("intervention", "zinc")]
        assert framed.proposed_by == "told"

    @pytest.mark.parametrize("said", ["I would be glad to help!", '{"elements": [', {"elements": []}])
    def test_an_answer_that_cannot_be_used_leaves_it_to_the_rules(self, said: object) -> None:
        framed = frame_question(Request(question=ODD), Answers(frame_question=said))
        assert framed.proposed_by == "rules"
        assert framed.element("intervention") is not None

    def test_nobody_gave_a_comparator_so_there_is_none(self) -> None:
        framed = frame_question(Request(question="Does zinc shorten colds?"), Answers())
        assert framed.element("comparator") is None


class TestPlanning:
    def test_the_central_concept_alone_where_it_finds_few_enough(self) -> None:
        framed = protocol(intervention="zinc", population="office workers")
        strategy = plan_search(Request(question=ZINC), framed, no_words(), Counts({"zinc": 40, "offic": 30}))
        assert strategy.as_text() == "#1 zinc[tiab]"
        assert any("office workers" in note for note in strategy.notes)

    def test_too_many_for_one_concept_calls_for_the_next(self) -> None:
        framed = protocol(intervention="zinc", population="office workers")
        source = Counts({"zinc.*offic": 50, "zinc": 4000, "offic": 900})
        strategy = plan_search(Request(question=ZINC), framed, no_words(), source)
        assert strategy.as_text().splitlines()[-1] == "#3 #1 AND #2"

    def test_concepts_that_never_meet_are_searched_one_by_one_and_it_is_said(self) -> None:
        framed = protocol(intervention="zinc", population="office workers")
        source = Counts({"zinc.*offic": 0, "zinc": 4000, "offic": 900})
        strategy = plan_search(Request(question=ZINC), framed, no_words(), source)
        assert strategy.as_text() == "#1 zinc[tiab]"
        assert any("found nothing" in note for note in strategy.notes)

    def test_words_that_find_nothing_or_drift_are_left_out_and_said(self) -> None:
        words = {"concept": 1, "synonyms": ["zincum", "metal", "zinc acetate"], "headings": ["Zinc", "Zincology"]}
        source = Counts({"zincology": 0, "zincum": 0, "metal": 90_000, "Zincology": 0, "[Zz]inc": 40})
        model = Answers(plan_search={"concepts": [words]})
        strategy = plan_search(Request(question=ZINC), protocol(intervention="zinc"), model, source)
        assert '"Zinc"[mh]' in strategy.as_text()
        assert '"zinc acetat*"[tiab]' in strategy.as_text()
        assert not any(word in strategy.as_text() for word in ("zincum", "metal", "Zincology"))
        assert sum("Left out" in note for note in strategy.notes) == 3

    def test_a_concept_that_finds_nothing_by_all_its_words_is_searched_by_fewer(self) -> None:
        source = Counts({"zinc.*acetat.*lozeng": 0, "zinc.*acetat": 30})
        strategy = plan_search(Request(question=ZINC), protocol(intervention="zinc acetate lozenges"), no_words(), source)
        assert "lozeng" not in strategy.as_text()
        assert any("zinc acetate" in note for note in strategy.notes)

    def test_an_answer_that_cannot_be_used_is_said(self) -> None:
        model = Answers(plan_search="Certainly!")
        strategy = plan_search(Request(question=ZINC), protocol(intervention="zinc"), model, Counts({"zinc": 40}))
        assert strategy.proposed_by == "rules"
        assert any("No synonyms" in note for note in strategy.notes)

    def test_a_strategy_of_the_person_is_run_as_it_is(self) -> None:
        model = Answers()
        request = Request(question=ZINC, strategy="2. zinc[ti]")
        with pytest.raises(InvalidInput):
            plan_search(request, protocol(intervention="zinc"), model, Counts({}))
        request = Request(question=ZINC, strategy="zinc[ti]\ncommon cold[mh]\n#1 AND #2")
        strategy = plan_search(request, protocol(intervention="zinc"), model, Counts({}))
        assert (strategy.as_text(), model.asked) == ("#1 zinc[ti]\n#2 common cold[mh]\n#3 #1 AND #2", [])


class TestRunning:
    strategy = SearchStrategy(lines=(SearchLine(number=1, query="zinc[tiab]", purpose="zinc"),), proposed_by="person")

    def test_every_pmid_or_nothing(self) -> None:
        with pytest.raises(IncompleteRetrieval):
            run_search(self.strategy, Counts({"zinc": 3}, ["1", "2"]), Silent())

    def test_the_whole_result(self) -> None:
        run = run_search(self.strategy, Counts({"zinc": 2}, ["1", "2"]), Silent())
        assert (run.count, run.pmids, run.limited_to) == (2, ("1", "2"), None)

    def test_more_than_one_run_reads_is_refused_with_the_way_out(self) -> None:
        with pytest.raises(InvalidInput, match="--max-records"):
            run_search(self.strategy, Counts({"zinc": 10_001}, []), Silent())
        run = run_search(self.strategy, Counts({"zinc": 10_001}, ["1", "2", "3"]), Silent(), max_records=2)
        assert (run.count, run.pmids, run.limited_to) == (10_001, ("1", "2"), 2)
