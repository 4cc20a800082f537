"""References as RIS: UTF-8, lines end with CR LF, one author a line, the PMID as accession number.

Source: the RIS format as Zotero and EndNote read it (tag, two spaces, hyphen, space). A line that is no tag would be taken as
a part of the line before, and every value here is one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evidence.ledger import LedgerCitation
from evidence.record_parts import Author
from reporting import words
from reporting.references.fields import Reference, family_name, given_names, language_names, reference_of
from reporting.references.links import pmc_url


def as_ris(citations: Iterable[LedgerCitation]) -> str:
    """The records in order."""
    lines = [line for citation in citations for line in (*_lines(reference_of(citation)), "")]
    return "".join(f"{line}\r\n" for line in lines)


def _lines(one: Reference) -> Iterator[str]:
    citation = one.citation
    yield _tag("TY", "BOOK" if citation.kind == "book" else "JOUR")
    yield _tag("TI", one.title)
    for author in one.authors:
        yield _tag("AU", _name(author))
    date = one.date
    values = (
        ("PY", str(date[0]) if date else ""),
        ("DA", "/".join(f"{part:02}" for part in date) + "/" * (3 - len(date)) if date else ""),
        ("T2", one.journal),
        ("J2", one.abbreviation),
        ("VL", one.volume),
        ("IS", one.issue),
        ("SP", one.first_page),
        ("EP", one.last_page),
        ("SN", one.issn),
        ("DO", citation.doi or ""),
        ("AN", one.pmid),
        ("DB", "PubMed"),
        ("C2", citation.pmcid or ""),
        ("AB", one.abstract),
    )
    for name, value in values:
        if value:
            yield _tag(name, value)
    for keyword in dict.fromkeys((*(heading.descriptor for heading in citation.mesh), *citation.keywords)):
        yield _tag("KW", keyword)
    for language in language_names(citation):
        yield _tag("LA", language)
    yield _tag("UR", citation.url)
    if citation.pmcid:
        yield _tag("L2", pmc_url(citation.pmcid))
    if one.note:
        yield _tag("N1", one.note)
    yield "ER  - "


def _name(author: Author) -> str:
    """`Smith, John A, Jr`; a group's name ends with a comma, which keeps programs from turning it round."""
    if author.collective_name:
        return f"{family_name(author)},"
    parts = (family_name(author), given_names(author), author.suffix or "")
    return ", ".join(part.replace(",", " ").strip() for part in parts if part)


def _tag(name: str, value: str) -> str:
    return f"{name}  - {words.one_line(value)}"
