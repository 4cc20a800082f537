"""The accounts of the workbench, for administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from evidence.errors import InvalidInput
from evidence.people import Role
from review import oidc
from review.actions import accounts as actions
from review.forms import Fields
from review.people import Person
from review.render import render
from review.security import Refused, services_of, signed_in

router = APIRouter(prefix="/accounts")
ADMINISTRATOR = Depends(signed_in(Role.ADMINISTRATOR))
Administrator = Annotated[Person, ADMINISTRATOR]

_DONE = {
    "added": "The account was added.",
    "changed": "The account was changed, and its sessions have ended.",
    "erased": "The account and the person's name were erased; what was done stays in the log without the name.",
}


@router.get("", dependencies=[ADMINISTRATOR])
def accounts(request: Request) -> Response:
    """Everybody who may sign in."""
    return _page(request)


@router.post("")
def add(request: Request, person: Administrator, fields: Fields) -> Response:
    """A new account."""
    store, password = services_of(request).store, fields.get("password", "")
    if person.alone and not oidc.is_configured(services_of(request)) and not password:
        return _page(request, status=400, values=fields, errors={"password": "The first account needs a password."})
    try:
        actions.add_account(
            store, fields.get("login", ""), fields.get("name", ""), _roles(fields), password=password or None, by=person.name
        )
    except InvalidInput as fault:
        return _page(request, status=400, values=fields, errors={"login": fault.message})
    return _done("added")


@router.post("/{account_id}/roles")
def roles(request: Request, account_id: str, person: Administrator, fields: Fields) -> Response:
    """Give an account other roles."""
    return _tried(request, lambda: actions.change_roles(services_of(request).store, account_id, _roles(fields), by=person.name))


@router.post("/{account_id}/password")
def password(request: Request, account_id: str, person: Administrator, fields: Fields) -> Response:
    """Set a new password for somebody."""
    fresh = fields.get("password", "")
    return _tried(request, lambda: actions.set_password(services_of(request).store, account_id, fresh, by=person.name))


@router.post("/{account_id}/disabled")
def disabled(request: Request, account_id: str, person: Administrator, fields: Fields) -> Response:
    """Let an account sign in no more, or again."""
    off = fields.get("disabled") == "yes"
    return _tried(request, lambda: actions.set_disabled(services_of(request).store, account_id, disabled=off, by=person.name))


@router.get("/{account_id}/erase", dependencies=[ADMINISTRATOR])
def ask_to_erase(request: Request, account_id: str) -> Response:
    """Ask before erasing."""
    found = services_of(request).store.people.account(account_id)
    if found is None:
        raise Refused(404, "There is no such account any more: look at the list of accounts again.")
    return render(request, "accounts/erase.html", room="accounts", account=found)


@router.post("/{account_id}/erase")
def erase(request: Request, account_id: str, person: Administrator) -> Response:
    """Erase an account and its person's name everywhere."""
    return _tried(request, lambda: services_of(request).store.people.erase(account_id, by=person.name), done="erased")


def _tried(request: Request, act: Any, *, done: str = "changed") -> Response:
    try:
        act()
    except InvalidInput as fault:
        return _page(request, status=400, errors={"accounts": fault.message})
    return _done(done)


def _done(what: str) -> Response:
    return RedirectResponse(f"/accounts?done={what}", status_code=303)


def _roles(fields: dict[str, str]) -> list[Role]:
    return [role for role in Role if fields.get(f"role-{role.value.replace(' ', '-')}") == "yes"]


def _page(request: Request, status: int = 200, **more: Any) -> Response:
    context: dict[str, Any] = {
        "accounts": services_of(request).store.people.accounts(),
        "all_roles": list(Role),
        "done": _DONE.get(request.query_params.get("done", ""), ""),
        "values": {},
        **more,
    }
    return render(request, "accounts/accounts.html", status=status, room="accounts", **context)
