"""The cells of the study: one method in one design. Each calls what the product calls, on made cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.stats import binom

from evaluation.coverage_study.worlds import (
    ALIKE,
    DESIGNS,
    EDGE_RATES,
    EVEN_RATES,
    Draw,
    Numbers,
    hits,
    large,
    rates_of_clusters,
    tables,
)
from evaluation.metrics.agreement import agreement_of_table
from evaluation.metrics.pass_at_k import pass_at_k
from evaluation.statistics.intervals import SMALL, exact_share, jackknife_interval, share, unit_mean_interval
from evaluation.statistics.judge import rogan_gladen
from evaluation.statistics.paired import Differences, paired_difference

SEED = 20261122
_WHOLE_POPULATION = 1e12


@dataclass(frozen=True)
class Covered:
    """What the intervals of one method covered in one design."""

    method: str
    design: str
    alike: float
    mean: float
    """Averaged over the rates."""
    worst: float
    worst_at: str
    said: float
    """The share of replicates that got an interval; the others said "too few"."""
    replicates: int
    lowest: float
    highest: float
    """The bounds asked for."""

    @property
    def met(self) -> bool:
        """Whether the mean is within what is asked; one that is summed up, not drawn, is asked for it at every rate."""
        return self.lowest <= (self.mean if self.replicates else self.worst) <= self.highest


def binomial(replicates: int, sizes: Iterable[int] = (5, 10, 20, 39, 40, 60, 100, 200, 1000)) -> Iterator[Covered]:
    """`share` and `exact_share` of independent cases; every count there can be is known, so `exact_share` is also summed up."""
    for name, method in (("share", share), ("exact share", exact_share)):
        for n in sizes:
            ends = np.array([(found.low, found.high) for found in (method(count, n) for count in range(n + 1))])
            for edge, rates in (("", EVEN_RATES), (", edge rates", EDGE_RATES)):
                draw = np.random.default_rng([SEED, n, len(edge)])
                drawn = [draw.binomial(n, rate, replicates) for rate in rates]
                shares = [_covers(ends[each, 0], ends[each, 1], rate) for each, rate in zip(drawn, rates, strict=True)]
                exact = name == "exact share" or n < SMALL
                bounds = (0.95, 1.0) if exact else (0.93, 1.0) if n < 100 or edge else (0.94, 0.96)
                yield _covered(name, f"n={n}{edge}", 0.0, rates, shares, replicates, bounds)
                if name == "exact share":
                    inside = [(ends[:, 0] <= rate) & (rate <= ends[:, 1]) for rate in rates]
                    summed = [
                        float(binom.pmf(np.arange(n + 1), n, r)[there].sum()) for r, there in zip(rates, inside, strict=True)
                    ]
                    yield _covered("exact share, summed up", f"n={n}{edge}", 0.0, rates, summed, 0, (0.95, 1.0))


def means(replicates: int, designs: Iterable[str] = DESIGNS, alike: Sequence[float] = ALIKE) -> Iterator[Covered]:
    """`clustered_mean` of right and wrong cases."""
    for design, icc in _grid(designs, alike):
        sizes = DESIGNS[design]
        for edge, rates in (("", EVEN_RATES), (", edge rates", EDGE_RATES)):
            draw = np.random.default_rng([SEED, len(sizes), int(sizes.sum()), round(100 * icc), len(edge)])
            shares = [_covers(*unit_mean_interval(hits(draw, rate, icc, sizes, replicates), sizes), rate) for rate in rates]
            bounds = (0.94, 0.96) if large(sizes) and not edge else (0.93, 1.0)
            yield _covered("clustered mean", design + edge, icc, rates, shares, replicates, bounds)


def differences(replicates: int, designs: Iterable[str] = DESIGNS, alike: Sequence[float] = ALIKE) -> Iterator[Covered]:
    """`paired_difference` of right and wrong cases: how many differ, and by how much more often for the better."""
    worlds = list(product((0.1, 0.2, 0.3, 0.4, 0.6), (0.0, 0.3, 0.6)))
    for design, icc in _grid(designs, alike):
        sizes = DESIGNS[design]
        draw = np.random.default_rng([SEED, len(sizes), int(sizes.sum()), round(100 * icc), 7])
        shares = []
        for differ, lean in worlds:
            found = paired_difference(_differing(draw, differ, lean, icc, sizes, replicates))
            shares.append(_covers(found.low, found.high, differ * lean))
        bounds = (0.94, 0.96) if large(sizes) else (0.93, 1.0)
        named = [f"{differ} differ, lean {lean}" for differ, lean in worlds]
        yield _covered("paired difference", design, icc, named, shares, replicates, bounds)


def figures_of_tables(
    replicates: int,
    designs: Iterable[str] = ("30 of 4", "62 uneven", "100 of 1", "100 of 3", "300 of 1", "15 of 20", "20 uneven"),
) -> Iterator[Covered]:
    """Macro-F1, kappa, AC1 and alpha of two raters or of truth and answer, by the jackknife, three labels."""
    names = ("Cohen's kappa", "Gwet's AC1", "Krippendorff's alpha", "macro-F1")
    for design, icc in _grid(designs, (0.0, 0.1, 0.3)):
        sizes = DESIGNS[design]
        draw = np.random.default_rng([SEED, len(sizes), int(sizes.sum()), round(100 * icc), 11])
        shares: list[list[float]] = [[] for _ in names]
        said: list[list[float]] = [[] for _ in names]
        labels = ((0.34, 0.33, 0.33), (0.5, 0.3, 0.2), (0.6, 0.25, 0.15))
        worlds = list(product(labels, (0.4, 0.6, 0.8)))
        for common, agree in worlds:
            chances = np.outer(common, common) * (1 - agree) + np.diag(common) * agree
            truth = _figures(chances[None] * _WHOLE_POPULATION)
            made = tables(draw, chances.ravel(), icc, sizes, replicates).reshape(replicates, len(sizes), 3, 3)
            whole = made.sum(axis=1)
            value, without = _figures(whole), _figures(whole[:, None] - made)
            for which, bounds in enumerate(((-1.0, 1.0), (-1.0, 1.0), (-1.0, 1.0), (0.0, 1.0))):
                low, high = jackknife_interval(value[which], without[which], sizes, bounds)
                there = ~np.isnan(low)
                shares[which].append(_covers(low[there], high[there], float(truth[which][0])))
                said[which].append(float(there.mean()))
        asked = (0.94, 0.96) if large(sizes) else (0.93, 1.0)
        named = [f"labels {common}, agreement {agree}" for common, agree in worlds]
        for which, name in enumerate(names):
            yield _covered(name, design, icc, named, shares[which], replicates, asked, float(np.mean(said[which])))


def judged(replicates: int) -> Iterator[Covered]:
    """`corrected_share` where judge and people were compared on as many cases of each kind as said."""
    for n, people in ((50, 30), (100, 50), (100, 100), (300, 100), (1000, 200)):
        draw = np.random.default_rng([SEED, n, people, 13])
        shares, said, named = [], [], []
        for rate, (sensitive, specific) in product(EVEN_RATES[1::2], ((0.95, 0.9), (0.9, 0.8), (0.8, 0.7))):
            found = draw.binomial(n, rate * sensitive + (1 - rate) * (1 - specific), replicates)
            right, wrong = draw.binomial(people, sensitive, replicates), draw.binomial(people, specific, replicates)
            _, low, high, sure = rogan_gladen((found, n), (right, people), (wrong, people))
            shares.append(_covers(low[sure], high[sure], rate))
            said.append(float(sure.mean()))
            named.append(f"rate {rate}, judge {sensitive}/{specific}")
        asked = (0.94, 0.96) if n >= 100 else (0.93, 1.0)
        yield _covered(
            "corrected share",
            f"n={n}, {people}+{people} by people",
            0.0,
            named,
            shares,
            replicates,
            asked,
            float(np.mean(said)),
        )


def tries(replicates: int) -> Iterator[Covered]:
    """`pass_metrics` at k = 3 of 8 tries, tasks of unlike difficulty."""
    for tasks in (20, 50, 100, 300):
        draw = np.random.default_rng([SEED, tasks, 17])
        shares, rates = [], EVEN_RATES[1::2]
        for rate in rates:
            passed = draw.binomial(8, rates_of_clusters(draw, rate, 0.3, (replicates, tasks)))
            scores = pass_at_k(8, passed, 3)
            a, b = rate * 7 / 3, (1 - rate) * 7 / 3
            truth = 1 - b * (b + 1) * (b + 2) / ((a + b) * (a + b + 1) * (a + b + 2))
            shares.append(_covers(*unit_mean_interval(scores, np.ones(tasks)), truth))
        yield _covered(
            "pass@3 of 8", f"{tasks} tasks", 0.3, rates, shares, replicates, (0.94, 0.96) if tasks >= 100 else (0.93, 1.0)
        )


def f1_of_tables(table: Numbers) -> Numbers:
    """Macro-F1 from tables of true and said labels, as `classification.macro_f1` takes it from cases."""
    right = np.diagonal(table, axis1=-2, axis2=-1)
    both = table.sum(axis=-1) + table.sum(axis=-2)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Numbers = np.nanmean(np.where(both > 0, 2 * right / both, np.nan), axis=-1)
    return found


def _figures(table: Numbers) -> tuple[Numbers, ...]:
    # Alpha's truth is that of the whole population, where drawing without putting back makes no difference.
    return (*agreement_of_table(table), f1_of_tables(table))


def _differing(draw: Draw, differ: float, lean: float, alike: float, sizes: Numbers, replicates: int) -> Differences:
    shape = (replicates, len(sizes))
    count = draw.binomial(sizes.astype(int), rates_of_clusters(draw, differ, alike, shape)).astype(float)
    better = draw.binomial(count.astype(int), rates_of_clusters(draw, (1 + lean) / 2, alike, shape)).astype(float)
    return Differences(2 * better - count, count, better, count - better, np.broadcast_to(sizes, shape))


def _grid(designs: Iterable[str], alike: Sequence[float]) -> Iterator[tuple[str, float]]:
    for design in designs:
        for icc in alike if DESIGNS[design].max() > 1 else (0.0,):
            yield design, icc


def _covers(low: Numbers, high: Numbers, truth: float) -> float:
    return float(np.mean((low <= truth + 1e-12) & (truth - 1e-12 <= high)))


def _covered(  # noqa: PLR0913, PLR0917 - the columns of the table
    method: str,
    design: str,
    alike: float,
    rates: Sequence[object],
    shares: Sequence[float],
    replicates: int,
    bounds: tuple[float, float],
    said: float = 1.0,
) -> Covered:
    worst = int(np.argmin(shares))
    return Covered(method, design, alike, float(np.mean(shares)), shares[worst], str(rates[worst]), said, replicates, *bounds)


STUDIES: dict[str, Callable[[int], Iterator[Covered]]] = {
    "binomial": binomial,
    "means": means,
    "differences": differences,
    "tables": figures_of_tables,
    "judged": judged,
    "tries": tries,
}
