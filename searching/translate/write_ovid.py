"""Writes Ovid's language.

`exp Heading/` explodes, `*` in front wants the focus, `/dt` a subheading; words side by side are a phrase; `adjN` lets
N - 1 words between in any order; `*` truncates; `.ti,ab.` names fields; a bare number is an earlier line.
"""

from __future__ import annotations

import re

from searching.query import And, DateRange, LineReference, Proximity, QueryNode, Term
from searching.subheadings import subheading_code
from searching.translate.pieces import Piece, bracketed
from searching.translate.writer import Writer

LONGEST_LIST_OF_YEARS = 80
_RESERVED = re.compile(r"\b(?:and|or|not|adj\d*|exp|to)\b|[/().,?#$:&+;\[\]]|^\d+$", re.IGNORECASE)


class OvidWriter(Writer):
    """One line in Ovid's language."""

    def line(self, tree: QueryNode) -> str | None:
        """As for every platform, and `limit n to yr=` where the line does nothing but limit an earlier one by date."""
        limited = self._limit(tree)
        return limited if limited is not None else super().line(tree)

    def _finish(self, piece: Piece) -> Piece:
        if not piece.fields:
            return piece
        return Piece(f"{bracketed(piece)}.{','.join(piece.fields)}.")

    def _words(self, term: Term) -> str:
        if term.tag in ("au", "1au", "lastau") and not term.truncated:
            return f"{term.text}*"
        return f'"{term.text}"' if _RESERVED.search(term.text) and not term.truncated else term.text

    def _heading(self, term: Term) -> Piece:
        if not self.platform.has_mesh:
            return super()._heading(term)
        name = f'"{term.heading}"' if re.search(r"\b(?:and|or|not)\b", term.heading, re.IGNORECASE) else term.heading
        codes = ""
        if term.subheading is not None:
            code = subheading_code(term.subheading)
            codes = code or ""
            if code is None:
                self._say(f"The subheading {term.subheading} is none of MeSH's: left out, so the line finds more.")
        text = f"{'exp ' if term.explode else ''}{'*' if term.tag == 'majr' else ''}{name}/{codes}"
        return Piece(text)

    def _near(self, node: Proximity) -> Piece:
        words = node.text.split()
        if len(words) > 2:
            self._say(f"“{node.text}”: PubMed counts the words between all of them, Ovid between each two; check the number.")
        text = f" adj{node.distance + 1} ".join(words)
        return Piece(text, fields=self.platform.fields.get(node.tag, ("ti", "ab")), compound=True)

    def _years(self, start: int | None, end: int | None) -> Piece | None:
        last = end or self._this_year
        if start is None or not 0 <= last - start < LONGEST_LIST_OF_YEARS:
            return None
        if end is None:
            self._say(f"Years are written out up to {last}: add the next ones when you run it again.")
        if start == last:
            return Piece(f'"{start}".yr.')
        return Piece(" or ".join(f'"{year}"' for year in range(start, last + 1)), fields=("yr",), compound=True)

    def _reference(self, number: int) -> str:
        return str(number)

    def _limit(self, tree: QueryNode) -> str | None:
        if not isinstance(tree, And) or len(tree.operands) != 2:
            return None
        line, dates = tree.operands
        if not isinstance(line, LineReference) or not isinstance(dates, DateRange) or dates.tag != "dp":
            return None
        if line.number in self._earlier.lost:
            return None
        self.approximate = line.number in self._earlier.approximate
        if len(dates.start) > 4 or (len(dates.end) > 4 and int(dates.end[:4]) <= self._this_year):
            self._say(f"{dates.start}:{dates.end}[dp] became whole years.")
        end = int(dates.end[:4])
        return f'limit {line.number} to yr="{dates.start[:4]} -{end if end <= self._this_year else "Current"}"'

    def _term(self, term: Term) -> Piece | None:
        if term.tag == "sh" and self.platform.has_mesh:
            code = subheading_code(term.text)
            return Piece(code, fields=("fs",)) if code else self._cannot(self._named(term), "MeSH has no such subheading")
        if term.tag == "uid" and term.pmids and self.platform.has_mesh:
            return Piece(" or ".join(f'"{pmid}"' for pmid in term.pmids), fields=("ui",), compound=len(term.pmids) > 1)
        return super()._term(term)
