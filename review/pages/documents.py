"""The documents of a signed summary, to take away. Nothing unsigned has any; each is made when it is asked for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import JsonValue

from evidence.errors import EvidenceError, InvalidInput
from evidence.review import RECHECK_WITHIN, SignedSummary
from reporting.export import DOCUMENTS, FORMATS, Edition, Library, Recheck, export, recheck_sources
from reporting.summary.edition import compared
from review.people import Person
from review.render import render
from review.security import Refused, services_of, signed_in

router = APIRouter()
_NOT_SIGNED = "No summary is signed here yet, and nothing unsigned leaves the workbench."
Signed = Annotated[Person, Depends(signed_in())]


@router.get("/runs/{run_id}/documents")
def documents(request: Request, run_id: str, person: Signed, version: int = 0) -> Response:
    """What there is to take away."""
    summary = _summary(request, run_id, version, person)
    return render(
        request,
        "documents/documents.html",
        run_id=summary.content.run_id,
        run_room="documents",
        summary=summary,
        documents=[(name, title, FORMATS[name]) for name, title in DOCUMENTS.items()],
        format_names=FORMAT_NAMES,
    )


@router.get("/runs/{run_id}/documents/{name}")
def download(request: Request, run_id: str, name: str, person: Signed, version: int = 0) -> Response:
    """One document as a file."""
    summary = _summary(request, run_id, version, person)
    document, _, file_format = name.partition(".")
    if file_format not in FORMATS.get(document, ()):
        raise Refused(404, "There is no such document: choose one on the page of documents.")
    services = services_of(request)
    settings = services.settings
    edition = Edition(
        made_at=services.clock().replace(microsecond=0),
        recheck=_recheck(request, summary),
        library=Library(libkey=settings.libkey_library or "", resolver=settings.link_resolver or ""),
    )
    file = export(summary, document, file_format, edition)
    told: dict[str, JsonValue] = {"version": summary.content.version, "files": [file.name]}
    services.store.append_event(summary.content.run_id, "documents exported", told, by=person.name)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


FORMAT_NAMES = {
    "docx": "Word", "html": "Web page", "pdf": "PDF", "md": "Markdown", "json": "JSON", "ris": "RIS", "nbib": "nbib",
    "bib": "BibTeX", "csl.json": "CSL-JSON", "xlsx": "Excel", "csv": "CSV",
}  # fmt: skip
"""What the page calls each format."""


def _summary(request: Request, run_id: str, version: int, person: Person) -> SignedSummary:
    """The signed version; requesters have their own alone."""
    store = services_of(request).store
    if person.only_asks:
        work = store.desk.of_run(run_id)
        if work is None or work.asked_by != person.name:
            raise Refused(404, "There is no summary here that was made for you.")
    summary = store.reviews.signed(store.run(run_id).id, version or None)
    if summary is None:
        raise Refused(404, _NOT_SIGNED)
    return summary


def _recheck(request: Request, summary: SignedSummary) -> Recheck:
    """The last look at the sources where it is fresh, else a new one. Raises `InvalidInput` where one was retracted since."""
    services, content = services_of(request), summary.content
    moment = services.clock().replace(microsecond=0)
    last = services.store.reviews.rechecks(content.run_id)[-1:]
    for look in last:
        moments = [check.at for check in look.found]
        if moments and moment - min(moments) <= RECHECK_WITHIN:
            return compared(content, {check.pmid: check.integrity for check in look.found}, min(moments))
    try:
        with services.open_source(services.store.run(content.run_id).settings) as source:
            return recheck_sources(content, source, moment)
    except InvalidInput:
        raise  # a source was retracted since
    except EvidenceError as fault:
        return Recheck(why_not=fault.message)
