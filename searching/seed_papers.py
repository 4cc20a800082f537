"""Reads known papers out of whatever a person has them in: PMIDs, addresses, nbib, RIS, CSV, PubMed XML, BibTeX."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from evidence.seed_test import KnownPapers

_BARE = re.compile(r"\d{1,9}")
_NAMED = re.compile(
    r"(?:\bPMID|\bPubMed\s*ID|\baccession-num)\s*[:=#>\-]*\s*[\"{]?\s*(\d{1,9})\b|\b(\d{1,9})\s*\[(?:pmid|uid)\]", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/(?:\?term=)?|europepmc\.org/(?:article|abstract)/med/"
    r"|identifiers\.org/pubmed[:/]|list_uids=)(\d{1,9})\b",
    re.IGNORECASE,
)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|,;]+", re.IGNORECASE)
_PMCID = re.compile(r"\bPMC\d{1,9}\b", re.IGNORECASE)
_SPLIT = re.compile(r"[\s,;|]+")
# A PMID in front of a reference; a shorter number may be a year or a place in a list.
_LEADING = re.compile(r"[\"']?(\d{5,9})[\"']?(?:[\s,;:.)|]|$)")
_XML_PMID = re.compile(
    r"<MedlineCitation\b[^>]*>\s*<PMID\b[^>]*>\s*(\d{1,9})\s*<|<BookDocument>\s*<PMID\b[^>]*>\s*(\d{1,9})\s*<"
)
_RIS_START = re.compile(r"^TY  - ", re.MULTILINE)
_RIS_LINE = re.compile(r"^([A-Z][A-Z0-9])  - ?(.*)$")
_NBIB_START = re.compile(r"^PMID ?- *(\d{1,9})\s*$", re.MULTILINE)
_BIBTEX_START = re.compile(r"^@(?!comment|string|preamble)\w+\s*\{", re.MULTILINE | re.IGNORECASE)
_SHOWN = 60
_LONGEST_CELL = 10_000_000


def read_known(text: str, *, place: str = "") -> KnownPapers:
    """The papers named in a text, in order, each once. Never fails: what names no paper is said in `unread`.

    Read are PMIDs (alone, several a line, `PMID: 1`, `1[uid]`, in front of a reference), addresses of PubMed and
    Europe PMC, nbib and RIS records, PubMed XML, BibTeX and CSV with a column of PMIDs. DOIs and PMCIDs are taken where
    an entry has no PMID. `place` names the file in what could not be read.
    """
    text = text.lstrip("\ufeff")
    return _collected(_entries(text), place)


def joined(known: Iterable[KnownPapers]) -> KnownPapers:
    """Several lists as one, each paper once."""
    pmids: dict[str, None] = {}
    identifiers: dict[str, None] = {}
    repeated = 0
    unread: list[str] = []
    for papers in known:
        repeated += papers.repeated + len(pmids.keys() & set(papers.pmids)) + len(identifiers.keys() & set(papers.identifiers))
        pmids.update(dict.fromkeys(papers.pmids))
        identifiers.update(dict.fromkeys(papers.identifiers))
        unread += papers.unread
    return KnownPapers(pmids=tuple(pmids), identifiers=tuple(identifiers), repeated=repeated, unread=tuple(unread))


def _collected(entries: Iterable[tuple[str, list[str]]], place: str) -> KnownPapers:
    """Each entry is where it stands with its beginning, and what it names: PMIDs, else DOIs and PMCIDs."""
    pmids: dict[str, None] = {}
    identifiers: dict[str, None] = {}
    repeated = 0
    unread: list[str] = []
    for where, names in entries:
        if not names:
            unread.append(f"{place}, {where}" if place else where)
        for name in names:
            there = pmids if _BARE.fullmatch(name) else identifiers
            folded = (name.lstrip("0") or "0") if there is pmids else name.lower().rstrip(".")
            repeated += folded in there
            there[folded] = None
    return KnownPapers(pmids=tuple(pmids), identifiers=tuple(identifiers), repeated=repeated, unread=tuple(unread))


def _entries(text: str) -> Iterator[tuple[str, list[str]]]:
    if _NBIB_START.search(text):
        yield from _nbib(text)
    elif _RIS_START.search(text):
        yield from _ris(text)
    elif "<MedlineCitation" in text or "<BookDocument" in text:
        yield from (("", [first or second]) for first, second in _XML_PMID.findall(text))
    elif _BIBTEX_START.search(text):
        for number, entry in enumerate(_BIBTEX_START.split(text)[1:], 1):
            yield f"entry {number}: “{entry.split(',')[0][:_SHOWN]}”", _names_in(" ".join(entry.split()))[:1]
    elif (column := _pmid_column(text)) is not None:
        yield from _table(text, column)
    else:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield f"line {number}: “{line.strip()[:_SHOWN]}”", _names_in(line.strip())


def _names_in(line: str) -> list[str]:
    """The papers that one line names: by PMID if it can be, else by DOI or PMCID."""
    parts = [part for part in _SPLIT.split(line.strip("[](){}\"'")) if part]
    if parts and all(_BARE.fullmatch(part.strip("\"'.")) for part in parts):
        return [part.strip("\"'.") for part in parts]
    if found := _ADDRESS.findall(line):
        return list(found)
    if named := [first or second for first, second in _NAMED.findall(line)]:
        return named
    if others := [*_DOI.findall(line), *_PMCID.findall(line)]:
        return others[:1] if len(parts) > 2 else others
    leading = _LEADING.match(line)
    return [leading[1]] if leading else []


def _nbib(text: str) -> Iterator[tuple[str, list[str]]]:
    for match in _NBIB_START.finditer(text):
        yield "", [match[1]]


def _ris(text: str) -> Iterator[tuple[str, list[str]]]:
    for number, record in enumerate(_RIS_START.split(text)[1:], 1):
        fields = [(match[1], match[2]) for line in record.splitlines() if (match := _RIS_LINE.match(line.rstrip()))]
        title = next((value for tag, value in fields if tag in ("TI", "T1")), "")
        yield f"record {number}: “{title[:_SHOWN]}”", _ris_names(fields)


def _ris_names(fields: list[tuple[str, str]]) -> list[str]:
    """A PMID where it is said to be one or stands as a PubMed accession number; else the DOI or PMCID."""
    values = [value for tag, value in fields if tag not in ("TI", "T1", "AB", "N2", "AU", "A1")]
    for value in values:
        if found := _ADDRESS.search(value):
            return [found[1]]
        if named := _NAMED.search(value):
            return [named[1] or named[2]]
    databases = " ".join(value for tag, value in fields if tag in ("DB", "DP")).lower()
    from_pubmed = any(name in databases for name in ("pubmed", "medline", "nlm", "ncbi"))
    for tag, value in fields:
        bare = value.strip()
        # An accession number of a database that is named and is not PubMed is none of PubMed's.
        if _BARE.fullmatch(bare) and (tag == "PM" or (tag in ("AN", "ID") and from_pubmed) or (tag == "AN" and not databases)):
            return [bare]
    for value in values:
        if other := _DOI.search(value) or _PMCID.search(value):
            return [other[0]]
    return []


def _pmid_column(text: str) -> int | None:
    """Which column of a table with a heading row holds PMIDs."""
    heading = text.partition("\n")[0]
    if not re.search(r"[,;\t]", heading) or re.match(r"\s*\d", heading):
        return None
    names = [
        cell.strip().casefold().replace("_", " ") for cell in next(csv.reader([heading], delimiter=_delimiter(heading)), [])
    ]
    return next((place for place, name in enumerate(names) if name in ("pmid", "pubmed id", "pubmedid", "pmids")), None)


def _table(text: str, column: int) -> Iterator[tuple[str, list[str]]]:
    csv.field_size_limit(_LONGEST_CELL)  # an abstract in a cell may pass the module's own limit
    rows = csv.reader(io.StringIO(text), delimiter=_delimiter(text.partition("\n")[0]))
    next(rows)
    for number, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            cell = row[column].strip() if column < len(row) else ""
            yield f"row {number}: “{' '.join(row)[:_SHOWN]}”", [cell] if _BARE.fullmatch(cell) else _names_in(" ".join(row))


def _delimiter(heading: str) -> str:
    return max(",;\t", key=heading.count)
