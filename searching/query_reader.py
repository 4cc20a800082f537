"""A cursor over a query's tokens that can fail at a character and note what was read leniently."""

from __future__ import annotations

from typing import NoReturn

from evidence.errors import QuerySyntaxError
from searching.query_lenience import Lenience, LenienceKind
from searching.query_tokens import QUOTES, Kind, Token, tokenize


class QueryReader:
    """The tokens of one query, read from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._leniences: list[Lenience] = []
        self._tokens = self._without_punctuation(tokenize(text))
        self._note_quotes()

    @property
    def leniences(self) -> tuple[Lenience, ...]:
        """What was noted so far, in the order of the text."""
        return tuple(sorted(self._leniences, key=lambda lenience: lenience.position))

    def _peek(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _last(self) -> Token:
        return self._tokens[-1]

    def _fail(self, message: str, position: int) -> NoReturn:
        raise QuerySyntaxError(message, query=self._text, position=position)

    def _note(self, kind: LenienceKind, subject: str, position: int, message: str) -> None:
        self._leniences.append(Lenience(kind=kind, subject=subject, position=position, message=message))

    def _note_quotes(self) -> None:
        typographic = [
            token
            for token in self._tokens
            if token.kind is Kind.QUOTED and {self._text[token.start], self._text[token.end - 1]} - {'"'}
        ]
        if typographic:
            first = typographic[0]
            count = "once" if len(typographic) == 1 else f"{len(typographic)} times"
            self._note(
                LenienceKind.TYPOGRAPHIC_QUOTES,
                self._text[first.start],
                first.start,
                f"Typographic quotes, {count}, first at character {first.start + 1}: PubMed reads them as straight quotes.",
            )

    def _without_punctuation(self, tokens: list[Token]) -> list[Token]:
        """The tokens without stray punctuation (`Humans[mh]/`) and the operator that would have joined it."""
        kept: list[Token] = []
        place = 0
        while place < len(tokens):
            end = _end_of_words(tokens, place)
            words = tokens[place:end]
            if not words or any(_searchable(token.text) for token in words):
                kept += tokens[place : max(end, place + 1)]
                place = max(end, place + 1)
                continue
            place = end + 1 if end < len(tokens) and tokens[end].kind is Kind.TAG else end
            self._note_ignored(words[0], words[-1])
            place = _drop_operator(kept, tokens, place)
        if tokens and not kept:
            self._fail(f"{self._text.strip()!r} has no letter or digit to search for: give at least one term.", tokens[0].start)
        return kept

    def _note_ignored(self, first: Token, last: Token) -> None:
        subject = self._text[first.start : last.end].strip(QUOTES)
        self._note(
            LenienceKind.IGNORED,
            subject,
            first.start,
            f"{subject!r} at character {first.start + 1} has no letter or digit to search for: PubMed passes over it.",
        )


def _searchable(text: str) -> bool:
    """Whether PubMed would find something in it; an asterisk, colon or empty text is left for the parser to refuse."""
    return not text or any(character.isalnum() or character in "*:" for character in text)


def _end_of_words(tokens: list[Token], place: int) -> int:
    """The place after the run of words, or the quoted phrase, that begins here; the same place if none does."""
    if tokens[place].kind is Kind.QUOTED:
        return place + 1
    while place < len(tokens) and tokens[place].kind is Kind.WORD:
        place += 1
    return place


def _drop_operator(kept: list[Token], tokens: list[Token], place: int) -> int:
    """Drops the operator before what was ignored, or passes the one after it; gives the place to go on from."""
    if kept and kept[-1].kind is Kind.OPERATOR:
        kept.pop()
    elif place < len(tokens) and tokens[place].kind is Kind.OPERATOR and (not kept or kept[-1].kind is Kind.OPEN):
        place += 1
    return place
