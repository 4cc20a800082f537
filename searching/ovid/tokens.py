"""Cuts a line of an Ovid strategy into tokens, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from searching.ovid.fields import OVID_FIELDS
from searching.query_tokens import QUOTES, quoted_phrase

_CODES = r"(?P<codes>[a-z]{2}(?:\s*[,.]\s*[a-z]{2})*)"
_ENDS_HERE = r"(?=\s*(?:$|[)\[]|(?:and|or|not|adj\d*)\b))"
_FIELDS = re.compile(rf"\s?\.\s*{_CODES}\s*(?:\.(?:\s*/\s*freq\s*=\s*(?P<freq>\d+))?(?=$|[\s)\[])|{_ENDS_HERE})", re.IGNORECASE)
_HEADING = re.compile(r"/(?P<codes>[a-z]{2}(?:\s*,\s*[a-z]{2})*)?\s*(?=$|[\s)\[,])", re.IGNORECASE)
_COMBINE = re.compile(r"(?P<operator>and|or)\s*/\s*(?P<lines>\d+(?:\s*[-–,]\s*\d+)*)(?=$|[\s)])", re.IGNORECASE)
_OPERATOR = re.compile(r"and|or|not|(?:adj|near)\s?\d*|(?:adj|near)(?=\()", re.IGNORECASE)


class OvidKind(Enum):
    """What a token is."""

    WORD = auto()
    QUOTED = auto()
    OPERATOR = auto()
    OPEN = auto()
    CLOSE = auto()
    FIELDS = auto()
    HEADING_END = auto()
    COMBINE = auto()


@dataclass(frozen=True)
class OvidToken:
    """One token. `text` is without quotes; `codes` are the fields, subheadings or line numbers it names."""

    kind: OvidKind
    text: str
    start: int
    end: int
    codes: tuple[str, ...] = ()


def tokenize_ovid(line: str) -> list[OvidToken]:
    """The tokens of a line; explanations in square or curly brackets are passed over.

    Raises QuerySyntaxError where a quote is left open.
    """
    return list(_scan(line))


def _scan(line: str) -> Iterator[OvidToken]:
    place = 0
    while place < len(line):
        if line[place].isspace():
            fields = _fields_at(line, place) if line.startswith(".", place + 1) else None
            if fields is None:
                place += 1
                continue
            token = fields
        elif line[place] in "[{":
            place = _after_explanation(line, place)
            continue
        else:
            token = _token_at(line, place)
        yield token
        place = token.end


def _after_explanation(line: str, start: int) -> int:
    end = line.find("]" if line[start] == "[" else "}", start)
    return len(line) if end < 0 else end + 1


def _token_at(line: str, start: int) -> OvidToken:
    character = line[start]
    if character in "()":
        return OvidToken(OvidKind.OPEN if character == "(" else OvidKind.CLOSE, character, start, start + 1)
    if character in QUOTES:
        return _quoted_at(line, start)
    if character == "." and (fields := _fields_at(line, start)):
        return fields
    if character == "/" and (heading := _HEADING.match(line, start)):
        codes = tuple(code.lower() for code in re.findall("[a-zA-Z]{2}", heading["codes"] or ""))
        return OvidToken(OvidKind.HEADING_END, "/", start, heading.end(), codes)
    if combine := _COMBINE.match(line, start):
        return OvidToken(OvidKind.COMBINE, combine["operator"].lower(), start, combine.end(), (combine["lines"],))
    return _word_at(line, start)


def _fields_at(line: str, start: int) -> OvidToken | None:
    match = _FIELDS.match(line, start)
    if match is None or match.end() == start:
        return None
    codes = tuple(code.lower() for code in re.findall("[a-zA-Z]{2}", match["codes"]))
    if not all(code in OVID_FIELDS for code in codes):
        return None
    return OvidToken(OvidKind.FIELDS, match.group().strip(), start, match.end(), codes)


def _quoted_at(line: str, start: int) -> OvidToken:
    phrase, end = quoted_phrase(line, start)
    return OvidToken(OvidKind.QUOTED, phrase, start, end)


def _word_at(line: str, start: int) -> OvidToken:
    place = start + 1
    while place < len(line) and not line[place].isspace() and line[place] not in "()[{" + QUOTES:
        if line[place] == "." and _fields_at(line, place):
            break
        if line[place] == "/" and _HEADING.match(line, place):
            break
        place += 1
    text = line[start:place]
    spaced = re.compile(r"(?:adj|near)\s\d{1,2}(?=[\s(])", re.IGNORECASE).match(line, start)
    if spaced and text.lower() in ("adj", "near"):
        return OvidToken(OvidKind.OPERATOR, re.sub(r"\s", "", spaced.group().lower()), start, spaced.end())
    kind = OvidKind.OPERATOR if _OPERATOR.fullmatch(text) else OvidKind.WORD
    return OvidToken(kind, text.lower() if kind is OvidKind.OPERATOR else text, start, place)
