"""The intake form: a new request, a draft gone on with, a request changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from evidence.errors import ChangedMeanwhile
from evidence.people import Role
from evidence.question import FRAMEWORK_ELEMENTS, Framework
from evidence.work_request import WorkRequest, WorkStatus
from review.actions.intake import element_field, kept_fields
from review.actions.requests import FormRefused, ask, change_draft, check_form, save_draft
from review.forms import Fields, number_in
from review.pages.queue import own_request
from review.people import Person
from review.render import render
from review.security import Refused, services_of, signed_in

router = APIRouter()
ASKER = Depends(signed_in(Role.REQUESTER, Role.LIBRARIAN))
Asker = Annotated[Person, ASKER]

FORMATS = ("", "Word document", "Web page", "PDF", "Slides", "Spreadsheet")
_CLOSED = (WorkStatus.ANSWERED, WorkStatus.WITHDRAWN)


@router.get("/ask", dependencies=[ASKER])
def new(request: Request) -> Response:
    """An empty form."""
    return _form(request, {})


@router.post("/ask")
def create(request: Request, person: Asker, fields: Fields) -> Response:
    """Save a new draft, or ask at once."""
    store, once = services_of(request).store, fields.get("once", "")
    if fields.get("do") == "parts":
        return _form(request, fields)
    try:
        if fields.get("do") == "ask":
            check_form(fields)
        work = save_draft(store, fields, once=once, by=person.name)
        if fields.get("do") == "ask" and work.status is WorkStatus.DRAFT:
            ask(store, work.id, work.version, fields, by=person.name)
    except FormRefused as fault:
        return _form(request, fields, status=400, errors=fault.faults)
    return _on(work, fields)


@router.get("/requests/{number}/edit")
def edit(request: Request, number: int, person: Asker) -> Response:
    """The form as it was filled in."""
    work = _changeable(request, number, person)
    return _form(request, work.form, work=work, seen=work.version)


@router.post("/requests/{number}/edit")
def change(request: Request, number: int, person: Asker, fields: Fields) -> Response:
    """Keep what was typed, or ask."""
    store, work = services_of(request).store, _changeable(request, number, person)
    seen = number_in(fields.get("seen", ""))
    if fields.get("do") == "parts":
        return _form(request, fields, work=work, seen=seen)
    act = ask if fields.get("do") == "ask" or work.status is not WorkStatus.DRAFT else change_draft
    try:
        act(store, number, seen, fields, by=person.name)
    except FormRefused as fault:
        return _form(request, fields, status=400, work=work, seen=seen, errors=fault.faults)
    except ChangedMeanwhile as fault:
        now = store.desk.request(number)
        differs = _differences(now.form, kept_fields(fields))
        context = {"work": now, "seen": now.version, "errors": {"question": fault.message}, "differs": differs}
        return _form(request, fields, status=409, **context)
    return _on(work, fields)


def _changeable(request: Request, number: int, person: Person) -> WorkRequest:
    work = own_request(request, number, person)
    if work.status in _CLOSED:
        raise Refused(409, f"Request {number} is {work.status.value}, so its form can no longer be changed.")
    return work


def _on(work: WorkRequest, fields: dict[str, str]) -> Response:
    place = f"/requests/{work.id}" if fields.get("do") == "ask" else f"/requests/{work.id}/edit?saved=1"
    return RedirectResponse(place, status_code=303)


def _differences(theirs: dict[str, str], mine: dict[str, str]) -> list[tuple[str, str, str]]:
    """What differs between the form as it stands now and as it was sent: field, now, sent."""
    names = sorted({*theirs, *mine})
    return [(name, theirs.get(name, ""), mine.get(name, "")) for name in names if theirs.get(name, "") != mine.get(name, "")]


def _form(request: Request, fields: dict[str, str], status: int = 200, **more: Any) -> Response:
    chosen = fields.get("framework", "")
    framework = Framework(chosen) if chosen in Framework.__members__ else Framework.PICO
    context: dict[str, Any] = {
        "values": fields,
        "framework": framework.value,
        "frameworks": [(item.value, f"{item.value}: {', '.join(FRAMEWORK_ELEMENTS[item])}") for item in Framework],
        "elements": [(element_field(name), name.capitalize()) for name in FRAMEWORK_ELEMENTS[framework]],
        "formats": [(name, name or "No wish") for name in FORMATS],
        "saved": "saved" in request.query_params,
        "work": None,
        "seen": 0,
        "differs": [],
        **more,
    }
    if fields.get("once"):
        context["once"] = fields["once"]
    return render(request, "requests/ask.html", status=status, room="ask", **context)
