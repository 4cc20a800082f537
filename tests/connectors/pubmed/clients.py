"""A client for the fault server, and what its tests have in common."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

from pydantic import SecretStr

from connectors.pubmed.client import PubMed
from evidence.errors import EvidenceError
from tests.support.fault_server import FaultServer

KEY = "0123456789abcdef-key"
EMAIL = "reader@example.nhs.uk"


class Counted:
    """A limiter that never waits and counts."""

    def __init__(self) -> None:
        self.waits = 0
        self.pauses: list[float] = []
        self._lock = threading.Lock()

    def wait(self) -> None:
        with self._lock:
            self.waits += 1

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


def client(server: FaultServer | str, **changed: Any) -> PubMed:
    url = server if isinstance(server, str) else server.url
    settings: dict[str, Any] = {
        "base_url": url,
        "email": EMAIL,
        "api_key": SecretStr(KEY),
        "limiter": Counted(),
        "timeout": 5,
        "retries": 2,
        "sleep": lambda _seconds: None,
    }
    return PubMed(**{**settings, **changed})


def days(count: int, *, start: int = 1, first: date = date(2010, 1, 1), step: int = 1) -> dict[str, dict[str, date]]:
    """`count` records from PMID `start`, entered one every `step` days."""
    return {str(start + n): {"edat": first + timedelta(days=n * step)} for n in range(count)}


def one_sentence(error: EvidenceError) -> bool:
    message = error.message
    return message[-1:] in ".”" and "\n" not in message and len(message) < 400 and KEY not in message and EMAIL not in message
