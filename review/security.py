"""Who may enter: the current person, roles, the form token, and the headers that every answer carries."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evidence.people import Role
from review.people import Person
from review.services import Services
from review.sessions import new_token, person_of, same_token, token_of

LARGEST_BODY = 8_000_000
"""Bytes. A form or an uploaded file of records above it is refused before it is read."""

_TOO_LARGE = f"What was sent is larger than {LARGEST_BODY // 1_000_000} MB: send less at once."
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class NotSignedIn(Exception):
    """Raised where a page needs a person and nobody is signed in."""


@dataclass(eq=False)
class Refused(Exception):
    """Raised where a request is refused: an HTTP status and one plain sentence."""

    status: int
    sentence: str


@dataclass
class Visit:
    """One request's view of who is there."""

    token: str
    fresh: bool
    person: Person | None


def services_of(request: Request) -> Services:
    """The services the application was made with."""
    services: Services = request.app.state.services
    return services


def visit_of(request: Request) -> Visit:
    """Who is there; looked up once a request. A browser without a token is given one."""
    visit: Visit | None = getattr(request.state, "visit", None)
    if visit is None:
        services = services_of(request)
        token = token_of(request, services)
        person = person_of(token, services, near=is_near(request))
        visit = Visit(token or new_token(), not token, person)
        request.state.visit = visit
    return visit


def is_near(request: Request) -> bool:
    """Whether the request comes from this machine itself, and through no proxy that others could come in by."""
    if any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via")):
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def client_address(request: Request) -> str:
    """Where the request comes from; behind a trusted proxy, what the proxy says."""
    return request.client.host if request.client else "unknown"


async def protect(request: Request) -> None:
    """What holds for every route: no form from another site, none without its token.

    A dependency of the whole application, so that no page can forget it.
    """
    if request.method in _SAFE:
        return
    refuse_other_sites(request)
    visit = await run_in_threadpool(visit_of, request)
    form = await request.form()
    given = form.get("csrf")
    if same_token(given if isinstance(given, str) else "", visit.token):
        return
    if visit.person is None:
        raise NotSignedIn
    raise Refused(403, "This form was made for another session: go back, load the page again and send it once more.")


def refuse_other_sites(request: Request) -> None:
    """Refuse what another site's page sends, by what the browser says of it (Fetch Metadata; the Origin header)."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    own = {request.headers.get("host", ""), urlsplit(services_of(request).settings.public_url or "").netloc} - {""}
    if site not in (None, "same-origin", "none") or (origin is not None and urlsplit(origin).netloc not in own):
        raise Refused(403, "This form came from another site, so it was not accepted: use the form on the workbench itself.")


class SignedIn:
    """A dependency that gives the current person, who must have one of the roles; without roles, anybody signed in."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    def __call__(self, request: Request) -> Person:
        """The person. Raises `NotSignedIn`, or `Refused` for want of a role."""
        found = visit_of(request).person
        if found is None:
            raise NotSignedIn
        if not found.may(*self.roles):
            needed = " or ".join(role.value for role in self.roles)
            raise Refused(403, f"This page is for people in the role of {needed}: ask an administrator if that should be you.")
        return found


def signed_in(*roles: Role) -> SignedIn:
    """For a route: `Depends(signed_in(Role.LIBRARIAN))`."""
    return SignedIn(*roles)


class Shell:
    """Around the application: refuses hosts it is not called by and bodies too large, and adds the security headers."""

    def __init__(self, app: ASGIApp, services: Services, last_resort: Callable[[Request, Exception], Response]) -> None:
        self._app = app
        self._services = services
        self._last_resort = last_resort

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        fault = self._fault(dict(scope["headers"]))
        if fault is not None:
            await _plain(fault, with_headers)
            return
        try:
            await self._app(scope, _bounded(receive), with_headers)
        except Exception as unknown:
            if begun:
                raise
            page = await run_in_threadpool(self._last_resort, Request(scope), unknown)
            await page(scope, receive, with_headers)

    def _fault(self, headers: MutableMapping[bytes, bytes]) -> Refused | None:
        host = headers.get(b"host", b"").decode("latin-1")
        if without_port(host) not in self._services.hosts:
            # A page of another site can point a name of its own at this address (DNS rebinding).
            return Refused(421, "The workbench is not reached under this name: use the address it says when it starts.")
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return Refused(413, _TOO_LARGE)
        return None

    def _add_headers(self, headers: MutableHeaders) -> None:
        for name, value in HEADERS.items():
            if name not in headers:
                headers[name] = value
        if self._services.https:
            headers["Strict-Transport-Security"] = "max-age=31536000"


def without_port(host: str) -> str:
    """The name in a Host header, lower case."""
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).lower()


def _bounded(receive: Receive) -> Receive:
    """The body, given up where it turns out larger than it may be (it need not say its length)."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            raise Refused(413, _TOO_LARGE)
        return message

    return counted


async def _plain(fault: Refused, send: Send) -> None:
    body = fault.sentence.encode()
    headers: list[tuple[Any, Any]] = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": fault.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
