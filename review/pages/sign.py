"""Signing: what stands in the way, the sources looked at again, the name under the hash; versions beside each other; links."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from evidence.errors import ChangedMeanwhile, InvalidInput, ServiceUnavailable
from evidence.people import Role
from evidence.review import STATEMENT, SignedContent
from reporting.summary.method import full_text_lead
from reporting.words import VERDICT_WORDS
from review.actions.share import make_link, revoke_link
from review.actions.sign import Signing, content_to_sign, recheck_sources, sign, why_not
from review.compare import compare
from review.forms import Fields, number_in
from review.people import Person
from review.readable import readable
from review.render import render
from review.security import Refused, services_of, signed_in

router = APIRouter()
Librarian = Annotated[Person, Depends(signed_in(Role.LIBRARIAN))]
_LINK_DAYS = 90


@router.get("/runs/{run_id}/sign")
def page(request: Request, run_id: str, person: Librarian) -> Response:
    """What would be signed, and what stands in the way."""
    return _page(request, run_id, person)


@router.post("/runs/{run_id}/sign/recheck")
def recheck(request: Request, run_id: str, person: Librarian) -> Response:
    """Look at the standing of the cited records again."""
    services = services_of(request)
    try:
        with services.open_source(services.store.run(run_id).settings) as source:
            recheck_sources(services.store, run_id, source, by=person.name, clock=services.clock)
    except ServiceUnavailable as fault:
        errors = {"recheck": f"The sources could not be checked, so nothing can be signed now. {fault.message}"}
        return _page(request, run_id, person, status=503, errors=errors)
    return RedirectResponse(f"/runs/{run_id}/sign?rechecked=1", status_code=303)


@router.post("/runs/{run_id}/sign")
def put_name(request: Request, run_id: str, person: Librarian, fields: Fields) -> Response:
    """Sign."""
    services = services_of(request)
    signing = Signing(
        content=fields.get("content", ""),
        # A person with an account signs under their own name and no other.
        name=fields.get("name", "") if person.alone else person.name,
        role=fields.get("role", ""),
        confirmed=fields.get("confirmed") == "yes",
        entries=number_in(fields.get("entries", "")),
    )
    try:
        version = sign(services.store, run_id, signing, by=person.name, clock=services.clock)
    except (ChangedMeanwhile, InvalidInput) as fault:
        status = 409 if isinstance(fault, ChangedMeanwhile) else 400
        changes = fault.changes if isinstance(fault, ChangedMeanwhile) else ()
        return _page(request, run_id, person, status=status, errors={"sign": fault.message}, changes=changes, typed=fields)
    return RedirectResponse(f"/runs/{run_id}/sign?signed={version.version}", status_code=303)


@router.get("/runs/{run_id}/versions")
def versions(request: Request, run_id: str, person: Librarian, older: str = "", newer: str = "") -> Response:
    """Two versions side by side; `newer` may be `now`, what stands unsigned."""
    store = services_of(request).store
    signed = store.reviews.versions(run_id)
    if not signed:
        raise Refused(404, "Nothing is signed yet, so there are no versions to compare.")
    last = signed[-1].version
    now = content_to_sign(store, readable(request, run_id, person))
    one = _version(request, run_id, number_in(older) or max(1, last - 1))
    other = (
        now if newer in ("", "now") and not (newer == "" and last > 1) else _version(request, run_id, number_in(newer) or last)
    )
    return render(
        request,
        "sign/versions.html",
        run_id=run_id,
        run_room="sign",
        signed=signed,
        older=one,
        newer=other,
        newer_is_now=other is now,
        rows=compare(one, other),
    )


@router.post("/runs/{run_id}/links")
def link(request: Request, run_id: str, person: Librarian, fields: Fields) -> Response:
    """Make a link for somebody without an account; it is shown once."""
    services = services_of(request)
    days = number_in(fields.get("days", ""))
    try:
        made, token = make_link(services.store, run_id, fields.get("made_for", ""), days, by=person.name)
    except InvalidInput as fault:
        return _page(request, run_id, person, status=400, errors={"made_for": fault.message}, typed=fields)
    address = f"{services.settings.public_url or str(request.base_url).rstrip('/')}/received/{token}"
    return _page(request, run_id, person, made=made, address=address)


@router.post("/runs/{run_id}/links/{link_id}/revoke")
def revoke(request: Request, run_id: str, link_id: str, person: Librarian, fields: Fields) -> Response:
    """Close a link for good."""
    revoke_link(services_of(request).store, run_id, link_id, by=person.name)
    page = "search-report" if fields.get("back") == "search-report" else "sign"
    return RedirectResponse(f"/runs/{run_id}/{page}#links", status_code=303)


def _page(request: Request, run_id: str, person: Person, *, status: int = 200, **more: Any) -> Response:
    services = services_of(request)
    store, moment = services.store, services.clock()
    review = readable(request, run_id, person)
    content = content_to_sign(store, review)
    why = why_not(store, review, content, moment)
    rechecks = review.rechecks
    context: dict[str, Any] = {
        "review": review,
        "content": content,
        "lead": full_text_lead(content),
        "content_hash": "" if why else content.content_hash(),
        "why": why,
        "sources": [(pmid, review.records.get(pmid), review.sources.get(pmid)) for pmid in _cited(content)],
        "not_given": rechecks[-1].not_given if rechecks else (),
        "statement": STATEMENT,
        "versions": store.reviews.versions(run_id),
        "links": [(item, item.opens(moment)) for item in store.reviews.links(run_id)],
        "link_days": _LINK_DAYS,
        "verdict_words": VERDICT_WORDS,
        "changes": (),
        "typed": {},
        "moment_now": moment,
        **more,
    }
    return render(request, "sign/sign.html", status=status, run_id=run_id, run_room="sign", **context)


def _cited(content: SignedContent) -> list[str]:
    return list(dict.fromkeys(support.pmid for item in content.standing for support in item.claim.support))


def _version(request: Request, run_id: str, number: int) -> SignedContent:
    found = services_of(request).store.reviews.signed(run_id, number)
    if found is None:
        raise Refused(404, "There is no signed version of this number: look at the list of versions.")
    return found.content
