"""The progress of one run, and stopping and resuming it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from evidence.people import Role
from evidence.run import RunSummary
from review.actions.jobs import resume, stop
from review.pages.queue import DESK
from review.people import Person
from review.render import render
from review.security import Refused, services_of, signed_in
from review.stages import progress_of

router = APIRouter()
AtDesk = Annotated[Person, Depends(signed_in(*DESK))]
Librarian = Annotated[Person, Depends(signed_in(Role.LIBRARIAN))]


def run_for(request: Request, run_id: str, person: Person) -> RunSummary:
    """The run, where the person may see it: requesters see the runs of their own requests alone."""
    store = services_of(request).store
    run = store.run(run_id)
    work = store.desk.of_run(run.id)
    if not person.may(Role.LIBRARIAN, Role.SECOND_REVIEWER) and (work is None or work.asked_by != person.name):
        raise Refused(404, "There is no such run.")
    return run


@router.get("/runs/{run_id}/progress")
def progress(request: Request, run_id: str, person: AtDesk) -> Response:
    """How far it is."""
    return _page(request, run_id, person, "requests/progress.html")


@router.get("/runs/{run_id}/progress/now")
def now(request: Request, run_id: str, person: AtDesk) -> Response:
    """The part of the page that changes, for the script that looks again."""
    return _page(request, run_id, person, "requests/progress_now.html")


@router.post("/runs/{run_id}/stop")
def stop_run(request: Request, run_id: str, person: Librarian) -> Response:
    """Stop it; what was done is kept."""
    run = run_for(request, run_id, person)
    stop(services_of(request).store, run.id, by=person.name)
    return RedirectResponse(f"/runs/{run.id}/progress", status_code=303)


@router.post("/runs/{run_id}/resume")
def resume_run(request: Request, run_id: str, person: Librarian) -> Response:
    """Go on with it."""
    run = run_for(request, run_id, person)
    resume(services_of(request).store, run.id, by=person.name)
    return RedirectResponse(f"/runs/{run.id}/progress", status_code=303)


def _page(request: Request, run_id: str, person: Person, template: str) -> Response:
    services = services_of(request)
    run = run_for(request, run_id, person)
    context: dict[str, Any] = {
        "progress": progress_of(services.store, run),
        "work": services.store.desk.of_run(run.id),
        "librarian": person.may(Role.LIBRARIAN),
        "flows_page": services.flows_page if person.alone else None,
        "now": services.clock(),
    }
    return render(request, template, room="queue", run_id=run.id, run_room="progress", **context)
