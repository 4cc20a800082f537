"""One request to an E-utilities server, made by Bio.Entrez and sent by us.

Bio.Entrez writes NCBI's address into its functions, sets no time-out, spaces requests within one thread only and asks
again at once after a refusal. All of that passes through one name, `Bio.Entrez.urlopen`, which is replaced here, and
nowhere else: requests made inside `sending_through` go where that transport says; all others go on as before.
Every request is sent as POST, so that a key never stands in an address.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import ssl
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib import request as urllib_request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from Bio import Entrez

from connectors.pubmed.connections import opener
from evidence.errors import AccessRefused, BadAnswer, InvalidInput, RateLimited, ServiceUnavailable
from evidence.services import Limiter

PUBLIC_BASE_URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
BASE_PATH = "/entrez/eutils/"
BODY_LIMIT = 256 << 20
"""Bytes of an answer beyond which it is refused; 200 records take about 4 MB."""
PATIENCE = 10
"""Time-outs that a whole answer may take, however steadily it trickles."""
_ERROR_BODY_LIMIT = 1 << 16
_CHUNK = 1 << 16


class Fault(Exception):
    """Raised for one failed attempt. `error` is what the person gets to hear if no further attempt is made."""

    def __init__(self, error: ServiceUnavailable, *, attempts: int | None = None, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.attempts = attempts
        """At most so many attempts make sense; unset: as many as the client allows."""
        self.wait = wait
        """Seconds that the service asked to wait."""


class _Answer(io.BytesIO):
    """A whole answer, in the form that Bio.Entrez hands on unchanged."""

    def __init__(self, body: bytes, url: str) -> None:
        super().__init__(body)
        self.url = url
        self.headers = Message()
        self.headers["Content-Type"] = "application/octet-stream"


def normalised_base_url(url: str) -> str:
    """The base address with a closing slash; the usual path is added where none is given.

    Raises:
        InvalidInput: it is not an http or https address, or holds a user name, password, query or fragment.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput("The address of the E-utilities server must begin with http:// or https:// and name a host.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise InvalidInput("The address of the E-utilities server must hold no user name, password, query or fragment.")
    try:
        _ = parts.port, parts.hostname.encode("idna")
    except ValueError as error:
        raise InvalidInput("The address of the E-utilities server has a host or port that cannot exist.") from error
    path = parts.path.rstrip("/") + "/" if parts.path.strip("/") else BASE_PATH
    return f"{parts.scheme}://{parts.netloc}{path}"


@dataclass(frozen=True, kw_only=True)
class Transport:
    """Sends requests to one server."""

    base_url: str
    timeout: float
    limiter: Limiter

    @property
    def host(self) -> str:
        """The server as messages name it."""
        return urlsplit(self.base_url).netloc

    def open(self, made: urllib_request.Request) -> _Answer:
        """Send one request that Bio.Entrez made, to this server, and read the whole answer.

        Raises:
            Fault: anything but a whole answer with status 200, or 400 with a message of the service.
        """
        program, _, query = made.full_url.partition(BASE_PATH)[2].partition("?")
        sent = made.data if isinstance(made.data, bytes) else query.encode("ascii")
        request = urllib_request.Request(self.base_url + program, data=sent, method="POST")  # noqa: S310 (scheme is checked)
        try:
            with opener(self.limiter).open(request, timeout=self.timeout) as response:
                return _Answer(self._body(response), request.full_url)
        except HTTPError as error:
            with error:
                return _Answer(self._refusal(error), request.full_url)
        except URLError as error:
            raise self._unreachable(error.reason) from error
        except (OSError, http.client.HTTPException) as error:
            raise self._unreachable(error) from error

    def _body(self, response: Any) -> bytes:
        deadline = time.monotonic() + PATIENCE * self.timeout
        announced = None if response.headers.get("Transfer-Encoding") else response.headers.get("Content-Length")
        expected = int(announced) if announced and announced.isascii() and announced.isdigit() else None
        body = bytearray()
        while (expected is None or len(body) < expected) and (more := response.read1(_CHUNK)):
            body += more
            if len(body) > BODY_LIMIT:
                raise Fault(BadAnswer(f"{self.host} sends an answer without end; check its address."), attempts=1)
            if time.monotonic() > deadline:
                raise TimeoutError
        if expected is not None and len(body) < expected:
            raise http.client.IncompleteRead(bytes(body[:0]), expected - len(body))
        return bytes(body)

    def _refusal(self, error: HTTPError) -> bytes:
        """The body of a refusal that the service explains in its own format; everything else is a fault."""
        try:
            body = error.read(_ERROR_BODY_LIMIT)
        except (OSError, http.client.HTTPException):
            body = b""
        words, host, status = body.lower(), self.host, error.code
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Fault(
                RateLimited(f"{host} goes on answering that it is asked too often; wait some minutes, or use an NCBI API key."),
                wait=retry_after(error.headers.get("Retry-After")),
            )
        if b"api key" in words or b"api_key" in words:
            raise Fault(AccessRefused(f"{host} refuses the API key; correct it or work without one."), attempts=1)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED):
            raise Fault(
                AccessRefused(f"{host} refuses access (HTTP {status}); check the API key, the network and its proxy."),
                attempts=1,
            )
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Fault(
                ServiceUnavailable(f"{host} answers with a fault of its own (HTTP {status}); try again later."),
                wait=retry_after(error.headers.get("Retry-After")),
            )
        if status == HTTPStatus.BAD_REQUEST and b"<error>" in words:
            return body
        if status < HTTPStatus.BAD_REQUEST:
            message = f"{host} sends the request on to another address (HTTP {status}); check the address and any sign-in page."
        else:
            message = f"{host} rejects the request (HTTP {status}); check that its address is that of an E-utilities server."
        raise Fault(BadAnswer(message), attempts=1)

    def _unreachable(self, reason: object) -> Fault:
        host = self.host
        if isinstance(reason, TimeoutError):
            return Fault(ServiceUnavailable(f"{host} did not answer within {self.timeout:g} seconds; try again later."))
        if isinstance(reason, ssl.SSLCertVerificationError):
            message = (
                f"{host} shows a certificate that is not trusted here; ask IT for the root certificate (EVIDENCE_CA_BUNDLE)."
            )
            return Fault(ServiceUnavailable(message), attempts=1)
        if isinstance(reason, http.client.IncompleteRead):
            return Fault(BadAnswer(f"{host} keeps breaking off its answers; try again later."))
        if isinstance(reason, http.client.HTTPException | ConnectionResetError | BrokenPipeError):
            return Fault(ServiceUnavailable(f"{host} closed the connection without an answer; try again later."))
        return Fault(ServiceUnavailable(f"{host} cannot be reached; check the network connection and the address."), attempts=3)


def retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks to wait (a number or a date); None where it cannot be read."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


_current: ContextVar[Transport | None] = ContextVar("pubmed_transport", default=None)
_before = vars(Entrez)["urlopen"]


@contextlib.contextmanager
def sending_through(transport: Transport) -> Iterator[None]:
    """Inside, in this thread, Bio.Entrez sends its requests through `transport`."""
    token = _current.set(transport)
    try:
        yield
    finally:
        _current.reset(token)


def _urlopen(request: urllib_request.Request, *args: Any, **options: Any) -> Any:
    transport = _current.get()
    if transport is None:
        return _before(request, *args, **options)
    # Bio.Entrez spaces requests by a clock that threads overwrite; the limiter has that task, so the clock is unset.
    Entrez._open.previous = 0
    return transport.open(request)


vars(Entrez)["urlopen"] = _urlopen
