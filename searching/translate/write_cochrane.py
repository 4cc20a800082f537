"""Writes the language of the Cochrane Library's search manager.

`[mh "Asthma"]` explodes, `[mh ^"Asthma"]` does not, `/DT` adds a qualifier; quotes make a phrase but allow no wildcard,
so a truncated phrase is joined by NEXT; `NEAR/3` lets two words between; `:ti,ab,kw` names fields; `#1` is an earlier
line. Dates are limits of the search manager's form, not text.
"""

from __future__ import annotations

from searching.query import Proximity, Term
from searching.subheadings import subheading_code
from searching.translate.pieces import Piece, bracketed
from searching.translate.writer import Writer


class CochraneWriter(Writer):
    """One line for the search manager."""

    AND, OR, NOT = "AND", "OR", "NOT"

    def _finish(self, piece: Piece) -> Piece:
        if not piece.fields:
            return piece
        return Piece(f"{bracketed(piece)}:{','.join(piece.fields)}")

    def _words(self, term: Term) -> str:
        words = term.text.split()
        if len(words) > 1 and term.truncated:
            return f"({' NEXT '.join(words)})"
        return f'"{term.text}"' if len(words) > 1 or term.quoted or "-" in term.text else term.text

    def _heading(self, term: Term) -> Piece:
        qualifier = ""
        if term.subheading is not None:
            code = subheading_code(term.subheading)
            qualifier = f"/{code.upper()}" if code else ""
            if code is None:
                self._say(f"The subheading {term.subheading} is none of MeSH's: left out, so the line finds more.")
        if term.tag == "majr":
            self._say(f"{term.heading}: searched as any heading, not as major topic; this line finds more.")
        return Piece(f'[mh {"" if term.explode else "^"}"{term.heading}"{qualifier}]')

    def _near(self, node: Proximity) -> Piece:
        words = node.text.split()
        if len(words) > 2:
            self._say(f"“{node.text}”: PubMed counts the words between all of them, NEAR between each two; check the number.")
        text = f" NEAR/{node.distance + 1} ".join(words)
        return Piece(text, fields=self.platform.fields.get(node.tag, ("ti", "ab", "kw")), compound=True)

    def _reference(self, number: int) -> str:
        return f"#{number}"
