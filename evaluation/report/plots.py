"""Plots as numbers: where a figure, its interval and the ticks of its axis stand, from 0 to 100 across."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.harness.result import Metric

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_TICKS = 4


@dataclass(frozen=True)
class Tick:
    """A tick of the axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Scale:
    """What the axis spans."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value stands, from 0 to 100; beyond the axis: at its end."""
        return round(100 * min(max((value - self.low) / (self.high - self.low), 0.0), 1.0), 2)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Ends, middle and quarters."""
        step = (self.high - self.low) / _TICKS
        values = [self.low + step * number for number in range(_TICKS + 1)]
        return tuple(Tick(self.at(value), f"{value:,.6g}".replace("-", "−")) for value in values)


@dataclass(frozen=True)
class Mark:
    """A figure on the axis, with its interval where it has one."""

    at: float
    low: float | None
    high: float | None


def scale_of(metrics: Sequence[Metric], *, is_difference: bool) -> Scale:
    """0 to 1 for shares; round about 0 for differences; else from 0, or round about it, to a round number."""
    ends = [end for metric in metrics for end in (metric.value, metric.low, metric.high) if end is not None] or [0.0]
    if is_difference or min(ends) < 0:
        reach = _rounded_up(max(abs(end) for end in ends))
        return Scale(-reach, reach)
    return Scale(0.0, 1.0 if max(ends) <= 1 else _rounded_up(max(ends)))


def mark_of(metric: Metric, scale: Scale) -> Mark | None:
    """Where the figure stands; None where there is none."""
    if metric.value is None:
        return None
    if metric.low is None or metric.high is None:
        return Mark(scale.at(metric.value), None, None)
    return Mark(scale.at(metric.value), scale.at(metric.low), scale.at(metric.high))


def number_words(value: float, *, signed: bool = False) -> str:
    """`0.873`, `12.4`, `1,204`; `+0.021` where signed; a true minus."""
    size = abs(value)
    digits = 3 if size < 10 else 1 if size < 100 else 0
    return f"{value:{'+' if signed else ''},.{digits}f}".replace("-", "−")


def figure_words(metric: Metric, *, signed: bool = False) -> str:
    """The figure with its interval, or that there are too few cases."""
    if metric.value is None:
        return "too few to say"
    value = number_words(metric.value, signed=signed)
    if metric.low is None or metric.high is None:
        return f"{value}, no interval"
    return f"{value} ({number_words(metric.low, signed=signed)} to {number_words(metric.high, signed=signed)})"


def _rounded_up(value: float) -> float:
    """The next round number: 1, 2, 2.5 or 5 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _STEPS if step * power >= value * (1 - 1e-12))
