from __future__ import annotations

from math import comb

import pytest

from evaluation.bench.arithmetic import median_interval, paired_differences, percentile, ratio_of_medians, spread


def test_a_ratio_is_that_of_the_medians() -> None:
    assert ratio_of_medians([3.0, 9.0, 6.0], [1.0, 100.0, 2.0]) == 3.0
    assert ratio_of_medians([1.0, 2.0], [0.5]) == 3.0


@pytest.mark.parametrize(
    ("count", "place"),
    [(6, 1), (8, 1), (9, 2), (15, 4), (20, 6), (50, 18)],
)
def test_an_interval_of_the_median_is_the_one_in_the_tables(count: int, place: int) -> None:
    """Conover's table: the place from either end of the 95 % interval of the median of so many values."""
    values = [float(number) for number in range(1, count + 1)]
    assert median_interval(values[::-1]) == (float(place), float(count + 1 - place))
    outside = 2 * sum(comb(count, less) for less in range(place)) / 2**count
    assert outside <= 0.05 < outside + 2 * comb(count, place) / 2**count


def test_few_values_have_no_interval() -> None:
    assert median_interval([]) is None
    assert median_interval([1.0, 2.0, 3.0, 4.0, 5.0]) is None


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(number) for number in range(20, 0, -1)]
    assert percentile(values, 0.95) == 19.0
    assert percentile(values, 0.5) == 10.0
    assert percentile(values, 1.0) == 20.0
    assert percentile([7.0], 0.0) == 7.0
    with pytest.raises(ValueError, match="needs values"):
        percentile([], 0.5)


def test_differences_are_between_neighbours_in_time() -> None:
    assert paired_differences([5.0, 7.0], [2.0, 6.5]) == [3.0, 0.5]
    with pytest.raises(ValueError, match="zip"):
        paired_differences([1.0], [])


def test_a_range_says_how_many_repeats_it_is_of() -> None:
    assert spread([1.234, 0.5, 1234.0], "ms", 1) == "3 repeats, 0.5 to 1,234.0 ms"
    assert spread([2.0]) == "1 repeat, 2.00 to 2.00"
