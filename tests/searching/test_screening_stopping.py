"""The stopping rule: what it promises, when it promises nothing, and that it keeps its promise where its assumption holds."""

from __future__ import annotations

import numpy as np
import pytest

from searching.screening.stopping import (
    StoppingRule,
    chance_of_so_few,
    fewest_found,
    may_stop,
    missed_at_least,
)

CHANCE = StoppingRule(advantage=1)


def test_how_many_must_be_missed_to_break_the_promise() -> None:
    # 40 found: with 2 more unread the recall is 40/42 = 0.952, with 3 it is 40/43 = 0.930.
    assert [missed_at_least(found, 0.95) for found in (0, 1, 18, 19, 38, 40, 146)] == [1, 1, 1, 2, 3, 3, 8]
    assert fewest_found(0.95) == 19
    assert fewest_found(0.80) == 4


def test_the_chance_is_the_hypergeometric_one_where_the_ranking_gets_no_credit() -> None:
    # 20 found first, then 60 of the 80 others without a find. Were 2 more hidden in those 80, to see neither in 60 draws has
    # the chance (20/80) * (19/79).
    read = [True] * 20 + [False] * 60
    assert chance_of_so_few(read, 100, CHANCE) == pytest.approx(20 / 80 * 19 / 79)


def test_credit_for_the_ranking_makes_the_same_reading_say_more() -> None:
    read = [True] * 20 + [False] * 40
    chances = [chance_of_so_few(read, 100, StoppingRule(advantage=advantage)) for advantage in (1, 2, 4)]
    assert chances == sorted(chances, reverse=True)
    assert chances[1] == pytest.approx(((40 - 2) / 78) ** 4, rel=0.01)


def test_a_find_moves_the_stop_away() -> None:
    dry = [True] * 20 + [False] * 70
    assert may_stop(dry, 100, StoppingRule()).may_stop
    assert not may_stop([*dry[:-1], True], 100, CHANCE).may_stop


@pytest.mark.parametrize("found", [0, 1, 18])
def test_with_too_few_found_nothing_is_promised_until_every_record_is_read(found: int) -> None:
    read = [True] * found + [False] * (199 - found)
    verdict = may_stop(read, 200, StoppingRule())
    assert (verdict.may_stop, verdict.promises) == (False, False)
    assert verdict.says.startswith(f"No promise can be made: {found} relevant records were found")
    assert may_stop([*read, False], 200, StoppingRule()).may_stop


def test_the_verdict_says_what_is_promised_and_on_what_it_rests() -> None:
    says = may_stop([True] * 30 + [False] * 900, 1000, StoppingRule(advantage=3)).says
    for words in ("You may stop", "at least 95% of the relevant records", "at least 95% of screenings", "3 times as readily"):
        assert words in says


@pytest.mark.parametrize("advantage", [1, 2.5])
def test_the_promise_is_kept_where_the_ranking_is_as_good_as_taken_for_granted(advantage: float) -> None:
    """Invented screenings: each next record is drawn with relevant ones `advantage` times as readily as the others."""
    rule = StoppingRule(advantage=advantage)
    drawn = np.random.default_rng(7)
    kept, runs, unread = 0, 120, 0.0
    for _ in range(runs):
        relevant = np.zeros(300, dtype=bool)
        relevant[: drawn.integers(20, 100)] = True
        # The order of a biased urn: smallest exponential waiting time first.
        order = np.argsort(drawn.exponential(size=300) / np.where(relevant, advantage, 1.0))
        flags = [bool(value) for value in relevant[order]]
        stop = next((read for read in range(6, 301, 6) if may_stop(flags[:read], 300, rule).may_stop), 300)
        kept += sum(flags[:stop]) >= 0.95 * relevant.sum()
        unread += 1 - stop / 300
    assert kept / runs >= 0.95
    assert unread > 0
