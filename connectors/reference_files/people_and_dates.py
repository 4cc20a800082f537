"""Names and dates as exports print them, in many ways."""

from __future__ import annotations

import re
from typing import Any

from connectors.pubmed.values import date_in_text
from evidence.citation import Author, PartialDate

_INITIALS = re.compile(r"(?:[A-Z]\.?[\s-]?){1,5}\Z")
_SUFFIX = re.compile(r"(?:Jr|Sr|2nd|3rd|4th|II|III|IV)\.?\Z", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:group|investigators?|collaborat\w+|consortium|committee|network|society|association|team|study|trial|college|"
    r"organi[sz]ation|institute|university|department|hospital|federation|council|registry)\b",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"([12][0-9]{3})(?:[/-]([0-9]{0,2})(?:[/-]([0-9]{0,2}))?)?(?:[/-](.*))?\Z")


def author_of(printed: str) -> Author | None:
    """`Smith, John A.`, `Smith J.A.`, `Smith JA` or a group's name; None where nothing is printed."""
    name = " ".join(printed.replace("\u00a0", " ").split()).strip(" ,;")
    if not name:
        return None
    if "," in name:
        return _with_comma([part.strip() for part in name.split(",") if part.strip()], name)
    words = name.split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.match(words[-1]) else None
    start = len(words)
    while start > 1 and _INITIALS.match(words[start - 1]):
        start -= 1
    if start == len(words):
        return Author(collective_name=name) if len(words) > 3 or _GROUP.search(name) else Author(last_name=name, suffix=suffix)
    return Author(last_name=" ".join(words[:start]), initials=_initials(" ".join(words[start:])), suffix=suffix)


def _with_comma(parts: list[str], name: str) -> Author | None:
    if _GROUP.search(name) and not _INITIALS.match(parts[-1]):
        return Author(collective_name=name)
    suffix = parts.pop() if len(parts) > 2 and _SUFFIX.match(parts[-1]) else None
    given = " ".join(parts[1:])
    return Author(
        last_name=parts[0],
        fore_name=given if given and not _INITIALS.match(given) else None,
        initials=_initials(given) or None,
        suffix=suffix,
    )


def _initials(given: str) -> str:
    if _INITIALS.match(given):
        return re.sub(r"[^A-Z]", "", given)
    return "".join(part[0].upper() for part in re.split(r"[\s.-]+", given) if part[:1].isalpha())


def authors_of(printed: list[str]) -> tuple[Author, ...]:
    """One author a value, or several with semicolons between."""
    names = [name for value in printed for name in (value.split(";") if ";" in value else [value])]
    return tuple(author for name in names if (author := author_of(name)) is not None)


def published_of(*printed: str | None) -> PartialDate | None:
    """The first value that has a year, as `2019`, `2019/03/04/`, `2019//`, `2019 Mar 4`, `Mar 2019`; None where none has."""
    for value in printed:
        text = " ".join((value or "").split())
        if not text:
            continue
        parts = _parts(text)
        if parts is not None:
            return PartialDate(**parts, printed=text[:60])
    return None


def _parts(text: str) -> dict[str, Any] | None:
    if found := _SLASHED.match(text):
        month = _within(found[2], 12)
        return {"year": int(found[1]), "month": month, "day": _within(found[3], 31) if month else None}
    read = date_in_text(text)
    return read if read["year"] is not None else None


def _within(digits: str | None, most: int) -> int | None:
    number = int(digits) if digits else 0
    return number if 1 <= number <= most else None
