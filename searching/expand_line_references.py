"""Turns a strategy of numbered lines into queries that stand alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evidence.errors import QuerySyntaxError
from evidence.search import SearchLine
from searching.parse_query import parse_query
from searching.query_tokens import Kind, tokenize

MAX_CHARACTERS = 100_000
"""Longest query an expansion may grow to: references that multiply each other would otherwise fill the memory."""


def expand_line_references(lines: Sequence[SearchLine]) -> list[str]:
    """Each line's query with every `#n` replaced by line n in brackets, the rest as written; same order and length.

    Raises QuerySyntaxError where a line cannot be read or names a line that does not come before it.
    """
    expanded: dict[int, str] = {}
    for line in lines:
        query = _expand(line, expanded)
        parse_query(query)
        expanded[line.number] = query
    return [expanded[line.number] for line in lines]


def _expand(line: SearchLine, earlier: Mapping[int, str]) -> str:
    parts, place, length = [], 0, 0
    for token in tokenize(line.query):
        if token.kind is not Kind.LINE_REFERENCE:
            continue
        number = int(token.text[1:])
        if number not in earlier:
            raise QuerySyntaxError(
                f"Line #{line.number} names #{number}, which is not an earlier line: correct the number.",
                query=line.query,
                position=token.start,
            )
        parts += [line.query[place : token.start], f"({earlier[number]})"]
        length += len(parts[-1])
        place = token.end
        if length > MAX_CHARACTERS:
            raise QuerySyntaxError(
                f"Line #{line.number} grows beyond {MAX_CHARACTERS:,} characters with its references: shorten it.",
                query=line.query,
                position=token.start,
            )
    return "".join([*parts, line.query[place:]])
