"""Signing in, by password or single sign-on; signing out; one's own account."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from evidence.errors import InvalidInput, ServiceUnavailable
from evidence.people import Account
from review import oidc
from review.actions.accounts import NotLetIn, begin_session, change_own_password, sign_in
from review.people import Person
from review.render import render
from review.security import Visit, client_address, services_of, signed_in, visit_of
from review.sessions import cookie_name, hash_of, set_cookie

router = APIRouter()
Text = Annotated[str, Form(max_length=2000)]


def local_place(place: str) -> str:
    """A place on the workbench to go on to; anything else becomes the first page."""
    fits = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable() and len(place) <= 2000
    return place if fits and "\\" not in place else "/"


@router.get("/sign-in")
def form(request: Request, onward: str = "/") -> Response:
    """The page that asks who is there."""
    if visit_of(request).person is not None:
        return RedirectResponse(local_place(onward), status_code=303)
    return _form(request, onward=local_place(onward))


@router.post("/sign-in")
def enter(
    request: Request,
    login: Text = "",
    password: Text = "",
    onward: Text = "/",
    held: Annotated[str, Form(max_length=400_000)] = "",
) -> Response:
    """Sign in with a password."""
    services = services_of(request)
    try:
        account, token = sign_in(services.store, login, password, address=client_address(request))
    except NotLetIn as fault:
        return _form(request, status=403, onward=local_place(onward), held=held, login=login, errors={"login": fault.message})
    return _welcome(request, account, token, onward=local_place(onward), held=held)


@router.get("/sign-in/sso")
def single_sign_on(request: Request, onward: str = "/") -> Response:
    """To the identity provider."""
    services, visit = services_of(request), visit_of(request)
    if not oidc.is_configured(services):
        return RedirectResponse("/sign-in", status_code=303)
    try:
        place = oidc.begin(services, visit=visit.token, own_address=_own_address(request), onward=local_place(onward))
    except ServiceUnavailable as fault:
        return _form(request, status=503, onward=local_place(onward), errors={"login": fault.message})
    response = RedirectResponse(place, status_code=303)
    if visit.fresh:
        set_cookie(response, services, visit.token)
    return response


@router.get(oidc.COME_BACK)
def back_from_single_sign_on(request: Request) -> Response:
    """Back from the identity provider."""
    services, visit = services_of(request), visit_of(request)
    answer = {name: value[:4000] for name, value in request.query_params.items()}
    try:
        account, onward = oidc.end(services, answer, visit=visit.token, own_address=_own_address(request))
    except (NotLetIn, ServiceUnavailable) as fault:
        return _form(request, status=403, errors={"login": fault.message})
    return _welcome(request, account, begin_session(services.store, account), onward=local_place(onward))


@router.post("/sign-out")
def leave(request: Request) -> Response:
    """Sign out: the session ends here and in the store."""
    services = services_of(request)
    services.store.people.sign_out(hash_of(visit_of(request).token))
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(cookie_name(services), path="/", secure=services.https, httponly=True, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@router.get("/account")
def account(request: Request, person: Annotated[Person, Depends(signed_in())]) -> Response:
    """One's own account."""
    return _account(request, person)


@router.post("/account/password")
def password(
    request: Request, person: Annotated[Person, Depends(signed_in())], current: Text = "", fresh: Text = ""
) -> Response:
    """A new password for oneself; every session but this browser's new one ends."""
    services = services_of(request)
    own = services.store.people.account(person.id)
    if own is None:
        return _account(request, person)
    try:
        change_own_password(services.store, own, current, fresh, address=client_address(request))
    except InvalidInput as fault:
        return _account(request, person, status=400, errors={"current": fault.message})
    return _welcome(request, own, begin_session(services.store, own), onward="/account?changed=1")


def _account(request: Request, person: Person, status: int = 200, **more: Any) -> Response:
    own = services_of(request).store.people.account(person.id)
    changed = "changed" in request.query_params
    return render(request, "sign_in/account.html", status=status, own=own, changed=changed, **more)


def _form(request: Request, status: int = 200, **more: Any) -> Response:
    context = {"onward": "/", "held": "", "login": "", "expired": False, **more}
    sso = oidc.is_configured(services_of(request))
    return render(request, "sign_in/sign_in.html", status=status, single_sign_on=sso, **context)


def _welcome(request: Request, account: Account, token: str, *, onward: str, held: str = "") -> Response:
    """On to where the person wanted to go; a form that was refused for want of a session is offered to be sent again."""
    services = services_of(request)
    services.store.people.sign_out(hash_of(visit_of(request).token))
    request.state.visit = Visit(token, True, Person.of(account))
    place, fields = _held(held)
    if place:
        return render(request, "sign_in/send_again.html", place=place, fields=fields)
    response = RedirectResponse(onward, status_code=303)
    set_cookie(response, services, token)
    return response


def _held(held: str) -> tuple[str, list[tuple[str, str]]]:
    """Where a kept form goes and its fields; an empty place where there is none or it cannot be read."""
    try:
        kept: Any = json.loads(held or "{}")
        place = local_place(str(kept["place"]))
        fields = [(str(name), str(value)) for name, value in kept["fields"]]
    except (ValueError, KeyError, TypeError):
        return "", []
    return ("", []) if place == "/" else (place, fields)


def _own_address(request: Request) -> str:
    """Under which address the identity provider sends people back."""
    return services_of(request).settings.public_url or str(request.base_url).rstrip("/")
