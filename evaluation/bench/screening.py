"""Screening: how much reading does a ranking that learns save, and does the stopping rule keep its promise?

Data: the drug reviews of Cohen et al. (JAMIA 2006;13:206) whose decisions are in the shared data, with the records of the pool;
what was included at full text counts as relevant. Runs: a simulated person decides as the review did, in the order of the
ranking, which learns again after each of the first 20 decisions, then after every tenth part more, at most a hundredth of the
review. Every run starts from one relevant and one irrelevant record drawn at random (as ASReview's simulations do), which count
as read. Scored: work saved over sampling at 95 % recall, `(N - read) / N - 0.05` where the records read hold 95 % of the
relevant ones. The stopping rule is asked after every hundredth part of the records, in our runs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.bench.figure import Figure, gain_words
from evaluation.bench.pool import cached_minilm
from evaluation.bench.screening_runs import (
    BASELINES,
    RECALL,
    CohenReview,
    our_ranker,
    read_cohen_reviews,
    simulate,
    work_saved,
)
from evaluation.statistics.intervals import clustered_mean
from evaluation.statistics.paired import clustered_difference
from pipelines.screening_order import record_vectors
from searching.screening.stopping import StoppingRule, fewest_found, may_stop

SEEDS = 10
GAIN = 0.06
"""By how much our ranking is to save more than the best of the baselines, on the mean over reviews."""

UNREAD = 0.25
"""The share of the records that the stopping rule is to leave unread, on the mean over reviews."""


@dataclass(frozen=True)
class Runs:
    """The simulated runs of one review under our ranking, each whole, and the work that every ranking saved in them."""

    review: CohenReview
    orders: tuple[npt.NDArray[np.intp], ...]
    saved: Mapping[str, tuple[float, ...]]


OURS = "ours"


def run(data: Path | None, *, quick: bool = False) -> list[Figure]:
    """Work saved by ours and by the baselines in the same runs, and what the stopping rule does in ours."""
    if data is None:
        return [Figure(name="work saved at 95 % recall", value=None, target=None, note="the shared data is not here")]
    reviews = read_cohen_reviews(data)
    chosen = [review for review in reviews if len(review.citations) < 400] if quick else reviews
    return measure_screening([simulate_review(review, seeds=2 if quick else SEEDS) for review in chosen])


def simulate_review(review: CohenReview, *, seeds: int) -> Runs:
    """Every run of one review. The start of a run depends on its seed alone, so that all rankings start alike."""
    vectors = record_vectors(review.citations, cached_minilm())
    ours = our_ranker(review.citations, vectors)
    orders = tuple(simulate(review.relevant, ours, seed) for seed in range(seeds))
    saved = {OURS: tuple(work_saved(review.relevant, order) for order in orders)}
    for name, baseline in BASELINES.items():
        ranker = baseline(review.citations)
        saved[name] = tuple(
            work_saved(review.relevant, simulate(review.relevant, ranker, seed, until=RECALL)) for seed in range(seeds)
        )
    return Runs(review, orders, saved)


def measure_screening(runs: Sequence[Runs]) -> list[Figure]:
    """The figures: means over reviews of the means over seeds, then one figure a review, then the stopping rule's."""
    best = max(BASELINES, key=lambda name: _mean_of_reviews(runs, name))
    figures = [_saved_figure(runs, name, best) for name in (OURS, *BASELINES)]
    figures += [_review_figure(one, best) for one in runs]
    return figures + stopping_figures(runs, StoppingRule())


def stopping_figures(runs: Sequence[Runs], rule: StoppingRule) -> list[Figure]:
    """How often the rule kept its promise, and the work it saved. Where it can promise nothing, every record is read."""
    from scipy.stats import binomtest

    kept, promised, saved, by_review = 0, 0, [], []
    for one in runs:
        stops = [first_stop(one.review.relevant[order], rule) for order in one.orders]
        recalls = [
            one.review.relevant[order[:stop]].sum() / one.review.relevant.sum()
            for order, stop in zip(one.orders, stops, strict=True)
        ]
        total = len(one.review.citations)
        saves = [1 - stop / total for stop in stops]
        promises = fewest_found(rule.recall) <= int(one.review.relevant.sum())
        kept += sum(recall >= rule.recall for recall in recalls)
        promised += promises
        saved.append(float(np.mean(saves)))
        by_review.append(
            f"{one.review.name} {np.mean(saves):.2f} at recall {min(recalls):.3f} or more"
            + ("" if promises else " (no promise)")
        )
    n = sum(len(one.orders) for one in runs)
    interval = binomtest(kept, n).proportion_ci(method="wilson")
    note = f"{len(runs)} reviews, {promised} of them with enough included to promise; {'; '.join(by_review)}"
    return [
        Figure(
            name="stopping rule: runs with 95 % recall or more",
            value=kept / n,
            low=float(interval.low),
            high=float(interval.high),
            n=n,
            target=rule.confidence,
            met=kept / n >= rule.confidence,
            note=f"advantage {rule.advantage:g}; Wilson interval over runs, which are not independent within a review",
        ),
        Figure(
            name="stopping rule: share of records left unread",
            value=float(np.mean(saved)),
            n=len(runs),
            target=UNREAD,
            met=float(np.mean(saved)) > UNREAD - 1e-9,
            note=note,
        ),
    ]


def first_stop(relevant: npt.NDArray[np.bool_], rule: StoppingRule) -> int:
    """How many records are read when the rule first lets the person stop; asked after every hundredth part of the records."""
    step = max(1, len(relevant) // 100)
    for read in range(step, len(relevant), step):
        if may_stop([bool(value) for value in relevant[:read]], len(relevant), rule).may_stop:
            return read
    return len(relevant)


def _mean_of_reviews(runs: Sequence[Runs], name: str) -> float:
    return float(np.mean([np.mean(one.saved[name]) for one in runs]))


def _saved_figure(runs: Sequence[Runs], name: str, best: str) -> Figure:
    values = [value for one in runs for value in one.saved[name]]
    reviews = [one.review.name for one in runs for _ in one.saved[name]]
    interval = clustered_mean(values, reviews)
    mean, other = _mean_of_reviews(runs, name), _mean_of_reviews(runs, best)
    ours = name == OURS
    gains = [a - b for one in runs for a, b in zip(one.saved[name], one.saved[best], strict=True)]
    note = f"gain over the best baseline {gain_words(clustered_difference(gains, reviews))}"
    return Figure(
        name=f"work saved at 95 % recall, {name}",
        value=mean,
        low=interval.low,
        high=interval.high,
        n=len(values),
        compared_with=best if ours else None,
        compared_value=other if ours else None,
        ratio=mean / other if ours and other else None,
        target=other + GAIN if ours else None,
        met=mean >= other + GAIN if ours else None,
        note=f"mean over {len(runs)} reviews, 95 % interval clustered by review{f'; {note}' if ours else ''}",
    )


def _review_figure(one: Runs, best: str) -> Figure:
    ours = one.saved[OURS]
    spread = 1.96 * float(np.std(ours, ddof=1)) / math.sqrt(len(ours)) if len(ours) > 1 else 0.0
    mean = float(np.mean(ours))
    others = ", ".join(f"{name} {np.mean(one.saved[name]):.3f}" for name in BASELINES)
    return Figure(
        name=f"work saved at 95 % recall, ours, {one.review.name}",
        value=mean,
        low=mean - spread,
        high=mean + spread,
        n=len(ours),
        compared_with=best,
        compared_value=float(np.mean(one.saved[best])),
        note=f"{len(one.review.citations):,} records, {int(one.review.relevant.sum())} relevant, {one.review.absent} more not "
        f"in the pool; {others}",
    )
