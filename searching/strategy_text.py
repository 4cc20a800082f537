"""Finds the lines of a strategy in a text that a person pasted: numbers, counts and headings told from the queries."""

from __future__ import annotations

import re
from collections.abc import Sequence

_QUERY_LABEL = re.compile(r"^[ \t]*(?:query|search strategy|strategy)[ \t]*:[ \t]*$", re.IGNORECASE | re.MULTILINE)
_NEXT_LABEL = re.compile(r"^[ \t]*(?:pids|pmids|results|references|notes)[ \t]*:[ \t]*$", re.IGNORECASE | re.MULTILINE)
_NUMBERED = re.compile(
    r"^\s*(?:#\s*(?P<hash>\d{1,4})|(?P<plain>\d{1,4})\s*[.):](?!\d)|(?P<bare>\d{1,4})(?=\s))\s*[:.]?\s*(?P<query>\S.*)$"
)
_COMBINES = re.compile(r"(?:AND|OR|NOT|adj\d*)\b(?!\s*/\s*\d)", re.IGNORECASE)
_MARKED_SHARE = 0.8
"""Share of lines with a number of their own from which bare numbers in front are taken for line numbers."""


def find_strategy(text: str) -> str:
    """The part of a text that is the strategy: what stands under a line `Query:` or `Search strategy:`, or all of it."""
    label = _QUERY_LABEL.search(text)
    if label is None:
        return text
    after = text[label.end() :]
    following = _NEXT_LABEL.search(after)
    return after[: following.start()] if following else after


def numbered_lines(text: str) -> list[tuple[int | None, str]]:
    """Each line with the number a person gave it, None where it has none; blank lines left out.

    `#3`, `3.` and `3)` are numbers anywhere; a bare `3` only where nearly all lines count up so, because `3 or 4` is a
    query of its own in Ovid's language.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    bare = _counts_up(lines)
    return [_numbered(line, bare) for line in lines]


def _numbered(line: str, bare: bool) -> tuple[int | None, str]:
    match = _NUMBERED.match(line)
    if match is None or _COMBINES.match(match["query"]):
        return None, line
    number = match["hash"] or match["plain"] or (match["bare"] if bare else None)
    return (int(number), match["query"]) if number else (None, line)


def _counts_up(lines: Sequence[str]) -> bool:
    expected, found = 1, 0
    for line in lines:
        match = _NUMBERED.match(line)
        if match and match["bare"] and int(match["bare"]) == expected and not _COMBINES.match(match["query"]):
            expected, found = expected + 1, found + 1
    return found >= 2 and found >= _MARKED_SHARE * len(lines)
