"""What a term means in each of PubMed's fields, as queries of the index."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate, permutations, product
from math import comb, factorial

import tantivy
from tantivy import FieldType, Occur, Query

from connectors.mirror.index_schema import name_key, value_key, words_of
from connectors.mirror.vocabularies import LANGUAGES, NARROWER_TYPES, SUBHEADINGS
from evidence.errors import UnsupportedQuery
from searching.query import Term
from searching.query_fields import DATE_TAGS, field_name

_TITLE_ABSTRACT = ("title", "abstract", "keyword")
_TEXT_WORD = (*_TITLE_ABSTRACT, "subject")
WORD_TAGS: dict[str, tuple[str, ...]] = {
    "ti": ("title",),
    "ab": ("abstract",),
    "tiab": _TITLE_ABSTRACT,
    "ot": ("keyword",),
    "tw": _TEXT_WORD,
    "tt": ("vernacular",),
    "ad": ("affiliation",),
    "all": (*_TEXT_WORD, "affiliation", "vernacular", "rest"),
}
"""Which index fields hold the words of a PubMed field. [tiab] takes in author keywords, as PubMed's does."""

VALUE_TAGS: dict[str, str] = {
    "nm": "substance",
    "rn": "registry",
    "is": "issn",
    "vi": "volume",
    "ip": "issue",
    "pg": "page",
    "aid": "article_id",
    "lid": "article_id",
    "pmcid": "pmcid",
    "si": "databank",
    "gr": "grant",
}
_NAME_TAGS = {"au": "author", "1au": "first_author", "lastau": "last_author", "fau": "full_author", "cn": "corporate"}
_SUBSETS = ("medline", "publisher", "pubmednotmedline", "inprocess", "indatareview", "oldmedline")
_LAST = re.compile(r"last (\d{1,4}) (day|month|year)s?")
_DATE = re.compile(r"(\d{4})(?:/(\d{1,2}))?(?:/(\d{1,2}))?")
MOST_ARRANGEMENTS = 5_000
"""Arrangements of the words that one proximity search may stand for; three words within ten others make 396."""


class FieldQueries:
    """Builds queries over one state of the index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher
        self._special: dict[str, Callable[[Term], Query]] = {
            "mh": lambda term: self._heading("mesh", term),
            "majr": lambda term: self._heading("majr", term),
            "sh": self._subheading,
            "pt": self._publication_type,
            "la": self._language,
            "ta": self._journal,
            "uid": self._pmid,
            "sb": self._subset,
            "filter": self._subset,
        }

    def term(self, term: Term) -> Query:
        """The query for one term. Raises UnsupportedQuery for a field or value that the mirror cannot search."""
        tag = term.tag or "all"
        if tag in WORD_TAGS:
            return self._words(tag, term)
        if tag in self._special:
            return self._special[tag](term)
        if tag in VALUE_TAGS:
            return self._value(VALUE_TAGS[tag], value_key(term.text))
        if tag in _NAME_TAGS:
            return self._name(tag, term)
        if tag in DATE_TAGS:
            return self.dates(tag, term.text, term.text)
        raise UnsupportedQuery(
            f"This mirror cannot search the field {field_name(tag)} [{tag}]: leave the term out or ask PubMed."
        )

    def phrase(self, tag: str, words: Sequence[str]) -> Query:
        """The words side by side and in order, in any index field of a PubMed field of words."""
        return _any(self._phrase_in(name, words) for name in WORD_TAGS[tag])

    def near(self, tag: str, words: Sequence[str], distance: int) -> Query:
        """The words in any order with at most `distance` other words among them, within one index field."""
        if len(words) < 2:
            raise UnsupportedQuery("Proximity needs at least two words that this mirror has an index of.")
        if len(words) == 2:
            return _any(
                Query.phrase_query(self._schema, name, list(order), distance)
                for name in WORD_TAGS[tag]
                for order in sorted({tuple(words), tuple(reversed(words))})
            )
        # The engine's slop also lets words change places, which for three words and more reaches beyond the distance.
        gaps = len(words) - 1
        if factorial(len(words)) * comb(distance + gaps, gaps) > MOST_ARRANGEMENTS:
            raise UnsupportedQuery(
                f"{len(words)} words within {distance} of each other are too many: use fewer or a shorter distance."
            )
        arrangements = sorted(set(product(permutations(words), _spacings(gaps, distance))))
        return _any(
            Query.phrase_query(self._schema, name, list(zip((0, *accumulate(spacing)), order, strict=True)))
            for name in WORD_TAGS[tag]
            for order, spacing in arrangements
        )

    def dates(self, tag: str, start: str, end: str) -> Query:
        """Records with a date of this kind from the first day of `start` to the last day of `end`."""
        first, last = day_span(start)[0], day_span(end)[1]
        if first > last:
            return Query.empty_query()
        return Query.range_query(self._schema, tag, FieldType.Integer, lower_bound=first, upper_bound=last)

    def pmids(self, start: int, end: int) -> Query:
        """Records whose PMID lies between, both included."""
        if start > end:
            return Query.empty_query()
        return Query.range_query(self._schema, "pmid", FieldType.Integer, lower_bound=start, upper_bound=end)

    def _words(self, tag: str, term: Term) -> Query:
        words = [(word, truncated) for part in term.text.split() for word, truncated in _cut(part)]
        if tag == "all" and not term.truncated and [word for word, _ in words] == ["hasabstract"]:
            return Query.term_query(self._schema, "has_abstract", 1)
        if not any(truncated for _, truncated in words) or not words:
            return self.phrase(tag, [word for word, _ in words])
        patterns = [word + (".*" if truncated else "") for word, truncated in words]
        return _any(self._pattern_in(name, patterns) for name in WORD_TAGS[tag])

    def _phrase_in(self, name: str, words: Sequence[str]) -> Query:
        if len(words) == 1:
            return Query.term_query(self._schema, name, words[0])
        return Query.phrase_query(self._schema, name, list(words)) if words else Query.empty_query()

    def _pattern_in(self, name: str, patterns: Sequence[str]) -> Query:
        if len(patterns) == 1:
            return Query.regex_query(self._schema, name, patterns[0])
        return Query.regex_phrase_query(self._schema, name, list(patterns))

    def _value(self, name: str, key: str) -> Query:
        if "*" in key:
            return self._beginning(name, key.partition("*")[0])
        return Query.term_query(self._schema, name, key)

    def _beginning(self, name: str, beginning: str) -> Query:
        escaped = "".join(c if c.isalnum() or c == " " else f"\\{c}" for c in beginning)
        return Query.regex_query(self._schema, name, f"{escaped}.*")

    def _heading(self, name: str, term: Term) -> Query:
        key = value_key(term.heading)
        if term.subheading is not None:
            subheading = value_key(term.subheading)
            key = f"{key}/{SUBHEADINGS.get(subheading, subheading)}"
        return self._value(name, key)

    def _subheading(self, term: Term) -> Query:
        key = value_key(term.text)
        return self._value("subheading", SUBHEADINGS.get(key, key))

    def _publication_type(self, term: Term) -> Query:
        key = value_key(term.text)
        narrower = NARROWER_TYPES.get(key, ()) if term.explode else ()
        return _any(self._value("publication_type", each) for each in (key, *narrower))

    def _language(self, term: Term) -> Query:
        key = value_key(term.text)
        codes = [code for code, name in LANGUAGES.items() if key in (code, name)]
        return _any(self._value("language", code) for code in codes or [key])

    def _journal(self, term: Term) -> Query:
        if re.fullmatch(r"\d{4}-?\d{3}[\dXx]", term.text):
            return self._value("issn", value_key(term.text))
        key = name_key(term.text)
        return self._beginning("journal", key) if term.truncated else self._value("journal", key)

    def _name(self, tag: str, term: Term) -> Query:
        """A name; unquoted initials may go on (`smith j` finds Smith JA), as PubMed's author search lets them."""
        name, key = _NAME_TAGS[tag], name_key(term.text)
        if term.truncated:
            return self._beginning(name, key)
        if tag == "fau":
            return self._full_name(key)
        queries = [self._value(name, key)]
        if tag == "cn":
            return queries[0]
        if tag == "au":
            queries += [self._full_name(key), self._value("corporate", key)]
        if not term.quoted:
            last = key.rpartition(" ")[2]
            queries.append(self._beginning(name, f"{key} "))
            if " " in key and len(last) <= 2:
                queries.append(self._beginning(name, key))
        return _any(queries)

    def _full_name(self, key: str) -> Query:
        """A full name, family name first or last: the index holds it first, and each word may be where it begins."""
        words = key.split()
        return _any(self._value("full_author", " ".join(words[at:] + words[:at])) for at in range(len(words)))

    def _pmid(self, term: Term) -> Query:
        numbers = re.split(r"[\s,]+", term.text.strip())
        if not all(re.fullmatch(r"\d{1,9}", number) for number in numbers):
            raise UnsupportedQuery(f"{term.text!r} is no PMID: [uid] takes numbers of 1 to 9 digits.")
        return Query.term_set_query(self._schema, "pmid", [int(number) for number in numbers])

    def _subset(self, term: Term) -> Query:
        key = value_key(term.text).replace(" ", "").replace("-", "")
        if key == "all":
            return Query.all_query()
        if key in ("hasabstract", "fha"):
            return Query.term_query(self._schema, "has_abstract", 1)
        if key in LANGUAGES.values():
            return self._language(term)
        if key in _SUBSETS:
            return self._value("subset", key)
        raise UnsupportedQuery(f"This mirror does not know the subset or filter {term.text!r}: leave it out or ask PubMed.")


def day_span(text: str) -> tuple[int, int]:
    """First and last day, as YYYYMMDD, of `2019`, `2019/06`, `2019/06/03` or `last 5 years`, which ends today.

    Raises UnsupportedQuery for anything else.
    """
    if last := _LAST.fullmatch(text.strip().casefold()):
        return _last_days(int(last[1]), last[2])
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise UnsupportedQuery(f"{text!r} is no date this mirror can search: write YYYY, YYYY/MM or YYYY/MM/DD.")
    year, month, day = (int(part) if part else None for part in match.groups())
    first_month, last_month = (month, month) if month else (1, 12)
    if year is None or not (1 <= first_month <= 12 and (day is None or 1 <= day <= 31)):
        raise UnsupportedQuery(f"{text!r} is no day of the calendar: write YYYY, YYYY/MM or YYYY/MM/DD.")
    last_day = day or monthrange(max(year, 1), last_month)[1]
    return year * 10000 + first_month * 100 + (day or 1), year * 10000 + last_month * 100 + last_day


def _last_days(number: int, unit: str) -> tuple[int, int]:
    today = date.today()
    if unit == "day":
        first = today - timedelta(days=number)
    else:
        months = today.year * 12 + today.month - 1 - number * (12 if unit == "year" else 1)
        year, month = divmod(max(months, 12), 12)
        first = date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    return _as_number(first), _as_number(today)


def _as_number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


def _spacings(gaps: int, distance: int) -> Iterator[tuple[int, ...]]:
    """Steps from each word to the next, with at most `distance` other words in all of them together."""
    if gaps == 0:
        yield ()
        return
    for between in range(distance + 1):
        for rest in _spacings(gaps - 1, distance - between):
            yield (between + 1, *rest)


def _cut(part: str) -> Iterable[tuple[str, bool]]:
    """The index words in one piece of a term, and whether each is truncated: `pre-eclamp*` gives pre, eclamp*."""
    words = words_of(part)
    return [(word, part.endswith("*") and place == len(words) - 1) for place, word in enumerate(words)]


def _any(queries: Iterable[Query]) -> Query:
    several = list(queries)
    return several[0] if len(several) == 1 else Query.boolean_query([(Occur.Should, query) for query in several])


def searchable_tags() -> frozenset[str]:
    """The tags of every field that this mirror can search."""
    special = ("mh", "majr", "sh", "pt", "la", "ta", "uid", "sb", "filter")
    return frozenset({*WORD_TAGS, *VALUE_TAGS, *_NAME_TAGS, *DATE_TAGS, *special})
