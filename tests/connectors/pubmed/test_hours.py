from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.pubmed.hours import advice, eastern, is_busy
from connectors.pubmed.transport import PUBLIC_BASE_URL

BUSY = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Washington


@pytest.mark.parametrize("year", range(2007, 2040))
def test_eastern_time_is_that_of_the_time_zone_database(year: int) -> None:
    zone = ZoneInfo("America/New_York")
    for month in range(1, 13):
        for day in (1, 7, 8, 14, 15, 28):
            for hour in (5, 6, 7, 8):
                moment = datetime(year, month, day, hour, 0, tzinfo=UTC)
                assert eastern(moment) == moment.astimezone(zone).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("moment", "busy"),
    [
        (BUSY, True),
        (datetime(2026, 11, 24, 9, 59, tzinfo=UTC), False),  # 4:59
        (datetime(2026, 11, 24, 10, 0, tzinfo=UTC), True),  # 5:00
        (datetime(2026, 11, 25, 1, 59, tzinfo=UTC), True),  # 20:59
        (datetime(2026, 11, 25, 2, 0, tzinfo=UTC), False),  # 21:00
        (datetime(2026, 11, 28, 15, 0, tzinfo=UTC), False),  # a Saturday
        (datetime(2026, 11, 30, 3, 0, tzinfo=UTC), False),  # Sunday evening there
    ],
)
def test_hours(moment: datetime, busy: bool) -> None:
    assert is_busy(moment) is busy


def test_a_large_job_in_busy_hours_is_said_in_one_sentence() -> None:
    words = advice(20_001, PUBLIC_BASE_URL, BUSY)
    assert words is not None
    assert words.startswith("This takes 101 requests (at least 1 min), and NCBI asks")


@pytest.mark.parametrize(
    ("records", "url", "now"),
    [
        (20_000, PUBLIC_BASE_URL, BUSY),
        (500_000, "http://127.0.0.1:9/entrez/eutils/", BUSY),
        (500_000, PUBLIC_BASE_URL, datetime(2026, 11, 28, 15, 0, tzinfo=UTC)),
    ],
)
def test_nothing_is_said_where_nothing_is_asked(records: int, url: str, now: datetime) -> None:
    assert advice(records, url, now) is None
