"""What a term means in each of PubMed's fields, as queries of the index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

import tantivy
from tantivy import FieldType, Occur, Query

from connectors.mirror.date_spans import day_span
from connectors.mirror.hierarchies import narrower_types, qualifier_family
from connectors.mirror.index_schema import name_key, value_key, words_of
from connectors.mirror.named_filters import filter_as_link, filter_as_query, filter_as_subset, needs_pmc, squeeze
from connectors.mirror.proximity import arrangements
from connectors.mirror.vocabularies import LANGUAGES
from evidence.errors import UnsupportedQuery
from evidence.services import MeshVocabulary
from searching.checks.subheadings import SUBHEADINGS
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
    "cois": ("conflict",),
    "ad": ("affiliation",),
    "all": (*_TEXT_WORD, "affiliation", "vernacular", "conflict", "rest"),
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
    "pid": "article_id",
    "auid": "author_id",
    "nlmid": "nlm_id",
    "pl": "country",
    "book": "book",
    "isbn": "isbn",
    "pubn": "publisher",
}
_NAME_TAGS = {
    "au": "author",
    "1au": "first_author",
    "lastau": "last_author",
    "fau": "full_author",
    "cn": "corporate",
    "ir": "investigator",
    "fir": "full_investigator",
    "ed": "editor",
    "ps": "person_subject",
}


class FieldQueries:
    """Builds queries of the index. `run` gives the query for text in PubMed's language, which some filters stand for."""

    def __init__(self, schema: tantivy.Schema, vocabulary: MeshVocabulary | None, run: Callable[[str], Query]) -> None:
        self._schema = schema
        self._vocabulary = vocabulary
        self._run = run
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
        return _any(
            Query.phrase_query(self._schema, name, list(zip((0, *accumulate(spacing)), order, strict=True)))
            for name in WORD_TAGS[tag]
            for order, spacing in arrangements(words, distance)
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
        if term.truncated:
            return self._value(name, value_key(term.text))
        subheadings = [""]
        if term.subheading is not None:
            key = value_key(term.subheading)
            key = SUBHEADINGS.get(key, key)
            subheadings = [f"/{each}" for each in (qualifier_family(key) if term.explode else (key,))]
        keys = [f"{value_key(heading)}{each}" for heading in self.headings(term) for each in subheadings]
        return Query.term_query(self._schema, name, keys[0]) if len(keys) == 1 else self._one_of(name, keys)

    def headings(self, term: Term) -> tuple[str, ...]:
        """The headings that a term with [mh] or [majr] stands for: itself where no vocabulary has it, else exploded."""
        found = self._vocabulary.find(term.heading) if self._vocabulary else None
        if found is None or self._vocabulary is None:
            return (term.heading,)
        return (self._vocabulary.narrower(found.heading) or (found.heading,)) if term.explode else (found.heading,)

    def _one_of(self, name: str, keys: Sequence[str]) -> Query:
        return Query.term_set_query(self._schema, name, list(dict.fromkeys(keys)))

    def _subheading(self, term: Term) -> Query:
        key = value_key(term.text)
        key = SUBHEADINGS.get(key, key)
        if term.truncated or not term.explode:
            return self._value("subheading", key)
        return self._one_of("subheading", qualifier_family(key))

    def _publication_type(self, term: Term) -> Query:
        key = value_key(term.text)
        if term.truncated or not term.explode:
            return self._value("publication_type", key)
        return self._one_of("publication_type", narrower_types(key))

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
        if tag in ("fau", "fir"):
            return self._full_name(name, key)
        queries = [self._value(name, key)]
        if tag == "cn":
            return queries[0]
        if tag == "au":
            queries += [self._full_name("full_author", key), self._value("corporate", key)]
        if not term.quoted:
            last = key.rpartition(" ")[2]
            queries.append(self._beginning(name, f"{key} "))
            if " " in key and len(last) <= 2:
                queries.append(self._beginning(name, key))
        return _any(queries)

    def _full_name(self, name: str, key: str) -> Query:
        """A full name, family name first or last: the index holds it first, and each word may be where it begins."""
        words = key.split()
        return _any(self._value(name, " ".join(words[at:] + words[:at])) for at in range(len(words)))

    def _pmid(self, term: Term) -> Query:
        numbers = re.split(r"[\s,]+", term.text.strip())
        if not all(re.fullmatch(r"\d{1,9}", number) for number in numbers):
            raise UnsupportedQuery(f"{term.text!r} is no PMID: [uid] takes numbers of 1 to 9 digits.")
        return Query.term_set_query(self._schema, "pmid", [int(number) for number in numbers])

    def _subset(self, term: Term) -> Query:
        key = squeeze(term.text)
        if key in LANGUAGES.values():
            return self._language(term)
        if query := filter_as_query(key):
            return self._run(query)
        simple = self._simple_filter(key)
        if simple is None:
            raise UnsupportedQuery(f"This mirror does not know the subset or filter {term.text!r}: leave it out or ask PubMed.")
        return simple

    def _simple_filter(self, key: str) -> Query | None:
        """The query of a filter that one field of the index answers."""
        if key == "all":
            return Query.all_query()
        if key in ("hasabstract", "fha"):
            return Query.term_query(self._schema, "has_abstract", 1)
        if needs_pmc(key):
            return self._beginning("pmcid", "pmc")
        if subset := filter_as_subset(key):
            return self._value("subset", subset)
        link = filter_as_link(key)
        return self._value("link", link) if link else None


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
