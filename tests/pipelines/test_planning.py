"""Framing and planning: only what was asked, only words that earn their place, everything said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evidence.errors import IncompleteRetrieval, InvalidInput
from evidence.question import Framework, Protocol, QuestionElement, Request
from evidence.search import SearchLine, SearchStrategy
from pipelines.stages.frame_question import frame_question
from pipelines.stages.plan_search import plan_search
from pipelines.stages.run_search import run_search
from tests.pipelines.doubles import Answers, Counts, Silent
from tests.support.small_mesh import small_mesh

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

    def test_a_comparator_that_a_model_invents_is_dropped(self) -> None:
        said = [{"name": "intervention", "text": "zinc"}, {"name": "comparator", "text": "placebo"}]
        said += [{"name": "outcome", "text": "colds"}]
        framed = frame_question(Request(question="Zinc and colds"), Answers(frame_question={"elements": said}))
        assert [element.name for element in framed.elements] == ["intervention", "outcome"]

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
        words = {
            "concept": 1,
            "synonyms": ["zincum", "metal", "galzin tablets", "zinc acetate"],
            "headings": ["Zinc", "Zincology"],
        }
        source = Counts({"zincology": 0, "zincum": 0, "metal": 90_000, "Zincology": 0, "galzin": 9, "[Zz]inc": 40})
        model = Answers(plan_search={"concepts": [words]})
        strategy = plan_search(Request(question=ZINC), protocol(intervention="zinc"), model, source)
        assert '"Zinc"[mh]' in strategy.as_text()
        assert '"galzin tablet*"[tiab]' in strategy.as_text()
        assert "acetat" not in strategy.as_text(), "zinc[tiab] finds zinc acetate already"
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


class TestHeadings:
    def test_with_a_vocabulary_headings_are_those_that_it_has(self, tmp_path: Path) -> None:
        words = {"concept": 1, "synonyms": [], "headings": ["Zincology", "Zinc"]}
        model, source = Answers(plan_search={"concepts": [words]}), Counts({"[Zz]inc": 40})
        strategy = plan_search(Request(question=ZINC), protocol(intervention="zinc"), model, source, small_mesh(tmp_path))
        assert strategy.as_text() == '#1 "Zinc"[mh]\n#2 zinc[tiab]\n#3 #1 OR #2'
        assert any("“Zincology”" in note and "nearest" in note for note in strategy.notes)
        assert not any("Zincology" in query for query in source.queries)

    def test_without_a_model_the_persons_words_lead_to_headings(self, tmp_path: Path) -> None:
        source = Counts({"Myocardial|heart|infarct|attack": 40})
        model = Answers(plan_search="no idea")
        asked = protocol(intervention="rest after heart attack")
        strategy = plan_search(Request(question=ZINC), asked, model, source, small_mesh(tmp_path))
        assert strategy.lines[0].query == '("Myocardial Infarction"[mh] AND rest[tiab])'
        assert strategy.proposed_by == "rules"

    def test_headings_that_find_nothing_here_are_left_out_and_said(self, tmp_path: Path) -> None:
        source = Counts({"Myocardial": 0, "heart|attack": 40})
        asked = protocol(intervention="rest after heart attack")
        strategy = plan_search(Request(question=ZINC), asked, no_words(), source, small_mesh(tmp_path))
        assert "[mh]" not in strategy.as_text()
        assert any("“Myocardial Infarction”" in note for note in strategy.notes)


class TestLimits:
    def test_what_a_limit_does_to_records_not_indexed_is_said(self) -> None:
        asked = protocol(intervention="zinc").model_copy(
            update={"languages": ("English",), "since": date(2019, 1, 1), "filters": ("cochrane-rct-precise",)}
        )
        table = {
            r"english.*NOT medline\[sb\]\)\) AND 2019.*NOT medline": 5,
            r"english.*NOT medline\[sb\]\)+$": 8,
            r"english.*NOT medline": 7,
            r"placebo.*NOT medline": 9,
            r"NOT medline": 12,
            "zinc": 40,
        }
        strategy = plan_search(Request(question=ZINC), asked, no_words(), Counts(table))
        said = [note for note in strategy.notes if "not yet indexed" in note]
        assert said[0].startswith("The filter “cochrane-rct-precise” takes away 3 of the 12 records")
        assert "in English" in said[1]
        assert "alone would lose" in said[1]
        assert "line #6 keeps them" in said[1]
        assert "published from 2019/01/01" in said[2]
        assert len(said) == 3

    def test_without_a_limit_nothing_is_counted_for_it(self) -> None:
        source = Counts({"zinc": 40})
        strategy = plan_search(Request(question=ZINC), protocol(intervention="zinc"), no_words(), source)
        assert not any("medline" in query for query in source.queries)
        assert not any("indexed" in note for note in strategy.notes)

    def test_an_unknown_filter_is_refused_before_any_model_is_asked(self) -> None:
        model = Answers()
        with pytest.raises(InvalidInput, match="no search filter"):
            frame_question(Request(question=ODD, filters=("my own",)), model)
        assert model.asked == []

    def test_filters_and_types_go_from_the_request_to_the_protocol(self) -> None:
        request = Request(question=ZINC, filters=("Cochrane-RCT-Sensitive",), publication_types=("Clinical Trial",))
        framed = frame_question(request, Answers())
        assert (framed.filters, framed.publication_types) == (("cochrane-rct-sensitive",), ("Clinical Trial",))


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
