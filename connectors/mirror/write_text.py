"""Records as plain text: the MEDLINE format, with its tags, and the abstract format."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from evidence.citation import Citation, PartialDate

_LINKS = {
    "CommentIn": "CIN",
    "CommentOn": "CON",
    "ErratumIn": "EIN",
    "ErratumFor": "EFR",
    "CorrectedandRepublishedIn": "CRI",
    "CorrectedandRepublishedFrom": "CRF",
    "DatasetIn": "DDIN",
    "DatasetUseReportedIn": "DRIN",
    "ExpressionOfConcernIn": "ECI",
    "ExpressionOfConcernFor": "ECF",
    "RepublishedIn": "RPI",
    "RepublishedFrom": "RPF",
    "RetractedandRepublishedIn": "RRI",
    "RetractedandRepublishedFrom": "RRF",
    "RetractionIn": "RIN",
    "RetractionOf": "ROF",
    "UpdateIn": "UIN",
    "UpdateOf": "UOF",
    "OriginalReportIn": "ORI",
}


def medline_text(citation: Citation, _place: int = 1) -> str:
    """The record in MEDLINE format, as reference managers and `Bio.Medline` read it; ends with an empty line."""
    return "".join(_line(tag, value) for tag, value in _fields(citation) if value)


def _line(tag: str, value: str) -> str:
    wrapped = textwrap.wrap(value, width=81, break_long_words=False, break_on_hyphens=False)
    return f"{tag:<4}- " + "\n      ".join(wrapped) + "\n"


def _fields(citation: Citation) -> Iterator[tuple[str, str]]:
    journal = citation.journal
    yield "PMID", citation.pmid
    yield "STAT", citation.medline_status or ""
    yield "LR", _day(citation.revised.printed) if citation.revised else ""
    yield "IS", journal.issn or ""
    yield "VI", journal.volume or ""
    yield "IP", journal.issue or ""
    yield "DP", citation.published.printed if citation.published else ""
    yield "TI", citation.title
    yield "PG", journal.pages or ""
    yield "LID", f"{citation.doi} [doi]" if citation.doi else ""
    yield "AB", " ".join(f"{section.label}: {section.text}" if section.label else section.text for section in citation.abstract)
    yield "CI", citation.copyright or ""
    yield from _people(citation)
    yield from (("LA", language) for language in citation.languages)
    yield from (("SI", f"{entry.databank}/{entry.number}") for entry in citation.registrations)
    for grant in citation.grants:
        yield "GR", "/".join(part for part in (grant.number, grant.agency, grant.country) if part)
    yield from (("PT", kind) for kind in citation.publication_types)
    yield "DEP", _day(citation.published_online.printed) if citation.published_online else ""
    yield "TA", journal.abbreviation or ""
    yield "JT", journal.title or ""
    for correction in citation.corrections:
        if tag := _LINKS.get(correction.kind):
            yield tag, correction.reference + (f" PMID: {correction.pmid}" if correction.pmid else "")
    yield from _subjects(citation)
    yield "COIS", citation.conflict_statement or ""
    yield from _history(citation)
    yield "PMC", citation.pmcid or ""
    yield "AID", f"{citation.doi} [doi]" if citation.doi else ""
    yield "PST", citation.publication_status or ""
    yield "SO", _source(citation)


def _history(citation: Citation) -> Iterator[tuple[str, str]]:
    """The dates that PubMed itself gives, then every date of the history with its name."""
    dates = {entry.event: _moment(entry.date) for entry in citation.dates}
    entered = dates.get("pubmed", dates.get("entrez", ""))
    yield from (("EDAT", entered), ("MHDA", dates.get("medline", entered)), ("CRDT", dates.get("entrez", "")))
    for event, moment in dates.items():
        if not event.startswith("Date"):
            yield "PHST", f"{moment} [{event}]"


def _moment(date: PartialDate) -> str:
    return f"{date.year:04}/{date.month or 1:02}/{date.day or 1:02} 00:00" if date.year else date.printed


def _people(citation: Citation) -> Iterator[tuple[str, str]]:
    for author in citation.authors:
        if author.collective_name:
            yield "CN", author.collective_name
            continue
        yield "FAU", ", ".join(part for part in (author.last_name, author.fore_name, author.suffix) if part)
        yield "AU", author.name
        yield "AUID", f"ORCID: {author.orcid}" if author.orcid else ""
        yield from (("AD", affiliation) for affiliation in author.affiliations)


def _subjects(citation: Citation) -> Iterator[tuple[str, str]]:
    for heading in citation.mesh:
        star = "*" if heading.major else ""
        qualifiers = "".join(f"/{'*' if qualifier.major else ''}{qualifier.name}" for qualifier in heading.qualifiers)
        yield "MH", f"{star}{heading.descriptor}{qualifiers}"
    yield from (("RN", f"0 ({substance})") for substance in citation.substances)
    yield from (("OT", keyword) for keyword in citation.keywords)


def _day(printed: str) -> str:
    return printed.replace(" ", "")


def _source(citation: Citation) -> str:
    journal = citation.journal
    printed = citation.published.printed if citation.published else ""
    volume = (journal.volume or "") + (f"({journal.issue})" if journal.issue else "")
    place = f";{volume}" if volume else ""
    pages = f":{journal.pages}" if journal.pages else ""
    doi = f" doi: {citation.doi}." if citation.doi else ""
    return f"{journal.abbreviation or journal.title or ''}. {printed}{place}{pages}.{doi}".strip()


def abstract_text(citation: Citation, place: int = 1) -> str:
    """The record as a numbered reference with its abstract."""
    parts = [f"{place}. {_source(citation)}", citation.title]
    if citation.authors:
        parts.append(", ".join(author.name for author in citation.authors) + ".")
    parts += [f"{section.label}: {section.text}" if section.label else section.text for section in citation.abstract]
    if citation.copyright:
        parts.append(citation.copyright)
    numbers = [f"DOI: {citation.doi}"] if citation.doi else []
    numbers += [f"PMCID: {citation.pmcid}"] if citation.pmcid else []
    numbers.append(f"PMID: {citation.pmid}")
    wrapped = ["\n".join(textwrap.wrap(part, width=80, break_long_words=False)) for part in parts]
    return "\n\n".join([*wrapped, "\n".join(numbers)]) + "\n\n"
