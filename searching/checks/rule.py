"""A rule: its name, its element of PRESS and how much it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evidence.strategy_check import PressElement, Severity, StrategyFinding
from searching.checks.lines import Line, Span, Strategy

Check = Callable[[Strategy], Iterator[StrategyFinding]]
"""Looks for one kind of fault; changes nothing, asks nothing from outside but the vocabulary it is given."""


@dataclass(frozen=True)
class Rule:
    """One kind of finding."""

    name: str
    element: PressElement
    severity: Severity

    def at(
        self, line: Line, span: Span, message: str, *, suggestion: str | None = None, severity: Severity | None = None
    ) -> StrategyFinding:
        """A finding in a place of a line, graver or milder than usual where `severity` says so."""
        return StrategyFinding(
            element=self.element,
            rule=self.name,
            severity=severity or self.severity,
            line=line.number,
            start=span[0],
            end=span[1],
            message=message,
            suggestion=suggestion,
        )
