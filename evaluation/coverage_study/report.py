"""The study's tables, for a terminal and for docs/."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.coverage_study.cells import Covered
from evaluation.coverage_study.false_winners import FalseWinners

COMMAND = "make coverage-study"
_COVERAGE = ("method", "design", "alike", "covered", "asked", "worst", "at", "got an interval", "met")
_WINNERS = ("rule", "prompts", "looks", "design", "false winners", "replicates", "met")

_COVERED = (
    "Nominal 95 % intervals, by simulation where the truth is known. *Design*: clusters and the cases in each; *alike*: the",
    "share of variance between clusters; *covered*: the mean over the rates from 5 to 95 % (edge rates: 1 to 3 and 97 to",
    "99 %; for other figures over the worlds drawn); *worst*: the lowest of them. Asked are 94 to 96 % from 100 cases and 30",
    "clusters on, elsewhere 93 % at least; of exact ones 95 % at least, at every rate where chances are summed up, not drawn.",
    "Below 10 clusters no interval is given.",
)
_NAMED = (
    "No prompt differs from the first; the share of studies that named a winner at any of their looks. Asked: at most 5 %.",
    "Lopsided: better comes three cases at a time and worse one at a time, as many in all. What the e-values promise is exact",
    "where differences are symmetric; where better comes five cases at a time and hardly a case differs, ten prompts at 52",
    "looks can pass 5 %.",
)


def page(covered: Sequence[Covered], winners: Sequence[FalseWinners], *, day: str) -> str:
    """The whole page as Markdown."""
    replicates = max((cell.replicates for cell in covered), default=0)
    missed = sum(not cell.met for cell in covered) + sum(not cell.met for cell in winners)
    return "\n".join(
        (
            "# What the intervals cover",
            "",
            f"Taken {day} by `{COMMAND}`, {replicates:,} replicates a rate:",
            f"{len(covered) + len(winners)} cells, {missed} missed.",
            "",
            *_COVERED,
            "",
            *_table(_COVERAGE, [_covered(cell) for cell in covered]),
            "",
            "## False winners",
            "",
            *_NAMED,
            "",
            *_table(_WINNERS, [_winners(cell) for cell in winners]),
            "",
        )
    )


def _covered(cell: Covered) -> tuple[str, ...]:
    return (
        cell.method,
        cell.design,
        f"{cell.alike:g}",
        f"{cell.mean:.4f}",
        f"{cell.lowest:.2f} to {cell.highest:.2f}",
        f"{cell.worst:.4f}",
        cell.worst_at,
        f"{cell.said:.3f}",
        "yes" if cell.met else "NO",
    )


def _winners(cell: FalseWinners) -> tuple[str, ...]:
    met = "yes" if cell.met else "NO"
    return (cell.rule, str(cell.prompts), str(cell.looks), cell.design, f"{cell.share:.4f}", f"{cell.replicates:,}", met)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
