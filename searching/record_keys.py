"""What two records are compared by: titles, names, places and numbers in one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from evidence.citation import Author, Citation, IntegrityStatus, RecordId
from evidence.imported import ImportedRecord, database_key
from evidence.integrity import integrity_of

AnyRecord = Citation | ImportedRecord

_WORD = re.compile(r"[^\W_]+")
_DASHES = re.compile(r"(?<=\w)[-‐‑‒–—](?=\w)")
_TAGS = re.compile(r"<[^<>]{1,60}>")
_COCHRANE = re.compile(r"(10\.1002/14651858\.[a-z]{2}[0-9]+)(?:\.pub([0-9]+))?\Z")
_VERSIONED = re.compile(r"(10\.(?:1101|21203|31219|31234|22541|36227|5281|7287)/.+?)(?:[./]?v([0-9]+))?\Z")
_PREPRINT_DOI = re.compile(
    r"10\.(?:1101/(?:20[0-9]{2}\.|[0-9]{6}\b)|21203/|31219/|31234/|22541/|36227/|2139/ssrn|20944/preprints)"
)
_NOTICE = re.compile(
    r"(?:retract(?:ion|ed)(?: (?:notice|note|statement|article))?|notice of retraction|erratum|corrigend(?:um|a)|"
    r"(?:author |publisher )?correction|expression of concern|withdrawn|withdrawal notice)(?: (?:to|of|for|in))?\s*[:.\-–—]\s*",
    re.IGNORECASE,
)
_NOTICE_TYPES = frozenset({"published erratum", "expression of concern", "retraction of publication", "retraction notice"})
_NOTICE_LINKS = frozenset({"RetractionOf", "PartialRetractionOf", "ErratumFor", "ExpressionOfConcernFor"})
_REPLY = re.compile(
    r"\A\W*(?:(?:authors?['’]?s?['’]? )?(?:reply|response)|comments?(?: on| to)?|letter(?: to the editor)?|editorial|re)"
    r"\s*(?:[:.\-–—]|\Z)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"[\s\[\(\"'“‘«*]*")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}
_ORDER_WORDS = frozenset(
    {"part", "phase", "study", "paper", "report", "stage", "chapter", "volume", "section", "grade", "type"}
)
_SMALL = frozenset(("a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with", "from", "vs", "versus"))
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi "
    "psi omega"
)
_SIGNS = {"ß": "ss", "&": " and ", "ø": "o", "Ø": "o", "æ": "ae", "ł": "l", "µ": " mu "}
_SPELT_OUT = {
    **{ord("α") + place: f" {name} " for place, name in enumerate(_GREEK.split())},
    **{ord(sign): word for sign, word in _SIGNS.items()},
}
"""Greek letters and signs that databases write as words."""
_ONLY_DIGITS = re.compile(r"[0-9]+")
_BEGINNING = 160
LEAST_ABSTRACT = 200
"""Letters and digits of an abstract from which it is compared."""


@dataclass(frozen=True, slots=True)
class RecordKey:
    """One record as it is compared. Empty and None mean that it does not say."""

    id: RecordId
    pmid: str | None
    doi: str | None
    doi_version: int
    """Of a Cochrane review or preprint whose DOI ends in a version number; 0: none printed."""
    titles: tuple[tuple[str, ...], ...]
    """Words of the title, and of the title in the language of publication."""
    numbers: frozenset[str]
    """Numbers in the title, Roman ones of parts and phases included."""
    authors: tuple[str, ...]
    years: frozenset[int]
    volume: str | None
    issue: str | None
    page: str | None
    """First page or article number."""
    journal: tuple[str, ...]
    short_journal: tuple[str, ...]
    issn: str | None
    abstract: str
    """Letters and digits of the abstract's beginning; empty: no abstract long enough."""
    abstract_length: int
    sources: frozenset[str]
    """The lines it was read from and its database's own number, for an imported record: the same ones are the same record."""
    preprint: bool
    notice: bool
    """A retraction, erratum or expression of concern about another record."""
    said_in_title: bool
    """Whether the title begins with a notice's words; they are left out of `titles`."""
    named: bool
    """Whether PubMed's own links name the work that the notice is about."""
    reply: bool
    """A comment, letter or reply, whose title is another's."""


def key_of(record: AnyRecord) -> RecordKey:
    """What the record is compared by."""
    imported = isinstance(record, ImportedRecord)
    doi, version = versioned_doi(record.doi)
    spoken_of, notice = _without_notice(record.title)
    types = {entry.lower() for entry in record.publication_types}
    titles = tuple(dict.fromkeys(words for text in (spoken_of, record.vernacular_title or "") if (words := words_of(text))))
    abstract = letters_of(record.abstract if isinstance(record, ImportedRecord) else record.abstract_text)
    journal = record.journal
    return RecordKey(
        id=record.id if isinstance(record, ImportedRecord) else record.pmid,
        pmid=record.pmid,
        doi=doi,
        doi_version=version,
        titles=titles,
        numbers=numbers_in(titles[0]) if titles else frozenset(),
        authors=tuple(name for author in record.authors if (name := family_of(author))),
        years=frozenset(_years(record)),
        volume=_number(journal.volume),
        issue=_number(journal.issue),
        page=_first_page(journal.pages),
        journal=words_of(journal.title or ""),
        short_journal=words_of(journal.abbreviation or ""),
        issn=re.sub(r"[^0-9X]", "", (journal.issn or "").upper())[:8] or None,
        abstract=abstract[:_BEGINNING] if len(abstract) >= LEAST_ABSTRACT else "",
        abstract_length=len(abstract),
        sources=_sources(record),
        preprint=is_preprint(record),
        notice=bool(_NOTICE_TYPES & types) or (notice and (imported or not _says_it_is_the_work(record))),
        said_in_title=notice,
        named=isinstance(record, Citation) and any(link.kind in _NOTICE_LINKS for link in record.corrections),
        reply=bool(_REPLY.match(record.title)) or bool({"comment", "letter"} & types),
    )


def _says_it_is_the_work(record: AnyRecord) -> bool:
    """`RETRACTED: …` and `WITHDRAWN: …` stand before the title of the work itself."""
    status = integrity_of(record).status if isinstance(record, Citation) else None
    return status in (IntegrityStatus.RETRACTED, IntegrityStatus.WITHDRAWN)


def _sources(record: AnyRecord) -> frozenset[str]:
    if not isinstance(record, ImportedRecord):
        return frozenset()
    number = {f"{database_key(record.database)} {record.accession}"} if record.accession else set()
    return frozenset({record.raw_hash, *number})


def is_preprint(record: AnyRecord) -> bool:
    """By publication type or, as other databases give none, by the DOI of a preprint server."""
    return "preprint" in {entry.lower() for entry in record.publication_types} or bool(_PREPRINT_DOI.match(record.doi or ""))


def versioned_doi(doi: str | None) -> tuple[str | None, int]:
    """A DOI without the version that Cochrane reviews (`.pub3`) and preprints (`v2`) add, and that version, 0 if none."""
    if doi is None:
        return None, 0
    doi = doi.rstrip(".,;)/")
    found = _COCHRANE.match(doi) or _VERSIONED.match(doi)
    if not found:
        return doi, 0
    return found[1], int((found[2] or "0")[:4])


def words_of(text: str) -> tuple[str, ...]:
    """Words in lower case without accents, markup and punctuation; hyphened words are two."""
    plain = unicodedata.normalize("NFKD", _TAGS.sub("", _DASHES.sub(" ", text)).translate(_SPELT_OUT))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return tuple(_WORD.findall(kept.casefold().replace("'", "").replace("’", "")))


def letters_of(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return "".join(words_of(text[:20_000]))


def numbers_in(words: tuple[str, ...]) -> frozenset[str]:
    """Numbers that tell works of a series apart: digits, and Roman ones behind `part`, `phase` and the like or at the end."""
    found = {number for word in words for number in _ONLY_DIGITS.findall(word)}
    for place, word in enumerate(words):
        if word in _ROMAN and (place == len(words) - 1 or (place and words[place - 1] in _ORDER_WORDS)):
            found.add(_ROMAN[word])
    return frozenset(found)


def family_of(author: Author) -> str:
    """An author's family name, or a group's, as letters."""
    return letters_of(author.last_name or author.collective_name or "")


def weighty(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words without articles and prepositions."""
    return tuple(word for word in words if word not in _SMALL)


def _without_notice(title: str) -> tuple[str, bool]:
    opening = _OPENING.match(title)
    start = opening.end() if opening else 0
    found = _NOTICE.match(title, start)
    return (title[found.end() :], True) if found else (title[start:], False)


def _years(record: AnyRecord) -> Iterator[int]:
    dates = (record.published,) if isinstance(record, ImportedRecord) else (record.published, record.published_online)
    yield from (when.year for when in dates if when is not None and when.year)


def _number(printed: str | None) -> str | None:
    """`Vol. 12` and `12 Suppl 1` as 12; letters alone as they are."""
    text = (printed or "").strip().lower()
    digits = _ONLY_DIGITS.search(text)
    return (digits[0].lstrip("0") or "0") if digits else text or None


def _first_page(printed: str | None) -> str | None:
    """`1123-30`, `1123–1130` and `p. 1123` as 1123, `S12-5` as s12, `e0123456` as e123456."""
    found = re.search(r"([a-z]{0,3})0*([0-9]+)", re.sub(r"\b(?:pp?|pages?|art(?:icle)?)\b\.?\s*", "", (printed or "").lower()))
    return f"{found[1]}{found[2]}" if found else None
