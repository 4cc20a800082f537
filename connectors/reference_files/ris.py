"""One RIS record as a database exports it, Embase's and the Cochrane Library's oddities included."""

from __future__ import annotations

import re

from connectors.pubmed.values import doi_of, is_pmid, pmcid_of
from connectors.reference_files.people_and_dates import authors_of, published_of
from connectors.reference_files.tagged import TaggedRecord
from connectors.reference_files.values import Values, found_doi, found_pmid, plain, registrations
from evidence.citation import Journal

_READ = frozenset(
    [
        "TY",
        "TI",
        "T1",
        "TT",
        "AU",
        "A1",
        "AB",
        "N2",
        "JF",
        "JO",
        "JA",
        "J1",
        "J2",
        "T2",
        "SN",
        "VL",
        "IS",
        "SP",
        "EP",
        "PY",
        "Y1",
        "DA",
        "KW",
        "DO",
        "AN",
        "LA",
        "UR",
        "L1",
        "L2",
        "LK",
        "M3",
        "PT",
        "PM",
    ]
)
"""Tags that have a field; every other one is kept under its own name."""
_LINK_TO = re.compile(r"\s*\[?Link to .{0,300}\Z")
_BOOKS = frozenset({"CHAP", "BOOK", "CONF", "CPAPER", "SER", "EBOOK", "ECHAP"})
_PMID_SOURCES = frozenset({"pubmed", "medline"})
_NUMBER = re.compile(r"[0-9]{4,9}\Z")


def values_of(record: TaggedRecord) -> Values:
    """The record's values as fields of an `ImportedRecord`, without what the file says of itself."""
    title = _LINK_TO.sub("", plain(record.first("TI", "T1", "CT") or ""))
    abstract = _LINK_TO.sub("", plain(record.first("AB", "N2") or ""))
    return {
        "accession": record.first("AN", "ID"),
        "kind": record.first("TY") or "",
        "title": title,
        "vernacular_title": record.first("TT", "OP"),
        "abstract": abstract,
        "authors": authors_of(record.values("AU") or record.values("A1")),
        "journal": _journal(record),
        "published": published_of(*record.values("PY", "Y1", "DA")),
        "languages": tuple(record.values("LA")),
        "publication_types": tuple(dict.fromkeys(entry for entry in record.values("M3", "PT") if not doi_of(entry))),
        "keywords": _keywords(record),
        "doi": found_doi(record.values("DO"), record.values("UR", "L3", "LK", "M3", "ID", "N1")),
        "pmid": _pmid(record),
        "pmcid": next(
            (pmcid for value in record.values("C2", "N1", "UR") if "PMC" in value and (pmcid := pmcid_of(value))), None
        ),
        "urls": tuple(record.values("UR", "L1", "L2", "LK")),
        "registrations": registrations(title, abstract, *record.values("C1", "N1", "AN")),
        "further": _further(record),
    }


def _journal(record: TaggedRecord) -> Journal:
    book = record.first("TY") in _BOOKS
    full = record.first("BT", "T2", "JF") if book else record.first("JF", "T2", "JO")
    short = record.first("JA", "J2", "J1", "JO")
    start, end = record.first("SP"), record.first("EP")
    pages = f"{start}-{end}" if start and end and start != end and "-" not in start else start
    return Journal(
        title=full or short,
        abbreviation=short,
        issn=record.first("SN"),
        volume=record.first("VL"),
        issue=record.first("IS"),
        pages=pages or record.first("C7"),
    )


def _keywords(record: TaggedRecord) -> tuple[str, ...]:
    """One a value, or all in one with semicolons between."""
    split = (part.strip() for value in record.values("KW") for part in (value.split(";") if value.count(";") > 1 else [value]))
    return tuple(dict.fromkeys(part for part in split if part))


def _pmid(record: TaggedRecord) -> str | None:
    """Where a PMID stands differs by database: its own tag, a cross-reference, a note, an address, an accession number."""
    if named := found_pmid(record.values("PM"), record.values("XR", "N1", "AN", "UR", "L2", "M1", "C5", "U2")):
        return named
    database = (record.first("DB") or "").lower()
    accession = (record.first("AN") or "").strip()
    if any(name in database for name in _PMID_SOURCES) and _NUMBER.match(accession) and is_pmid(accession):
        return accession
    if "embase" in database or (record.first("AN") or "").startswith("L"):
        number = record.first("C5") or ""  # Embase.com's "Medline PMID"
        return number if _NUMBER.match(number) else None
    return None


def _further(record: TaggedRecord) -> dict[str, tuple[str, ...]]:
    names = dict.fromkeys(name for name, value in record.fields if name not in _READ and value)
    return {name: tuple(record.values(name)) for name in names}
