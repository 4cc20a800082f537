"""When NCBI asks that large jobs be run: at weekends, or between 21:00 and 5:00 Eastern time on weekdays.

NCBI's usage guidelines set that for "any series of more than 100 requests" (A General Introduction to the E-utilities,
"Frequency, Timing and Registration of E-utility URL Requests").
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from connectors.pubmed.client import BATCH_SIZE
from connectors.pubmed.transport import PUBLIC_BASE_URL

LARGE_JOB = 100
"""Requests in a series up to which any hour will do."""
_FIRST_BUSY_HOUR, _FIRST_QUIET_HOUR = 5, 21
_SATURDAY = 5


def advice(records: int, source_url: str, now: datetime, *, per_second: float = 3.0) -> str | None:
    """One sentence for the person where fetching so many records from NCBI at this moment is against its wish, else None.

    `now` must know its time zone.
    """
    requests = math.ceil(records / BATCH_SIZE)
    if source_url != PUBLIC_BASE_URL or requests <= LARGE_JOB or not is_busy(now):
        return None
    minutes = math.ceil(requests / per_second / 60)
    return (
        f"This takes {requests:,} requests (at least {minutes} min), and NCBI asks that more than {LARGE_JOB} be made "
        "at weekends or between 21:00 and 5:00 US Eastern time: stop it and go on with `evidence resume` then, if it can wait."
    )


def is_busy(now: datetime) -> bool:
    """Whether NCBI asks to leave large jobs for later at this moment."""
    there = eastern(now)
    return there.weekday() < _SATURDAY and _FIRST_BUSY_HOUR <= there.hour < _FIRST_QUIET_HOUR


def eastern(now: datetime) -> datetime:
    """US Eastern wall time by the rule in force since 2007, for machines that have no time zone database."""
    moment = now.astimezone(UTC).replace(tzinfo=None)
    starts = _sunday(moment.year, 3, 2) + timedelta(hours=7)  # 2:00 EST
    ends = _sunday(moment.year, 11, 1) + timedelta(hours=6)  # 2:00 EDT
    return moment - timedelta(hours=4 if starts <= moment < ends else 5)


def _sunday(year: int, month: int, number: int) -> datetime:
    """The first, second, … Sunday of a month."""
    first = datetime(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))
