"""Pieces of a translated line, and how they are joined so that no platform's own order of operators matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True)
class Piece:
    """Translated text. `fields` are still to be written around it; `compound` text needs brackets inside another."""

    text: str
    fields: tuple[str, ...] = ()
    compound: bool = False


Finish = Callable[[Piece], Piece]
"""Writes a piece's fields around it."""


def join(pieces: Sequence[Piece], operator: str, finish: Finish) -> Piece:
    """The pieces joined by one operator; neighbours in the same fields share them where the operator is OR.

    Only OR may share: `(a and b)` in two fields can mean both in one of them.
    """
    if len(pieces) == 1:
        return pieces[0]
    if operator.upper() == "OR":
        pieces = [_in_shared_fields(list(group), operator) for _, group in groupby(pieces, key=lambda piece: piece.fields)]
        if len(pieces) == 1:
            return pieces[0]
    finished = [finish(piece) for piece in pieces]
    return Piece(f" {operator} ".join(bracketed(piece) for piece in finished), compound=True)


def _in_shared_fields(pieces: list[Piece], operator: str) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    return Piece(f" {operator} ".join(bracketed(piece) for piece in pieces), fields=pieces[0].fields, compound=True)


def bracketed(piece: Piece) -> str:
    """The piece's text, in brackets where it holds an operator."""
    return f"({piece.text})" if piece.compound else piece.text
