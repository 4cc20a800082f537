"""What the workbench works with. The command line builds it and passes it in; tests build it with their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from pydantic import JsonValue

from connectors.settings import Settings
from connectors.store import Store
from evidence.question import Request
from evidence.services import CitationSource, EntailmentModel
from evidence.work_request import Job, WorkRequest
from review.people import Person
from review.search_tools import SearchTools


class Runner(Protocol):
    """Gives runs to the worker."""

    def start(self, work: WorkRequest, request: Request, *, search_only: bool, by: str) -> Job:
        """Makes a run for the request and puts it in the worker's queue."""


def utc_now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Services:
    """The services of the workbench."""

    store: Store
    settings: Settings
    runner: Runner
    tools: SearchTools
    open_source: Callable[[Mapping[str, JsonValue]], AbstractContextManager[CitationSource]]
    """Opens the source that a run of these settings was made from, for looking at its records again."""
    entailment: Callable[[], EntailmentModel | None] = lambda: None
    """Opens the learned check of claims, with which an edit is checked like the draft was; gives None where there is none."""
    one_person: Person | None = None
    """Who is signed in where there are no accounts; unset: nobody, ever."""
    hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost", "[::1]"})
    """Names under which the workbench may be asked for, without port: any other is refused."""
    flows_page: str | None = None
    """Address of the flows' own page on this machine; unset: there is none."""
    clock: Callable[[], datetime] = field(default=utc_now)

    @property
    def https(self) -> bool:
        """Whether people reach the workbench over https."""
        return (self.settings.public_url or "").startswith("https://")
