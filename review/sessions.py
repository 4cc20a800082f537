"""Cookies, sessions and form tokens.

One cookie holds a random token: of a visit before sign-in, of the session after it. The store keeps its hash alone. The
token of a form is made from the cookie (RFC 2104), so another site, which cannot read the cookie, cannot make one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from fastapi import Request, Response

from review.people import Person
from review.services import Services

IDLE = timedelta(hours=1)
"""A session ends when nothing was asked for so long (OWASP ASVS 5.0, 7.3)."""

LONGEST = timedelta(hours=12)
"""A session ends at the latest after so long: a working day."""

_BYTES = 32


def cookie_name(services: Services) -> str:
    """Name of the cookie; over https the browser itself sees to it that no other host can set it."""
    return "__Host-evidence" if services.https else "evidence"


def token_of(request: Request, services: Services) -> str:
    """The token in the cookie; empty where there is none."""
    return request.cookies.get(cookie_name(services), "")[:128]


def hash_of(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def form_token(token: str) -> str:
    """The token that each form of this visit or session carries."""
    return hmac.new(token.encode("utf-8", "replace"), b"form of the workbench", hashlib.sha256).hexdigest()


def same_token(given: str, token: str) -> bool:
    """Whether a form's token belongs to this cookie; compared in constant time."""
    return bool(token) and hmac.compare_digest(given.encode("utf-8", "replace"), form_token(token).encode())


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(_BYTES)


def set_cookie(response: Response, services: Services, token: str) -> None:
    """Put the token into the browser; scripts cannot read it, and it ends with the browser."""
    response.set_cookie(cookie_name(services), token, httponly=True, samesite="lax", secure=services.https, path="/")


def person_of(token: str, services: Services, *, near: bool) -> Person | None:
    """Who is signed in with this token. Without accounts it is the one person, where asked from this machine (`near`)."""
    people = services.store.people
    account = people.session(hash_of(token), idle=IDLE, longest=LONGEST) if token else None
    if account is not None:
        return Person.of(account)
    return services.one_person if near and services.one_person is not None and not people.any() else None
