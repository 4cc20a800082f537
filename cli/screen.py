"""`evidence screen`: what to read next, what people decide, where the screening of a run stands."""

from __future__ import annotations

from typing import ClassVar

import click

from cli.lazy_group import LazyGroup


class _ScreenCommands(LazyGroup):
    otherwise = "next"
    table: ClassVar = {
        "next": ("cli.screen_read:next_records", "The records to read next, best first; learns from what you decide."),
        "decide": ("cli.screen_decide:decide", "Include, exclude or leave a record unsure, by a criterion, in your name."),
        "undo": ("cli.screen_decide:undo", "Take back the decision that stands on a record."),
        "status": ("cli.screen_read:status", "How many records were seen, by whom, and how many by no person."),
        "export": ("cli.screen_decide:export", "Write the records with their decisions as CSV or RIS."),
        "import": ("cli.screen_decide:import_decisions", "Read decisions from CSV or RIS."),
    }


@click.group(cls=_ScreenCommands, context_settings={"help_option_names": ["-h", "--help"]})
def screen() -> None:
    """Screen the records of a run: `evidence screen RUN`, or a command below. A model orders and suggests; people decide."""
