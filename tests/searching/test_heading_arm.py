"""Headings are those that MeSH has; entry terms and word runs lead to them, and what is dropped is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.mesh import LocalMesh
from evidence.search import SearchConcept, SearchStrategy
from searching.compile_strategy import compile_strategy
from searching.expand_line_references import expand_line_references
from searching.heading_arm import heading_query, with_headings
from searching.parse_query import parse_query
from tests.support.small_mesh import small_mesh


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> LocalMesh:
    return small_mesh(tmp_path_factory.mktemp("mesh"))


def compiled(name: str, mesh: LocalMesh, **more: tuple[str, ...]) -> tuple[SearchStrategy, list[str]]:
    concept, notes = with_headings(SearchConcept(name=name, element="intervention", **more), mesh)
    strategy = compile_strategy([concept], proposed_by="rules")
    for query in expand_line_references(strategy.lines):
        parse_query(query)
    return strategy, notes


def test_a_heading_that_mesh_has_not_is_left_out_with_the_nearest(mesh: LocalMesh) -> None:
    strategy, notes = compiled("lozenges", mesh, headings=("Hypertention", "Zinc"))
    assert strategy.lines[0].query == '"Zinc"[mh]'
    assert len(notes) == 1
    assert "“Hypertention”" in notes[0]
    assert "nearest: “Hypertension”" in notes[0]
    assert mesh.version in notes[0]


def test_an_entry_term_becomes_its_heading_and_it_is_said(mesh: LocalMesh) -> None:
    strategy, notes = compiled("lozenges", mesh, headings=("Heart Attack", "myocardial infarction"))
    assert strategy.lines[0].query == '"Myocardial Infarction"[mh]'
    assert notes == ["“Heart Attack” leads to the heading “Myocardial Infarction”, which is searched."]


def test_a_concept_in_the_persons_words_finds_its_heading_in_either_spelling(mesh: LocalMesh) -> None:
    assert compiled("anaemia", mesh)[0].lines[0].query == '"Anemia"[mh]'
    assert compiled("heart attack (MI)", mesh)[0].lines[0].query == '"Myocardial Infarction"[mh]'


def test_a_heading_for_some_of_the_words_is_searched_with_the_others(mesh: LocalMesh) -> None:
    lines = compiled("oral cholera vaccines", mesh)[0].lines
    assert lines[0].query == '("Cholera Vaccines"[mh] AND oral[tiab])'
    assert lines[1].query == "(oral[tiab] AND cholera*[tiab] AND vaccin*[tiab])"
    assert lines[2].query == "#1 OR #2"


def test_two_headings_in_one_concept_stand_for_their_words(mesh: LocalMesh) -> None:
    first = compiled("zinc in heart attack", mesh)[0].lines[0].query
    assert first == ('(("Zinc"[mh] OR zinc[tiab]) AND ("Myocardial Infarction"[mh] OR (heart*[tiab] AND attack*[tiab])))')


def test_entry_terms_are_offered_where_they_add_words_and_are_safe(mesh: LocalMesh) -> None:
    strategy, _ = compiled("hypertension", mesh)
    assert strategy.lines[1].query == 'hypertension*[tiab] OR "high blood pressur*"[tiab]'
    infarction, _ = compiled("myocardial infarction", mesh)
    assert infarction.lines[1].query == '(myocardial*[tiab] AND infarction*[tiab]) OR "heart attack*"[tiab]'
    assert "MI" not in infarction.as_text()


def test_an_abbreviation_is_no_common_word(mesh: LocalMesh) -> None:
    assert '"Art"' not in compiled("early ART initiation", mesh)[0].as_text()
    assert '"Art"' not in compiled("state of the art imaging", mesh)[0].as_text()
    assert compiled("art", mesh)[0].lines[0].query == '"Art"[mh]'


def test_a_heading_with_what_no_heading_holds_is_no_query() -> None:
    assert heading_query('Zinc"[mh] OR all[sb] OR "x') == ""
    assert heading_query("Cholera Vaccines") == '"Cholera Vaccines"[mh]'


def test_headings_out_of_the_whole_of_mesh(tmp_path: Path, shared_data: Path) -> None:
    from connectors.mesh import load_mesh, open_mesh

    load_mesh(tmp_path, shared_data / "mesh" / "mesh_id_label_mappings.tsv")
    whole = open_mesh(tmp_path)
    assert whole is not None
    for name, heading in {
        "ACE inhibitors": "Angiotensin-Converting Enzyme Inhibitors",
        "hormone replacement therapy (HRT)": "Hormone Replacement Therapy",
        "type 2 diabetes": "Diabetes Mellitus, Type 2",
        "paediatric nursing": "Pediatric Nursing",
        "post-partum haemorrhage": "Postpartum Hemorrhage",
    }.items():
        assert f'"{heading}"[mh]' in compiled(name, whole)[0].as_text()
