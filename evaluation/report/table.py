"""One table of all suites, in Markdown, from the runs that were kept: no figure in it is typed by hand."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from evaluation.harness.result import Metric, SuiteResult
from evaluation.report.names import PRODUCT, headlines, read_name
from evaluation.report.plots import number_words
from evaluation.statistics.kept_runs import read_result
from evaluation.suites import SUITES
from evidence.errors import InvalidInput

BEGINS, ENDS = "<!-- table begins -->", "<!-- table ends -->"
"""Between these lines of a page the table stands."""

_LEFT, _RIGHT = "---", "---:"
_FIGURES = {
    "suite": _LEFT, "measure": _LEFT, "what runs": _LEFT, "value": _RIGHT, "95 % interval": _LEFT, "n": _RIGHT,
    "clusters": _RIGHT,
}  # fmt: skip
_RUNS = {
    "run": _LEFT, "command": _LEFT, "cases": _RIGHT, "unreadable": _RIGHT, "errors": _RIGHT, "revision": _LEFT,
    "settings": _LEFT,
}  # fmt: skip


def fullest_runs(folder: Path) -> list[SuiteResult]:
    """Of each suite, model and prompts the run on the shared data with most cases, of equals the newest.

    Raises InvalidInput where there is none.
    """
    found: dict[tuple[str, str, str], tuple[int, float, SuiteResult]] = {}
    for path in sorted(folder.glob("*/result.json")):
        try:
            result = SuiteResult.model_validate_json(path.read_bytes())
        except ValidationError:  # a run of an older version: it has to be made again before it can stand beside others
            continue
        if result.settings.get("data") != "shared":
            continue
        key = (result.suite, model_name(result), str(result.settings.get("prompts")))
        kept = found.get(key, (0, 0.0, result))
        found[key] = max(kept, (result.cases, path.stat().st_mtime, result), key=lambda one: one[:2])
    if not found:
        raise InvalidInput(f"No run of a suite on the shared data is kept in {folder}: run `evidence evaluate SUITE` first.")
    order = list(SUITES)
    return sorted((result for *_, result in found.values()), key=lambda one: (order.index(one.suite), -one.cases, one.id))


def read_results(places: Sequence[Path]) -> list[SuiteResult]:
    """The runs in these folders. Raises InvalidInput where one cannot be read."""
    return [read_result(place)[0] for place in places]


def write_table(results: Sequence[SuiteResult]) -> str:
    """The figures that come first of each run, then what made each run and the command that makes it again."""
    figures = [
        _figure(result, name, result.metrics[name]) for result in results for name in headlines(result.suite, result.metrics)
    ]
    made = [_made(result) for result in results]
    return "\n".join([*_heading(_FIGURES), *figures, "", *_heading(_RUNS), *made]) + "\n"


def put_table(page: Path, table: str) -> None:
    """Put the table between the two lines of the page that hold its place. Raises InvalidInput where they are not there."""
    try:
        text = page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidInput(f"{page} cannot be read: give a page in UTF-8 with --into.") from fault
    before, begins, rest = text.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise InvalidInput(f"{page} has no place for the table: put the lines {BEGINS} and {ENDS} into it.")
    try:
        page.write_text(f"{before}{BEGINS}\n{table}{ENDS}{after}", encoding="utf-8", newline="\n")
    except OSError as fault:
        raise InvalidInput(f"{page} cannot be written ({fault.strerror}): give another page with --into.") from fault


def model_name(result: SuiteResult) -> str:
    """The model under test by name; empty where the suite needs none."""
    model = result.settings.get("model")
    return str(model.get("name", "")) if isinstance(model, Mapping) else ""


def command_of(result: SuiteResult) -> str:
    """The command that takes the figures again."""
    words = ["evidence", "evaluate", result.suite]
    data, limit = result.settings.get("data"), result.settings.get("limit")
    words += ["--data", str(data)] if data not in {None, "shared"} else []
    words += ["--model", model_name(result)] if model_name(result) else []
    words += ["--limit", str(limit)] if limit is not None else []
    return shlex.join(words).replace("`", "'")


def _heading(columns: Mapping[str, str]) -> list[str]:
    return [f"| {' | '.join(columns)} |", f"| {' | '.join(columns.values())} |"]


def _made(result: SuiteResult) -> str:
    """One line on how a run came about."""
    revision, settings = (str(result.provenance.get(name, "not kept"))[:22] for name in ("revision", "settings hash"))
    counts = (f"{count:,}" for count in (result.cases, result.unscored - result.errors, result.errors))
    cells = (result.id, f"`{command_of(result)}`", *counts, revision, settings[:12])
    return f"| {' | '.join(map(_cell, cells))} |"


def _figure(result: SuiteResult, name: str, metric: Metric) -> str:
    read = read_name(name)
    by_model = model_name(result)
    system = "difference" if read.is_difference else read.system
    is_read = by_model and not (read.is_baseline and "model" not in system)
    runs = system if not is_read else by_model if system == PRODUCT else f"{by_model}: {system}"
    value = "too few to say" if metric.value is None else number_words(metric.value, signed=read.is_difference)
    interval = "none"
    if metric.low is not None and metric.high is not None:
        interval = " to ".join(number_words(end, signed=read.is_difference) for end in (metric.low, metric.high))
    clusters = f"{metric.clusters:,}" if metric.clusters else ""
    cells = (result.suite, read.measure, runs, value, interval, f"{metric.n:,}", clusters)
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")
