"""A strategy read for checking: leniently, so that one fault does not hide the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from evidence.errors import InvalidInput, QuerySyntaxError
from evidence.question import Protocol
from evidence.search import LineResult
from evidence.services import MeshVocabulary
from searching.checks.layout import PrintedLine, lay_out
from searching.ovid.detect_syntax import Syntax, detect_syntax
from searching.parse_query import parse_query
from searching.query import QueryNode, Term, walk
from searching.query_fields import find_tag
from searching.query_tokens import QUOTES, Kind, Token, tokenize

MAX_FAULTS = 12
"""Syntax errors of one line that are read past; after that the line's structure is not looked at."""

MAX_CHARACTERS = 200_000
"""Longest strategy that is checked; no strategy written by a person comes near it."""

_OVID_FIELD = r"\.(?:mp|ti|ab|tw|sh|hw|kf|kw|pt|ot|nm|au|jn|so|rn|af|fs|mx)(?:,[a-z]{2})*\.?(?=\s|$|[)\]])"  # .ti,ab.
_OVID_SET = r"^\s*(?:or|and)/\d|^\s*limit\s+\d+\s+to\b"  # or/1-5, limit 5 to
_OVID_HEADING = (  # exp Vulva/, Vulva/su
    r"(?<![\w/])(?:exp\s+)?\*?[A-Z][\w,' -]+/(?:[a-z]{2}(?:,\s*[a-z]{2})*\b)?(?=\s*(?:$|[)\[]|\b(?:or|and|not)\b))"
)
_OVID_OPERATOR = r"\badj\d*\b|(?<=\w)\$\d*(?=\W|$)"  # adj3, therap$
_OVID = re.compile("|".join((_OVID_FIELD, _OVID_SET, _OVID_HEADING)), re.IGNORECASE)
_OVID_ONLY = re.compile("|".join((_OVID_FIELD, _OVID_SET, _OVID_HEADING, _OVID_OPERATOR)), re.IGNORECASE)
_OTHER_TEXT = re.compile(r'"[^"]*"|“[^”]*”|\[[^\]]*\]')
_PHRASE = re.compile(rf"[{QUOTES}][^{QUOTES}\[\]()]*[{QUOTES}]")

Span = tuple[int, int]
"""Start and end of a place in a line, from 0, half open."""


@dataclass(frozen=True)
class Fault:
    """A syntax error and the place it points at."""

    message: str
    span: Span


@dataclass(frozen=True)
class Line:
    """One line. Every place counts characters of `text`: `query` is the same text with its printed number blanked."""

    number: int
    text: str
    query: str
    printed: int | None = None
    goes_on_at: tuple[int, ...] = ()
    """Where in `text` the lines begin that were read as going on with this one."""
    tree: QueryNode | None = None
    """What could be read, tags and asterisks that PubMed refuses left out; None where nothing could."""
    tokens: tuple[Token, ...] = ()
    faults: tuple[Fault, ...] = ()
    sound: bool = True
    """Whether brackets and operators stand as written; False where some were left out to read the rest."""
    ovid: bool = False
    """Whether the whole line is in Ovid's syntax; it has no tree then."""
    ovid_marks: tuple[Span, ...] = ()
    """Where it shows Ovid's syntax."""

    @cached_property
    def _token_at(self) -> dict[int, int]:
        return {token.start: place for place, token in enumerate(self.tokens)}

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Every term, left to right."""
        return tuple(node for node in walk(self.tree) if isinstance(node, Term)) if self.tree else ()

    def token_index(self, position: int) -> int:
        """Index of the token that starts here, or of the last one before."""
        return self._token_at.get(position, max((i for i, t in enumerate(self.tokens) if t.start <= position), default=0))

    def span(self, node: QueryNode, *, tag: bool = True) -> Span:
        """The place of a term, range or line number, its tag included unless `tag` is False."""
        place = self.token_index(node.position)
        end = place + 1
        if self.tokens[place].kind is Kind.WORD:
            while end < len(self.tokens) and self.tokens[end].kind is Kind.WORD:
                end += 1
        if tag and end < len(self.tokens) and self.tokens[end].kind is Kind.TAG:
            end += 1
        return self.tokens[place].start, self.tokens[end - 1].end

    def at(self, span: Span) -> str:
        """The text in a place."""
        return self.text[span[0] : span[1]]


@dataclass(frozen=True)
class Strategy:
    """The lines with what they are checked against."""

    lines: tuple[Line, ...]
    vocabulary: MeshVocabulary | None = None
    protocol: Protocol | None = None
    results: Mapping[int, LineResult] = field(default_factory=dict)

    @cached_property
    def by_number(self) -> dict[int, Line]:
        """The lines by the number that others call them by."""
        return {line.number: line for line in self.lines}

    @property
    def last(self) -> Line:
        """The line that is run."""
        return self.lines[-1]

    def earlier(self, line: Line, number: int) -> Line | None:
        """The line of this number if it stands before `line`; None otherwise."""
        found = self.by_number.get(number)
        return found if found is not None and found.number < line.number else None


def read_lines(text: str) -> tuple[Line, ...]:
    """The lines of a strategy, each read as far as it can be.

    Raises InvalidInput where there is none or the text is longer than a strategy can be.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput(f"The strategy has more than {MAX_CHARACTERS:,} characters: give the strategy alone.")
    printed = lay_out(text)
    if not printed:
        raise InvalidInput("The strategy has no line: write one PubMed query a line.")
    all_ovid = detect_syntax(text).syntax is Syntax.OVID
    return tuple(_read(line, all_ovid=all_ovid) for line in printed)


def _read(printed: PrintedLine, *, all_ovid: bool) -> Line:
    query = " " * printed.start + printed.text[printed.start :]
    reading = _Reading(query)
    tagged = any(token.kind is Kind.TAG and find_tag(token.text.partition(":")[0]) for token in reading.tokens)
    outside = _OTHER_TEXT.sub(lambda found: "\0" * len(found[0]), query)
    marks = tuple(mark.span() for mark in (_OVID if tagged else _OVID_ONLY).finditer(outside))
    ovid = all_ovid or (bool(marks) and not tagged)
    return Line(
        number=printed.number,
        text=printed.text,
        query=query,
        printed=printed.printed,
        goes_on_at=printed.goes_on_at,
        tree=None if ovid else reading.tree,
        tokens=tuple(reading.tokens),
        faults=() if ovid else tuple(reading.faults),
        sound=reading.sound,
        ovid=ovid,
        ovid_marks=marks,
    )


class _Reading:
    """Reads a query past its faults: what the parser refuses is blanked, place for place, and the rest read again."""

    def __init__(self, query: str) -> None:
        self.faults: list[Fault] = []
        self.sound = True
        self.tree: QueryNode | None = None
        self._blanked: list[Span] = []
        self.tokens = self._tokens(query)
        text = self._text
        for _ in range(MAX_FAULTS):
            try:
                self.tree = parse_query(text)
            except QuerySyntaxError as fault:
                mended = self._mend(text, fault)
                if mended == text:
                    return
                text = mended
            else:
                return

    def _tokens(self, query: str) -> list[Token]:
        """Every token; quotes and square brackets without partner are blanked in `_text`."""
        self._text = query
        for _ in range(MAX_FAULTS):
            try:
                tokens = tokenize(self._text)
                if not any(token.kind is Kind.QUOTED and "[" in token.text for token in tokens):
                    return tokens
                self._blank_lone_quotes()
            except QuerySyntaxError as fault:
                if query[fault.position] in QUOTES:
                    self._blank_lone_quotes()
                else:
                    self._note(fault.message, (fault.position, fault.position + 1))
                    self._blank((fault.position, fault.position + 1))
        self._text = re.sub(rf"[\[\]{QUOTES}]", " ", self._text)
        self.sound = False
        return tokenize(self._text)

    def _blank_lone_quotes(self) -> None:
        """Blanks the quotes that no other closes before a tag or bracket, wherever the count of quotes goes astray."""
        paired = {place for match in _PHRASE.finditer(self._text) for place in (match.start(), match.end() - 1)}
        lone = [place for place, character in enumerate(self._text) if character in QUOTES and place not in paired]
        for place in lone or [self._text.index(next(c for c in self._text if c in QUOTES))]:
            message = f"The quotation mark at character {place + 1} has no partner: close the phrase with another."
            self._note(message, (place, place + 1))
            self._blank((place, place + 1))

    def _blank(self, span: Span) -> None:
        self._text = self._text[: span[0]] + " " * (span[1] - span[0]) + self._text[span[1] :]
        self._blanked.append(span)
        self.sound = False

    def _mend(self, text: str, fault: QuerySyntaxError) -> str:
        tokens = tokenize(text)
        place = next((i for i, token in enumerate(tokens) if token.start <= fault.position < token.end), None)
        if place is None:
            return text
        span, spans = _what_is_refused(tokens, place, text)
        self._note(fault.message, span)
        for start, end in spans:
            if "*" not in text[start:end] and tokens[place].kind is not Kind.TAG:
                self.sound = False
            text = text[:start] + " " * (end - start) + text[end:]
        self._blanked += spans
        return text

    def _note(self, message: str, span: Span) -> None:
        """Keeps a fault, unless it only follows from what was blanked beside it."""
        for start, end in self._blanked:
            between = self._text[min(end, span[1]) : max(start, span[0])]
            if not between.strip(" ()"):
                return
        self.faults.append(Fault(message, span))


def _what_is_refused(tokens: list[Token], place: int, text: str) -> tuple[Span, list[Span]]:
    """The place that a fault points at, and what to blank so that the rest can be read."""
    token = tokens[place]
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    if token.kind is Kind.OPEN and following is not None and following.kind is Kind.CLOSE:
        return (token.start, following.end), [(token.start, following.end)]
    if token.kind in (Kind.WORD, Kind.QUOTED):
        end = place
        while token.kind is Kind.WORD and end + 1 < len(tokens) and tokens[end + 1].kind is Kind.WORD:
            end += 1
        span = (token.start, tokens[end].end)
        stars = [(at, at + 1) for at in range(*span) if text[at] == "*"]
        if stars:
            return span, stars
        if end + 1 < len(tokens) and tokens[end + 1].kind is Kind.TAG:
            return span, [(token.start, tokens[end + 1].end)]
        return span, [span]
    return (token.start, token.end), [(token.start, token.end)]


def walk_lines(strategy: Strategy) -> Iterator[tuple[Line, Term]]:
    """Every term of every line in PubMed's syntax."""
    for line in strategy.lines:
        for term in line.terms:
            yield line, term
