"""Agreement and pass@k against references and worked cases."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations

import krippendorff
import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from evaluation.metrics.agreement import agreement_metrics, agreement_of_table, cohen_kappa, gwet_ac1, krippendorff_alpha
from evaluation.metrics.pass_at_k import pass_all_k, pass_at_k, pass_metrics

# Two raters by hand: 20 cases, agreed on 14; labels a 12 + 10, b 8 + 10.
FIRST = ["a"] * 12 + ["b"] * 8
SECOND = ["a"] * 8 + ["b"] * 4 + ["a"] * 2 + ["b"] * 6

# Gwet's four raters of twelve items, 0 for none: the example of his irrCAC, which prints 0.77544 for AC1.
GWET = (
    (1, 1, 0, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4), (4, 4, 4, 4), (1, 1, 2, 1),
    (2, 2, 2, 2), (0, 5, 5, 5), (0, 0, 1, 1), (0, 0, 3, 0),
)  # fmt: skip


def near(value: float | Fraction) -> object:
    return pytest.approx(float(value), abs=1e-10)


def test_two_raters_by_hand() -> None:
    agreed, a, b = Fraction(14, 20), Fraction(22, 40), Fraction(18, 40)
    chance = Fraction(12, 20) * Fraction(10, 20) + Fraction(8, 20) * Fraction(10, 20)
    assert cohen_kappa(FIRST, SECOND) == near((agreed - chance) / (1 - chance))
    by_chance = 2 * a * b
    assert gwet_ac1(list(zip(FIRST, SECOND, strict=True))) == near((agreed - by_chance) / (1 - by_chance))
    disagreed = Fraction(2 * 22 * 18, 40 * 39)
    assert krippendorff_alpha(list(zip(FIRST, SECOND, strict=True))) == near(1 - Fraction(6, 20) / disagreed)


def test_agreement_is_that_of_the_references() -> None:
    draw = np.random.default_rng(1)
    one, other = draw.integers(0, 4, 90), draw.integers(0, 4, 90)
    other[:50] = one[:50]
    table = np.bincount(one * 4 + other, minlength=16).reshape(4, 4)
    kappa, ac1, alpha = (float(part) for part in agreement_of_table(table))
    labels = [str(number) for number in one], [str(number) for number in other]
    assert kappa == near(float(cohens_kappa(table).kappa)) == cohen_kappa(*labels)
    assert alpha == near(float(krippendorff.alpha(np.stack([one, other]), level_of_measurement="nominal")))
    assert alpha == near(krippendorff_alpha(list(zip(*labels, strict=True))))
    assert ac1 == near(gwet_ac1(list(zip(*labels, strict=True))))


def test_several_raters_with_gaps() -> None:
    items = [[str(label) if label else None for label in item] for item in GWET]
    agreed = Fraction(0)
    common: Counter[str] = Counter()
    shares: dict[str, Fraction] = {}
    for item in items:
        given = Counter(label for label in item if label)
        raters = given.total()
        if raters > 1:
            agreed += Fraction(sum(count * (count - 1) for count in given.values()), raters * (raters - 1)) / 11
        for label, count in given.items():
            shares[label] = shares.get(label, Fraction(0)) + Fraction(count, raters) / 12
            common[label] += count
    chance = sum((share * (1 - share) for share in shares.values()), Fraction(0)) / (len(common) - 1)
    assert gwet_ac1(items) == near((agreed - chance) / (1 - chance))
    assert gwet_ac1(items) == pytest.approx(0.77544, abs=5e-6)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_of_numbers_is_that_of_the_reference(level: str) -> None:
    given = np.array([[label or np.nan for label in item] for item in GWET], dtype=float).T
    items = [[float(label) if label else None for label in item] for item in GWET]
    reference = float(krippendorff.alpha(given, level_of_measurement=level))  # type: ignore[arg-type]
    assert krippendorff_alpha(items, level=level) == near(reference)  # type: ignore[arg-type]


def test_what_is_not_defined_is_said() -> None:
    assert np.isnan(cohen_kappa(["a"], ["a"]))
    assert np.isnan(krippendorff_alpha([("a", "a")]))
    assert np.isnan(krippendorff_alpha([("a", None), (None, "b")]))
    assert np.isnan(gwet_ac1([("a", None)]))
    assert gwet_ac1([("a", "a")]) == 1


def test_agreement_has_intervals_by_cluster() -> None:
    metrics = agreement_metrics(FIRST * 3, SECOND * 3, [str(number // 2) for number in range(60)])
    for metric in metrics.values():
        assert metric.value is not None
        assert metric.low is not None
        assert metric.high is not None
        assert metric.low < metric.value < metric.high
        assert (metric.n, metric.clusters) == (60, 30)
    assert metrics["cohen_kappa"].value == near(cohen_kappa(FIRST * 3, SECOND * 3))


@pytest.mark.parametrize(("tries", "passed", "k"), [(5, 2, 3), (8, 0, 2), (8, 8, 8), (6, 5, 4), (10, 3, 1)])
def test_pass_at_k_counts_every_way_to_draw(tries: int, passed: int, k: int) -> None:
    ways = list(combinations([True] * passed + [False] * (tries - passed), k))
    assert float(pass_at_k(tries, passed, k)) == near(Fraction(sum(map(any, ways)), len(ways)))
    assert float(pass_all_k(tries, passed, k)) == near(Fraction(sum(map(all, ways)), len(ways)))


def test_a_task_with_fewer_tries_than_k_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 3 tries"):
        pass_at_k([5, 2], [1, 1], 3)
    metrics = pass_metrics([4] * 20, [0, 1, 2, 4] * 5, 2, [str(number) for number in range(20)])
    assert metrics["pass_at_2"].value == near((0 + Fraction(1, 2) + Fraction(5, 6) + 1) / 4)
    assert metrics["pass_all_2"].value == near((0 + 0 + Fraction(1, 6) + 1) / 4)
