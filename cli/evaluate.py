"""`evidence evaluate`: measure the product's own stages on suites of cases. A first argument that is no command is a suite."""

from __future__ import annotations

from typing import ClassVar

import click

from cli.lazy_group import LazyGroup


class _EvaluateCommands(LazyGroup):
    otherwise = "run"
    table: ClassVar = {
        "run": ("cli.evaluate_run:run", "Run a suite; a run that was stopped goes on."),
        "list": ("cli.evaluate_run:list_suites", "The suites there are."),
        "compare": ("cli.evaluate_compare:compare", "Two runs or more: better, worse, or cannot tell."),
        "report": ("cli.evaluate_report:report", "A run as one page: plots, what failed, the cases behind it."),
        "sheet": ("cli.evaluate_report:sheet", "Ten claims to print, some with planted errors, and the answers."),
        "table": ("cli.evaluate_report:table", "The figures of every suite in one table, from the runs that were kept."),
        "gate": ("cli.evaluate_compare:gate", "Exit code 1 where a run is worse than a stored baseline."),
    }


@click.group(cls=_EvaluateCommands, context_settings={"help_option_names": ["-h", "--help"]})
def evaluate() -> None:
    """Measure: `evidence evaluate SUITE [--data PATH] [--model NAME] [--prompt NAME@VERSION] [--limit N] [--json]`.

    Or a command below.
    """
