"""What reference managers need of a record, worked out once for every format."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evidence.citation import Citation, IntegrityStatus
from evidence.ledger import LedgerCitation
from evidence.record_parts import Author
from reporting import words

_PAGES = re.compile(r"^(?P<first>[A-Za-z]*\d+[A-Za-z]*)\s*[-–]\s*(?P<last>[A-Za-z]*\d+[A-Za-z]*)$")


@dataclass(frozen=True, slots=True)
class Reference:
    """One record. Every text is one line without characters that a program would obey; empty where the record is silent."""

    citation: LedgerCitation
    title: str
    authors: tuple[Author, ...]
    journal: str
    abbreviation: str
    issn: str
    volume: str
    issue: str
    pages: str
    first_page: str
    last_page: str
    abstract: str
    note: str

    @property
    def pmid(self) -> str:
        """Its PMID."""
        return self.citation.pmid

    @property
    def date(self) -> tuple[int, ...]:
        """Year, month, day, as far as printed; empty: no year."""
        found = self.citation.published or self.citation.published_online
        if found is None or found.year is None:
            return (self.citation.year,) if self.citation.year else ()
        parts = (found.year, found.month, found.day)
        return tuple(part for place, part in enumerate(parts) if part and all(parts[:place]))


def reference_of(citation: LedgerCitation) -> Reference:
    """The record as every format writes it."""
    journal = citation.journal
    pages = _one(journal.pages)
    first, last = split_pages(pages)
    return Reference(
        citation=citation,
        title=_one(citation.title),
        authors=citation.authors,
        journal=_one(journal.title) or _one(journal.abbreviation),
        abbreviation=_one(journal.abbreviation),
        issn=_one(journal.issn),
        volume=_one(journal.volume),
        issue=_one(journal.issue),
        pages=pages,
        first_page=first,
        last_page=last,
        abstract=_one(citation.abstract_text),
        note=_standing(citation),
    )


def split_pages(pages: str) -> tuple[str, str]:
    """First and last page, the last written out: `123-9` is 123 to 129. The whole text first where it is no such range."""
    found = _PAGES.match(pages)
    if found is None:
        return pages, ""
    first, last = found["first"], found["last"]
    if len(last) < len(first) and last.isdigit():
        last = first[: len(first) - len(last)] + last
    return first, last


def given_names(author: Author) -> str:
    """`John A` or `JA`, without line breaks."""
    return _one(author.fore_name) or _one(author.initials)


def family_name(author: Author) -> str:
    """The family name, or the group's."""
    return _one(author.last_name) or _one(author.collective_name)


def language_names(citation: Citation) -> tuple[str, ...]:
    """The codes of the languages of the paper."""
    return tuple(_one(code) for code in citation.languages)


def _standing(citation: LedgerCitation) -> str:
    """A warning that travels with the reference: it must be seen in the reference manager too."""
    status = citation.integrity.status
    return "" if status is IntegrityStatus.NO_NOTICE else f"Standing of this record: {status.value}."


def _one(text: str | None) -> str:
    return words.one_line(text or "")
