"""How often a winner is named where no prompt differs from the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from evaluation.coverage_study.cells import SEED
from evaluation.coverage_study.worlds import Draw, Numbers, even, rates_of_clusters, uneven
from evaluation.statistics.looks import ALPHA, adjust_e_values, e_value
from evaluation.statistics.paired import Differences, paired_difference
from evaluation.statistics.several import holm

_AT_ONCE = 250


@dataclass(frozen=True)
class FalseWinners:
    """The share of studies that named any winner, at any look."""

    rule: str
    prompts: int
    looks: int
    design: str
    share: float
    replicates: int

    @property
    def met(self) -> bool:
        """Whether they are at most 5 %."""
        return self.share <= ALPHA


def at_any_look(replicates: int, prompts: int = 10, looks: int = 52, a_look: int = 6) -> Iterator[FalseWinners]:
    """E-values as `compare` takes them, after each look at `a_look` clusters more, all prompts against one first."""
    count = a_look * looks
    worlds: dict[str, tuple[Numbers, Callable[[Draw, tuple[int, ...], Numbers], Numbers]]] = {
        "1 case, 30 % differ": (even(count, 1), lambda draw, shape, sizes: no_difference(draw, 0.3, shape, sizes)[0]),
        "1 case, all differ": (even(count, 1), lambda draw, shape, sizes: no_difference(draw, 1.0, shape, sizes)[0]),
        "uneven, 20 % differ": (uneven(count), lambda draw, shape, sizes: no_difference(draw, 0.2, shape, sizes)[0]),
        "3 cases, lopsided": (even(count, 3), lopsided),
    }
    for design, (sizes, make) in worlds.items():
        for tried in (prompts, 1):
            draw = np.random.default_rng([SEED, tried, looks, 19])
            found = 0
            for start in range(0, replicates, _AT_ONCE):
                some = min(_AT_ONCE, replicates - start)
                sums = make(draw, (some, tried, count), sizes)
                by_look = sums.reshape(some, tried, looks, a_look)
                parts = [part.sum(axis=-1).cumsum(axis=-1) for part in (by_look, by_look**2, by_look != 0)]
                adjusted = adjust_e_values(np.moveaxis(e_value(*parts), 1, -1))
                found += int((adjusted >= 1 / ALPHA).any(axis=(1, 2)).sum())
            yield FalseWinners("e-values, any look", tried, looks, f"clusters of {design}", found / replicates, replicates)


def at_one_look(replicates: int, prompts: int = 10) -> Iterator[FalseWinners]:
    """p-values by Holm, as `compare --once` takes them; all prompts against one first, then two alone."""
    for design, sizes, differ in (
        ("100 of 1", even(100, 1), 0.3),
        ("62 uneven", uneven(62), 0.2),
        ("30 of 10", even(30, 10), 0.2),
    ):
        for tried in (prompts, 1):
            draw = np.random.default_rng([SEED, tried, len(sizes), 23])
            sums, squares = no_difference(draw, differ, (replicates, tried, len(sizes)), sizes)
            gathered = Differences(
                sums, squares, (squares + sums) / 2, (squares - sums) / 2, np.broadcast_to(sizes, sums.shape)
            )
            named = (holm(paired_difference(gathered).p) < ALPHA).any(axis=-1)
            yield FalseWinners("p-values, one look", tried, 1, design, float(named.mean()), replicates)


def no_difference(draw: Draw, differ: float, shape: tuple[int, ...], sizes: Numbers) -> tuple[Numbers, Numbers]:
    """Clusters' sums of differences and of their squares, as often better as worse."""
    count = draw.binomial(sizes.astype(int), rates_of_clusters(draw, differ, 0.1, shape)).astype(float)
    better = draw.binomial(count.astype(int), rates_of_clusters(draw, 0.5, 0.1, shape)).astype(float)
    return 2 * better - count, count


def lopsided(draw: Draw, shape: tuple[int, ...], _sizes: Numbers) -> Numbers:
    """Clusters' sums of differences where better comes three cases at a time and worse one at a time, as many in all."""
    kind = draw.random(shape)
    return np.where(kind < 0.1, 3.0, np.where(kind < 0.4, -1.0, 0.0))
