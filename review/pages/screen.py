"""Screening: the record to read next beside the criteria, a decision with its reason, and taking it back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.people import Role
from evidence.screening import ScreeningOutcome, ScreeningStatement
from review.actions.search import draft_again
from review.forms import Fields, number_in
from review.people import Person
from review.render import render
from review.search_tools import ScreeningView, SearchTools
from review.security import Refused, services_of, signed_in

router = APIRouter()
STAFF = (Role.LIBRARIAN, Role.SECOND_REVIEWER)
Staff = Annotated[Person, Depends(signed_in(*STAFF))]
Librarian = Annotated[Person, Depends(signed_in(Role.LIBRARIAN))]

_NEXT = 8
"""Records of the order that are shown below the one that is read."""
_LAST = 10
"""Decisions that are shown for taking back."""


@router.get("/runs/{run_id}/screen", dependencies=[Depends(signed_in(*STAFF))])
def screen(request: Request, run_id: str, record: str = "") -> Response:
    """The record to read next, or the one asked for."""
    return _page(request, services_of(request).tools.screening(run_id), record)


@router.post("/runs/{run_id}/screen")
def decide(request: Request, run_id: str, person: Staff, fields: Fields) -> Response:
    """Include, exclude, leave unsure, or take back."""
    tools, record = services_of(request).tools, fields.get("record", "")
    try:
        _act(tools, run_id, record, fields, person)
    except ChangedMeanwhile:
        view = tools.screening(run_id)
        if not _sent_twice(view, record, fields, person):
            return _changed(request, view, record, fields)
    except InvalidInput as fault:
        view = tools.screening(run_id)
        return _page(request, view, record, status=400, errors={"reason": fault.message}, typed=fields)
    return RedirectResponse(f"/runs/{run_id}/screen", status_code=303)


@router.post("/runs/{run_id}/screen/draft")
def draft(request: Request, run_id: str, person: Librarian) -> Response:
    """Make the draft from what was screened in."""
    services = services_of(request)
    job = draft_again(services, services.store.run(run_id), by=person.name)
    return RedirectResponse(f"/runs/{job.run_id}/progress", status_code=303)


def _act(tools: SearchTools, run_id: str, record: str, fields: dict[str, str], person: Person) -> None:
    do, seen = fields.get("do", ""), number_in(fields.get("seen", ""))
    if do == "take_back":
        tools.take_back(run_id, record, seen=seen, by=person.name)
    elif do in {outcome.value for outcome in ScreeningOutcome}:
        include = do == ScreeningOutcome.INCLUDE.value
        said = ScreeningStatement(
            pmid=record,
            outcome=ScreeningOutcome(do),
            criterion="" if include else fields.get("criterion", ""),
            reason=fields.get("reason", ""),
            words=fields.get("words", ""),
        )
        tools.decide(run_id, said, seen=seen, by=person.name)
    else:
        raise InvalidInput("Choose include, exclude or unsure.")


def _sent_twice(view: ScreeningView, record: str, fields: dict[str, str], person: Person) -> bool:
    """Whether the last word on the record is this same form's, sent a moment ago: a button pressed twice does nothing more."""
    latest = view.last(record)
    if latest is None or latest.by != person.name:
        return False
    if latest.decision is None:
        return fields.get("do") == "take_back"
    outcome, reason = latest.decision.outcome.value, fields.get("reason", "").strip()
    return outcome == fields.get("do") and reason in ("", latest.decision.reason)


def _changed(request: Request, view: ScreeningView, record: str, fields: dict[str, str]) -> Response:
    latest = view.last(record)
    assert latest is not None  # noqa: S101 - somebody decided on it
    said = latest.decision.outcome.value if latest.decision else "took the decision back"
    sentence = f"{latest.by} decided on this record meanwhile ({said}); nothing was overwritten. Decide again if you differ."
    return _page(request, view, record, status=409, errors={"reason": sentence}, typed=fields)


def _page(request: Request, view: ScreeningView, record: str, status: int = 200, **more: Any) -> Response:
    if record and record not in view.citations:
        raise Refused(404, "This run has no such record: go back to the list.")
    chosen = record or next(iter(view.order), "")
    context: dict[str, Any] = {
        "view": view,
        "chosen": chosen,
        "citation": view.citations.get(chosen),
        "said": view.machine.get(chosen),
        "standing": view.seen.get(chosen),
        "seen": view.last_number(chosen) if chosen else 0,
        "following": [pmid for pmid in view.order if pmid != chosen][:_NEXT],
        "latest": list(reversed(view.history))[:_LAST],
        "typed": {},
        "only_searches": view.run.settings.get("kind") == "search",
        **more,
    }
    return render(request, "search/screen.html", status=status, run_id=view.run.id, run_room="screen", **context)
