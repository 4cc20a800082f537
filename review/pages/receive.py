"""Receiving what was signed or released: every sentence to its quote to its record, its documents, without an account."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from evidence.review import SignedSummary
from evidence.shared_link import SharedLink
from reporting.summary.method import full_text_lead
from review.actions.share import open_link
from review.hand_over import FORMAT_NAMES, REPORT_FORMATS, document, offered, refuse_others
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
    link, place = _opened(request, token), f"/received/{token}"
    if not services_of(request).store.reviews.versions(link.run_id):
        return _private(_search_alone(request, link, place))
    return _private(_page(request, link.run_id, version, place=place, until=link.expires_at))


@router.get("/received/{token}/documents/{name}")
def document_by_link(request: Request, token: str, name: str, version: int = 0) -> Response:
    """One document of what was signed or released, for whoever holds the link."""
    link = _opened(request, token)
    # Nobody knows who holds a link, so the log names the link.
    return _private(document(request, link.run_id, name, version, by=f"whoever holds link {link.id}"))


@router.get("/runs/{run_id}/summary")
def by_account(request: Request, run_id: str, person: Annotated[Person, Depends(signed_in())], version: int = 0) -> Response:
    """For people with an account; requesters see their own alone."""
    refuse_others(request, run_id, person)
    return _page(request, services_of(request).store.run(run_id).id, version, place=f"/runs/{run_id}", until=None)


def _opened(request: Request, token: str) -> SharedLink:
    services = services_of(request)
    link = open_link(services.store, token, services.clock())
    if link is None:
        raise Refused(404, _CLOSED)
    return link


def _private(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _search_alone(request: Request, link: SharedLink, place: str) -> Response:
    """The released search report of a run that has no signed summary."""
    released = services_of(request).store.reviews.released(link.run_id)
    if released is None:
        raise Refused(404, "Nothing is signed or released here yet, and nothing else is shown.")
    context: dict[str, Any] = {"released": released, "place": place, "formats": REPORT_FORMATS, "format_names": FORMAT_NAMES}
    return render(request, "receive/search.html", until=link.expires_at, room="", **context)


def _page(request: Request, run_id: str, version: int, *, place: str, **context: Any) -> Response:
    reviews = services_of(request).store.reviews
    versions = reviews.versions(run_id)
    summary: SignedSummary | None = reviews.signed(run_id, version or None)
    if summary is None:
        raise Refused(404, "No summary is signed here yet, and nothing unsigned is shown.")
    by_token = place.startswith("/received/")
    whole: dict[str, Any] = {
        "received": receive(summary, versions, reviews.rechecks(run_id)),
        "lead": full_text_lead(summary.content),
        "ratings": {rating.subject: rating for rating in summary.content.ratings},
        "versions": versions,
        "place": place if by_token else f"{place}/summary",
        "base": place,
        "documents": offered(),
        "format_names": FORMAT_NAMES,
        "report_formats": REPORT_FORMATS if reviews.released(run_id) else (),
        **context,
    }
    return render(request, "receive/summary.html", room="", **whole)
