"""The queue of requests, and one request: its intake, notes, handover, where one looks first, and its run."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from connectors.store.desk import NO_REQUEST
from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.people import Role
from evidence.work_request import OPEN_STATUSES, PLACES_TO_LOOK_FIRST, WorkRequest, WorkStatus
from review.actions import requests as actions
from review.forms import Fields, number_in
from review.people import Person
from review.render import render
from review.security import Refused, services_of, signed_in

router = APIRouter()
DESK = (Role.REQUESTER, Role.LIBRARIAN, Role.SECOND_REVIEWER)
AtDesk = Annotated[Person, Depends(signed_in(*DESK))]
Librarian = Annotated[Person, Depends(signed_in(Role.LIBRARIAN))]

SETTABLE = (WorkStatus.IN_HAND, WorkStatus.WAITING, WorkStatus.ANSWERED, WorkStatus.WITHDRAWN)


def own_request(request: Request, number: int, person: Person) -> WorkRequest:
    """The request, where the person may see it: requesters see their own alone, and cannot tell that others are there."""
    try:
        work = services_of(request).store.desk.request(number)
    except InvalidInput as fault:
        raise Refused(404, fault.message) from None
    if not person.may(Role.LIBRARIAN, Role.SECOND_REVIEWER) and work.asked_by != person.name:
        raise Refused(404, NO_REQUEST)
    return work


@router.get("/requests")
def queue(request: Request, person: AtDesk, show: str = "open") -> Response:
    """The requests in the order of work."""
    services = services_of(request)
    statuses = OPEN_STATUSES if show != "closed" else (WorkStatus.ANSWERED, WorkStatus.WITHDRAWN)
    mine = None if person.may(Role.LIBRARIAN, Role.SECOND_REVIEWER) else person.name
    found = services.store.desk.requests(statuses=statuses, asked_by=mine)
    # A draft is its writer's own until it is asked.
    shown = [work for work in found if work.status is not WorkStatus.DRAFT or work.asked_by == person.name]
    jobs = services.store.jobs.by_run()
    return render(request, "requests/queue.html", room="queue", works=shown, jobs=jobs, show=show, now=services.clock())


@router.get("/requests/{number}")
def one(request: Request, number: int, person: AtDesk) -> Response:
    """One request, whole."""
    return _page(request, own_request(request, number, person), person)


@router.post("/requests/{number}/take")
def take(request: Request, number: int, person: Librarian, fields: Fields) -> Response:
    """Become the owner."""
    actions.take(services_of(request).store, number, _seen(fields), by=person.name)
    return _back(number)


@router.post("/requests/{number}/status")
def status(request: Request, number: int, person: Librarian, fields: Fields) -> Response:
    """Say where it stands."""
    chosen = fields.get("status", "")
    if chosen not in {item.value for item in SETTABLE}:
        raise Refused(400, "Choose one of the statuses on the page.")
    actions.set_status(services_of(request).store, number, _seen(fields), WorkStatus(chosen), by=person.name)
    return _back(number)


@router.post("/requests/{number}/withdraw")
def withdraw(request: Request, number: int, person: AtDesk, fields: Fields) -> Response:
    """The person who asked takes it back."""
    work = own_request(request, number, person)
    if work.asked_by != person.name:
        raise Refused(403, "Only the person who asked can withdraw a request here: as a librarian, set its status.")
    actions.set_status(services_of(request).store, number, _seen(fields), WorkStatus.WITHDRAWN, by=person.name)
    return RedirectResponse("/requests", status_code=303)


@router.post("/requests/{number}/handover")
def handover(request: Request, number: int, person: Librarian, fields: Fields) -> Response:
    """Give it to a colleague."""
    colleagues, to = _colleagues(request, person), fields.get("to", "")

    def act() -> None:
        chosen = to if to in colleagues else ""
        actions.hand_over(
            services_of(request).store, number, _seen(fields), chosen, fields.get("handover_text", ""), by=person.name
        )

    return _tried(request, number, person, fields, act)


@router.post("/requests/{number}/note")
def note(request: Request, number: int, person: AtDesk, fields: Fields) -> Response:
    """Write something down."""
    own_request(request, number, person)
    kind: Literal["interview", "note"] = (
        "interview" if fields.get("kind") == "interview" and person.may(Role.LIBRARIAN) else "note"
    )
    store = services_of(request).store
    return _tried(
        request, number, person, fields, lambda: actions.add_note(store, number, kind, fields.get("note", ""), by=person.name)
    )


@router.post("/requests/{number}/look")
def look(request: Request, number: int, person: Librarian, fields: Fields) -> Response:
    """Enter what one place to look first said."""
    services = services_of(request)
    today = services.clock().date()
    return _tried(
        request,
        number,
        person,
        fields,
        lambda: actions.look_first(services.store, number, _seen(fields), fields, today=today, by=person.name),
    )


@router.post("/requests/{number}/forget-look")
def forget_look(request: Request, number: int, person: Librarian, fields: Fields) -> Response:
    """Take an entry out again."""
    place = number_in(fields.get("place", ""))
    actions.forget_look(services_of(request).store, number, _seen(fields), place, by=person.name)
    return _back(number)


@router.post("/requests/{number}/end")
def end(request: Request, number: int, person: Librarian, fields: Fields) -> Response:
    """What was found where one looks first is the answer."""
    actions.end_at_first_look(services_of(request).store, number, _seen(fields), by=person.name)
    return _back(number)


@router.post("/requests/{number}/start")
def start(request: Request, number: int, person: Librarian, fields: Fields) -> Response:
    """Give it to the worker."""
    services, only = services_of(request), fields.get("what") != "summary"
    try:
        job = actions.start_run(services, number, _seen(fields), search_only=only, by=person.name)
    except ChangedMeanwhile:
        started = services.store.desk.request(number).run_id
        if started is None or fields.get("run") == started:
            raise
        return RedirectResponse(f"/runs/{started}/progress", status_code=303)  # the button was pressed twice
    return RedirectResponse(f"/runs/{job.run_id}/progress", status_code=303)


def _tried(request: Request, number: int, person: Person, fields: dict[str, str], act: Any) -> Response:
    """Back to the request where it succeeded; the page with what was typed where it did not."""
    try:
        act()
    except actions.FormRefused as fault:
        return _page(request, own_request(request, number, person), person, status=400, errors=fault.faults, values=fields)
    except ChangedMeanwhile as fault:
        context = {"errors": {"changed": fault.message}, "values": fields}
        return _page(request, own_request(request, number, person), person, status=409, **context)
    except InvalidInput as fault:
        context = {"errors": {"changed": fault.message}, "values": fields}
        return _page(request, own_request(request, number, person), person, status=400, **context)
    return _back(number)


def _page(request: Request, work: WorkRequest, person: Person, status: int = 200, **more: Any) -> Response:
    services = services_of(request)
    staff = person.may(Role.LIBRARIAN)
    context: dict[str, Any] = {
        "work": work,
        "notes": [note for note in services.store.desk.notes(work.id) if staff or note.kind == "note"],
        "staff": staff,
        "colleagues": _colleagues(request, person) if staff else [],
        "places": PLACES_TO_LOOK_FIRST,
        "statuses": [item for item in SETTABLE if item is not work.status],
        "closed": work.status not in OPEN_STATUSES,
        "may_draft": actions.may_draft(services, work),
        "run": services.store.run(work.run_id) if work.run_id else None,
        "under_way": bool(work.run_id) and actions.is_under_way(services.store, work),
        "model": services.settings.model,
        "today": services.clock().date().isoformat(),
        "values": {},
        **more,
    }
    return render(request, "requests/request.html", status=status, room="queue", **context)


def _colleagues(request: Request, person: Person) -> list[str]:
    """Names of the librarians to whom a request can be handed over."""
    everybody = services_of(request).store.people.accounts()
    return [item.name for item in everybody if Role.LIBRARIAN in item.roles and not item.disabled and item.name != person.name]


def _seen(fields: dict[str, str]) -> int:
    return number_in(fields.get("seen", ""))


def _back(number: int) -> Response:
    return RedirectResponse(f"/requests/{number}", status_code=303)
