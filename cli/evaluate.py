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
        "gate": ("cli.evaluate_compare:gate", "Exit code 1 where a run is worse than a stored baseline."),
    }


@click.group(cls=_EvaluateCommands, context_settings={"help_option_names": ["-h", "--help"]})
def evaluate() -> None:
    """Measure: `evidence evaluate SUITE [--data PATH] [--model NAME] [--limit N] [--json]`, or a command below."""
