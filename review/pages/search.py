"""Own the search: the strategy as text beside its counts, looked over, translated, tested with known papers, run again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from evidence.errors import ChangedMeanwhile, EvidenceError, InvalidInput
from evidence.people import Role
from evidence.run import RunSummary
from evidence.strategy_check import PressElement
from review.actions.search import SearchAsRun, count_lines, look_over, run_again, search_as_run, translated
from review.forms import Fields, number_in
from review.people import Person
from review.render import render
from review.security import services_of, signed_in
from searching.translate.platforms import PLATFORMS

router = APIRouter()
Librarian = Annotated[Person, Depends(signed_in(Role.LIBRARIAN))]
_LIBRARIANS = [Depends(signed_in(Role.LIBRARIAN))]


@router.get("/runs/{run_id}/search", dependencies=_LIBRARIANS)
def search(request: Request, run_id: str) -> Response:
    """The strategy as it was run, with what each line found."""
    run = services_of(request).store.run(run_id)
    ran = search_as_run(services_of(request), run)
    text = ran.strategy.as_text() if ran else ""
    return _page(request, run, ran, text, {})


@router.post("/runs/{run_id}/search")
def work_on(request: Request, run_id: str, person: Librarian, fields: Fields) -> Response:
    """Look the strategy over, count it, translate it, test it, or run it again, as the button says."""
    services = services_of(request)
    run = services.store.run(run_id)
    ran, text, do = search_as_run(services, run), fields.get("strategy", ""), fields.get("do", "check")
    if not text.strip():
        return _page(request, run, ran, text, {"errors": {"strategy": "Write the strategy, one line of PubMed a line."}}, 400)
    try:
        if do in ("search", "summary"):
            seen, only = number_in(fields.get("seen", "")), do == "search"
            job = run_again(services, run, text, seen=seen, search_only=only, by=person.name)
            return RedirectResponse(f"/runs/{job.run_id}/progress", status_code=303)
        return _page(request, run, ran, text, {**_done(request, run, text, fields), "known": fields.get("known", "")})
    except EvidenceError as fault:
        status = 409 if isinstance(fault, ChangedMeanwhile) else 400 if isinstance(fault, InvalidInput) else 503
        where = "known" if do == "test" and isinstance(fault, InvalidInput) else "strategy"
        more = {"errors": {where: fault.message}, "known": fields.get("known", "")}
        return _page(request, run, ran, text, more, status)


@router.post("/runs/{run_id}/search/test-page", dependencies=_LIBRARIANS)
def whole_test(request: Request, run_id: str, fields: Fields) -> Response:
    """The whole seed test as a page of its own, to keep."""
    from reporting.seed_test_page import render_page

    services = services_of(request)
    tested = services.tools.test(services.store.run(run_id), fields.get("strategy", ""), fields.get("known", ""))
    name = {"Content-Disposition": f'attachment; filename="seed-test-{run_id}.html"'}
    return HTMLResponse(render_page(tested), headers=name)


def _done(request: Request, run: RunSummary, text: str, fields: dict[str, str]) -> dict[str, Any]:
    services, do = services_of(request), fields.get("do", "check")
    if do == "count":
        return {"counted": count_lines(services, run, text)}
    if do == "translate":
        today = services.clock().date()
        return {"translation": translated(text, fields.get("platform", ""), today=today), "platform": fields.get("platform")}
    if do == "test":
        return {"tested": services.tools.test(run, text, fields.get("known", ""))}
    return {}


def _page(
    request: Request, run: RunSummary, ran: SearchAsRun | None, text: str, more: dict[str, Any], status: int = 200
) -> Response:
    services = services_of(request)
    work = services.store.desk.of_run(run.id)
    as_run = ran.results if ran and text.split() == ran.strategy.as_text().split() else ()
    counted = more.get("counted", as_run)
    report = look_over(services, text, ran, counted=counted) if text.strip() else None
    context: dict[str, Any] = {
        "run": run,
        "text": text,
        "report": report,
        "warnings": {result.number: result.warnings for result in counted if result.warnings},
        "elements": list(PressElement),
        "platforms": [(key, platform.name) for key, platform in PLATFORMS.items()],
        "known": "\n".join(run.request.known_pmids),
        "work": work,
        "may_draft": work is not None and (not work.patient_care or services.settings.draft_for_patient_care),
        **more,
    }
    return render(request, "search/search.html", status=status, run_id=run.id, run_room="search", **context)
