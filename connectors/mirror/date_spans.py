"""What a date in a query means as days in numbers, YYYYMMDD."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from evidence.errors import UnsupportedQuery

_LAST = re.compile(r"(?:the )?last (?:(\d{1,4}) )?(day|month|year)s?")
_DATE = re.compile(r"(\d{4})(?:/(\d{1,2}))?(?:/(\d{1,2}))?")


def day_span(text: str) -> tuple[int, int]:
    """First and last day of `2019`, `2019/06`, `2019/06/03` or `last 5 years`, which ends today.

    Raises UnsupportedQuery for anything else.
    """
    if last := _LAST.fullmatch(text.strip().casefold()):
        return _last_days(int(last[1] or 1), last[2])
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise UnsupportedQuery(f"{text!r} is no date this mirror can search: write YYYY, YYYY/MM or YYYY/MM/DD.")
    year, month, day = (int(part) if part else None for part in match.groups())
    first_month, last_month = (month, month) if month else (1, 12)
    if year is None or not (1 <= first_month <= 12 and (day is None or 1 <= day <= 31)):
        raise UnsupportedQuery(f"{text!r} is no day of the calendar: write YYYY, YYYY/MM or YYYY/MM/DD.")
    last_day = day or monthrange(max(year, 1), last_month)[1]
    return year * 10000 + first_month * 100 + (day or 1), year * 10000 + last_month * 100 + last_day


def _last_days(number: int, unit: str) -> tuple[int, int]:
    today = date.today()
    if unit == "day":
        first = today - timedelta(days=number)
    else:
        months = today.year * 12 + today.month - 1 - number * (12 if unit == "year" else 1)
        year, month = divmod(max(months, 12), 12)
        first = date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    return _as_number(first), _as_number(today)


def _as_number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day
