"""The first page: where a person of each role goes on, and whether the workbench is up."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse

from review.people import Person
from review.render import render
from review.security import services_of, signed_in

router = APIRouter()


@router.get("/")
def home(request: Request, person: Person = Depends(signed_in())) -> Response:  # noqa: B008 - FastAPI's way to say it
    """The first page."""
    return render(request, "home.html", services=services_of(request), name=person.name)


@router.get("/health", include_in_schema=False)
def health() -> Response:
    """For those who watch over the server; says nothing of what is inside."""
    return PlainTextResponse("ok\n")
