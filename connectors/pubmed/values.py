"""Small values out of PubMed XML: text without markup, dates as far as they go, identifiers in one spelling."""

from __future__ import annotations

import re
from typing import Any

Element = Any
"""An lxml element."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}
_MEDLINE_DATE = re.compile(
    r"(?<![0-9])([12][0-9]{3})(?![0-9])"
    r"(?:\W+([A-Za-z]{3})[a-z]*\.?(?:\W+([0-9]{1,2})(?![0-9]))?)?"
)
_MONTH_FIRST = re.compile(r"(?<![A-Za-z])([A-Za-z]{3})[a-z]*\.?,?\s+([12][0-9]{3})(?![0-9])")
_DIGITS = re.compile(r"[0-9]{1,4}\Z")
_PMID = re.compile(r"[0-9]{1,9}\Z")
_DOI = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:)?\s*(10\.[0-9.]+/\S+)\Z")
_PMCID = re.compile(r"PMC[0-9]+", re.IGNORECASE)
_EXPONENT = re.compile(r"\s*[-+−–]?[0-9]+\s*\Z")
_RAISED = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_REGISTRATIONS = (
    ("NCT", "ClinicalTrials.gov", re.compile(r"NCT[\s:#-]{0,3}([0-9]{8})(?![0-9])")),
    ("ISRCTN", "ISRCTN", re.compile(r"ISRCTN[\s:#-]{0,3}([0-9]{8})(?![0-9])")),
    ("ACTRN", "ANZCTR", re.compile(r"ACTRN[\s:#-]{0,3}([0-9]{14})(?![0-9])")),
    ("DRKS", "DRKS", re.compile(r"DRKS[\s:#-]{0,3}([0-9]{8})(?![0-9])")),
    ("ChiCTR", "ChiCTR", re.compile(r"ChiCTR((?:-[A-Z]{2,4})?-?[0-9]{8,10})(?![0-9])")),
    ("CTRI/", "CTRI", re.compile(r"CTRI/([0-9]{4}/[0-9]{2,3}/[0-9]{5,6})(?![0-9])")),
    ("UMIN", "UMIN-CTR", re.compile(r"UMIN(?:-CTR)?[\s:#-]{0,3}([0-9]{9})(?![0-9])")),
    ("jRCT", "jRCT", re.compile(r"jRCT(s?[0-9]{9,10})(?![0-9])")),
    ("NTR", "Netherlands Trial Register", re.compile(r"\bNTR[\s:#-]{0,3}([0-9]{3,5})(?![0-9])")),
    ("PACTR", "PACTR", re.compile(r"PACTR[\s:#-]{0,3}([0-9]{15,16})(?![0-9])")),
    ("IRCT", "IRCT", re.compile(r"\bIRCT[\s:#-]{0,3}([0-9]{11,18}N[0-9]{1,3})(?![0-9])")),
    ("KCT", "CRiS", re.compile(r"\bKCT[\s:#-]{0,3}([0-9]{7})(?![0-9])")),
    ("TCTR", "TCTR", re.compile(r"\bTCTR[\s:#-]{0,3}([0-9]{11})(?![0-9])")),
    ("RBR-", "ReBEC", re.compile(r"RBR-([0-9a-z]{6,8})(?![0-9a-z])")),
    ("", "EudraCT", re.compile(r"(?i:eudract|ctis|eu ct)\D{0,20}([0-9]{4}-[0-9]{6}-[0-9]{2})(?![0-9-])")),
)
"""Each registry's prefix, name and numbers, as the WHO's primary registries write them."""


def text_of(element: Element) -> str:
    """All text in an element, markup removed, white space folded to single spaces.

    A raised number after a digit (`10<sup>6</sup>`) becomes `10⁶`, so that it is never read as 106; Unicode's
    compatibility folding (NFKC) gives the plain digits back.
    """
    if not len(element):
        return " ".join((element.text or "").split())
    for raised in element.iter("sup"):
        if raised.text and not len(raised) and _EXPONENT.match(raised.text) and _text_before(raised)[-1:].isdecimal():
            raised.text = raised.text.strip().translate(_RAISED)
    return " ".join("".join(element.itertext()).split())


def _text_before(element: Element) -> str:
    previous = element.getprevious()
    return (previous.tail if previous is not None else element.getparent().text) or ""


def optional_text(element: Element) -> str | None:
    """The element's text, or None where it is empty."""
    return text_of(element) or None


def is_pmid(text: str) -> bool:
    """Whether a text is a PMID: 1 to 9 digits."""
    return _PMID.match(text) is not None


def pmid_of(text: str) -> str | None:
    """A PMID, or None where the text is none."""
    return text if is_pmid(text) else None


def pmid_text(element: Element) -> str | None:
    """A PMID, or None where the element holds something else."""
    text = (element.text or "").strip()
    return text if is_pmid(text) else None


def date_of(element: Element) -> dict[str, Any] | None:
    """Fields of a `PartialDate` from Year, Month, Day, Season or MedlineDate; None where nothing is printed.

    A range keeps its first day; a season keeps the year alone, because it differs between hemispheres.
    """
    parts = {child.tag: text_of(child) for child in element}
    if medline := parts.get("MedlineDate"):
        return _medline_date(medline)
    printed = " ".join(parts[tag] for tag in ("Year", "Season", "Month", "Day") if parts.get(tag))
    if not printed:
        return None
    month = parts.get("Month", "")
    return {
        "year": _number(parts.get("Year", ""), 1000, 2999),
        "month": _MONTHS.get(month[:3].lower()) or _number(month, 1, 12),
        "day": _number(parts.get("Day", ""), 1, 31),
        "printed": printed,
    }


def date_in_text(printed: str) -> dict[str, Any]:
    """Year, month and day of a date written out, as `2019 Nov-Dec` or `Mar 2019`; None for what it does not say."""
    read = _medline_date(printed)
    if read.get("month") is None and (before := _MONTH_FIRST.search(printed)):
        read = {"year": int(before[2]), "month": _MONTHS.get(before[1].lower()), "day": None}
    return {name: read.get(name) for name in ("year", "month", "day")}


def _medline_date(printed: str) -> dict[str, Any]:
    found = _MEDLINE_DATE.search(printed)
    if not found:
        return {"printed": printed}
    month = _MONTHS.get((found[2] or "").lower())
    day = _number(found[3] or "", 1, 31) if month else None
    return {"year": int(found[1]), "month": month, "day": day, "printed": printed}


def _number(text: str, least: int, most: int) -> int | None:
    if not _DIGITS.match(text):
        return None
    number = int(text)
    return number if least <= number <= most else None


def doi_of(text: str) -> str | None:
    """A DOI in lower case without resolver address or `doi:`, or None where the text holds none."""
    found = _DOI.match(text.strip().lower())
    return found[1] if found else None


def pmcid_of(text: str) -> str | None:
    """A PubMed Central identifier in capitals, or None where the text holds none. Some publishers leave `PMC` out."""
    if text.isascii() and text.isdigit():
        return f"PMC{text}"
    found = _PMCID.search(text)
    return found[0].upper() if found else None


def registrations_in(text: str) -> list[dict[str, str]]:
    """Trial registrations named in a text, as fields of `RegistryNumber`."""
    return [
        {"databank": databank, "number": prefix + number}
        for prefix, databank, pattern in _REGISTRATIONS
        if prefix in text
        for number in pattern.findall(text)
    ]
