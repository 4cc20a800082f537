"""Writes EBSCOhost's language, for CINAHL.

`TI ( ... ) OR AB ( ... )` names fields; `N3` lets three words between in any order; `*` truncates; `S1` is an earlier
line; `PY 2010-2020` gives publication years. CINAHL's headings (`MH "Asthma+"`) are its own and are never guessed.
"""

from __future__ import annotations

from searching.query import Proximity, Term
from searching.translate.pieces import Piece
from searching.translate.writer import Writer


class EbscoWriter(Writer):
    """One line in EBSCOhost's language."""

    AND, OR, NOT = "AND", "OR", "NOT"

    def _finish(self, piece: Piece) -> Piece:
        if not piece.fields:
            return piece
        inner = f"( {piece.text} )" if piece.compound else piece.text
        text = " OR ".join(f"{code} {inner}" for code in piece.fields)
        return Piece(text, compound=len(piece.fields) > 1)

    def _words(self, term: Term) -> str:
        if term.tag == "la":
            return term.text.title()
        return f'"{term.text}"' if " " in term.text or "-" in term.text else term.text

    def _near(self, node: Proximity) -> Piece:
        words = node.text.split()
        if len(words) > 2:
            self._say(f"“{node.text}”: PubMed counts the words between all of them, EBSCO between each two; check the number.")
        return Piece(f" N{node.distance} ".join(words), fields=self.platform.fields.get(node.tag, ("TI", "AB")), compound=True)

    def _years(self, start: int | None, end: int | None) -> Piece | None:
        return Piece(f"PY {start or ''}-{end or ''}")

    def _reference(self, number: int) -> str:
        return f"S{number}"
