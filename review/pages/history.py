"""History: who did what when with a run, and the chain of events checked on demand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import JsonValue

from evidence.people import Role
from evidence.review import ReviewEntry
from evidence.run import Event
from review.actions.review import read_review
from review.people import Person
from review.render import render
from review.security import services_of, signed_in
from review.words import STEP_WORDS, told

router = APIRouter()
Staff = Annotated[Person, Depends(signed_in(Role.LIBRARIAN, Role.SECOND_REVIEWER, Role.ADMINISTRATOR))]
_MOST = 1_000
"""Entries on one page: the newest."""


@router.get("/runs/{run_id}/history")
def page(request: Request, run_id: str, person: Staff, check: str = "") -> Response:
    """Every entry of the run's log in words; with `check=chain` the whole chain is verified first."""
    store = services_of(request).store
    run = store.run(run_id)
    events = store.events(run.id)
    has_draft = store.reviews.ledger(run.id) is not None
    review = read_review(store, run.id) if has_draft else None
    by_moment: dict[object, list[ReviewEntry]] = {}
    for entry in review.history if review else ():
        by_moment.setdefault(entry.at, []).append(entry)
    hidden = review is not None and review.hidden
    rows = [(event, _words(event, by_moment.get(event.at, []), person, hidden=hidden)) for event in events[-_MOST:]]
    report = store.verify_chain() if check == "chain" else None
    return render(
        request,
        "history/history.html",
        run_id=run.id,
        run_room="history",
        run=run,
        rows=rows[::-1],
        earlier=max(0, len(events) - _MOST),
        report=report,
    )


def _words(event: Event, entries: list[ReviewEntry], person: Person, *, hidden: bool) -> list[str]:
    """What the entry of the log was about, one sentence each; other reviewers' words stay out while the review is blind."""
    if event.kind == "claim reviewed":
        if hidden and event.by != person.name:
            return ["Decided on a claim: hidden while the review is blind."]
        return [f"Claim {entry.claim_id}: {told(entry)}" for entry in entries]
    detail = event.detail
    if event.kind == "step committed":
        step = str(detail.get("step", ""))
        return [STEP_WORDS.get(step, f"Step: {step}")]
    if event.kind == "summary signed":
        return [f"Version {detail.get('version')}, content {detail.get('content')}"]
    shown = {name: value for name, value in detail.items() if value not in ("", None)}
    return [", ".join(f"{name} {_said(value)}" for name, value in shown.items())] if shown else []


def _said(value: JsonValue) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
