"""What went wrong, as a page with one plain sentence."""

from __future__ import annotations

import json
import logging
import secrets
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from evidence.errors import ChangedMeanwhile, EvidenceError, InvalidInput, RunNotFound, ServiceUnavailable, StorageFailure
from review.oidc import is_configured
from review.render import render
from review.security import NotSignedIn, Refused, services_of

_log = logging.getLogger("review")
_TITLES = {
    400: "This cannot be used as it is",
    403: "You cannot do this",
    404: "There is no such page",
    405: "There is no such page",
    409: "This changed in the meantime",
    421: "Wrong address",
    500: "Something failed",
    503: "Not available now",
}
_MOST_HELD = 200_000


def add_fault_pages(app: FastAPI) -> None:
    """Let every fault become a page."""
    for kind in (EvidenceError, Refused, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(NotSignedIn, _not_signed_in)


def fault_page(request: Request, status: int, sentence: str) -> Response:
    """The page that says what is wrong."""
    title = _TITLES.get(status, "This did not work")
    return render(request, "fault.html", status=status, title=title, sentence=sentence)


def status_of(fault: EvidenceError) -> int:
    """The HTTP status of one of our own errors."""
    if isinstance(fault, ChangedMeanwhile):
        return 409
    if isinstance(fault, RunNotFound):
        return 404
    if isinstance(fault, InvalidInput):
        return 400
    return 503 if isinstance(fault, ServiceUnavailable | StorageFailure) else 500


def _known(request: Request, fault: Exception) -> Response:
    if isinstance(fault, EvidenceError):
        return fault_page(request, status_of(fault), fault.message)
    if isinstance(fault, Refused):
        return fault_page(request, fault.status, fault.sentence)
    if isinstance(fault, RequestValidationError):
        return fault_page(request, 400, f"{_place(fault)}: go back, put it right and send it again.")
    assert isinstance(fault, HTTPException)  # noqa: S101 - registered for no other
    sentences = {
        404: "Nothing is at this address: it may have been typed wrongly, or what was there is gone.",
        405: "This address takes no such request.",
    }
    return fault_page(request, fault.status_code, sentences.get(fault.status_code, "The request could not be answered."))


def unknown_fault(request: Request, fault: Exception) -> Response:
    """The page for what should not have happened; what it was stands in the server's log under the mark that it shows."""
    mark = secrets.token_hex(4)
    _log.error("fault %s at %s %s", mark, request.method, request.url.path, exc_info=fault)
    sentence = (
        f"Something failed that should not, and nothing was half done: try again, and if it stays so report it as fault {mark}."
    )
    return fault_page(request, 500, sentence)


async def _not_signed_in(request: Request, _fault: Exception) -> Response:
    """To the page that signs in; what a form held is carried along, so that it can be sent again afterwards."""
    if request.method == "GET":
        place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?onward={quote(place, safe='')}", status_code=303)
    held = "" if request.url.path == "/sign-in" else await _held(request)
    context = {"onward": "/", "held": held, "login": "", "expired": True, "single_sign_on": is_configured(services_of(request))}
    return render(request, "sign_in/sign_in.html", status=403, **context)


async def _held(request: Request) -> str:
    """The form's fields as JSON, so that nothing typed is lost; empty where it is too large to carry. Files are not carried."""
    form = await request.form()
    fields = [[name, value] for name, value in form.multi_items() if not isinstance(value, UploadFile) and name != "csrf"]
    text = json.dumps({"place": request.url.path, "fields": fields})
    return text if len(text) <= _MOST_HELD else ""


def _place(fault: RequestValidationError) -> str:
    first: dict[str, Any] = fault.errors()[0]
    field = next(
        (str(part) for part in reversed(first["loc"]) if isinstance(part, str) and part not in ("body", "query", "path")), ""
    )
    return f"The field {field[:60]!r} is missing or cannot be read" if field else "The form cannot be read"
