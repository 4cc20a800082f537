"""One record of the MEDLINE format (nbib), as PubMed, Ovid, EBSCO and Zotero write it."""

from __future__ import annotations

import re

from connectors.pubmed.values import doi_of, is_pmid, pmcid_of
from connectors.reference_files.people_and_dates import author_of, published_of
from connectors.reference_files.tagged import TaggedRecord
from connectors.reference_files.values import Values, plain, registrations
from evidence.citation import Author, Journal, RegistryNumber

_READ = frozenset(
    [
        "PMID",
        "TI",
        "BTI",
        "TT",
        "AB",
        "FAU",
        "AU",
        "CN",
        "JT",
        "TA",
        "IS",
        "VI",
        "IP",
        "PG",
        "DP",
        "DEP",
        "LA",
        "PT",
        "MH",
        "OT",
        "KW",
        "LID",
        "AID",
        "PMC",
        "SI",
    ]
)
_DOI = re.compile(r"(\S+)\s*\[doi\]\s*\Z")


def values_of(record: TaggedRecord) -> Values:
    """The record's values as fields of an `ImportedRecord`, without what the file says of itself."""
    title, abstract = plain(record.first("TI", "BTI") or ""), plain(record.first("AB") or "")
    pmid = (record.first("PMID") or "").strip()
    return {
        "accession": record.first("AN", "UI") or pmid or None,
        "kind": "nbib",
        "title": title,
        "vernacular_title": record.first("TT"),
        "abstract": abstract,
        "authors": _authors(record),
        "journal": Journal(
            title=record.first("JT", "SO"),
            abbreviation=record.first("TA"),
            issn=(record.first("IS") or "").partition(" ")[0] or None,
            volume=record.first("VI"),
            issue=record.first("IP"),
            pages=record.first("PG"),
        ),
        "published": published_of(*record.values("DP", "DEP", "YR")),
        "languages": tuple(record.values("LA")),
        "publication_types": tuple(record.values("PT")),
        "keywords": tuple(dict.fromkeys(record.values("MH", "OT", "KW"))),
        "doi": _doi(record),
        "pmid": pmid if is_pmid(pmid) else None,
        "pmcid": pmcid_of(record.first("PMC") or ""),
        "urls": tuple(record.values("UR", "4099")),
        "registrations": _registrations(record, title, abstract),
        "further": {
            name: tuple(record.values(name))
            for name in dict.fromkeys(name for name, value in record.fields if name not in _READ and value)
        },
    }


def _authors(record: TaggedRecord) -> tuple[Author, ...]:
    """Full names with the initials of the short ones beside them, groups in their places among them."""
    full, short = record.values("FAU"), record.values("AU")
    initials = [author.initials if (author := author_of(name)) else None for name in short] if len(full) == len(short) else []
    wanted = "FAU" if full else "AU"
    people: list[Author] = []
    for name, value in record.fields:
        if name == "CN" and value:
            people.append(Author(collective_name=value))
        elif name == wanted and (author := author_of(value)) is not None:
            place = sum(person.collective_name is None for person in people)
            printed = initials[place] if wanted == "FAU" and place < len(initials) else None
            people.append(author.model_copy(update={"initials": printed}) if printed else author)
    return tuple(people)


def _doi(record: TaggedRecord) -> str | None:
    for value in record.values("LID", "AID", "DO", "DOI"):
        found = _DOI.match(value)
        if doi := doi_of(found[1] if found else value):
            return doi
    return None


def _registrations(record: TaggedRecord, title: str, abstract: str) -> tuple[RegistryNumber, ...]:
    """`SI  - ClinicalTrials.gov/NCT01234567`, and what title and abstract name."""
    stated = [value.partition("/") for value in record.values("SI") if "/" in value]
    listed = tuple(RegistryNumber(databank=bank.strip(), number=number.strip()) for bank, _, number in stated if number.strip())
    known = {entry.number for entry in listed}
    return (*listed, *(entry for entry in registrations(title, abstract) if entry.number not in known))
