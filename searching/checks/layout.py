"""Which lines of a pasted text are the strategy's, and what each is called.

The same text is read by `read_strategy`, which refuses what cannot be run; here every line is kept as it stands, so that a
finding can point into it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from searching.strategy_text import find_strategy, numbered_lines

_OPERATOR_FIRST = re.compile(r"(?:AND|OR|NOT)\b")
_NOT_A_TITLE = re.compile(r"[\[\]\"“”*#]|\b(?:AND|OR|NOT)\b")


@dataclass(frozen=True)
class PrintedLine:
    """A line as it stands in the text: what goes on over several lines is joined by spaces."""

    number: int
    printed: int | None
    text: str
    start: int
    """Where in `text` the query begins, behind the printed number."""
    goes_on_at: tuple[int, ...] = ()
    """Where in `text` the joined lines begin."""


def lay_out(text: str) -> list[PrintedLine]:
    """The lines of a strategy with their numbers: blank lines and titles above a query left out."""
    strategy = find_strategy(text.replace("\ufeff", ""))
    raw = [line.strip() for line in strategy.splitlines() if line.strip()]
    given = [
        (line, number, len(line) - len(query)) for line, (number, query) in zip(raw, numbered_lines(strategy), strict=True)
    ]
    titled = _has_titles(given)
    lines: list[PrintedLine] = []
    title_number: int | None = None
    for place, (line, number, start) in enumerate(given):
        if titled and _is_title(line[start:]) and place + 1 < len(given) and not _is_title(given[place + 1][0]):
            title_number = number
        elif lines and number is None and title_number is None and _OPERATOR_FIRST.match(line):
            lines[-1] = _joined(lines[-1], line)
        else:
            lines.append(PrintedLine(len(lines) + 1, title_number if number is None else number, line, start))
            title_number = None
    return _renumbered(lines)


def _joined(line: PrintedLine, more: str) -> PrintedLine:
    places = (*line.goes_on_at, len(line.text) + 1)
    return PrintedLine(line.number, line.printed, f"{line.text} {more}", line.start, places)


def _renumbered(lines: list[PrintedLine]) -> list[PrintedLine]:
    """The printed numbers where every line has one and they rise; the order of the lines otherwise."""
    numbers = [line.printed for line in lines]
    if None in numbers or not all(one < other for one, other in pairwise(n or 0 for n in (0, *numbers))):
        return lines
    return [PrintedLine(line.printed or line.number, line.printed, line.text, line.start, line.goes_on_at) for line in lines]


def _has_titles(given: list[tuple[str, int | None, int]]) -> bool:
    """Whether the strategy is written as numbered titles with an unnumbered query under each."""
    titles = [number is not None and _is_title(line[start:]) for line, number, start in given]
    return sum(title and below is None for title, (_, below, _) in zip(titles, given[1:], strict=False)) >= 2


def _is_title(text: str) -> bool:
    return _NOT_A_TITLE.search(text) is None and " " in text
