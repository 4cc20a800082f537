"""Reads a strategy that a person wrote as plain text, one line a step."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from evidence.errors import InvalidInput, QuerySyntaxError
from evidence.search import SearchLine, SearchStrategy
from searching.expand_line_references import expand_line_references
from searching.ovid.detect_syntax import Syntax, detect_syntax
from searching.parse_query import parse_query
from searching.strategy_text import find_strategy, numbered_lines

_GIVEN = "given by a person"
_OPERATOR_FIRST = re.compile(r"(?:AND|OR|NOT)\b")
_NOT_A_TITLE = re.compile(r"[\[\]\"“”*#]|\b(?:AND|OR|NOT)\b")
_BARE_NUMBER = re.compile(r"(?<![#\w/:.-])\d{1,3}(?![\w/:.\[-])")
_ONLY_NUMBERS = re.compile(r"[\s()#\d]*(?:\b(?:AND|OR|NOT)\b[\s()#\d]*)+")


@dataclass
class _Line:
    parts: list[str] = field(default_factory=list)
    title: str = ""


def read_strategy(text: str) -> SearchStrategy:
    """The PubMed strategy in a text: lines may begin with `#1`, `1.` or `1)`; blank lines are passed over.

    A numbered title (`2. Population: adults`) above a query becomes the line's purpose, a line that begins with an
    operator goes on with the line before, and `1 AND 2` without number signs names lines: each is said in `notes`.
    Raises InvalidInput where there is no line, the numbers have a gap, or the text is in Ovid's language;
    QuerySyntaxError where a line cannot be read.
    """
    detected = detect_syntax(text)
    if detected.syntax is Syntax.OVID:
        raise InvalidInput(
            f"This strategy is written for Ovid ({detected.reason}), not for PubMed: "
            "`evidence search translate FILE --to pubmed` writes it for PubMed."
        )
    notes: list[str] = []
    lines: list[SearchLine] = []
    for number, line in enumerate(_put_together(numbered_lines(find_strategy(text)), notes), start=1):
        query = _with_number_signs(" ".join(line.parts), number, notes)
        _check_line(query, number)
        lines.append(SearchLine(number=number, query=query, purpose=line.title or _GIVEN))
    if not lines:
        raise InvalidInput("The strategy has no line: write one PubMed query a line.")
    expand_line_references(lines)
    return SearchStrategy(lines=tuple(lines), proposed_by="person", notes=tuple(notes))


def _put_together(printed: list[tuple[int | None, str]], notes: list[str]) -> list[_Line]:
    """The lines of the strategy: numbers checked, titles taken off, what goes on over several lines joined."""
    lines: list[_Line] = []
    titled = _has_titles(printed)
    for place, (number, text) in enumerate(printed):
        title = titled and _is_title(text) and place + 1 < len(printed)
        if number is not None and number != len(lines) + 1:
            raise InvalidInput(f"Line {len(lines) + 1} of the strategy is numbered {number}: number the lines from 1.")
        if title:
            lines.append(_Line(title=_without_number(text)))
        elif lines and not lines[-1].parts:
            lines[-1].parts.append(text)
        elif lines and number is None and _OPERATOR_FIRST.match(text):
            lines[-1].parts.append(text)
            notes.append(f"What begins with {text.split()[0]} was read as going on with line {len(lines)}.")
        else:
            lines.append(_Line(parts=[text]))
    return lines


def _has_titles(printed: list[tuple[int | None, str]]) -> bool:
    """Whether the strategy is written as numbered titles with an unnumbered query under each."""
    pairs = pairwise(printed)
    return sum(number is not None and _is_title(text) and below is None for (number, text), (below, _) in pairs) >= 2


def _is_title(text: str) -> bool:
    return _NOT_A_TITLE.search(text) is None and " " in text


def _without_number(text: str) -> str:
    return re.sub(r"^\d{1,3}\s+", "", text)


def _with_number_signs(query: str, number: int, notes: list[str]) -> str:
    """The query with `1 AND 2` written as `#1 AND #2`, which is what PubMed wants, where it holds nothing but numbers."""
    bare = [match for match in _BARE_NUMBER.finditer(query) if 0 < int(match.group()) < number]
    if not bare or not _ONLY_NUMBERS.fullmatch(query):
        return query
    if len(bare) < len(_BARE_NUMBER.findall(query)):
        return query
    signed = _BARE_NUMBER.sub(lambda match: f"#{match.group()}", query)
    notes.append(f"Line {number}: its numbers name earlier lines, so {query} was read as {signed}.")
    return signed


def _check_line(query: str, number: int) -> None:
    try:
        parse_query(query)
    except QuerySyntaxError as fault:
        raise QuerySyntaxError(
            f"Line {number} of the strategy: {fault.message}", query=query, position=fault.position
        ) from None
