"""Runs the mirror as a server, in a thread for one piece of work or by itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from connectors.mirror.app import BASE_PATH, create_app
from evidence.errors import ServiceUnavailable
from evidence.services import MeshVocabulary

START_SECONDS = 20.0
STOP_SECONDS = 10.0


@contextmanager
def running_mirror(
    directory: Path, *, port: int = 0, vocabulary: MeshVocabulary | None = None, whole: bool | None = None
) -> Iterator[str]:
    """A mirror on this machine for as long as the block lasts; gives its base URL. Port 0 takes any free one.

    `vocabulary` and `whole` are what `SearchIndex` takes.

    Raises NotConfigured where nothing has been loaded, ServiceUnavailable where the port is taken.
    """
    app = create_app(directory, vocabulary, whole=whole)
    with _listening("127.0.0.1", port) as listener:
        config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2)
        server = _Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="mirror", daemon=True)
        thread.start()
        try:
            if not server.ready.wait(START_SECONDS):
                raise ServiceUnavailable("The local PubMed mirror did not start: try again.")
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{BASE_PATH}"
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)


def serve_mirror(directory: Path, *, port: int, host: str = "127.0.0.1", vocabulary: MeshVocabulary | None = None) -> None:
    """Serve until interrupted. Raises NotConfigured where nothing has been loaded, ServiceUnavailable for a taken port."""
    app = create_app(directory, vocabulary)
    with _listening(host, port) as listener:
        config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=5)
        uvicorn.Server(config).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says when it listens, and leaves signals to the program it runs in."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.ready.set()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise ServiceUnavailable(f"Port {port} on {host} cannot be used ({error.strerror}): give another port.") from error
        yield listener
