"""Finds a strategy's words in a record, and the forms of them that it has instead. It explains; the source decides."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from evidence.citation import Citation
from searching.query import Proximity, Term
from searching.spelling import spelling_variants

TITLE_TAGS = frozenset({"ti"})
ABSTRACT_TAGS = frozenset({"ab"})
WORD_TAGS = frozenset({None, "tiab", "ti", "ab", "tw", "all", "ot"})
"""Tags whose terms are words of title, abstract or keywords; None is a term without tag."""
MAPPED_TAGS = frozenset({None, "all"})

Field = Literal["title", "abstract", "keyword"]

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_LEAST_STEM = 4
_SHORT = 3
_LEAST_BASE, _LONGEST_ENDING = 5, 5
"""Letters that a word must have, and an ending may have, for the word and the longer one to be forms of each other."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a record: as searched, and where it stands in its field."""

    folded: str
    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of a field, half open, that a term matches or nearly matches."""

    field: Field
    start: int
    end: int
    text: str


class RecordWords:
    """The words of one record's title, abstract and keywords."""

    def __init__(self, citation: Citation) -> None:
        self.citation = citation
        self._texts: dict[Field, str] = {
            "title": citation.title,
            "abstract": citation.abstract_text,
            "keyword": " | ".join(citation.keywords),
        }
        self._words = {name: list(_words(text, name)) for name, text in self._texts.items()}

    @cached_property
    def vocabulary(self) -> dict[str, Word]:
        """Every word by its folded form, the first place of each, title first."""
        seen: dict[str, Word] = {}
        for words in self._words.values():
            for word in words:
                seen.setdefault(word.folded, word)
        return seen

    def hits(self, term: Term | Proximity, *, anywhere: bool = False) -> list[Hit]:
        """Where the record has the term, in the fields that its tag searches, or in all of them."""
        wanted = patterns_of(term.text)
        distance = term.distance if isinstance(term, Proximity) else 0
        fields = self._texts if anywhere else searched_fields(term.tag)
        found = [hit for name in fields for hit in self._in_field(wanted, name, distance, term)]
        return found

    def words_matched(self, terms: Iterable[object]) -> frozenset[str]:
        """Every word of the record, folded, that one of the terms has a part in."""
        matched: set[str] = set()
        for term in terms:
            if isinstance(term, Proximity) or (isinstance(term, Term) and term.tag in WORD_TAGS):
                matched.update(word for hit in self.hits(term) for word, _ in patterns_of(hit.text))
        return frozenset(matched)

    def apart(self, term: Term | Proximity) -> int | None:
        """Words between the words of a phrase where one field has them all, in any order; None where none does."""
        wanted = patterns_of(term.text)
        if len(wanted) < 2:
            return None
        spans = [span for name in searched_fields(term.tag) if (span := self._closest(wanted, name)) is not None]
        return min(spans) - len(wanted) if spans else None

    def near(self, term: Term | Proximity) -> list[Hit]:
        """Other forms of the term's words: inflections, the other national spelling, slips. All words must have one."""
        hits: list[Hit] = []
        for pattern, truncated in patterns_of(term.text):
            word = self._nearest_word(pattern, truncated=truncated)
            if word is None:
                return []
            hits.append(self._hit(word, word))
        return hits

    def _nearest_word(self, pattern: str, *, truncated: bool) -> Word | None:
        if pattern in self.vocabulary:
            return self.vocabulary[pattern]
        others = [
            word
            for form, word in self.vocabulary.items()
            if _same_word(pattern, form) or (truncated and form.startswith(pattern))
        ]
        return min(others, key=lambda word: (abs(len(word.folded) - len(pattern)), word.folded), default=None)

    def _in_field(
        self, wanted: Sequence[tuple[str, bool]], name: Field, distance: int, term: Term | Proximity
    ) -> Iterator[Hit]:
        words = self._words[name]
        if isinstance(term, Proximity):
            span = self._closest(wanted, name)
            if span is not None and span - len(wanted) <= distance:
                yield from (self._hit(word, word) for word in words if any(word.folded == pattern for pattern, _ in wanted))
            return
        for place in range(len(words) - len(wanted) + 1) if wanted else ():
            if all(_matches(words[place + step].folded, *one) for step, one in enumerate(wanted)):
                yield self._hit(words[place], words[place + len(wanted) - 1])

    def _closest(self, wanted: Sequence[tuple[str, bool]], name: Field) -> int | None:
        """Words from the first to the last of the closest stretch that has every wanted word."""
        best: int | None = None
        latest: dict[int, int] = {}
        for place, word in enumerate(self._words[name]):
            for number, one in enumerate(wanted):
                if _matches(word.folded, *one):
                    latest[number] = place
            if len(latest) == len(wanted) and len(set(latest.values())) == len(wanted):
                span = max(latest.values()) - min(latest.values()) + 1
                best = span if best is None else min(best, span)
        return best

    def _hit(self, first: Word, last: Word) -> Hit:
        text = self._texts[first.field][first.start : last.end]
        return Hit(field=first.field, start=first.start, end=last.end, text=text)


def searched_fields(tag: str | None) -> tuple[Field, ...]:
    """The fields that a tag searches. Author keywords are part of [tiab], as PubMed has it."""
    if tag in TITLE_TAGS:
        return ("title",)
    if tag in ABSTRACT_TAGS:
        return ("abstract",)
    return ("keyword",) if tag == "ot" else ("title", "abstract", "keyword")


def patterns_of(text: str) -> list[tuple[str, bool]]:
    """The words of a term, folded, each with whether it is truncated: `pre-eclamp*` gives pre and eclamp with True."""
    wanted = []
    for part in text.split():
        words = [match[0] for match in _WORD.finditer(part)]
        wanted += [(fold(word), part.endswith("*") and place == len(words) - 1) for place, word in enumerate(words)]
    return wanted


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def stem(word: str) -> str:
    """The word less a common English ending, for comparing forms; never under four letters."""
    for ending in ("izations", "isations", "ization", "isation", "ations", "ation", "ically", "ments", "ment", "ingly",
                   "ings", "ing", "ions", "ion", "ies", "ical", "ally", "ated", "ates", "ate", "ive", "als", "al", "ers",
                   "er", "ous", "ed", "es", "ic", "ly", "s", "y", "e", "a"):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)]
    return word


def _same_word(first: str, second: str) -> bool:
    if min(len(first), len(second)) <= _SHORT or first.isdigit() or second.isdigit():
        return first in spelling_variants(second)
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) >= _LEAST_BASE and longer.startswith(shorter) and len(longer) - len(shorter) <= _LONGEST_ENDING:
        return True
    return any(variant == second or stem(variant) == stem(second) for variant in spelling_variants(first))


def _matches(word: str, pattern: str, truncated: bool) -> bool:
    return word.startswith(pattern) if truncated else word == pattern


def _words(text: str, name: Field) -> Iterator[Word]:
    for match in _WORD.finditer(text):
        yield Word(fold(match[0]), name, match.start(), match.end())
