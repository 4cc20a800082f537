"""Plays every case of the sweep and prints what became of it: `python -m tests.cli.sweep`."""

from __future__ import annotations

from collections.abc import Iterable

from tests.cli.cases import Outcome


def table(outcomes: Iterable[Outcome]) -> str:
    """A Markdown table: the fault, how the command ended, and the one sentence it said."""
    rows = ["| what goes wrong | exit | what is said |", "| --- | --- | --- |"]
    for outcome in outcomes:
        said = " / ".join(outcome.ended.complaints) or "(a result)"
        rows.append(f"| {outcome.case.name} | {outcome.ended.code} | {said.replace('|', chr(92) + '|')} |")
    return "\n".join(rows)
