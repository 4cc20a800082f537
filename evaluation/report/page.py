"""The report of a run, or of several runs of one suite side by side: one self-contained page, without script."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader
from pydantic import JsonValue

from evaluation.harness.result import Metric, Row, SuiteResult
from evaluation.report.names import FigureName, in_words, is_headline, read_name
from evaluation.report.outcomes import FailedCase, Failure, failures
from evaluation.report.plots import Mark, Scale, figure_words, mark_of, scale_of
from evaluation.statistics.compare_runs import Comparison, compare_runs
from evaluation.statistics.kept_runs import kept_run
from evidence.errors import InvalidInput
from reporting.page import page_environment

LETTERS = "ABCDEF"
"""What runs are called on the page; there can be no more."""

_MOST_CASES = 30
_MOST_WORDS = 1200


@dataclass(frozen=True)
class Entry:
    """One figure in a plot."""

    system: str
    letter: str
    mark: Mark | None
    words: str
    counted: str
    note: str
    is_product: bool


@dataclass(frozen=True)
class Panel:
    """The figures of one measure, on one axis."""

    title: str
    scale: Scale
    entries: tuple[Entry, ...]
    is_difference: bool

    @property
    def note(self) -> str:
        """What is to be known of every one of several figures; empty where they differ in it."""
        notes = {entry.note for entry in self.entries}
        return notes.pop() if len(notes) == 1 and len(self.entries) > 1 else ""


@dataclass(frozen=True)
class Matrix:
    """Counts by row and column, for example right answers against those given."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    squared: bool
    """Whether rows and columns have the same names, so that the diagonal is what is right."""

    @property
    def most(self) -> int:
        """The largest count, at least 1."""
        return max([1, *(count for _, counts in self.rows for count in counts)])


@dataclass(frozen=True)
class Bar:
    """A kind of failure, with the cases that the page shows."""

    failure: Failure
    width: float
    shown: tuple[FailedCase, ...]

    @property
    def share(self) -> str:
        """Of all times that it could have happened."""
        share = 100 * len(self.failure.cases) / self.failure.of
        return f"{share:.{0 if share >= 10 else 1}f} %"


@dataclass(frozen=True)
class RunView:
    """One run on the page."""

    letter: str
    result: SuiteResult
    bars: tuple[Bar, ...]
    matrices: tuple[Matrix, ...]
    curves: tuple[tuple[str, str], ...]
    """Risk against coverage: a title and the points of a line from 0 to 100 each way."""
    provenance: tuple[tuple[str, str], ...]

    @property
    def scored(self) -> int:
        """Cases that the figures are taken over."""
        return self.result.cases - self.result.unscored


def render_report(runs: Sequence[tuple[SuiteResult, Sequence[Row]]]) -> str:
    """The page. Every value is escaped. Raises InvalidInput for runs of different suites, none, or more than LETTERS."""
    if not 1 <= len(runs) <= len(LETTERS):
        raise InvalidInput(f"A report holds 1 to {len(LETTERS)} runs: give as many.")
    first = runs[0][0]
    other = next((result for result, _ in runs if result.suite != first.suite), None)
    if other is not None:
        raise InvalidInput(f"{first.id} is a run of {first.suite} and {other.id} of {other.suite}: give runs of one suite.")
    results = [result for result, _ in runs]
    compared, why_not = _compared(runs)
    panels = _panels(results)
    return (
        _environment()
        .get_template("report.html")
        .render(
            suite=first.suite,
            runs=[_view(letter, result, rows) for letter, (result, rows) in zip(LETTERS, runs, strict=False)],
            main=[panel for headline, panel in panels if headline],
            rest=[panel for headline, panel in panels if not headline],
            comparisons=list(zip(LETTERS[1:], compared, strict=False)),
            why_not=why_not,
            most_words=_MOST_WORDS,
        )
    )


def _compared(runs: Sequence[tuple[SuiteResult, Sequence[Row]]]) -> tuple[list[Comparison], str]:
    """Each run against the first, or why that cannot be said: a page of runs that differ too much still shows each."""
    if len(runs) < 2:
        return [], ""
    try:
        return compare_runs([kept_run(result, rows) for result, rows in runs]), ""
    except InvalidInput as fault:
        return [], fault.message


def _panels(results: Sequence[SuiteResult]) -> list[tuple[bool, Panel]]:
    """The figures by measure, in the order of the runs' own, each with whether it comes first."""
    found: dict[tuple[str, bool], list[tuple[str, FigureName, Metric]]] = {}
    first: set[str] = set()
    for letter, result in zip(LETTERS, results, strict=False):
        for name, metric in result.metrics.items():
            read = read_name(name)
            found.setdefault((read.measure, read.is_difference), []).append((letter, read, metric))
            first |= {read.measure} if is_headline(result.suite, name) else set()
    panels = []
    for (measure, is_difference), figures in found.items():
        systems = list(dict.fromkeys(read.system for _, read, _ in figures))
        ordered = sorted(figures, key=lambda figure: (systems.index(figure[1].system), figure[0]))
        scale = scale_of([metric for _, _, metric in figures], is_difference=is_difference)
        entries = tuple(_entry(letter if len(results) > 1 else "", read, metric, scale) for letter, read, metric in ordered)
        panels.append((measure in first, Panel(measure, scale, entries, is_difference)))
    return panels


def _entry(letter: str, read: FigureName, metric: Metric, scale: Scale) -> Entry:
    counted = f"n = {metric.n:,}" + (f" in {metric.clusters:,} clusters" if metric.clusters else "")
    words = figure_words(metric, signed=read.is_difference)
    system = "difference" if read.is_difference else read.system
    return Entry(system, letter, mark_of(metric, scale), words, counted, metric.note, not read.is_baseline)


def _view(letter: str, result: SuiteResult, rows: Sequence[Row]) -> RunView:
    found = failures(result.suite, rows)
    most = max([1, *(len(failure.cases) for failure in found)])
    bars = tuple(Bar(failure, round(100 * len(failure.cases) / most, 2), failure.cases[:_MOST_CASES]) for failure in found)
    matrices = tuple(_matrices(result.tables, ()))
    curves = tuple(_curves(result.tables, ()))
    return RunView(letter, result, bars, matrices, curves, tuple(_provenance(result)))


def _matrices(table: object, path: tuple[str, ...]) -> list[Matrix]:
    """Every table of counts by row and column, wherever it stands."""
    if not isinstance(table, Mapping) or not table:
        return []
    inner = [row for row in table.values() if isinstance(row, Mapping)]
    counts = [count for row in inner for count in row.values()]
    if len(inner) == len(table) and counts and all(isinstance(count, int) for count in counts):
        names = list(dict.fromkeys(str(name) for row in inner for name in row))
        rows = tuple((_plain(name), tuple(int(row.get(column, 0)) for column in names)) for name, row in table.items())
        return [
            Matrix(
                in_words(" ".join(path)) or "Counts",
                tuple(map(_plain, names)),
                rows,
                {name for name, _ in rows} <= {*map(_plain, names)},
            )
        ]
    return [matrix for name, value in table.items() for matrix in _matrices(value, (*path, str(name)))]


def _plain(name: object) -> str:
    return str(name).replace("_", " ")


def _curves(table: object, path: tuple[str, ...]) -> list[tuple[str, str]]:
    if not isinstance(table, Mapping):
        return []
    found = []
    for name, value in table.items():
        points = value if isinstance(value, list) else []
        if points and all(isinstance(point, Mapping) and {"coverage", "risk"} <= point.keys() for point in points):
            line = " ".join(f"{100 * point['coverage']:.1f},{100 - 100 * point['risk']:.1f}" for point in points)
            found.append((in_words(" ".join(path)) or "Answers", line))
        found += _curves(value, (*path, str(name)))
    return found


def _provenance(result: SuiteResult) -> list[tuple[str, str]]:
    said: dict[str, JsonValue] = {"run": result.id, **result.provenance, **result.settings, "Inspect's log": result.log}
    return [(name, line) for name, value in said.items() for line in [_told(value)] if line]


def _told(value: Any) -> str:
    """One value in one line: names with what they are set to, the rest as JSON has it."""
    if value is None or value in ({}, ""):
        return "none"
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_told(one)}" for name, one in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    templates = ChoiceLoader([PackageLoader("evaluation.report", "templates"), PackageLoader("reporting", "templates")])
    return page_environment().overlay(loader=templates)
