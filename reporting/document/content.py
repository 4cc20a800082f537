"""What a document is made of: one tree of content, which every format renders whole.

All text in it is plain: nothing is markup until a renderer escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from evidence.prisma import PrismaFlow

Tone: TypeAlias = Literal["plain", "flag", "todo", "quiet"]
"""`flag`: a warning in words. `todo`: for the librarian to fill in. `quiet`: beside the point, set smaller."""


@dataclass(frozen=True, slots=True)
class Note:
    """What stands behind a sentence: the words of a record. A page links to them in the record, paper has a footnote.

    `number` is unique in the document, `label` names the record, `url` leads to it, `said` is what must be known besides.
    """

    number: int
    label: str
    quote: str
    url: str
    said: str = ""

    @property
    def place(self) -> str:
        """The id of the quote on a page."""
        return f"quote-{self.number}"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one dress. `url` is a web address, or `#id` of a section. With a `note`, the text is its mark."""

    text: str
    bold: bool = False
    url: str = ""
    code: bool = False
    tone: Tone = "plain"
    note: Note | None = None


Words: TypeAlias = tuple[Span, ...]
"""One line or paragraph."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `callout` sets it apart."""

    words: Words
    callout: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row; the first cell of a row names it. `shares` are the columns' parts of the width."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    shares: tuple[int, ...]
    figures: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Text to the letter, line by line, with a label."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its title, the lines below it, and the records grouped under it."""

    title: Words
    lines: tuple[Words, ...]
    kin: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """Records in order, numbered from 1."""

    items: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class FlowFigure:
    """The PRISMA flow as a picture."""

    flow: PrismaFlow
    caption: str


Block: TypeAlias = Paragraph | Bullets | Table | Verbatim | Entries | FlowFigure


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a record's text. `marked` where it is quoted; `begins` are the notes whose quote begins here."""

    text: str
    marked: bool = False
    begins: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordText:
    """A record with its abstract whole, cut where quotes begin and end. Only pages on a screen show it."""

    id: str
    title: str
    lines: tuple[Words, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it. `id` is unique in the document."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole document. `marking` stands on every page; `tool` made it at `made_at`. `lead` is its line one.

    `signed`: a person put a name to it, and the marking says who. `records`: what a page shows behind the notes.
    """

    kind: str
    title: str
    marking: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str
    tool: str
    made_at: datetime
    lead: str = ""
    signed: bool = False
    records: tuple[RecordText, ...] = ()


def say(*parts: str | Span) -> Words:
    """One line from words and spans; empty words are left out."""
    spans = (Span(part) if isinstance(part, str) else part for part in parts)
    return tuple(span for span in spans if span.text)


def bold(text: str) -> Span:
    """Words that carry weight."""
    return Span(text, bold=True)


def flag(text: str) -> Span:
    """A warning in words."""
    return Span(text, bold=True, tone="flag")


def todo(text: str) -> Span:
    """What the librarian is to fill in, marked as such in words."""
    return Span(f"[For the librarian to fill in: {text}]", bold=True, tone="todo")


def cited(note: Note) -> Span:
    """The mark of a note."""
    return Span(f"[{note.number}]", note=note)


def joined(parts: Iterable[Words], between: str) -> Words:
    """Lines in one, with words between them."""
    spans: list[Span] = []
    for part in parts:
        if spans and part:
            spans.append(Span(between))
        spans += part
    return tuple(spans)


def shortened(text: str, most: int) -> str:
    """The text, cut between words where it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"


def notes_of(report: Report) -> tuple[Note, ...]:
    """Every note of the document once, in the order in which it is first cited."""
    found: dict[int, Note] = {}
    for section in report.sections:
        for words in _lines_of(section):
            for span in words:
                if span.note:
                    found.setdefault(span.note.number, span.note)
    return tuple(found.values())


def _lines_of(section: Section) -> Iterator[Words]:
    for block in section.blocks:
        match block:
            case Paragraph(words=words):
                yield words
            case Bullets(items=items):
                yield from items
            case Table(rows=rows):
                for row in rows:
                    yield from row
            case Entries(items=entries):
                for entry in entries:
                    yield from (entry.title, *entry.lines, *entry.kin)
    for part in section.sections:
        yield from _lines_of(part)
