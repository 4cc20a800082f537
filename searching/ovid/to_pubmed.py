"""Writes a strategy for Ovid MEDLINE in PubMed's language, line by line, and says what does not mean the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, product

from evidence.errors import QuerySyntaxError
from evidence.translated_strategy import TranslatedLine, TranslatedStrategy
from searching.ovid.fields import TEXT_FIELDS, WIDER_FIELDS
from searching.ovid.limits import limit_query
from searching.ovid.tree import (
    OvidAnd,
    OvidHeading,
    OvidLimit,
    OvidLine,
    OvidNear,
    OvidNode,
    OvidNot,
    OvidOr,
    OvidReference,
    OvidStrategy,
    OvidTerm,
    walk_ovid,
)
from searching.ovid.wildcards import MIN_STEM, spell_out
from searching.parse_query import parse_query
from searching.subheadings import FORMER_SUBHEADINGS, SUBHEADINGS
from searching.translate.writer import EarlierLines

MOST_PAIRS = 60
"""Pairs of words that one `adj` may be written out in."""

_NOTHING = '"line {number} is not translated"[ti]'


def ovid_to_pubmed(strategy: OvidStrategy) -> TranslatedStrategy:
    """The strategy for PubMed: headings, fields, proximity and limits under the same line numbers.

    Every line parses as PubMed's; a line of which nothing can be said becomes a search that finds nothing, so that the
    numbers of the others hold.
    """
    earlier = EarlierLines()
    fields: dict[str, None] = {}
    lines = [_translate(line, earlier, fields) for line in strategy.lines]
    return TranslatedStrategy(
        platform="pubmed",
        platform_name="PubMed",
        lines=tuple(lines),
        notes=(
            "A draft to check: PubMed has more records than Ovid MEDLINE and its own way with phrases, so counts will differ.",
            "The headings are taken for MeSH as they stand: a strategy for Embase or PsycInfo has headings that MeSH lacks.",
            *(f"{WIDER_FIELDS[code]}." for code in fields),
        ),
    )


def _translate(line: OvidLine, earlier: EarlierLines, fields: dict[str, None]) -> TranslatedLine:
    writer = _Writer(line.number, earlier)
    text = writer.query(line.tree)
    notes = writer.said()
    if text is not None:
        try:
            parse_query(text)
        except QuerySyntaxError as fault:
            notes.append(f"It cannot be written so that PubMed reads it. {fault.message}")
            text = None
    if writer.approximate:
        earlier.approximate.add(line.number)
    if text is None:
        earlier.lost.add(line.number)
    fields.update(writer.wider_fields)
    return TranslatedLine(
        number=line.number,
        original=line.text,
        text=text if text is not None else _NOTHING.format(number=line.number),
        translated=text is not None,
        notes=tuple(dict.fromkeys((*line.notes, *notes))),
    )


class _Writer:
    """One line for PubMed. `approximate` tells that a limit or operand of AND was lost, so that it finds too much."""

    def __init__(self, number: int, earlier: EarlierLines) -> None:
        self.approximate = False
        self.wider_fields: dict[str, None] = {}
        self._notes: list[str] = []
        self._wider: dict[str, None] = {}
        self._narrower: dict[str, None] = {}
        self._number = number
        self._earlier = earlier

    def said(self) -> list[str]:
        """Every note, those on truncation gathered in one sentence each."""
        notes = list(self._notes)
        if self._wider:
            notes.append(f"Wider, because PubMed's truncation has no end: {', '.join(self._wider)}.")
        if self._narrower:
            notes.append(f"Narrower, because PubMed truncates after {MIN_STEM} characters only: {', '.join(self._narrower)}.")
        return notes

    def query(self, node: OvidNode) -> str | None:
        match node:
            case OvidTerm():
                text = self._term(node)
            case OvidHeading():
                text = self._heading(node)
            case OvidNear():
                text = self._near(node)
            case OvidAnd() | OvidOr():
                text = self._joined(node)
            case OvidNot():
                text = self._without(node)
            case OvidReference():
                text = self._reference(node)
            case OvidLimit():
                text = self._limit(node)
        return text

    def _joined(self, node: OvidAnd | OvidOr) -> str | None:
        parts = [self._inside(operand, "OR" if isinstance(node, OvidOr) else "AND") for operand in node.operands]
        kept = list(dict.fromkeys(part for part in parts if part is not None))
        if isinstance(node, OvidAnd) and None in parts:
            self.approximate = True
        return (" AND " if isinstance(node, OvidAnd) else " OR ").join(kept) if kept else None

    def _without(self, node: OvidNot) -> str | None:
        before, self.approximate = self.approximate, False
        unwanted = self._inside(node.unwanted)
        if self.approximate or unwanted is None:
            self._notes.append("What stood after NOT was left out: it could not be said exactly and would take records away.")
            unwanted = None
        self.approximate = before or unwanted is None
        wanted = self._inside(node.wanted)
        return wanted if wanted is None or unwanted is None else f"{wanted} NOT {unwanted}"

    def _inside(self, node: OvidNode, operator: str = "") -> str | None:
        """The text of an operand, in brackets where it holds another operator than the one it stands beside."""
        text = self.query(node)
        others = {"AND", "OR", "NOT"} - {operator}
        return f"({text})" if text is not None and re.search(rf"\s(?:{'|'.join(others)})\s", text) else text

    def _reference(self, node: OvidReference) -> str | None:
        if node.number in self._earlier.lost:
            self._notes.append(f"Line {node.number} was left out: nothing of it could be translated.")
            return None
        if 0 < node.number < self._number:
            self.approximate = self.approximate or node.number in self._earlier.approximate
            return f"#{node.number}"
        self._notes.append(f"Line {node.number} does not come before this one: left out.")
        return None

    def _heading(self, node: OvidHeading) -> str:
        tag = ("majr" if node.focus else "mh") + ("" if node.explode else ":noexp")
        names = []
        for code in node.subheadings:
            former, successor = FORMER_SUBHEADINGS.get(code, ("", code))
            if former:
                self._notes.append(f"/{code} ({former}) is no longer a MeSH subheading{_taken_over(successor)}.")
            name = SUBHEADINGS.get(successor or "")
            if name is None and not former:
                self._notes.append(f"/{code} is none of MeSH's subheadings: left out, so the line finds more.")
            names += [name] if name else []
        heading = re.sub(r"[\"“”*$?#\[\]]", "", node.heading)
        return " OR ".join(f'"{heading}/{name}"[{tag}]' for name in names) or f'"{heading}"[{tag}]'

    def _term(self, node: OvidTerm) -> str | None:
        tags = self._tags(node.fields)
        if not tags:
            return None
        if tags == ["sh"]:
            return f'"{SUBHEADINGS.get(node.text.lower(), node.text)}"[sh]'
        phrases = self._phrases(node.text)
        exact = node.quoted or " " in node.text
        return " OR ".join(_tagged(phrase, tag, exact=exact) for tag in tags for phrase in phrases)

    def _tags(self, codes: Sequence[str]) -> list[str]:
        """PubMed's tags for Ovid's fields, fewest first: title and abstract together are [tiab]."""
        tags = []
        for code in codes or ("mp",):
            tag = TEXT_FIELDS.get(code)
            if tag is None:
                self._notes.append(f".{code}. has no counterpart in PubMed: left out.")
                continue
            if code in WIDER_FIELDS:
                self.wider_fields[code] = None
            tags.append("mh:noexp" if code == "sh" else tag)
        if "tiab" in tags or {"ti", "ab"} <= set(tags):
            tags = ["tiab", *(tag for tag in tags if tag not in ("ti", "ab", "ot", "tiab"))]
        if "tw" in tags:
            tags = ["tw", *(tag for tag in tags if tag not in ("tw", "tiab", "ti", "ab", "ot", "nm"))]
        return list(dict.fromkeys(tags))

    def _phrases(self, text: str) -> list[str]:
        """The words without Ovid's wildcards, each spelling of the whole."""
        spellings = []
        for word in text.split():
            spelled = spell_out(_plain(word))
            self._notes += spelled.notes
            self._wider.update(dict.fromkeys([spelled.wider] if spelled.wider else []))
            self._narrower.update(dict.fromkeys([spelled.narrower] if spelled.narrower else []))
            spellings.append(spelled.words)
        phrases = [" ".join(words) for words in islice(product(*spellings), MOST_PAIRS + 1)]
        if len(phrases) > MOST_PAIRS:
            self._notes.append(f"{text} has more spellings than can be written out: only the first {MOST_PAIRS} are searched.")
        return phrases[:MOST_PAIRS]

    def _near(self, node: OvidNear) -> str | None:
        """`adjN` as PubMed's `~N-1` where both sides are whole words; otherwise both anywhere in the field."""
        fields = next((term.fields for term in walk_ovid(node) if isinstance(term, OvidTerm) and term.fields), ())
        tags = self._tags(fields)
        tag = next((tag for tag in tags if tag in ("ti", "tiab", "ad")), "tiab")
        anywhere = tags[0] if tags else tag
        left, right = self._alternatives(node.left), self._alternatives(node.right)
        if left is None or right is None or len(left) * len(right) > MOST_PAIRS:
            self._notes.append(f"adj{node.distance} became AND: what it joins cannot stand in PubMed's proximity; wider.")
            parts = [self._inside(side) for side in (node.left, node.right)]
            return " AND ".join(part for part in parts if part is not None) or None
        pairs = [f"{first} {second}" for first, second in product(left, right)]
        if node.distance == 1:
            return " OR ".join(_tagged(pair, tag, exact=True) for pair in pairs)
        if any("*" in pair for pair in pairs):
            self._notes.append(f"adj{node.distance} became AND: PubMed's proximity takes no truncation; wider.")
            sides = [" OR ".join(_tagged(word, anywhere, exact=" " in word) for word in side) for side in (left, right)]
            return " AND ".join(f"({side})" if " OR " in side else side for side in sides)
        if any(len(pair.split()) > 2 for pair in pairs):
            self._notes.append("Phrases within adj: PubMed lets their words stand apart and in any order; check.")
        return " OR ".join(f'"{pair}"[{tag}:~{node.distance - 1}]' for pair in pairs)

    def _alternatives(self, node: OvidNode) -> list[str] | None:
        """The phrases that one side of `adj` may be; None where it is more than words joined by OR."""
        match node:
            case OvidTerm():
                return self._phrases(node.text)
            case OvidOr():
                sides = [self._alternatives(operand) for operand in node.operands]
                return None if None in sides else [phrase for side in sides if side is not None for phrase in side]
            case _:
                return None

    def _limit(self, node: OvidLimit) -> str | None:
        limited = self._inside(node.limited)
        for limit in node.limits:
            written = limit_query(limit)
            if written.note:
                self._notes.append(written.note)
            self.approximate = self.approximate or not (written.query or written.harmless)
            limited = f"{limited} {written.query}" if limited and written.query else limited
        return limited


def _tagged(phrase: str, tag: str, *, exact: bool) -> str:
    return f'"{phrase}"[{tag}]' if exact or re.fullmatch(r"(?i)and|or|not", phrase) else f"{phrase}[{tag}]"


def _plain(word: str) -> str:
    """The word without characters that PubMed would read as its own syntax."""
    return re.sub(r"[\[\](){}\"“”„‟″＂:]", " ", word).strip() or word


def _taken_over(successor: str | None) -> str:
    return f"; {SUBHEADINGS[successor]} took it over" if successor else ": left out, so the line finds more"
