"""The ranking: it learns from decisions, starts from the question, and no record falls out of it."""

from __future__ import annotations

import time

import numpy as np
import pytest

from evidence.citation import AbstractSection, Citation, MeshHeading
from searching.screening.features import build_features, design_score, indexing_terms
from searching.screening.rank import rank_records, score_records


def record(number: int, title: str, text: str = "", *headings: str) -> Citation:
    return Citation(
        pmid=str(number),
        title=title,
        abstract=(AbstractSection(text=text),) if text else (),
        mesh=tuple(MeshHeading(descriptor=name) for name in headings),
        source_hash="0" * 64,
    )


def mixed(pairs: int = 20) -> list[Citation]:
    """Even rows are on zinc, odd rows on salt."""
    subjects = ("zinc lozenges for colds", "salt intake and kidneys")
    return [
        record(row + 1, f"Study {row} of {subjects[row % 2]}", f"We looked at {subjects[row % 2]} in group {row}.")
        for row in range(2 * pairs)
    ]


def test_it_learns_from_one_decision_of_each_kind() -> None:
    features = build_features(mixed())
    assert {row % 2 for row in rank_records(features, {0: True, 1: False})[:19]} == {0}
    assert {row % 2 for row in rank_records(features, {0: False, 1: True})[:19]} == {1}


def test_every_unread_record_is_ranked_once() -> None:
    features = build_features([*mixed(3), record(99, ""), record(98, "Salt")])
    decided = {0: True, 1: False, 5: False}
    assert sorted(rank_records(features, decided)) == [2, 3, 4, 6, 7]


def test_it_is_the_same_each_time() -> None:
    features = build_features(mixed())
    decided = {0: True, 1: False, 4: True}
    assert rank_records(features, decided) == rank_records(build_features(mixed()), decided)


def test_without_decisions_it_follows_the_question() -> None:
    features = build_features(mixed(), question="Does salt harm kidneys?")
    assert {row % 2 for row in rank_records(features, {})[:20]} == {1}


def test_with_decisions_of_one_kind_it_goes_towards_or_away_from_them() -> None:
    features = build_features(mixed())
    assert {row % 2 for row in rank_records(features, {0: True, 2: True})[:18]} == {0}
    assert {row % 2 for row in rank_records(features, {0: False, 2: False})[:20]} == {1}


def test_a_record_without_abstract_is_found_by_its_title() -> None:
    records = [*mixed(), record(99, "Zinc lozenges for colds")]
    assert rank_records(build_features(records), {0: True, 1: False, 3: False}).index(40) < 20


def test_headings_count_where_words_say_nothing() -> None:
    subject = ("Zinc", "Sodium Chloride")
    records = [record(row + 1, "Untitled note", "", subject[row % 2]) for row in range(20)]
    assert {row % 2 for row in rank_records(build_features(records), {0: True, 1: False})[:9]} == {0}


def test_vectors_count_where_words_say_nothing() -> None:
    records = [record(row + 1, "Untitled note") for row in range(20)]
    vectors = np.array([[1.0, 0.1 * row] if row % 2 else [0.0, 1.0] for row in range(20)], dtype=np.float32)
    assert {row % 2 for row in rank_records(build_features(records, vectors=vectors), {0: True, 1: False})[:9]} == {0}


@pytest.mark.parametrize("records", [[], [record(1, "")], [record(1, ""), record(2, "")], [record(1, "Zinc")]])
def test_poor_collections_are_ranked_too(records: list[Citation]) -> None:
    assert rank_records(build_features(records, question="zinc"), {}) == list(range(len(records)))


def test_scores_are_finite_whatever_is_missing() -> None:
    features = build_features([*mixed(3), record(99, "")], vectors=np.zeros((7, 4), dtype=np.float32))
    assert np.isfinite(score_records(features, {0: True, 1: False})).all()


def test_design_speaks_for_trials_and_against_animals_and_counts_only_for_interventions() -> None:
    assert design_score("A randomised double-blind trial of zinc versus placebo") > 3
    assert design_score("Zinc in rats: a case report") < -3
    assert design_score("") == 0
    assert not build_features(mixed(), about_intervention=False).design.any()


def test_indexing_terms_say_what_they_are() -> None:
    citation = record(1, "Zinc", "", "Common Cold").model_copy(update={"publication_types": ("Letter",), "keywords": ("Zn",)})
    assert indexing_terms(citation) == ["type Letter", "heading Common Cold", "keyword zn"]


def test_three_thousand_records_are_ranked_again_within_a_second() -> None:
    drawn = np.minimum(np.random.default_rng(1).zipf(1.3, size=(3000, 232)), 4000)
    texts = [[f"word{number}" for number in row] for row in drawn]
    records = [record(row + 1, " ".join(text[:12]), " ".join(text[12:])) for row, text in enumerate(texts)]
    features = build_features(records)
    decided = {row: row % 10 == 0 for row in range(600)}
    rank_records(features, decided)
    began = time.process_time()
    rank_records(features, decided)
    assert time.process_time() - began < 1.0
