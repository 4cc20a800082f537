"""Every page of requests, runs, accounts and signing in, filled so that there is something to see on each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from evidence.people import Role
from evidence.work_request import FirstLook, JobProgress, JobStatus, StageProgress, WorkNote
from tests.review.workbench import Workbench

LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3
HOSTILE = f"<script>alert(1)</script> Do {LONG} reminders reduce missed appointments? \u202egnikcart\u202c שלום"


def fill(bench: Workbench) -> str:
    """Puts requests, notes, looks, accounts and a run under way into the store; gives the run's id."""
    store, now = bench.store, datetime.now(UTC)
    admin = bench.add("admin", Role.ADMINISTRATOR, Role.LIBRARIAN, Role.REQUESTER, Role.SECOND_REVIEWER)
    bench.add("Ann O'Brien", Role.LIBRARIAN)
    by = admin.name
    for number, question in enumerate(("Do text message reminders reduce missed appointments?", HOSTILE, "A draft of"), 1):
        form = {"question": question, "patient_care": "no", "framework": "PICO", "element-population": "out-patients"}
        store.desk.open_request(form, once=f"once-{number}", by=by)
    from evidence.question import Framework, QuestionElement, Request

    elements = (QuestionElement(name="population", text="out-patients"),)
    for number, care in ((1, False), (2, True)):
        question = store.desk.request(number).form["question"]
        request = Request(
            question=question, framework=Framework.PICO, elements=elements, known_pmids=("12345678",), purpose="audit"
        )
        needed = now + timedelta(hours=1 if care else -30)
        values = {"request": request, "patient_care": care, "needed_by": needed, "status": "asked"}
        store.desk.change(number, 1, "request asked", by=by, **values)
    looks = (
        FirstLook(
            place="NICE",
            looked_on=date(2026, 11, 20),
            link="https://www.nice.org.uk/guidance/x",
            quote="Offer reminders.",
            answers=True,
            by=by,
        ),
        FirstLook(place="Trip", looked_on=date(2026, 11, 20), by=by),
    )
    store.desk.change(1, 2, "looked first", by=by, first_looks=looks)
    store.desk.note(1, WorkNote(kind="interview", text="Wants adults only.\nNo reviews.", by=by, at=now), by=by)
    work = store.desk.request(1)
    assert work.request is not None
    job = bench.services.runner.start(work, work.request, search_only=False, by=by)
    stages = (
        StageProgress(name="Question", detail="taking it apart", started_at=now),
        StageProgress(name="Search strategy", detail="finding words", started_at=now),
        StageProgress(name="Search", detail="PubMed", done=3, total=7, unit="lines", started_at=now),
    )
    store.jobs.take()
    store.jobs.tell(job.id, JobProgress(stages=stages, notes=("A note with <b>marks</b>",)))
    assert store.jobs.job(job.id).status is JobStatus.RUNNING
    return job.run_id


def places(bench: Workbench, run_id: str) -> dict[str, str]:
    """Every page by name."""
    account = bench.accounts["Ann O'Brien"].id
    return {
        "home": "/",
        "requests": "/requests",
        "closed requests": "/requests?show=closed",
        "request": "/requests/1",
        "patient care request": "/requests/2",
        "ask": "/ask",
        "draft": "/requests/3/edit",
        "progress": f"/runs/{run_id}/progress",
        "accounts": "/accounts",
        "erase": f"/accounts/{account}/erase",
        "own account": "/account",
        "nothing here": "/nothing-here",
    }
