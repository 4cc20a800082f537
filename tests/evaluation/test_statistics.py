"""Intervals and tests against references, worked cases and, for what they cover, a small grid of the coverage study."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from scipy.stats import binom
from statsmodels.api import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from evaluation.coverage_study.cells import binomial, differences, f1_of_tables, figures_of_tables, judged, means, tries
from evaluation.coverage_study.false_winners import at_any_look, at_one_look
from evaluation.coverage_study.report import page
from evaluation.metrics.classification import macro_f1
from evaluation.statistics.clusters import cluster_mean
from evaluation.statistics.intervals import clustered, clustered_mean, exact_share, share, wilson
from evaluation.statistics.judge import JudgeRates, corrected_share
from evaluation.statistics.looks import adjust_e_values, confidence_sequence, e_difference, e_value, e_worse, smallest_by_looks
from evaluation.statistics.paired import clustered_difference, gather, mcnemar_exact, paired_difference, sign_flip
from evaluation.statistics.several import holm


def near(value: float) -> object:
    return pytest.approx(value, abs=1e-10)


@pytest.mark.parametrize(("hits", "n"), [(0, 7), (3, 20), (39, 39), (30, 100), (100, 100), (412, 900)])
def test_shares_are_those_of_statsmodels(hits: int, n: int) -> None:
    for metric, method in ((share(hits, n), "beta" if n < 40 else "wilson"), (exact_share(hits, n), "beta")):
        low, high = proportion_confint(hits, n, method=method)
        assert (metric.low, metric.high) == (near(low), near(high))


def test_no_case_has_no_share() -> None:
    assert share(0, 0).value is None


def test_the_variance_of_equal_clusters_is_that_of_statsmodels() -> None:
    draw = np.random.default_rng(1)
    values, groups = draw.normal(size=60), np.repeat(np.arange(15), 4)
    reference = OLS(values, np.ones(60)).fit(cov_type="cluster", cov_kwds={"groups": groups})
    found = cluster_mean(np.bincount(groups, weights=values), np.bincount(groups))
    assert float(found.variance) == near(float(reference.cov_params()[0, 0]))
    assert float(found.freedom) == near(14)


def test_the_variance_and_freedom_of_unequal_clusters_are_those_of_the_matrices() -> None:
    sizes = np.array([1, 2, 7, 3, 12, 5])
    groups = np.repeat(np.arange(6), sizes)
    values = np.random.default_rng(2).normal(size=30)
    ones = np.ones((30, 1))
    left = np.eye(30) - ones @ ones.T / 30
    residual, parts, columns = left @ values, [], []
    for group in range(6):
        of = groups == group
        worth, axes = np.linalg.eigh(left[np.ix_(of, of)])
        root = axes @ np.diag(worth**-0.5) @ axes.T
        parts.append((ones[of].T @ root @ residual[of])[0] / 30)
        columns.append(left[:, of] @ root @ ones[of] / 30)
    worths = np.linalg.eigvalsh(np.hstack(columns).T @ np.hstack(columns))
    found = cluster_mean(np.bincount(groups, weights=values), sizes)
    assert float(found.variance) == near(sum(part**2 for part in parts))
    assert float(found.freedom) == near(worths.sum() ** 2 / (worths**2).sum())


def test_wilson_with_whole_numbers_is_wilson() -> None:
    reference = proportion_confint(30, 100, method="wilson")
    assert [float(end) for end in wilson(0.3, 100, 1.959963984540054)] == [near(end) for end in reference]


def test_a_mean_by_the_jackknife_is_the_mean() -> None:
    draw = np.random.default_rng(3)
    values, names = draw.random(200), [str(number // 5) for number in range(200)]
    jackknifed = clustered(lambda at: float(values[at].mean()), names)
    direct = clustered_mean(values, names)
    assert jackknifed.value == near(direct.value or 0)
    assert jackknifed.low == pytest.approx(direct.low, abs=1e-3)
    assert (jackknifed.n, jackknifed.clusters) == (200, 40)


def test_few_clusters_are_too_few_to_say() -> None:
    few = clustered_mean([0.0, 1.0, 1.0], ["a", "b", "c"])
    assert (few.value, few.low, few.n, few.clusters) == (2 / 3, None, 3, 3)
    assert "too few" in few.note
    assert clustered_difference([0.0, 1.0], ["a", "b"]).low is None
    assert clustered(lambda at: float(len(at) > 29), [str(number) for number in range(30)]).low is not None


def test_a_figure_that_is_not_defined_without_some_cluster_has_no_interval() -> None:
    rare = np.array([1] + [0] * 29)
    metric = clustered(lambda at: 1.0 if rare[at].any() else float("nan"), [str(number) for number in range(30)])
    assert (metric.value, metric.low) == (1.0, None)


def test_a_paired_difference_of_independent_cases_by_hand() -> None:
    values = [1.0] * 8 + [-1.0] * 2 + [0.0] * 40
    found = paired_difference(gather(values, [str(number) for number in range(50)]))
    # The variance of the mean has 49 in its denominator, so 49 cases; two are added, half better and half worse.
    middle = Fraction(6, 50) * 49 / 51
    variance = (Fraction(10, 50) * 49 + 1) / 51 - middle**2
    assert float(found.difference) == near(0.12)
    assert float(found.error) == near(math.sqrt(variance / 51))
    assert float(found.low + found.high) / 2 == near(float(middle))
    assert (float(found.low) > 0) == (float(found.p) < 0.05)


def test_no_case_that_differs_is_not_no_difference() -> None:
    metric = clustered_difference([0.0] * 60, [str(number) for number in range(60)])
    assert metric.low is not None
    assert metric.low < 0 < -metric.low


def test_mcnemar_and_holm_are_those_of_statsmodels() -> None:
    for better, worse in ((8, 2), (5, 5), (0, 6), (30, 12)):
        reference = mcnemar([[3, better], [worse, 4]], exact=True).pvalue
        assert mcnemar_exact(better, worse) == near(float(reference))
    assert mcnemar_exact(0, 0) == 1
    p = [0.001, 0.04, 0.03, 0.2, 0.011]
    assert list(holm(p)) == [near(value) for value in multipletests(p, method="holm")[1]]


def test_signs_are_flipped_by_cluster() -> None:
    assert sign_flip([1, 1, 1, 1, 1, 1], ["a", "a", "b", "b", "c", "c"]) == 2 / 8
    assert sign_flip([1, -1], ["a", "b"]) == 1
    many = sign_flip([1.0] * 15 + [-1.0] * 5, [str(number) for number in range(20)])
    assert many == pytest.approx(2 * float(binom.sf(14, 20, 0.5)), abs=0.01)


def test_an_e_value_by_hand() -> None:
    sums = [1.0] * 25 + [-1.0] * 5
    powers = [4**power for power in range(2, 9)]
    by_hand = sum(math.sqrt(r / (30 + r)) * math.exp(400 / (2 * (30 + r))) for r in powers) / 7
    assert float(e_difference(sums)) == near(by_hand)
    against = sum(
        math.sqrt(r / (30 + r)) * math.exp(400 / (2 * (30 + r))) * math.erfc(20 / math.sqrt(2 * (30 + r))) for r in powers
    )
    assert float(e_worse(sums)) == near(against / 7)


def test_the_bet_is_fair_at_best() -> None:
    for clusters in (5, 20, 60, 500):
        better = np.arange(clusters + 1)
        worth = e_value(2.0 * better - clusters, np.full(clusters + 1, clusters), np.full(clusters + 1, clusters))
        assert float(binom.pmf(better, clusters, 0.5) @ worth) <= 1 + 1e-12


def test_adjusted_e_values_are_the_smallest_mean_of_any_set() -> None:
    values = [300.0, 0.2, 41.0, 1.5, 0.9]
    for place, found in enumerate(adjust_e_values(values)):
        others = [value for number, value in enumerate(values) if number != place]
        sets = [(values[place], *some) for count in range(5) for some in combinations(others, count)]
        assert float(found) == near(min(sum(some) / len(some) for some in sets))


def test_the_sequence_leaves_out_no_difference_where_the_e_value_does() -> None:
    for better, worse in ((40, 5), (25, 20)):
        sums = [1.0] * better + [-1.0] * worse + [0.0] * 30
        low, high = confidence_sequence(sums, [1.0] * len(sums))
        assert (low > 0 or high < 0) == (float(e_difference(sums)) >= 20)
        assert low < sum(sums) / len(sums) < high


def test_the_smallest_difference_is_shown_in_80_of_100() -> None:
    sizes, draw = np.ones(400), np.random.default_rng(4)
    smallest = smallest_by_looks(math.sqrt(0.3 / 400), sizes)
    sums = draw.choice([1.0, 0.0, -1.0], size=(4000, 400), p=[0.15 + smallest / 2, 0.7, 0.15 - smallest / 2])
    assert (e_difference(sums) >= 20).mean() == pytest.approx(0.8, abs=0.08)


def test_a_judge_is_corrected_for_by_hand() -> None:
    rates = JudgeRates(right=50, right_said_right=45, wrong=40, wrong_said_right=8)
    found = corrected_share(60, 100, rates)
    assert found.value == near(float((Fraction(60, 100) + Fraction(32, 40) - 1) / (Fraction(45, 50) + Fraction(32, 40) - 1)))
    z = 1.959963984540054
    n, se, sp = 100 + z * z, Fraction(46, 52), Fraction(33, 42)
    share_, j = (60 + z * z / 2) / n, float(se + sp - 1)
    p = (share_ + float(sp) - 1) / j
    vse, vsp = float(se * (1 - se) / 52), float(sp * (1 - sp) / 42)
    moved = 2 * z * z * (p * vse - (1 - p) * vsp)
    reach = z * math.sqrt(share_ * (1 - share_) / n + vse * p * p + vsp * (1 - p) ** 2) / j
    assert (found.low, found.high) == (near(p + moved - reach), near(p + moved + reach))


def test_a_judge_no_better_than_chance_says_nothing() -> None:
    rates = JudgeRates.measured([True] * 10 + [False] * 10, [True, False] * 10)
    assert (rates.right_said_right, rates.wrong_said_right) == (5, 5)
    assert corrected_share(6, 10, rates).value is None


def test_the_study_takes_macro_f1_as_the_metric_does() -> None:
    draw = np.random.default_rng(5)
    true, said = draw.integers(0, 3, 50), draw.integers(0, 3, 50)
    table = np.bincount(true * 3 + said, minlength=9).reshape(3, 3).astype(float)
    assert float(f1_of_tables(table)) == near(macro_f1(true, said, 3))


def test_intervals_cover_on_a_small_grid() -> None:
    slack = 0.008  # four standard errors of 400 replicates at some twenty rates
    cells = [
        *binomial(400, (10, 60, 100)),
        *means(400, ("30 of 4", "62 uneven", "10 of 5"), (0.3,)),
        *differences(400, ("30 of 4", "62 uneven", "10 of 5"), (0.3,)),
        *figures_of_tables(300, ("30 of 4",)),
        *judged(400),
        *tries(400),
    ]
    off = [cell for cell in cells if cell.replicates and not cell.lowest - slack <= cell.mean <= cell.highest + slack]
    assert off == []
    assert all(cell.met for cell in cells if not cell.replicates), "exact ones, at every rate"
    winners = [*at_any_look(250), *at_one_look(1000)]
    assert [cell for cell in winners if cell.share > 0.05 + 0.02] == []
    text = page(cells, winners, day="today")
    assert text.count("\n|") == len(cells) + len(winners) + 4
