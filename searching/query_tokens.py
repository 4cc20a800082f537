"""Cuts the text of a PubMed query into tokens, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from evidence.errors import QuerySyntaxError

QUOTES = '"“”„‟″＂'
"""Straight and typographic double quotes: word processors change one into the other, and PubMed reads both."""

_WORD = re.compile(rf"[^\s()\[\]{QUOTES}]+")
_LINE_REFERENCE = re.compile(r"#\d{1,6}")
_OPERATORS = frozenset({"AND", "OR", "NOT"})


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    QUOTED = auto()
    TAG = auto()
    OPEN = auto()
    CLOSE = auto()
    OPERATOR = auto()
    COLON = auto()
    LINE_REFERENCE = auto()


ENDS_OPERAND = frozenset({Kind.QUOTED, Kind.TAG, Kind.CLOSE, Kind.LINE_REFERENCE})


@dataclass(frozen=True)
class Token:
    """One token. `text` is without quotes and brackets; `start` and `end` are places in the query, half open."""

    kind: Kind
    text: str
    start: int
    end: int


def tokenize(query: str) -> list[Token]:
    """The tokens of a query; raises QuerySyntaxError where a quote or square bracket is left open."""
    tokens: list[Token] = []
    for token in _scan(query):
        if token.kind is Kind.WORD and token.text.startswith(":") and _may_start_range(tokens, token):
            tokens.append(Token(Kind.COLON, ":", token.start, token.start + 1))
            if len(token.text) > 1:
                tokens.append(Token(Kind.WORD, token.text[1:], token.start + 1, token.end))
        else:
            tokens.append(token)
    return _mark_lower_case_operators(tokens)


def _may_start_range(before: list[Token], token: Token) -> bool:
    return token.text == ":" or (bool(before) and before[-1].kind in (Kind.QUOTED, Kind.TAG))


def _scan(query: str) -> Iterator[Token]:
    place = 0
    while place < len(query):
        character = query[place]
        if character.isspace():
            place += 1
            continue
        token = _token_at(query, place, character)
        yield token
        place = token.end


def _token_at(query: str, start: int, character: str) -> Token:
    if character == "(":
        return Token(Kind.OPEN, character, start, start + 1)
    if character == ")":
        return Token(Kind.CLOSE, character, start, start + 1)
    if character == "[":
        return _tag_at(query, start)
    if character == "]":
        raise QuerySyntaxError(
            f"The square bracket at character {start + 1} closes a tag that was never opened: add [ before the tag.",
            query=query,
            position=start,
        )
    if character in QUOTES:
        return _quoted_at(query, start)
    return _word_at(query, start)


def _tag_at(query: str, start: int) -> Token:
    end = query.find("]", start)
    if end < 0:
        raise QuerySyntaxError(
            f"The tag opened at character {start + 1} is not closed: add ] after it.", query=query, position=start
        )
    return Token(Kind.TAG, query[start + 1 : end], start, end + 1)


def _quoted_at(query: str, start: int) -> Token:
    phrase, end = quoted_phrase(query, start)
    return Token(Kind.QUOTED, phrase, start, end)


def quoted_phrase(query: str, start: int) -> tuple[str, int]:
    """The words between the quotation mark at `start` and the next, and where they end. Raises where there is no other mark."""
    end = next((place for place in range(start + 1, len(query)) if query[place] in QUOTES), -1)
    if end < 0:
        raise QuerySyntaxError(
            f"The quotation mark at character {start + 1} has no partner: close the phrase with another.",
            query=query,
            position=start,
        )
    return " ".join(query[start + 1 : end].split()), end + 1


def _word_at(query: str, start: int) -> Token:
    match = _WORD.match(query, start)
    text = match.group() if match else query[start]
    if text in _OPERATORS:
        kind = Kind.OPERATOR
    elif _LINE_REFERENCE.fullmatch(text):
        kind = Kind.LINE_REFERENCE
    else:
        kind = Kind.WORD
    return Token(kind, text, start, start + len(text))


def _mark_lower_case_operators(tokens: list[Token]) -> list[Token]:
    """Lower-case and, or, not are operators beside a tag, quote or bracket; inside a run of words they are words.

    So `stone[tiab] or calculus[tiab]` is read as its writer meant it, and `wit and humor[mh]` stays one heading.
    PubMed's guide asks for upper case; the node's `lower_case` lets a check say so.
    """
    marked: list[Token] = []
    for place, token in enumerate(tokens):
        if token.kind is Kind.WORD and token.text.upper() in _OPERATORS and _beside_operand(marked, tokens, place):
            marked.append(Token(Kind.OPERATOR, token.text, token.start, token.end))
        else:
            marked.append(token)
    return marked


def _beside_operand(before: list[Token], tokens: list[Token], place: int) -> bool:
    if not before:
        return False
    after = tokens[place + 1].kind if place + 1 < len(tokens) else None
    if after is None or after is Kind.TAG:
        return False
    if before[-1].kind in ENDS_OPERAND:
        return True
    return before[-1].kind is Kind.WORD and after in (Kind.OPEN, Kind.QUOTED, Kind.LINE_REFERENCE)
