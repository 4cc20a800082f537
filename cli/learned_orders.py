"""The orders in which people screen, as the workbench asks for them: learned beside it, so that no page waits for one long."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from connectors.settings import Settings
from evidence.kept import Kept

if TYPE_CHECKING:
    from connectors.vector_cache import CachedEmbeddings
    from pipelines.screening import Screening
    from pipelines.screening_order import LearnedOrder, ReadingOrder

_WAIT_SECONDS = 0.1
"""How long a page waits for an order: to learn again from one decision more takes a third of it where nobody else asks."""
_RUNS = 200
_END_SECONDS = 5.0
_FAILED = "The order is the search's own ranking: none could be learned"


class Orders(Protocol):
    """Gives orders to read in."""

    def of(self, screening: Screening) -> ReadingOrder:
        """The order to read on in."""


class OrdersHere:
    """Orders learned here and now: where nobody else's page waits for this process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, screening: Screening) -> ReadingOrder:
        """The order learned from everything that was decided."""
        from pipelines.screening_order import order_unread

        return order_unread(screening, self._vectors)

    @cached_property
    def _vectors(self) -> CachedEmbeddings | None:
        from cli.services import build_embeddings
        from connectors.vector_cache import CachedEmbeddings

        embeddings = build_embeddings(self._settings)
        return embeddings if isinstance(embeddings, CachedEmbeddings) else None


class LearnedOrders:
    """Orders learned in a process beside this one, one after the other; it starts with the first that is asked for.

    A page gets the order learned last, which says so where it does not know the last decisions yet. However often a run is
    asked for while it waits for its turn, its order is learned once.
    """

    def __init__(self, settings: Settings, *, wait: float = _WAIT_SECONDS) -> None:
        self._settings = settings
        self._wait = wait
        self._known: Kept[str, LearnedOrder] = Kept(_RUNS)
        self._wanted: dict[str, tuple[int, ...]] = {}
        self._turn = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def of(self, screening: Screening) -> ReadingOrder:
        """The order to show now; a new one is awaited for a moment."""
        from pipelines.screening_order import order_shown, standing_of

        run_id, standing = screening.run.id, standing_of(screening)
        with self._turn:
            if not self._knows(run_id, standing):
                self._wanted[run_id] = standing
                self._begin()
                self._turn.notify_all()
                self._turn.wait_for(lambda: self._knows(run_id, standing), timeout=self._wait)
        return order_shown(screening, self._known.get(run_id))

    def close(self) -> None:
        """Ends the process."""
        with self._turn:
            self._closed = True
            self._turn.notify_all()
            process = self._process
        if process is not None:
            _end(process)

    def _knows(self, run_id: str, standing: tuple[int, ...]) -> bool:
        known = self._known.get(run_id)
        return known is not None and known.standing == standing

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="screening orders", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._wanted or self._closed)
                if self._closed:
                    return
                run_id = next(iter(self._wanted))
                standing = self._wanted.pop(run_id)
            learned = self._learn(run_id, standing)
            with self._turn:
                self._known.put(run_id, learned)
                self._turn.notify_all()

    def _learn(self, run_id: str, standing: tuple[int, ...]) -> LearnedOrder:
        from pipelines.screening_order import LearnedOrder, ReadingOrder

        line = self._ask(run_id) or self._ask(run_id)  # a process that died is started once more
        said: dict[str, Any] = json.loads(line) if line else {"fault": "the log of the workbench says why."}
        if "fault" in said:
            return LearnedOrder(standing, ReadingOrder((), f"{_FAILED}: {said['fault']}"))
        return LearnedOrder(tuple(said["standing"]), ReadingOrder(tuple(said["pmids"]), said["says"]))

    def _ask(self, run_id: str) -> str:
        """What the process says; empty where it ended instead. The next order is asked of a new one then."""
        with self._turn:
            if self._closed:
                return ""
            process = self._process = self._process or _started(self._settings)
        try:
            line = _told(process, run_id)
        except (OSError, ValueError):  # its pipe broke, or was closed because this process ends
            line = ""
        if not line:
            _end(process)
            self._process = None
        return line


def _told(process: subprocess.Popen[str], run_id: str) -> str:
    assert process.stdin is not None  # noqa: S101 - it was asked for
    assert process.stdout is not None  # noqa: S101 - it was asked for
    process.stdin.write(f"{run_id}\n")
    process.stdin.flush()
    return process.stdout.readline()


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(OSError):
        if process.stdin:
            process.stdin.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def _started(settings: Settings) -> subprocess.Popen[str]:
    environment = {**os.environ, "EVIDENCE_HOME": str(settings.home), "EVIDENCE_STORE_URL": settings.store_url}
    # A group of its own: Ctrl-C is for this process, at whose end its input closes. In the same session its `nice` counts.
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "cli.order_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
        process_group=0,
    )
