"""Rewordings: the claims that stand, told for one kind of reader. What would change the claim does not pass, and says why."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.people import Role
from evidence.signed_parts import Reader, Rewording
from reporting.export import DOCUMENTS
from reporting.readers.reading_age import reading_age
from review.actions.rewordings import RewordedClaim, Rewordings, clean_wording
from review.actions.sign import differs_from_signed
from review.forms import Fields, number_in
from review.people import Person
from review.readable import readable
from review.render import render
from review.security import Refused, services_of, signed_in
from review.side_by_side import set_side_by_side
from review.state import Review

router = APIRouter()
Librarian = Annotated[Person, Depends(signed_in(Role.LIBRARIAN))]
TITLES = {reader: DOCUMENTS[reader.value] for reader in Reader}


@router.get("/runs/{run_id}/rewordings")
def listed(request: Request, run_id: str, person: Librarian, reader: str = Reader.PLAIN.value) -> Response:
    """Every claim that stands, with its wording for this reader."""
    store, review = services_of(request).store, readable(request, run_id, person)
    found = Rewordings(store, review, _reader(reader)).listed
    told = [one.rewording.text if one.rewording and not one.obstacle else one.claim.text for one in found]
    context: dict[str, Any] = {
        "claims": found,
        "reader": _reader(reader),
        "titles": TITLES,
        "age": reading_age(told),
        "unsigned": differs_from_signed(store, review),
        "kept": request.query_params.get("kept", ""),
    }
    return render(request, "rewordings/list.html", run_id=run_id, run_room="rewordings", **context)


@router.get("/runs/{run_id}/rewordings/{reader}/{claim_id}")
def one(request: Request, run_id: str, reader: str, claim_id: str, person: Librarian) -> Response:
    """One claim with its quote and the form."""
    review = readable(request, run_id, person)
    return _page(request, review, _reader(reader), _claim(request, review, _reader(reader), claim_id))


@router.post("/runs/{run_id}/rewordings/{reader}/{claim_id}")
def keep(request: Request, run_id: str, reader: str, claim_id: str, person: Librarian, fields: Fields) -> Response:
    """Keep other words for the claim, or take them back."""
    services, review, whom = services_of(request), readable(request, run_id, person), _reader(reader)
    found, seen = _claim(request, review, whom, claim_id), number_in(fields.get("seen", ""))
    rewordings = Rewordings(services.store, review, whom)
    try:
        if fields.get("do") == "take_back":
            if found.rewording is None:
                raise InvalidInput("There is no other wording to take back.")
            rewordings.take_back(found.rewording.model_copy(update={"by": person.name}), seen=seen)
        else:
            text, at = clean_wording(fields.get("text", "")), services.clock()
            said = Rewording(claim_id=claim_id, reader=whom, text=text, by=person.name, at=at)
            rewordings.say(said, seen=seen)
    except (ChangedMeanwhile, InvalidInput) as fault:
        status = 409 if isinstance(fault, ChangedMeanwhile) else 400
        changes = fault.changes if isinstance(fault, ChangedMeanwhile) else ()
        found = _claim(request, review, whom, claim_id)
        more: dict[str, Any] = {"errors": {"text": fault.message}, "changes": changes, "typed": fields}
        return _page(request, review, whom, found, status=status, **more)
    return RedirectResponse(f"/runs/{run_id}/rewordings?reader={whom.value}&kept=1", status_code=303)


def _page(
    request: Request, review: Review, reader: Reader, found: RewordedClaim, *, status: int = 200, **more: Any
) -> Response:
    text = found.rewording.text if found.rewording else found.claim.text
    records = {citation.pmid: citation for citation in review.ledger.citations}
    context: dict[str, Any] = {
        "found": found,
        "beside": set_side_by_side(found.claim.claim, records),
        "reader": reader,
        "titles": TITLES,
        "age": reading_age([text]),
        "text": text,
        "typed": {},
        "changes": (),
        **more,
    }
    return render(request, "rewordings/claim.html", status=status, run_id=review.ledger.id, run_room="rewordings", **context)


def _reader(name: str) -> Reader:
    try:
        return Reader(name)
    except ValueError:
        raise Refused(404, "There is no such kind of reader: choose one on the page of rewordings.") from None


def _claim(request: Request, review: Review, reader: Reader, claim_id: str) -> RewordedClaim:
    try:
        return Rewordings(services_of(request).store, review, reader).of(claim_id)
    except InvalidInput as fault:
        raise Refused(404, fault.message) from None
