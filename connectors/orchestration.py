"""Starts Prefect: a server that is running is used, otherwise one is started that lives no longer than this process."""

from __future__ import annotations

import atexit
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import urlopen

from connectors.settings import Settings
from evidence.errors import ServiceUnavailable
from evidence.services import Progress

Argument = TypeVar("Argument")
Result = TypeVar("Result")

_START_UP_SECONDS = 120.0
_STOP_SECONDS = 5.0
_ASK_SECONDS = 2.0
_READY = "ready"
_WITH_PAGE = "--with-page"


def prepare_prefect(settings: Settings, progress: Progress) -> Callable[[], None]:
    """Set Prefect up for this process, and give what waits until its server answers.

    Call it before Prefect is imported, which reads its settings then; import Prefect and whatever else is heavy while
    the server starts, then wait. A server at `settings.prefect_api_url` that answers is used; otherwise one is started,
    which takes a while, and the person is told. The wait raises ServiceUnavailable where it does not start.
    """
    server = settings.prefect_api_url
    os.environ.update(_environment(settings.prefect_home))
    for name in ("prefect", "httpx", "alembic", "aiosqlite"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if server is not None and _answers(server):
        os.environ["PREFECT_API_URL"] = server
        return _no_wait
    if server is not None:
        progress.note(f"No Prefect server answers at {server}: one is started for this run.")
    progress.stage("Starting", "Prefect, about 20 seconds the first time")
    own = _OwnServer(settings.prefect_home)
    # Registered before Prefect is imported, so that it stops after Prefect has sent its last events.
    atexit.register(own.stop)
    os.environ["PREFECT_API_URL"] = own.address
    return own.wait


@contextmanager
def flows_server(settings: Settings) -> Iterator[FlowsServer]:
    """A Prefect server with its own page, for as long as this lasts: runs report to it, and people can look at them there.

    A server at `settings.prefect_api_url` that answers is used as it is.
    """
    if settings.prefect_api_url is not None and _answers(settings.prefect_api_url):
        yield FlowsServer(settings.prefect_api_url, _no_wait)
        return
    os.environ.update(_environment(settings.prefect_home))
    own = _OwnServer(settings.prefect_home, _WITH_PAGE)
    try:
        yield FlowsServer(own.address, own.wait)
    finally:
        own.stop()


@dataclass(frozen=True)
class FlowsServer:
    """A Prefect server that starts: its address is known before it answers."""

    address: str
    wait: Callable[[], None]
    """Returns when it answers; raises ServiceUnavailable where it does not start."""

    @property
    def page(self) -> str:
        """Address of the flows' own page."""
        return self.address.removesuffix("/api")


class PrefectLost(ServiceUnavailable):
    """Raised when Prefect's server stops answering within a run.

    Prefect then goes on for minutes, at the end of the process, to report to a server that is gone: leave at once.
    """

    leave_at_once = True


def run_flow(flow: Callable[[Argument], Result], argument: Argument) -> Result:
    """What a Prefect flow makes. What it raises is raised; raises PrefectLost where Prefect's server stops answering."""
    import httpx

    try:
        return flow(argument)
    except httpx.HTTPError as fault:
        # Connectors raise errors of our own, so this one is Prefect's.
        raise PrefectLost(
            "Prefect's server does not answer any more: what was done is kept; see that it runs, and resume the run."
        ) from fault


class _OwnServer:
    """A Prefect server in a process of its own. It ends with this one, however this one ends: its input closes then."""

    def __init__(self, home: Path, *options: str) -> None:
        self._log = home / "server.log"
        environment = {name: value for name, value in os.environ.items() if not _is_private(name)}
        with self._log.open("wb") as log:
            # A session of its own: Ctrl-C is for the run, which needs the server until it has said that it stops.
            self._process = subprocess.Popen(  # noqa: S603 - this module, run by this interpreter
                [sys.executable, "-P", "-m", __name__, *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment,
                start_new_session=True,
            )
        self.address = self._said()

    def wait(self) -> None:
        """Until it answers."""
        if self._said() != _READY:
            raise self._did_not_start()

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _said(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - opened above
        timer = threading.Timer(_START_UP_SECONDS, self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline().strip()
        finally:
            timer.cancel()
        if not line:
            raise self._did_not_start()
        return line

    def _did_not_start(self) -> ServiceUnavailable:
        return ServiceUnavailable(f"Prefect's server did not start: see {self._log} for what it said, and resume the run.")


def _environment(home: Path) -> Mapping[str, str]:
    home.mkdir(parents=True, exist_ok=True)
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_CLIENT_MAX_RETRIES": "2",
        "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_CLI_PROMPT": "false",
        "DO_NOT_TRACK": "1",
    }


def _is_private(name: str) -> bool:
    """Keys and our own settings are not the server's business; an address given to us is not its own."""
    return name.startswith("EVIDENCE_") or name.endswith("_API_KEY") or name == "PREFECT_API_URL"


def _no_wait() -> None:
    """A server that answers already."""


def _answers(server: str) -> bool:
    try:
        with urlopen(f"{server.rstrip('/')}/health", timeout=_ASK_SECONDS) as answer:  # noqa: S310 - settings allow http(s) only
            return bool(answer.status == 200)
    except OSError:
        return False


def _serve() -> None:
    """Serve Prefect on a free port of this machine: says its address, then that it is ready, and ends when its input does."""
    # Whatever else is printed goes to the log, so that only these two lines reach the process that reads them.
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    os.environ.update(PREFECT_UI_ENABLED="0", PREFECT__SERVER_EPHEMERAL="1", PREFECT__SERVER_FINAL="1")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        if _WITH_PAGE in sys.argv:
            home, port = os.environ["PREFECT_HOME"], listener.getsockname()[1]
            page = {"PREFECT_UI_ENABLED": "1", "PREFECT_UI_API_URL": f"http://127.0.0.1:{port}/api"}
            os.environ.update(page, PREFECT_UI_STATIC_DIRECTORY=str(Path(home) / "page"))
            del os.environ["PREFECT__SERVER_EPHEMERAL"]  # a server of that kind has no page
        lines.write(f"http://127.0.0.1:{listener.getsockname()[1]}/api\n")
        import uvicorn

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets=sockets)
                lines.write(f"{_READY}\n")

        threading.Thread(target=_end_with_input, daemon=True).start()
        from prefect.server.api.server import create_app

        config = uvicorn.Config(_at_home(create_app()), log_level="error", lifespan="on", timeout_graceful_shutdown=1)
        Server(config).run(sockets=[listener])


def _at_home(app: Any) -> Any:
    """The server's page as it is, but kept from telling another server who looks at it: it brings its maker's analytics."""
    policy = b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'"

    async def kept(scope: Any, receive: Any, send: Any) -> None:
        async def with_policy(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"content-security-policy", policy)]
            await send(message)

        await app(scope, receive, with_policy)

    return kept


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    _serve()
