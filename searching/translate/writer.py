"""What every platform's writer does: walk the tree, leave out what cannot be said, and say so."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from searching.languages import LANGUAGES
from searching.query import And, DateRange, LineReference, Not, Or, PmidRange, Proximity, QueryNode, Term
from searching.query_fields import DATE_TAGS, field_name
from searching.translate.pieces import Piece, join
from searching.translate.platforms import Platform


@dataclass
class EarlierLines:
    """What became of the lines before: which are `lost` altogether, and which `approximate` finds more than it should."""

    lost: set[int] = field(default_factory=set)
    approximate: set[int] = field(default_factory=set)


class Writer(ABC):
    """Writes one line for one platform.

    `approximate` tells that the line finds more than the original, be it that a heading's words stand in for it: such a
    line must not stand after NOT, where it would take wanted records away.
    """

    AND, OR, NOT = "and", "or", "not"

    def __init__(self, platform: Platform, *, earlier: EarlierLines, this_year: int) -> None:
        self.platform = platform
        self.approximate = False
        self.notes: list[str] = []
        self.headings: list[str] = []
        self._earlier = earlier
        self._this_year = this_year

    def line(self, tree: QueryNode) -> str | None:
        """The line's text, or None where nothing of it can be said; `notes` and `headings` are filled on the way."""
        piece = self._piece(tree)
        return None if piece is None else self._finish(piece).text

    @abstractmethod
    def _finish(self, piece: Piece) -> Piece:
        """The piece with its fields written around it."""

    @abstractmethod
    def _words(self, term: Term) -> str:
        """The words of a term in the platform's wildcards and quotes."""

    @abstractmethod
    def _near(self, node: Proximity) -> Piece:
        """Words near each other."""

    def _years(self, start: int | None, end: int | None) -> Piece | None:
        """Publication years, None as an end meaning open; None where the platform takes them only in a form."""
        del start, end
        return None

    @abstractmethod
    def _reference(self, number: int) -> str:
        """An earlier line."""

    def _piece(self, node: QueryNode) -> Piece | None:
        match node:
            case And() | Or():
                piece = self._joined(node)
            case Not():
                piece = self._without(node)
            case Term():
                piece = self._term(node)
            case Proximity():
                piece = self._near(node)
            case DateRange():
                piece = self._dates(node)
            case PmidRange():
                piece = self._cannot(f"The range of PMIDs {node.start}:{node.end}", "no other database counts by PMID")
            case LineReference():
                piece = self._line_reference(node)
        return piece

    def _joined(self, node: And | Or) -> Piece | None:
        pieces = [self._piece(operand) for operand in node.operands]
        kept = [piece for piece in pieces if piece is not None]
        if len(kept) < len(pieces) and kept and isinstance(node, And):
            self.approximate = True
            self._say("What was left out stood beside AND: this line finds more than the original.")
        return join(kept, self.AND if isinstance(node, And) else self.OR, self._finish) if kept else None

    def _without(self, node: Not) -> Piece | None:
        before, self.approximate = self.approximate, False
        unwanted = self._piece(node.unwanted)
        if self.approximate:
            unwanted = None
        left_out, self.approximate = unwanted is None, before
        wanted = self._piece(node.wanted)
        if left_out:
            self.approximate = True
            self._say(
                "What stood after NOT was left out, because it could not be said exactly and would take wanted records away: "
                "build it with the platform's own headings."
            )
        if wanted is None or unwanted is None:
            return wanted
        return join([self._finish(wanted), self._finish(unwanted)], self.NOT, self._finish)

    def _line_reference(self, node: LineReference) -> Piece | None:
        if node.number in self._earlier.lost:
            return self._cannot(f"Line {node.number}", "nothing of it could be translated")
        self.approximate = self.approximate or node.number in self._earlier.approximate
        return Piece(self._reference(node.number))

    def _term(self, term: Term) -> Piece | None:
        if term.tag in ("mh", "majr"):
            return self._heading(term)
        if term.tag in DATE_TAGS:
            return self._date(term)
        if term.tag == "la":
            name = LANGUAGES.get(term.text.lower(), term.text)
            term = Term(text=name, tag="la", quoted=term.quoted)
        fields = self.platform.fields.get(term.tag or "tw")
        if term.tag in ("pt", "nm", "pa") and not fields:
            return self._as_text(term)
        if not fields:
            return self._cannot(self._named(term), "it has no counterpart there")
        if term.mapped:
            self._say(f"PubMed maps {term.text} to headings and more words by itself; {self.platform.name} does not: add them.")
        return Piece(self._words(term), fields=fields)

    def _heading(self, term: Term) -> Piece:
        """A MeSH heading: where the platform has other headings, its words and a note to look it up."""
        how = ["major topic"] if term.tag == "majr" else []
        how += [] if term.explode else ["not exploded"]
        self.headings.append(f"{term.text} ({', '.join(how)})" if how else term.text)
        return self._as_words(uninverted(term.heading))

    def _as_text(self, term: Term) -> Piece:
        self._say(f"{self._named(term)} belongs to MEDLINE: searched as words; see what {self.platform.vocabulary} offers.")
        return self._as_words(term.text)

    def _as_words(self, text: str) -> Piece:
        self.approximate = True
        return Piece(self._words(Term(text=text, tag="tw", quoted=True)), fields=self.platform.fields["tw"])

    def _date(self, term: Term) -> Piece | None:
        year = term.text[:4]
        if term.tag != "dp" or term.relative_date or not year.isdigit():
            return self._cannot(self._named(term), "set this limit on the platform by hand")
        return self._dates(DateRange(start=year, end=term.text, tag="dp"))

    def _dates(self, node: DateRange) -> Piece | None:
        named = f"{node.start}:{node.end}[{node.tag}]"
        if node.tag != "dp":
            return self._cannot(named, f"{field_name(node.tag)} is PubMed's own; set a limit on the platform by hand")
        start, end = int(node.start[:4]), int(node.end[:4])
        if len(node.start) > 4 or (len(node.end) > 4 and end <= self._this_year):
            self._say(f"{named} became whole years.")
        piece = self._years(start if start > 1865 else None, end if end <= self._this_year else None)
        return piece or self._cannot(named, "set this limit on the platform by hand")

    def _named(self, term: Term) -> str:
        return f"{term.text}[{term.tag}]"

    def _cannot(self, what: str, why: str) -> Piece | None:
        self._say(f"{what} was left out: {why}.")
        return None

    def _say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def uninverted(heading: str) -> str:
    """A heading as people write it: `Fractures, Compression` becomes `Compression Fractures`; two commas stay as they are."""
    name, comma, rest = heading.partition(", ")
    return f"{rest} {name}" if comma and ", " not in rest else heading
