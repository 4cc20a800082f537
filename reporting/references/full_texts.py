"""The full texts to obtain: every identifier that document delivery can use, open access first."""

from __future__ import annotations

from collections.abc import Iterable

from evidence.ledger import LedgerCitation
from reporting import words
from reporting.references.fields import Reference, reference_of
from reporting.references.links import Library, links_of
from reporting.references.sheets import Sheet

COLUMNS = (
    ("No.", 5), ("Access", 22), ("PMID", 11), ("PMCID", 13), ("DOI", 28), ("Title", 50), ("Authors", 36), ("Journal", 30),
    ("ISSN", 11), ("Year", 7), ("Volume", 8), ("Issue", 7), ("Pages", 12), ("Why it is wanted", 30), ("Standing", 24),
    ("Links", 60),
)  # fmt: skip
OPEN = "free in PubMed Central"
_AUTHORS = 10


def to_obtain(
    wanted: Iterable[LedgerCitation], cited: frozenset[str], had: frozenset[str]
) -> tuple[tuple[LedgerCitation, str], ...]:
    """The records with why each is wanted: free ones first, then those with a DOI; among them the cited first.

    `cited`: PMIDs that statements rest on. `had`: PMIDs whose full text a person has had already; these are left out.
    """
    listed = [(one, "a statement rests on its abstract" if one.pmid in cited else "found and kept") for one in wanted]
    listed = [(one, why) for one, why in listed if one.pmid not in had]
    return tuple(sorted(listed, key=lambda item: (not item[0].pmcid, not item[0].doi, item[0].pmid not in cited)))


def full_texts_sheet(items: Iterable[tuple[LedgerCitation, str]], library: Library, marking: str) -> Sheet:
    """The list as a table of text."""
    rows = tuple(_row(place, reference_of(one), why, library) for place, (one, why) in enumerate(items, 1))
    return Sheet("Full texts to obtain", marking, COLUMNS, rows)


def access_of(citation: LedgerCitation) -> str:
    """How it can be had, as far as the record shows."""
    return OPEN if citation.pmcid else "by DOI or document supply" if citation.doi else "by document supply"


def _row(place: int, one: Reference, why: str, library: Library) -> tuple[str, ...]:
    citation = one.citation
    names = [author.name for author in one.authors]
    authors = ", ".join(names[:_AUTHORS]) + (", et al" if len(names) > _AUTHORS else "")
    links = " ".join(link.url for link in links_of(citation, library))
    return (
        str(place), access_of(citation), one.pmid, citation.pmcid or "", citation.doi or "", one.title, words.one_line(authors),
        one.journal, one.issn, str(citation.year or ""), one.volume, one.issue, one.pages, why, one.note, links,
    )  # fmt: skip
