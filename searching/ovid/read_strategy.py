"""Reads an Ovid strategy as it is saved, printed or pasted: numbered or not, with or without the counts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evidence.errors import InvalidInput, QuerySyntaxError
from searching.ovid.parse_line import parse_ovid_line
from searching.ovid.tree import OvidLine, OvidReference, OvidStrategy, walk_ovid
from searching.strategy_text import find_strategy, numbered_lines

MOST_LINES_OF_ONE_QUERY = 100
"""Further on than this, an open bracket is a slip and not a query that goes on."""

_COUNT = re.compile(
    r"""(?:\s*\(\s*\d[\d,]*\s*\)      # the count in brackets
    |\s*\t\s*\d[\d,]*                 # in a column of its own
    |(?<=[/.\]])\s+\d[\d,]*           # after a heading, field or explanation
    |\s{2,}\d[\d,]*)\s*$              # far off
    """,
    re.VERBOSE,
)
_BRACKETED_COUNT = re.compile(r"\s\(\s*\d[\d,]*\s*\)\s*$")
_NOT_A_LINE = re.compile(
    r"(?:database\s*:|search strategy\s*:|ovid medline|embase\s*<|[-_=*\s]{5,}$|#?\s*search(?:es|\s+statement)?\s+results|"
    r"results\s*$|\d+\s+results\b|<?\s*\d{4} to )",
    re.IGNORECASE,
)


def read_ovid_strategy(text: str) -> OvidStrategy:
    """The strategy in a text; a query that goes on over several lines is put together.

    A line that names a line after it, or none, is read with a note: Ovid itself numbers a strategy anew when it is
    re-run. Raises InvalidInput where there is no line or the numbers have a gap, QuerySyntaxError, naming the line,
    where one cannot be read.
    """
    lines: list[OvidLine] = []
    for given, query in _whole_lines(text):
        number = len(lines) + 1
        if given is not None and given != number:
            raise InvalidInput(f"Line {number} of the strategy is numbered {given}: number the lines from 1 without a gap.")
        try:
            read = parse_ovid_line(query)
        except QuerySyntaxError as fault:
            raise QuerySyntaxError(
                f"Line {number} of the Ovid strategy: {fault.message}", query=query, position=fault.position
            ) from None
        named = {node.number for node in walk_ovid(read.tree) if isinstance(node, OvidReference)}
        astray = sorted(other for other in named if not 0 < other < number)
        notes = [f"It names line {other}, which is not an earlier line." for other in astray]
        lines.append(OvidLine(number=number, text=query, tree=read.tree, notes=(*read.notes, *notes)))
    if not lines:
        raise InvalidInput("The strategy has no line: write one Ovid query a line.")
    return OvidStrategy(lines=tuple(lines))


def _whole_lines(text: str) -> list[tuple[int | None, str]]:
    printed = (line for line in find_strategy(text).splitlines() if not _NOT_A_LINE.match(line.strip()))
    numbered = numbered_lines("\n".join(printed))
    has_numbers = sum(number is not None for number, _ in numbered) * 2 > len(numbered)
    whole: list[tuple[int | None, str]] = []
    place = 0
    while place < len(numbered):
        number = numbered[place][0]
        end = place + 1
        if has_numbers:
            while end < len(numbered) and numbered[end][0] is None:
                end += 1
        else:
            end = _end_of_brackets(numbered, place)
        joined = " ".join(part for _, part in numbered[place:end])
        whole.append((number, _without_count(joined)))
        place = end
    return whole


def _end_of_brackets(lines: Sequence[tuple[int | None, str]], start: int) -> int:
    """The place after the line on which the brackets opened here close; the next line where they never do."""
    open_brackets = 0
    for place in range(start, min(len(lines), start + MOST_LINES_OF_ONE_QUERY)):
        open_brackets += lines[place][1].count("(") - lines[place][1].count(")")
        if open_brackets <= 0:
            return place + 1
    return start + 1


def _without_count(line: str) -> str:
    """The line without Ovid's count at its end: `exp Asthma/ (12345)`, `1 or 2   678`."""
    bracketed = _BRACKETED_COUNT.search(line)
    if bracketed:
        return line[: bracketed.start()].rstrip()
    if re.search(r"\byr\s*=|\bto\b|\bkeep\b", line, re.IGNORECASE):
        return line
    match = _COUNT.search(line)
    return line[: match.start()].rstrip() if match and match.start() else line
