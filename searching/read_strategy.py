"""Reads a strategy that a person wrote as plain text, one line a step."""

from __future__ import annotations

import re

from evidence.errors import InvalidInput, QuerySyntaxError
from evidence.search import SearchLine, SearchStrategy
from searching.expand_line_references import expand_line_references
from searching.parse_query import parse_query

_NUMBERED = re.compile(r"^\s*(?:#\s*(?P<hash>\d+)|(?P<plain>\d+)[.)])\s*[:.]?\s+(?!(?:AND|OR|NOT)\b)(?P<query>.+)$")


def read_strategy(text: str) -> SearchStrategy:
    """The strategy in a text: lines may begin with `#1`, `1.` or `1)`; blank lines are passed over.

    Raises InvalidInput where there is no line or the numbers have a gap, QuerySyntaxError where a line cannot be read.
    """
    lines: list[SearchLine] = []
    for printed in (line.strip() for line in text.splitlines()):
        if not printed:
            continue
        match = _NUMBERED.match(printed)
        number = len(lines) + 1
        if match and int(match["hash"] or match["plain"]) != number:
            raise InvalidInput(
                f"Line {number} of the strategy is numbered {match['hash'] or match['plain']}: number the lines from 1."
            )
        query = match["query"] if match else printed
        _check_line(query, number)
        lines.append(SearchLine(number=number, query=query, purpose="given by a person"))
    if not lines:
        raise InvalidInput("The strategy has no line: write one PubMed query a line.")
    expand_line_references(lines)
    return SearchStrategy(lines=tuple(lines), proposed_by="person")


def _check_line(query: str, number: int) -> None:
    try:
        parse_query(query)
    except QuerySyntaxError as fault:
        raise QuerySyntaxError(
            f"Line {number} of the strategy: {fault.message}", query=query, position=fault.position
        ) from None
