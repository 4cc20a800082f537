"""Full texts: who read which report when. Line one of every document says it; without it, `Abstracts only`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.people import Role
from evidence.prisma import FullTextDecision
from reporting.words import safe_url
from review.actions.full_texts import OUTCOMES, FullTexts, read_day, read_outcome
from review.forms import Fields, number_in
from review.people import Person
from review.render import render
from review.security import services_of, signed_in

router = APIRouter()
Reviewer = Annotated[Person, Depends(signed_in(Role.LIBRARIAN, Role.SECOND_REVIEWER))]


@router.get("/runs/{run_id}/full-texts", dependencies=[Depends(signed_in(Role.LIBRARIAN, Role.SECOND_REVIEWER))])
def listed(request: Request, run_id: str) -> Response:
    """The records with what became of their full texts."""
    found = FullTexts(services_of(request), run_id)
    context: dict[str, Any] = {"reports": found.listed, "outcomes": OUTCOMES, "kept": request.query_params.get("kept", "")}
    return render(request, "full_texts/list.html", run_id=found.run.id, run_room="full-texts", safe_url=safe_url, **context)


@router.get("/runs/{run_id}/full-texts/record", dependencies=[Depends(signed_in(Role.LIBRARIAN, Role.SECOND_REVIEWER))])
def one(request: Request, run_id: str, pmid: str = "") -> Response:
    """The form of one record."""
    return _page(request, FullTexts(services_of(request), run_id), pmid.strip())


@router.post("/runs/{run_id}/full-texts/record")
def keep(request: Request, run_id: str, person: Reviewer, fields: Fields) -> Response:
    """Say what became of a full text, or take it back."""
    services = services_of(request)
    found, pmid, seen = FullTexts(services, run_id), fields.get("pmid", ""), number_in(fields.get("seen", ""))
    found.of(pmid)
    try:
        if fields.get("do") == "take_back":
            found.take_back(pmid, seen=seen, by=person.name)
        else:
            day = read_day(fields.get("on", ""), services.clock().date())
            reason = " ".join(fields.get("reason", "").split())
            outcome = read_outcome(fields.get("outcome", ""))
            found.say(FullTextDecision(pmid=pmid, outcome=outcome, reason=reason, by=person.name, on=day), seen=seen)
    except (ChangedMeanwhile, InvalidInput) as fault:
        status = 409 if isinstance(fault, ChangedMeanwhile) else 400
        more: dict[str, Any] = {"errors": {_field(fault.message): fault.message}, "typed": fields}
        if isinstance(fault, ChangedMeanwhile):
            more["changes"] = fault.changes
        return _page(request, FullTexts(services, run_id), pmid, status=status, **more)
    return RedirectResponse(f"/runs/{run_id}/full-texts?kept=1", status_code=303)


def _field(sentence: str) -> str:
    """Where a fault stands on the page."""
    return "on" if " day" in sentence else "reason" if "reason" in sentence else "outcome"


def _page(request: Request, found: FullTexts, pmid: str, *, status: int = 200, **more: Any) -> Response:
    report = found.of(pmid)
    context: dict[str, Any] = {
        "report": report,
        "url": safe_url(report.citation.url),
        "outcomes": [("", "Choose"), *OUTCOMES.items()],
        "told": OUTCOMES,
        "today": services_of(request).clock().date(),
        "typed": {},
        "changes": (),
        **more,
    }
    return render(request, "full_texts/record.html", status=status, run_id=found.run.id, run_room="full-texts", **context)
