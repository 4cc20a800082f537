"""Receiving a signed summary: every sentence to its quote to its record, without an account, and what has happened since."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from evidence.review import SignedSummary
from review.actions.share import open_link
from review.people import Person
from review.received import receive
from review.render import render
from review.security import Refused, services_of, signed_in

router = APIRouter()
_CLOSED = (
    "This link does not open: it was typed wrongly, has expired, or was withdrawn. Ask the library that sent it for another."
)


@router.get("/received/{token}")
def by_link(request: Request, token: str, version: int = 0) -> Response:
    """For whoever holds the link: no account, no role."""
    services = services_of(request)
    link = open_link(services.store, token, services.clock())
    if link is None:
        raise Refused(404, _CLOSED)
    response = _page(request, link.run_id, version, place=f"/received/{token}", until=link.expires_at)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@router.get("/runs/{run_id}/summary")
def by_account(request: Request, run_id: str, person: Annotated[Person, Depends(signed_in())], version: int = 0) -> Response:
    """For people with an account; requesters see their own alone."""
    store = services_of(request).store
    if person.only_asks:
        work = store.desk.of_run(run_id)
        if work is None or work.asked_by != person.name:
            raise Refused(404, "There is no summary here that was made for you.")
    return _page(request, store.run(run_id).id, version, place=f"/runs/{run_id}/summary", until=None)


def _page(request: Request, run_id: str, version: int, **context: Any) -> Response:
    store = services_of(request).store
    versions = store.reviews.versions(run_id)
    summary: SignedSummary | None = store.reviews.signed(run_id, version or None)
    if summary is None:
        raise Refused(404, "No summary is signed here yet, and nothing unsigned is shown.")
    received = receive(summary, versions, store.reviews.rechecks(run_id))
    return render(request, "receive/summary.html", received=received, versions=versions, room="", **context)
