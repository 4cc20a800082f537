"""The servers that a measured run talks to: a mirror that counts its requests, and Prefect."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.mirror import BASE_PATH, create_app
from evaluation.bench.processes import own_environment
from evidence.errors import ServiceUnavailable

_START_SECONDS = 180.0
_STOP_SECONDS = 20.0
_LOOK = 0.1


class CountedRequests:
    """An application in front of another that counts its requests by the last part of their path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.counts: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request and pass it on."""
        if scope["type"] == "http":
            self.counts[str(scope["path"]).rsplit("/", 1)[-1]] += 1
        await self._app(scope, receive, send)


@contextmanager
def counting_mirror(directory: Path) -> Iterator[tuple[str, CountedRequests]]:
    """A mirror's base address and its counter, for as long as the block lasts."""
    counted = CountedRequests(create_app(directory))
    server = uvicorn.Server(uvicorn.Config(counted, log_level="warning", access_log=False, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        _wait_until(lambda: server.started, "The local PubMed")
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{BASE_PATH}", counted
        finally:
            server.should_exit = True
            thread.join(_STOP_SECONDS)


@contextmanager
def running_prefect(home: Path) -> Iterator[str]:
    """The API address of a Prefect server that keeps everything in `home`, for as long as the block lasts.

    It is the one that `evidence` starts for itself: it says its address, then that it is ready, and ends when its input does,
    so that it does not outlive this process however that ends.
    """
    home.mkdir(parents=True, exist_ok=True)
    given = {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_LOGGING_LEVEL": "CRITICAL"}
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "connectors.orchestration"],
            env=own_environment(**given),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    timer = threading.Timer(_START_SECONDS, process.kill)
    timer.start()
    try:
        assert process.stdout is not None  # noqa: S101 - opened above
        address, ready = process.stdout.readline().strip(), process.stdout.readline().strip()
        timer.cancel()
        if not ready:
            raise ServiceUnavailable(f"Prefect's server did not start within {_START_SECONDS:.0f} s: try again.")
        yield address
    finally:
        timer.cancel()
        process.terminate()
        process.communicate()


def _wait_until(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise ServiceUnavailable(f"{what} did not start within {_START_SECONDS:.0f} s: try again on a quieter machine.")
        time.sleep(_LOOK)
