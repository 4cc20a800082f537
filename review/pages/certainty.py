"""Certainty: what named persons rated for each outcome, domain by domain. Words of certainty are printed only after that."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.people import Role
from evidence.signed_parts import Certainty, Domain
from review.actions.certainty import STARTS, Judged, RatedOutcome, rate, rated_outcomes, take_back_rating
from review.actions.sign import differs_from_signed
from review.forms import Fields, number_in
from review.people import Person
from review.readable import readable
from review.render import render
from review.security import Refused, services_of, signed_in
from review.state import Review

router = APIRouter()
Librarian = Annotated[Person, Depends(signed_in(Role.LIBRARIAN))]

WORDING = (
    (Certainty.HIGH, "X reduces Y"),
    (Certainty.MODERATE, "X probably reduces Y"),
    (Certainty.LOW, "X may reduce Y"),
    (Certainty.VERY_LOW, "The evidence is very uncertain about the effect of X on Y"),
)
"""How each level is worded (Santesso et al., J Clin Epidemiol 2020;119:126)."""
_DOWN = (("0", "No reason to rate down"), ("-1", "Serious: one level down"), ("-2", "Very serious: two levels down"))
_UP = (("0", "No reason to rate up"), ("1", "One level up"), ("2", "Two levels up"))


@router.get("/runs/{run_id}/certainty")
def outcomes(request: Request, run_id: str, person: Librarian) -> Response:
    """Every outcome with its rating."""
    store, review = services_of(request).store, readable(request, run_id, person)
    found = rated_outcomes(store, review)
    unsigned = differs_from_signed(store, review)
    context: dict[str, Any] = {
        "outcomes": found,
        "wording": WORDING,
        "unsigned": unsigned,
        "kept": request.query_params.get("kept", ""),
    }
    return render(request, "certainty/outcomes.html", run_id=run_id, run_room="certainty", **context)


@router.get("/runs/{run_id}/certainty/outcome")
def outcome(request: Request, run_id: str, person: Librarian, name: str = "") -> Response:
    """The form of one outcome."""
    review = readable(request, run_id, person)
    return _page(request, review, _named(request, review, name))


@router.post("/runs/{run_id}/certainty/outcome")
def keep(request: Request, run_id: str, person: Librarian, fields: Fields) -> Response:
    """Rate, or take the rating back."""
    services, review = services_of(request), readable(request, run_id, person)
    found = _named(request, review, fields.get("name", ""))
    seen, at = number_in(fields.get("seen", "")), services.clock()
    try:
        if fields.get("do") == "take_back":
            take_back_rating(services.store, review, found, seen=seen, by=person.name, at=at)
        else:
            rate(services.store, review, found, _judged(fields), (seen, person.name, at))
    except (ChangedMeanwhile, InvalidInput) as fault:
        status = 409 if isinstance(fault, ChangedMeanwhile) else 400
        changes = fault.changes if isinstance(fault, ChangedMeanwhile) else ()
        found = _named(request, review, found.key)
        return _page(request, review, found, status=status, errors={"rating": fault.message}, changes=changes, typed=fields)
    return RedirectResponse(f"/runs/{run_id}/certainty?kept=1", status_code=303)


def _page(request: Request, review: Review, found: RatedOutcome, *, status: int = 200, **more: Any) -> Response:
    run_id, rating = review.ledger.id, found.rating
    before = {judgement.domain: judgement for judgement in rating.domains} if rating else {}
    context: dict[str, Any] = {
        "outcome": found,
        "claims": [(item, [review.records.get(support.pmid) for support in item.claim.support]) for item in found.claims],
        "domains": [(place, one, _UP if one.raises else _DOWN, before.get(one)) for place, one in enumerate(Domain)],
        "levels": [("", "Choose"), *((level.value, level.value) for level in Certainty)],
        "starts": [("", "Choose"), *((level.value, told) for level, told in STARTS.items())],
        "wording": WORDING,
        "typed": {},
        "changes": (),
        **more,
    }  # fmt: skip
    return render(request, "certainty/outcome.html", status=status, run_id=run_id, run_room="certainty", **context)


def _named(request: Request, review: Review, name: str) -> RatedOutcome:
    found = {outcome.key: outcome for outcome in rated_outcomes(services_of(request).store, review)}.get(name)
    if found is None:
        raise Refused(404, "No claim that stands names this outcome: look at the list of outcomes.")
    return found


def _judged(fields: dict[str, str]) -> Judged:
    levels = {"-2": -2, "-1": -1, "0": 0, "1": 1, "2": 2}
    return Judged(
        rating=fields.get("rating", ""),
        starts_at=fields.get("starts_at", ""),
        reason=fields.get("reason", ""),
        domains={
            domain: (levels.get(fields.get(f"level-{number}", "0"), 9), fields.get(f"why-{number}", ""))
            for number, domain in enumerate(Domain)
        },
    )
