"""The servers that a measured run talks to: a mirror that counts its requests, and Prefect."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.mirror import BASE_PATH, create_app
from evaluation.bench.processes import installed_command, own_environment
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
    """The API address of a Prefect server that keeps everything in `home`, for as long as the block lasts."""
    home.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    command = [installed_command("prefect"), "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"]
    environment = own_environment(PREFECT_HOME=str(home), PREFECT_SERVER_ANALYTICS_ENABLED="false", PREFECT_CLI_PROMPT="false")
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{port}/api"
        _wait_until(lambda: process.poll() is not None or _answers(f"{address}/health"), "Prefect's server")
        if process.poll() is not None:
            raise ServiceUnavailable(f"Prefect's server ended with {process.returncode} while starting: try again.")
        yield address
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server with what it started: it leads a session of its own."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_until(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise ServiceUnavailable(f"{what} did not start within {_START_SECONDS:.0f} s: try again on a quieter machine.")
        time.sleep(_LOOK)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2.0) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
