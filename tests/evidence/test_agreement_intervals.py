"""The intervals beside kappa and AC1 on the page of the second review are those of the evaluation."""

from __future__ import annotations

import random

import pytest

from evaluation.metrics.agreement import agreement_metrics
from evaluation.statistics.intervals import share
from evidence.agreement import FEWEST, Agreement, agreement


def raters(seed: int, n: int, labels: int, alike: float) -> tuple[list[str], list[str]]:
    chance = random.Random(seed)
    first = [chance.choice("abcd"[:labels]) for _ in range(n)]
    return first, [one if chance.random() < alike else chance.choice("abcd"[:labels]) for one in first]


@pytest.mark.parametrize("n", [FEWEST, 17, 39, 40, 120])
@pytest.mark.parametrize("labels", [2, 3, 4])
@pytest.mark.parametrize("alike", [0.0, 0.6, 0.95])
def test_they_equal_the_evaluations(n: int, labels: int, alike: float) -> None:
    first, second = raters(n * labels, n, labels, alike)
    found = agreement(first, second)
    metrics = agreement_metrics(first, second, [str(item) for item in range(n)])
    for mine, name in ((found.kappa_interval, "cohen_kappa"), (found.ac1_interval, "gwet_ac1")):
        theirs = metrics[name]
        if theirs.low is None or theirs.high is None:
            assert mine is None
        else:
            assert mine == pytest.approx((theirs.low, theirs.high), abs=1e-10)
    raw = share(found.same, n)
    assert found.raw_interval == pytest.approx((raw.low, raw.high), abs=1e-10)


def test_few_items_are_too_few_to_say() -> None:
    found = agreement(["a", "b", "a"] * 3, ["a", "b", "b"] * 3)
    assert (found.n, found.same) == (9, 6)
    assert found.kappa is not None
    assert (found.raw_interval, found.kappa_interval, found.ac1_interval) == (None, None, None)


def test_one_label_throughout_has_an_interval_of_the_raw_share_alone() -> None:
    found: Agreement = agreement(["a"] * 12, ["a"] * 12)
    assert found.kappa is None
    assert (found.kappa_interval, found.ac1_interval) == (None, None)
    assert found.raw_interval == pytest.approx((0.7353515306, 1.0), abs=1e-9)
