"""The screening bench: numbers that a reader can check by hand, and runs that are whole."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.bench.screening import OURS, Runs, first_stop, measure_screening
from evaluation.bench.screening_runs import (
    BASELINES,
    CohenReview,
    Decided,
    Ranker,
    batch_size,
    needed,
    our_ranker,
    simulate,
    work_saved,
)
from evidence.citation import AbstractSection, Citation
from searching.screening.stopping import StoppingRule


def invented_review(records: int = 120, relevant: int = 25) -> CohenReview:
    """Relevant records are trials of zinc, the others are on salt; every tenth other one names zinc too."""
    citations = tuple(
        Citation(
            pmid=str(row + 1),
            title=f"Zinc lozenges {row}" if row < relevant else f"Salt and kidneys {row}",
            abstract=(AbstractSection(text="Zinc." if row < relevant or row % 10 == 0 else "Salt in food."),),
            source_hash="0" * 64,
        )
        for row in range(records)
    )
    return CohenReview("ZincTrials", citations, np.arange(records) < relevant, absent=0)


def test_work_saved_is_cohens() -> None:
    relevant = np.array([True] * 4 + [False] * 16)
    order = [0, 1, 2, 4, 3, *range(5, 20)]
    # All 4 are needed for 95 % recall; the last comes fifth, so (20 - 5) / 20 - 0.05.
    assert work_saved(relevant, order) == pytest.approx(0.70)
    assert work_saved(relevant, list(range(19, -1, -1))) == pytest.approx(-0.05)
    assert (needed(relevant, 0.95), needed(np.ones(40, dtype=bool), 0.95), needed(np.ones(20, dtype=bool), 0.95)) == (4, 38, 19)


def test_the_ranking_learns_after_each_decision_and_then_less_often() -> None:
    assert [batch_size(read, 3000) for read in (2, 19, 20, 100, 1000)] == [1, 1, 2, 10, 30]
    assert batch_size(500, 90) == 1


def test_a_run_starts_from_one_of_each_and_reads_every_record_once() -> None:
    review = invented_review()

    def by_row(_: Decided) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return -np.arange(120, dtype=np.float64)

    order = simulate(review.relevant, by_row, seed=3)
    assert sorted(order) == list(range(120))
    assert sorted(review.relevant[order[:2]]) == [False, True]
    short = simulate(review.relevant, by_row, seed=3, until=0.95)
    assert (order[: len(short)] == short).all()
    assert review.relevant[short].sum() == needed(review.relevant, 0.95)


@pytest.mark.parametrize("name", [OURS, *BASELINES])
def test_every_ranking_learns_what_is_plain(name: str) -> None:
    review = invented_review()
    ranker: Ranker = our_ranker(review.citations, None) if name == OURS else BASELINES[name](review.citations)
    assert work_saved(review.relevant, simulate(review.relevant, ranker, seed=1)) > 0.6


def test_figures_have_the_best_baseline_beside_them_and_say_which_reviews_get_no_promise() -> None:
    few, many = invented_review(relevant=10), invented_review()
    runs = []
    for review in (few, many):
        orders = (np.arange(120), np.arange(120))
        saved = {name: (0.3, 0.4) for name in BASELINES} | {OURS: (0.5, 0.6)}
        runs.append(Runs(review, orders, saved))
    by_name = {figure.name: figure for figure in measure_screening(runs)}
    ours = by_name["work saved at 95 % recall, ours"]
    assert [ours.value, ours.compared_value, ours.target] == pytest.approx([0.55, 0.35, 0.41])
    assert (ours.met, ours.n) == (True, 4)
    assert by_name["stopping rule: runs with 95 % recall or more"].value == 1.0
    assert "no promise" in by_name["stopping rule: share of records left unread"].note
    assert first_stop(few.relevant, StoppingRule()) == 120
    assert first_stop(many.relevant, StoppingRule()) < 120
