"""The documents of a signed summary and a released search report, to take away. Nothing unsigned has any."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from review.hand_over import FORMAT_NAMES, REPORT_FORMATS, document, offered, refuse_others, signed_summary
from review.people import Person
from review.render import render
from review.security import services_of, signed_in

router = APIRouter()
Signed = Annotated[Person, Depends(signed_in())]


@router.get("/runs/{run_id}/documents")
def documents(request: Request, run_id: str, person: Signed, version: int = 0) -> Response:
    """What there is to take away."""
    refuse_others(request, run_id, person)
    summary = signed_summary(request, run_id, version)
    run_id = summary.content.run_id
    released = services_of(request).store.reviews.released(run_id)
    context: dict[str, Any] = {
        "summary": summary,
        "documents": offered(),
        "report_formats": REPORT_FORMATS if released else (),
        "format_names": FORMAT_NAMES,
        "base": f"/runs/{run_id}",
    }
    return render(request, "documents/documents.html", run_id=run_id, run_room="documents", **context)


@router.get("/runs/{run_id}/documents/{name}")
def download(request: Request, run_id: str, name: str, person: Signed, version: int = 0) -> Response:
    """One document as a file."""
    refuse_others(request, run_id, person)
    return document(request, run_id, name, version, by=person.name)
