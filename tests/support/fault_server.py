"""A real HTTP server on loopback that plays scripted answers and faults, and remembers what it was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: str
    body: bytes
    headers: dict[str, str]

    @property
    def program(self) -> str:
        """The last part of the path, for example `esearch.fcgi`."""
        return self.path.rpartition("/")[2]

    @property
    def parameters(self) -> dict[str, str]:
        """Form fields of the address and of a form body together."""
        return dict(
            parse_qsl(self.query, keep_blank_values=True) + parse_qsl(self.body.decode("utf-8"), keep_blank_values=True)
        )


@dataclass(frozen=True)
class Reply:
    """One answer. Faults: `delay` seconds before it, `cut` bytes held back although announced, `drop` the connection."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/xml; charset=UTF-8"
    delay: float = 0.0
    cut: int = 0
    chunked: bool = False
    drop: bool = False
    trickle: float = 0.0
    """Seconds between single bytes."""


Script = Callable[[Asked], Reply] | Iterable[Reply]


class FaultServer:
    """Serves a script: a function of the request, or replies in order, the last one for ever.

    with FaultServer([Reply(status=429), Reply(body)]) as server:
        client = PubMed(base_url=server.url, …)
        …
        assert len(server.asked) == 2
    """

    def __init__(self, script: Script) -> None:
        self._replies = None if callable(script) else list(script)
        self._function = script if callable(script) else None
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.faults = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        """Base address, where E-utilities lie."""
        return f"{self.root}/entrez/eutils/"

    @property
    def root(self) -> str:
        """Address without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def reply_to(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            number = len(self.asked) - 1
        if self._function is not None:
            return self._function(asked)
        assert self._replies is not None
        return self._replies[min(number, len(self._replies) - 1)]

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the server's end."""
        self._closing.wait(seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    faults: FaultServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up on purpose is no error here."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        reply = self.server.faults.reply_to(Asked(self.command, parts.path, parts.query, body, dict(self.headers.items())))
        self.server.faults.pause(reply.delay)
        if reply.drop:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self._write(reply)

    def _write(self, reply: Reply) -> None:
        sent = reply.body[: len(reply.body) - reply.cut]
        if reply.chunked:
            self.wfile.write(f"{len(reply.body):x}\r\n".encode() + sent + (b"" if reply.cut else b"\r\n0\r\n\r\n"))
        elif reply.trickle:
            for byte in sent:
                self.wfile.write(bytes([byte]))
                self.server.faults.pause(reply.trickle)
        else:
            self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: tests read `asked`."""
