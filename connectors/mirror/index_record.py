"""Makes one record ready for the index: its searchable fields, settled and folded, and its XML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tantivy

from connectors.mirror.index_schema import DATE_FIELDS, SEPARATOR, VALUE_FIELDS, WORD_FIELDS, fold_text, name_key, value_key
from connectors.mirror.record_fields import Element, Fields, read_fields


@dataclass(frozen=True)
class IndexedRecord:
    """One record ready for the index."""

    pmid: int
    version: int
    document: tantivy.Document


def index_record(root: Element, xml: bytes) -> IndexedRecord:
    """The searchable fields of a `PubmedArticle` or `PubmedBookArticle` element, and its XML.

    Raises ValueError, naming what is wrong, where the record has no usable PMID.
    """
    fields = read_fields(root)
    pmid, version = _pmid(fields.pop("_pmid", [""])[0]), fields.pop("_version", [1])[0]
    _settle(fields, pmid)
    fields["pmid"], fields["version"] = [pmid], [version]
    document = tantivy.Document(**_folded(fields))
    document.add_bytes("xml", xml)  # as an argument above they would be taken over number by number
    return IndexedRecord(pmid=pmid, version=version, document=document)


def _pmid(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 9):
        raise ValueError(f"its PMID is {text[:40]!r}, which is not a number of 1 to 9 digits")
    return int(text)


def _settle(fields: Fields, pmid: int) -> None:
    """What can only be said once the whole record is read."""
    published = sorted({*fields.get("ppdat", ()), *fields.get("epdat", ())})
    _settle_dates(fields, published)
    fields["published_then_pmid"] = [(published[0] if published else 0) * 1_000_000_000 + pmid]
    fields["has_abstract"] = [int(bool(fields.pop("_abstract", None)))]
    for name, notes in (("cites", "_cites"), ("retracts", "_retracts")):
        if written := fields.pop(notes, None):
            fields[name] = _numbers(written)
    book_title, book_authors = fields.pop("_book_title", []), fields.pop("_book_author", [])
    if not fields.get("title"):
        fields["title"] = book_title
    if not fields.get("author"):
        fields["author"] = book_authors
    elif book_authors:
        fields["rest"].append(name_key(SEPARATOR.join(book_authors)))
    if journals := fields.pop("_journal", None):
        # `Transfer (Brussels, Belgium)` is also looked for as `Transfer`
        short = [name.partition(" (")[0] for name in journals if " (" in name]
        fields["journal"] = list(dict.fromkeys([*journals, *short]))
        fields["rest"] += fields["journal"]


def _settle_dates(fields: Fields, published: list[int]) -> None:
    """A record always has an entry date to be found by: PubMed gives old records their publication date as entry date.

    The MeSH date is the entry date until a record is indexed, as PubMed's guide says.
    """
    fields["dp"] = published
    if not fields.get("edat"):
        fields["edat"] = fields.get("crdt", [])[:1] or published[:1]
    if not fields.get("mhda"):
        fields["mhda"] = fields["edat"]
    for tag in DATE_FIELDS:
        if len(fields.get(tag, ())) > 1:
            fields[tag] = list(dict.fromkeys(fields[tag]))


def _numbers(texts: Iterable[str | None]) -> list[int]:
    """PMIDs, each once; what is none is left out, for a reference is no reason to refuse a record."""
    found = (text.strip() for text in texts if text)
    return list(dict.fromkeys(int(text) for text in found if text.isascii() and text.isdigit() and len(text) <= 9))


def _folded(fields: Fields) -> dict[str, Any]:
    """The fields as the index takes them. Values are folded together: one call for a field instead of one for a value."""
    folded = {name: _FOLDS[name](values) if name in _FOLDS else values for name, values in fields.items() if values}
    if authors := folded.get("author"):
        folded["first_author"], folded["last_author"] = authors[0], authors[-1]
    rest = [value for name in _ALSO_REST if name in folded for value in folded[name]]
    if rest or "rest" in folded:
        folded["rest"] = _fold_words([*fields["rest"], *rest])
    return folded


def _fold_names(names: list[str]) -> list[str]:
    return name_key(SEPARATOR.join(names)).split(SEPARATOR)


def _fold_values(values: list[str]) -> list[str]:
    if len(values) == 1:
        return [_fold_single_value(values[0])]
    return value_key(SEPARATOR.join(values)).split(SEPARATOR)


_fold_single_value = lru_cache(maxsize=4096)(value_key)  # languages, types and statuses come again with every record


def _fold_words(texts: list[str]) -> list[str]:
    return fold_text(SEPARATOR.join(texts)).split(SEPARATOR)


_NAME_FIELDS = (
    "author",
    "full_author",
    "corporate",
    "journal",
    "editor",
    "investigator",
    "full_investigator",
    "person_subject",
)
_ALSO_REST = ("author", "corporate", "investigator", "databank", "grant", "article_id")
_FOLDS: dict[str, Callable[[list[str]], Any]] = {
    **dict.fromkeys(WORD_FIELDS, _fold_words),
    **dict.fromkeys(VALUE_FIELDS, _fold_values),
    **dict.fromkeys(_NAME_FIELDS, _fold_names),
    "subject": _fold_values,
}
