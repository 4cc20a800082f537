"""References as nbib, PubMed's MEDLINE format: tags of four letters, lines of 87 columns folded with six spaces.

Source: NLM, MEDLINE/PubMed Data Element (Field) Descriptions.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from evidence.ledger import LedgerCitation
from evidence.record_parts import Author, MeshHeading
from reporting import words
from reporting.references.fields import Reference, family_name, given_names, language_names, reference_of

_WIDTH = 87
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def as_nbib(citations: Iterable[LedgerCitation]) -> str:
    """The records in order, an empty line before each."""
    return "".join(f"\n{''.join(_lines(reference_of(citation)))}" for citation in citations)


def _lines(one: Reference) -> Iterator[str]:
    citation = one.citation
    yield from _field("PMID", one.pmid)
    yield from _field("OWN", "NLM")
    yield from _field("STAT", citation.medline_status or "")
    yield from _field("IS", f"{one.issn} (Print)" if one.issn else "")
    yield from _field("VI", one.volume)
    yield from _field("IP", one.issue)
    yield from _field("DP", _date(one.date))
    yield from _field("BTI" if citation.kind == "book" else "TI", one.title)
    yield from _field("PG", one.pages)
    yield from _field("LID", f"{citation.doi} [doi]" if citation.doi else "")
    yield from _field("AB", one.abstract)
    for author in one.authors:
        yield from _author(author)
    for language in language_names(citation):
        yield from _field("LA", language)
    for number in citation.registrations:
        yield from _field("SI", f"{number.databank}/{number.number}")
    for kind in citation.publication_types:
        yield from _field("PT", kind)
    yield from _field("TA", one.abbreviation)
    yield from _field("JT", one.journal)
    for heading in citation.mesh:
        yield from _field("MH", _heading(heading))
    for keyword in citation.keywords:
        yield from _field("OT", keyword)
    yield from _field("PMC", citation.pmcid or "")
    yield from _field("GN", one.note)
    yield from _field("SO", _source(one))


def _author(author: Author) -> Iterator[str]:
    if author.collective_name:
        yield from _field("CN", family_name(author))
        return
    suffix = f" {words.one_line(author.suffix)}" if author.suffix else ""
    given = given_names(author)
    yield from _field("FAU", f"{family_name(author)}, {given}{suffix}" if given else f"{family_name(author)}{suffix}")
    yield from _field("AU", f"{family_name(author)} {words.one_line(author.initials or '')}{suffix}".strip())


def _field(tag: str, value: str) -> Iterator[str]:
    text = words.one_line(value)
    if not text:
        return
    rows = textwrap.wrap(text, _WIDTH - 6, break_on_hyphens=False) or [text]
    for place, row in enumerate(rows):
        yield f"{f'{tag:<4}- ' if not place else '      '}{row}\n"


def _date(date: tuple[int, ...]) -> str:
    if not date:
        return ""
    month = f" {_MONTHS[date[1] - 1]}" if len(date) > 1 else ""
    day = f" {date[2]}" if len(date) > 2 else ""
    return f"{date[0]}{month}{day}"


def _heading(heading: MeshHeading) -> str:
    name = f"{'*' if heading.major else ''}{heading.descriptor}"
    return "/".join((name, *(f"{'*' if one.major else ''}{one.name}" for one in heading.qualifiers)))


def _source(one: Reference) -> str:
    issue = f"({one.issue})" if one.issue else ""
    pages = f":{one.pages}" if one.pages else ""
    return f"{one.abbreviation or one.journal}. {_date(one.date)};{one.volume}{issue}{pages}."
