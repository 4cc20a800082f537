"""Connections that wait for their turn when they are open, so that a request reaches the server when it was let go.

Finding an address and agreeing on keys takes a tenth of a second one time and a second the next. Were the turn taken
before, two requests that were let go a second apart could arrive together.
"""

from __future__ import annotations

import functools
import http.client
import ssl
import time
from typing import Any
from urllib import request as urllib_request

from evidence.services import Limiter

LONGEST_IDLE = 15.0
"""Seconds that an open connection may wait for its turn; servers close idle ones from about 20 s on."""


class _WaitsForItsTurn(http.client.HTTPConnection):
    """Connects, waits for the limiter, and sends without a pause between."""

    def __init__(self, *args: Any, limiter: Limiter, **options: Any) -> None:
        super().__init__(*args, **options)
        self._limiter: Limiter | None = limiter

    def send(self, data: Any) -> None:
        """The first bytes wait; those by which `connect` asks a proxy for a tunnel are none of the request's."""
        limiter, self._limiter = self._limiter, None
        if limiter is not None:
            self._take_turn(limiter)
        super().send(data)

    def _take_turn(self, limiter: Limiter) -> None:
        if self.sock is None:
            self.connect()
        began = time.monotonic()
        limiter.wait()
        if time.monotonic() - began > LONGEST_IDLE:
            self.sock.close()
            self.sock = None
            self.connect()
            limiter.wait()  # the turn went by while the new connection was made


class _SecureWaitsForItsTurn(_WaitsForItsTurn, http.client.HTTPSConnection):
    """The same, encrypted."""


class _HTTPHandler(urllib_request.HTTPHandler):
    def __init__(self, limiter: Limiter) -> None:
        super().__init__()
        self._connection = functools.partial(_WaitsForItsTurn, limiter=limiter)

    def http_open(self, req: urllib_request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connection, req)


class _HTTPSHandler(urllib_request.HTTPSHandler):
    def __init__(self, limiter: Limiter) -> None:
        super().__init__()
        self._connection = functools.partial(_SecureWaitsForItsTurn, limiter=limiter)

    def https_open(self, req: urllib_request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connection, req, context=_secure_context())


@functools.cache
def _secure_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def opener(limiter: Limiter) -> urllib_request.OpenerDirector:
    """http and https through the person's proxy settings; no redirection, no files, no other protocols."""
    director = urllib_request.OpenerDirector()
    for handler in (
        urllib_request.ProxyHandler(),
        _HTTPHandler(limiter),
        _HTTPSHandler(limiter),
        urllib_request.HTTPDefaultErrorHandler(),
        urllib_request.HTTPErrorProcessor(),
    ):
        director.add_handler(handler)
    return director
