"""Dates of PubMed XML as days in numbers, YYYYMMDD."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_DAY = re.compile(r"0?[1-9]|[12][0-9]|3[01]")


def day_number(element: Any) -> int | None:
    """The first day that a date element can mean, as YYYYMMDD; None where it gives no year."""
    year = month = day = ""
    for child in element:
        tag = child.tag
        if tag == "Year":
            year = child.text or ""
        elif tag == "Month":
            month = child.text or ""
        elif tag == "Day":
            day = child.text or ""
        elif tag == "MedlineDate" and (text := (child.text or "").strip()):
            return _free_text_day(text)
    return _day(year.strip(), month.strip(), day.strip())


@lru_cache(maxsize=4096)
def _day(year: str, month: str, day: str) -> int | None:
    if not _YEAR.fullmatch(year):
        return None
    number = _month(month)
    return int(year) * 10000 + (number or 1) * 100 + (int(day) if number and _DAY.fullmatch(day) else 1)


def _free_text_day(text: str) -> int | None:
    """Of `2019 Nov-Dec`, `Winter 1998-1999` and the like."""
    year = _YEAR.search(text)
    if year is None:
        return None
    following = text[year.end() :].strip(" -").split(" ")[0].split("-")[0]
    return int(year.group()) * 10000 + (_month(following) or 1) * 100 + 1


def _month(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return int(text) if 1 <= int(text) <= 12 else None
    return _MONTHS.get(text[:3].casefold())
