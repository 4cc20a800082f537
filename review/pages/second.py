"""The second review: whether there is one and whether blind, disagreements side by side, agreement, and settling."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from evidence.agreement import FEWEST
from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.people import Account, Role
from evidence.review import SecondReview
from reporting.words import VERDICT_WORDS
from review.actions.review import Settlement, read_review, set_second_review, settle
from review.forms import Fields, number_in
from review.people import Person
from review.render import render
from review.security import Refused, services_of, signed_in

router = APIRouter()
Reviewer = Annotated[Person, Depends(signed_in(Role.LIBRARIAN, Role.SECOND_REVIEWER))]
Librarian = Annotated[Person, Depends(signed_in(Role.LIBRARIAN))]


@router.get("/runs/{run_id}/second")
def page(request: Request, run_id: str, person: Reviewer) -> Response:
    """Where the second review stands."""
    return _page(request, run_id, person)


@router.post("/runs/{run_id}/second")
def ask_for_one(request: Request, run_id: str, person: Librarian, fields: Fields) -> Response:
    """Say whether a second person reviews, who, and whether blind."""
    chosen = fields.get("reviewer") or None
    if chosen is not None and chosen not in {account.id for account in _possible(request)}:
        raise Refused(400, "Choose one of the people on the page as second reviewer.")
    second = SecondReview(wanted=fields.get("wanted") == "yes", blind=fields.get("blind") == "yes", reviewer=chosen)
    try:
        set_second_review(services_of(request).store, run_id, second, by=person.name)
    except InvalidInput as fault:
        return _page(request, run_id, person, status=400, errors={"wanted": fault.message})
    return RedirectResponse(f"/runs/{run_id}/second", status_code=303)


@router.post("/runs/{run_id}/second/settle/{claim_id}")
def settle_one(request: Request, run_id: str, claim_id: str, person: Reviewer, fields: Fields) -> Response:
    """Keep what both agreed on."""
    side: Literal["first", "second"] = "second" if fields.get("side") == "second" else "first"
    settled = Settlement(claim_id=claim_id, side=side, reason=fields.get("reason", ""))
    try:
        settle(services_of(request).store, run_id, settled, seen=number_in(fields.get("seen", "")), by=person.name)
    except (ChangedMeanwhile, InvalidInput) as fault:
        status = 409 if isinstance(fault, ChangedMeanwhile) else 400
        changes = fault.changes if isinstance(fault, ChangedMeanwhile) else ()
        errors = {f"reason-{claim_id}": fault.message}
        return _page(request, run_id, person, status=status, errors=errors, changes=changes, typed={claim_id: fields})
    return RedirectResponse(f"/runs/{run_id}/second", status_code=303)


def _page(request: Request, run_id: str, person: Person, *, status: int = 200, **more: Any) -> Response:
    review = read_review(services_of(request).store, run_id)
    is_second = review.second.reviewer == person.id or any(
        entry.slot == "second" and entry.by == person.name for entry in review.history
    )
    both = [] if review.hidden else [item for item in review.worst_first if item.second is not None]
    context: dict[str, Any] = {
        "review": review,
        "differing": [item for item in both if item.reviewed.differs],
        "settled": [item for item in both if item.agreed is not None],
        "alike": [item for item in both if not item.reviewed.differs and item.agreed is None],
        "may_set": person.may(Role.LIBRARIAN) and not is_second,
        "possible": [account for account in _possible(request) if account.id != person.id],
        "verdict_words": VERDICT_WORDS,
        "fewest": FEWEST,
        "changes": (),
        "typed": {},
        **more,
    }
    return render(request, "second/second.html", status=status, run_id=run_id, run_room="second", **context)


def _possible(request: Request) -> list[Account]:
    """The accounts that may review second."""
    wanted = {Role.SECOND_REVIEWER, Role.LIBRARIAN}
    everybody = services_of(request).store.people.accounts()
    return [account for account in everybody if not account.disabled and wanted.intersection(account.roles)]
