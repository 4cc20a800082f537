"""Handing documents over: a signed summary's and a released search report's, to people with an account or with a link."""

from __future__ import annotations

from fastapi import Request, Response
from pydantic import JsonValue

from evidence.errors import EvidenceError, InvalidInput
from evidence.review import RECHECK_WITHIN, SignedSummary
from reporting.export import DOCUMENTS, FORMATS, MEDIA_TYPES, Edition, Library, Recheck, export, recheck_sources
from reporting.search_report.release import FORMATS as REPORT_FORMATS
from reporting.search_report.release import render_released_search
from reporting.summary.edition import compared
from review.people import Person
from review.security import Refused, services_of

__all__ = ["FORMAT_NAMES", "REPORT_FORMATS", "document", "offered", "refuse_others", "signed_summary"]

FORMAT_NAMES = {
    "docx": "Word", "html": "Web page", "pdf": "PDF", "md": "Markdown", "json": "JSON", "ris": "RIS", "nbib": "nbib",
    "bib": "BibTeX", "csl.json": "CSL-JSON", "xlsx": "Excel", "csv": "CSV",
}  # fmt: skip
"""What the pages call each format."""

_NOT_SIGNED = "No summary is signed here yet, and nothing unsigned leaves the workbench."
_NO_SUCH = "There is no such document: choose one on the page of documents."


def offered() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every document: its name, title and formats."""
    return [(name, title, FORMATS[name]) for name, title in DOCUMENTS.items()]


def refuse_others(request: Request, run_id: str, person: Person) -> None:
    """Requesters have what was made for them alone."""
    if person.only_asks:
        work = services_of(request).store.desk.of_run(run_id)
        if work is None or work.asked_by != person.name:
            raise Refused(404, "There is nothing here that was made for you.")


def signed_summary(request: Request, run_id: str, version: int) -> SignedSummary:
    """The signed version; the newest for 0."""
    store = services_of(request).store
    summary = store.reviews.signed(store.run(run_id).id, version or None)
    if summary is None:
        raise Refused(404, _NOT_SIGNED)
    return summary


def document(request: Request, run_id: str, name: str, version: int, *, by: str) -> Response:
    """One document as a file, with its entry in the log: of the signed summary, or the released search report."""
    title, _, file_format = name.partition(".")
    if title == "search-report":
        return _search_report(request, services_of(request).store.run(run_id).id, file_format, by=by)
    summary = signed_summary(request, run_id, version)
    if file_format not in FORMATS.get(title, ()):
        raise Refused(404, _NO_SUCH)
    services = services_of(request)
    settings = services.settings
    edition = Edition(
        made_at=services.clock().replace(microsecond=0),
        recheck=_recheck(request, summary),
        library=Library(libkey=settings.libkey_library or "", resolver=settings.link_resolver or ""),
    )
    file = export(summary, title, file_format, edition)
    told: dict[str, JsonValue] = {"version": summary.content.version, "files": [file.name]}
    services.store.append_event(summary.content.run_id, "documents exported", told, by=by)
    return _file(file.content, file.name, file.media_type)


def _search_report(request: Request, run_id: str, file_format: str, *, by: str) -> Response:
    store = services_of(request).store
    released = store.reviews.released(run_id)
    if released is None or file_format not in REPORT_FORMATS:
        raise Refused(404, "No search report is released here in this format.")
    name = f"search-report-{run_id}.{file_format}"
    content = render_released_search(released, file_format)
    store.append_event(run_id, "documents exported", {"files": [name]}, by=by)
    return _file(content, name, MEDIA_TYPES[file_format])


def _file(content: bytes, name: str, media_type: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


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
