"""Where a record can be read: LibKey, DOI, PubMed, PubMed Central, and the library's own resolver.

LibKey's addresses: `https://libkey.io/libraries/LIBRARY/DOI-OR-PMID` (Third Iron, LibKey.io Linking Syntax). The resolver is
asked by OpenURL, ANSI/NISO Z39.88-2004, key/encoded-value format for journals.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from evidence.citation import Citation
from evidence.ledger import LedgerCitation
from reporting import words
from reporting.document.content import Span, Words, joined, say

_SAFE = "/:;().-_"


@dataclass(frozen=True, slots=True)
class Library:
    """What a library's own links need. `libkey` is its LibKey library id, `resolver` its OpenURL base address; empty: none."""

    libkey: str = ""
    resolver: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One way to the text."""

    name: str
    url: str


def links_of(citation: LedgerCitation, library: Library) -> tuple[Link, ...]:
    """Every way to the record or its text, free full text first."""
    found = [
        Link(f"PubMed Central {citation.pmcid}", pmc_url(citation.pmcid)) if citation.pmcid else None,
        Link("LibKey", libkey_url(citation, library.libkey)) if library.libkey else None,
        Link("Library resolver", openurl(citation, library.resolver)) if library.resolver else None,
        Link(f"DOI {citation.doi}", doi_url(citation.doi)) if citation.doi else None,
        Link("PubMed" if "pubmed.ncbi.nlm.nih.gov" in citation.url else "Record", citation.url),
    ]
    return tuple(link for link in found if link and words.safe_url(link.url))


def record_links(citation: LedgerCitation, library: Library) -> Words:
    """The ways in one line."""
    return joined((say(Span(words.one_line(link.name), url=link.url)) for link in links_of(citation, library)), " | ")


def doi_url(doi: str) -> str:
    """The DOI's own address."""
    return f"https://doi.org/{quote(doi, safe=_SAFE)}"


def pmc_url(pmcid: str) -> str:
    """The free full text in PubMed Central."""
    return f"https://pmc.ncbi.nlm.nih.gov/articles/{quote(pmcid, safe='')}/"


def libkey_url(citation: Citation, library: str) -> str:
    """The library's LibKey page for the DOI, or for the PMID where there is none."""
    what = quote(citation.doi, safe=_SAFE) if citation.doi else citation.pmid
    return f"https://libkey.io/libraries/{quote(library, safe='')}/{what}"


def openurl(citation: Citation, base: str) -> str:
    """The resolver's address with everything that the record says of itself. What stands in the base's query is kept."""
    journal, first = citation.journal, citation.authors[0] if citation.authors else None
    pages = (journal.pages or "").split("-")
    given = {
        "url_ver": "Z39.88-2004",
        "rft_val_fmt": "info:ofi/fmt:kev:mtx:journal",
        "rft.genre": "article",
        "rft.atitle": citation.title,
        "rft.jtitle": journal.title or journal.abbreviation or "",
        "rft.issn": journal.issn or "",
        "rft.volume": journal.volume or "",
        "rft.issue": journal.issue or "",
        "rft.spage": pages[0],
        "rft.pages": journal.pages or "",
        "rft.date": str(citation.year or ""),
        "rft.aulast": (first.last_name or "") if first else "",
        "rft.auinit": (first.initials or "") if first else "",
    }
    fields = [(name, words.one_line(value)) for name, value in given.items() if value]
    fields.append(("rft_id", f"info:pmid/{citation.pmid}"))
    if citation.doi:
        fields.append(("rft_id", f"info:doi/{citation.doi}"))
    parts = urlsplit(base)
    query = "&".join(part for part in (parts.query, urlencode(fields, quote_via=quote)) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
