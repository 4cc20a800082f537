"""Figures for people: a line each, what a reader must know beneath, and one line at the end that says what was missed."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence

from evaluation.bench.benches import Bench
from evaluation.bench.figure import Figure
from evidence import __version__
from evidence.base import EvidenceModel

_COLUMNS = ("figure", "value", "95 % interval", "n", "beside", "ratio", "target", "met")
_WIDEST = 62
_BUSY = 0.5


class Machine(EvidenceModel):
    """Where and on what the figures were taken."""

    processor: str
    cores: int
    python: str
    tool: str
    load: float
    """Processes that wanted a core in the minute before, on average."""

    @property
    def busy(self) -> bool:
        """Whether other work was going on, so that timings are noisy."""
        return self.load > _BUSY * self.cores

    def line(self) -> str:
        """One line for people."""
        noise = f"; BUSY (load {self.load:.1f}): timings are noisy" if self.busy else f", load {self.load:.1f}"
        return f"{self.processor}, {self.cores} cores, Python {self.python}, evidence {self.tool}{noise}"


def this_machine() -> Machine:
    """This machine, now."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    processor = platform.processor() or platform.machine()
    return Machine(
        processor=processor, cores=os.cpu_count() or 1, python=platform.python_version(), tool=__version__, load=load
    )


def render_table(figures: Mapping[Bench, Sequence[Figure]]) -> str:
    """The figures by bench, with its command and the notes beneath."""
    rows = [_COLUMNS, *(figure_row(figure) for taken in figures.values() for figure in taken)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = [_aligned(_COLUMNS, widths)]
    for bench, taken in figures.items():
        lines += ["", f"{bench.name}: {bench.measures}    {bench.command}"]
        for figure in taken:
            lines.append(_aligned(figure_row(figure), widths))
            if figure.note:
                lines.append(f"      {figure.note}")
    return "\n".join(lines)


def figure_row(figure: Figure) -> tuple[str, ...]:
    """The cells of one figure; an empty cell: it has no such thing."""
    unit = f" {figure.unit}" if figure.unit else ""
    interval = "" if figure.low is None or figure.high is None else f"{shown(figure.low)} to {shown(figure.high)}"
    beside = "" if figure.compared_value is None else f"{figure.compared_with} {shown(figure.compared_value)}{unit}"
    return (
        figure.name,
        "not measured" if figure.value is None else f"{shown(figure.value)}{unit}",
        interval,
        "" if figure.n is None else f"{figure.n:,}",
        beside,
        "" if figure.ratio is None else shown(figure.ratio),
        "" if figure.target is None else f"{shown(figure.target)}{unit}",
        {True: "yes", False: "NO", None: ""}[figure.met],
    )


def shown(value: float) -> str:
    """A number with three digits that count, thousands set apart."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}"


def closing_line(figures: Sequence[Figure]) -> str:
    """How many targets were met, and the names of those that were not, and of what was not measured."""
    judged = [figure for figure in figures if figure.met is not None]
    missed = [figure.name for figure in judged if not figure.met]
    unmeasured = [figure.name for figure in figures if figure.value is None]
    said = f"{len(judged) - len(missed)} of {len(judged)} targets met"
    said += f"; MISSED: {'; '.join(missed)}" if missed else ""
    return said + (f"; NOT MEASURED: {'; '.join(unmeasured)}" if unmeasured else "") + "."


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(_padded(cells, widths)).rstrip()


def _padded(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for cell, width in zip(cells, widths, strict=True):
        yield cell.ljust(min(width, _WIDEST))
