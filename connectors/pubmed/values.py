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
_DIGITS = re.compile(r"[0-9]{1,4}\Z")
_PMID = re.compile(r"[0-9]{1,9}\Z")
_DOI = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:)?\s*(10\.[0-9.]+/\S+)\Z")
_PMCID = re.compile(r"PMC[0-9]+", re.IGNORECASE)
_EXPONENT = re.compile(r"\s*[-+−–]?[0-9]+\s*\Z")
_RAISED = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_REGISTRATIONS = (
    ("NCT", "ClinicalTrials.gov", re.compile(r"NCT[\s:#-]{0,3}([0-9]{8})(?![0-9])")),
    ("ISRCTN", "ISRCTN", re.compile(r"ISRCTN[\s:#-]{0,3}([0-9]{8})(?![0-9])")),
)


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
    """A PubMed Central identifier in capitals, or None where the text holds none."""
    found = _PMCID.search(text)
    return found[0].upper() if found else None


def registrations_in(text: str) -> list[dict[str, str]]:
    """Trial registrations (ClinicalTrials.gov and ISRCTN) named in a text, as fields of `RegistryNumber`."""
    return [
        {"databank": databank, "number": prefix + number}
        for prefix, databank, pattern in _REGISTRATIONS
        if prefix in text
        for number in pattern.findall(text)
    ]
