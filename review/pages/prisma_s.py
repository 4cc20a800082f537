"""What only a person can say of a search for PRISMA-S, item by item: what to report, or that it was not done."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from connectors.store.statements import Said
from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.people import Role
from evidence.run import RunSummary
from evidence.search_ledger import PrismaStatement
from reporting.prisma_s import prisma_s_items
from review.actions.release import search_to_release
from review.actions.review import LONGEST_REASON
from review.forms import Fields, number_in
from review.people import Person
from review.render import render
from review.security import Refused, services_of, signed_in

router = APIRouter()
Librarian = Annotated[Person, Depends(signed_in(Role.LIBRARIAN))]


@router.get("/runs/{run_id}/search-report/item", dependencies=[Depends(signed_in(Role.LIBRARIAN))])
def item(request: Request, run_id: str, number: str = "") -> Response:
    """The form of one item."""
    return _page(request, services_of(request).store.run(run_id), number_in(number))


@router.post("/runs/{run_id}/search-report/item")
def keep(request: Request, run_id: str, person: Librarian, fields: Fields) -> Response:
    """Say it under one's name, or take it back."""
    services, number = services_of(request), number_in(fields.get("number", ""))
    run, seen = services.store.run(run_id), number_in(fields.get("seen", ""))
    try:
        statement = _statement(request, run, number, person, fields)
        services.store.reviews.say(run.id, statement, seen=seen, taken_back=fields.get("do") == "take_back")
    except (ChangedMeanwhile, InvalidInput) as fault:
        status = 409 if isinstance(fault, ChangedMeanwhile) else 400
        changes = fault.changes if isinstance(fault, ChangedMeanwhile) else ()
        return _page(request, run, number, status=status, errors={"text": fault.message}, changes=changes, typed=fields)
    return RedirectResponse(f"/runs/{run.id}/search-report#prisma-s", status_code=303)


def _statement(request: Request, run: RunSummary, number: int, person: Person, fields: dict[str, str]) -> PrismaStatement:
    if not 1 <= number <= 16:
        raise Refused(404, "PRISMA-S has 16 items: choose one on the page of the search report.")
    said = _said(request, run, number)
    if fields.get("do") == "take_back":
        if not said or said[-1].taken_back:
            raise InvalidInput("There is nothing to take back.")
        return said[-1].statement.model_copy(update={"by": person.name})
    text, done = " ".join(fields.get("text", "").split()), fields.get("state") != "not done"
    if done and not text:
        raise InvalidInput("Write what to report, or say that it was not done.")
    if len(text) > LONGEST_REASON:
        raise InvalidInput(f"That is too long: make it shorter than {LONGEST_REASON:,} characters.")
    day = services_of(request).clock().date()
    return PrismaStatement(item=number, state="reported" if done else "not done", text=text, by=person.name, on=day)


def _said(request: Request, run: RunSummary, number: int) -> list[Said[PrismaStatement]]:
    everything = services_of(request).store.reviews.said(run.id, PrismaStatement)
    return [one for one in everything if one.statement.item == number]


def _page(request: Request, run: RunSummary, number: int, *, status: int = 200, **more: Any) -> Response:
    items = {one.number: one for one in prisma_s_items(search_to_release(services_of(request), run))}
    if number not in items:
        raise Refused(404, "PRISMA-S has 16 items: choose one on the page of the search report.")
    said = _said(request, run, number)
    standing = said[-1].statement if said and not said[-1].taken_back else None
    context: dict[str, Any] = {
        "item": items[number],
        "said": said,
        "standing": standing,
        "states": [("reported", "Report what I write below"), ("not done", "It was not done")],
        "typed": {},
        "changes": (),
        **more,
    }
    return render(request, "search_report/item.html", status=status, run_id=run.id, run_room="search-report", **context)
