"""What an evidence search report is made of: one tree of content, which every format renders whole.

All text in it is plain: nothing is markup until a renderer escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from evidence.prisma import PrismaFlow

Tone: TypeAlias = Literal["plain", "flag", "todo", "quiet"]
"""`flag`: a warning in words. `todo`: for the librarian to fill in. `quiet`: beside the point, set smaller."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one dress. `url` is a web address, or `#id` of a section of the report."""

    text: str
    bold: bool = False
    url: str = ""
    code: bool = False
    tone: Tone = "plain"


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
class Section:
    """A heading with what stands under it. `id` is unique in the report."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. `marking` stands on every page; `tool` made it at `made_at`."""

    kind: str
    title: str
    marking: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str
    tool: str
    made_at: datetime


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
