"""The evidence search report: released by one named searcher, with or without a draft; its documents, and links to it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from evidence.errors import ChangedMeanwhile, EvidenceError, InvalidInput
from evidence.people import Role
from evidence.prisma import PrismaSState
from evidence.run import RunSummary
from evidence.signed_parts import RELEASE_STATEMENT
from reporting.prisma_s import prisma_s_items
from review.actions.release import Releasing, release, search_to_release
from review.actions.share import make_link
from review.forms import Fields, number_in
from review.hand_over import FORMAT_NAMES, REPORT_FORMATS, refuse_others
from review.people import Person
from review.render import render
from review.security import Refused, services_of, signed_in

router = APIRouter()
Librarian = Annotated[Person, Depends(signed_in(Role.LIBRARIAN))]
Anybody = Annotated[Person, Depends(signed_in())]


@router.get("/runs/{run_id}/search-report")
def page(request: Request, run_id: str, person: Anybody) -> Response:
    """What is released, and for a librarian what would be."""
    refuse_others(request, run_id, person)
    return _page(request, services_of(request).store.run(run_id), person)


@router.post("/runs/{run_id}/search-report")
def put_name(request: Request, run_id: str, person: Librarian, fields: Fields) -> Response:
    """Release it."""
    services = services_of(request)
    run = services.store.run(run_id)
    form = Releasing(
        content=fields.get("content", ""),
        name=fields.get("name", "") if person.alone else person.name,
        role=fields.get("role", ""),
        confirmed=fields.get("confirmed") == "yes",
    )
    try:
        release(services, run, form, by=person.name)
    except EvidenceError as fault:
        status = 409 if isinstance(fault, ChangedMeanwhile) else 400 if isinstance(fault, InvalidInput) else 503
        return _page(request, run, person, status=status, errors={"release": fault.message}, typed=fields)
    return RedirectResponse(f"/runs/{run.id}/search-report?released=1", status_code=303)


@router.post("/runs/{run_id}/search-report/links")
def link(request: Request, run_id: str, person: Librarian, fields: Fields) -> Response:
    """Make a link for somebody without an account; it is shown once."""
    services = services_of(request)
    run = services.store.run(run_id)
    try:
        made, token = make_link(
            services.store, run.id, fields.get("made_for", ""), number_in(fields.get("days", "")), by=person.name
        )
    except InvalidInput as fault:
        return _page(request, run, person, status=400, errors={"made_for": fault.message}, typed=fields)
    address = f"{services.settings.public_url or str(request.base_url).rstrip('/')}/received/{token}"
    return _page(request, run, person, made=made, address=address)


def _page(request: Request, run: RunSummary, person: Person, *, status: int = 200, **more: Any) -> Response:
    services = services_of(request)
    released, may = services.store.reviews.released(run.id), person.may(Role.LIBRARIAN)
    if released is None and not may:
        raise Refused(404, "No search report is released here yet, and nothing unreleased is shown.")
    context: dict[str, Any] = {
        "released": released,
        "formats": REPORT_FORMATS,
        "format_names": FORMAT_NAMES,
        "may_release": may,
        "statement": RELEASE_STATEMENT,
        "links": [(item, item.opens(services.clock())) for item in services.store.reviews.links(run.id)] if may else [],
        "typed": {},
        **more,
    }
    if may:
        ledger = search_to_release(services, run)
        asked = [item for item in prisma_s_items(ledger) if item.state is PrismaSState.NEEDS_LIBRARIAN]
        content = ledger.content_hash()
        same = released is not None and released.release.content == content
        stated = [said.item for said in ledger.statements]
        context |= {"ledger": ledger, "asked": asked, "stated": stated, "content_hash": content, "same": same}
    return render(request, "search_report/report.html", status=status, run_id=run.id, run_room="search-report", **context)
