"""What people do with requests on the desk. Each change is refused where the request changed since the person saw it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Literal

from pydantic import ValidationError

from connectors.store import Store
from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.patient_data import refuse_patient_identifiers
from evidence.question import Request
from evidence.work_request import FirstLook, Job, JobStatus, WorkNote, WorkRequest, WorkStatus
from review.actions.intake import Intake, kept_fields, patient_faults, read_intake
from review.services import Services

_MOST_NOTE = 8000


class FormRefused(InvalidInput):
    """Raised where a form cannot be taken as it is; `faults` has one sentence a field, and nothing was kept."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(next(iter(faults.values())))
        self.faults = dict(faults)


def save_draft(store: Store, given: Mapping[str, str], *, once: str, by: str) -> WorkRequest:
    """A draft of what was typed so far. Raises `FormRefused` where it seems to identify a patient."""
    fields = kept_fields(given)
    if faults := patient_faults(fields):
        raise FormRefused(faults)
    if not once:
        raise InvalidInput("The form is not whole: load the page again.")
    return store.desk.open_request(fields, once=once[:100], by=by)


def change_draft(store: Store, number: int, seen: int, given: Mapping[str, str], *, by: str) -> WorkRequest:
    """Keeps what was typed so far in place of what was there. Raises `FormRefused`, `ChangedMeanwhile`."""
    fields = kept_fields(given)
    if faults := patient_faults(fields):
        raise FormRefused(faults)
    return store.desk.change(number, seen, "request changed", by=by, form=fields)


def check_form(given: Mapping[str, str]) -> Intake:
    """The whole form, read. Raises `FormRefused`; a person must have confirmed that no patient can be identified."""
    intake = read_intake(kept_fields(given))
    faults = dict(intake.faults)
    if given.get("no_patient") != "yes":
        faults["no_patient"] = "Read what you wrote once more and confirm that nothing in it could identify a patient."
    if faults:
        raise FormRefused(faults)
    return intake


def ask(store: Store, number: int, seen: int, given: Mapping[str, str], *, by: str) -> WorkRequest:
    """Puts the request into the queue, or changes one that is there. Raises `FormRefused`, `ChangedMeanwhile`."""
    intake = check_form(given)
    before = store.desk.request(number)
    status = WorkStatus.ASKED if before.status is WorkStatus.DRAFT else before.status
    return store.desk.change(
        number,
        seen,
        "request asked" if before.status is WorkStatus.DRAFT else "request changed",
        by=by,
        form=kept_fields(given),
        request=intake.request,
        patient_care=intake.patient_care,
        needed_by=intake.needed_by,
        status=status,
    )


def take(store: Store, number: int, seen: int, *, by: str) -> WorkRequest:
    """Makes oneself the owner."""
    return store.desk.change(number, seen, "request taken", by=by, owner=by, status=WorkStatus.IN_HAND)


def set_status(store: Store, number: int, seen: int, status: WorkStatus, *, by: str) -> WorkRequest:
    """Where the request stands, as a person says."""
    before = store.desk.request(number)
    if status is WorkStatus.DRAFT or (before.status is WorkStatus.DRAFT and status is not WorkStatus.WITHDRAWN):
        raise InvalidInput("A draft is asked first, with its whole form; after that it can be given another status.")
    return store.desk.change(number, seen, "request status set", by=by, status=status)


def hand_over(store: Store, number: int, seen: int, to: str, text: str, *, by: str) -> WorkRequest:
    """Gives the request to a colleague with a note of what is done and what is left."""
    note = _note("handover", text, by=by, to=to)
    if store.desk.request(number).status is WorkStatus.DRAFT:
        raise InvalidInput("A draft is asked first, then it can be handed over.")
    return store.desk.hand_over(number, seen, note, by=by)


def add_note(store: Store, number: int, kind: Literal["interview", "note"], text: str, *, by: str) -> None:
    """Writes down what was said in the reference interview, or anything else to keep."""
    store.desk.note(number, _note(kind, text, by=by), by=by)


def look_first(store: Store, number: int, seen: int, given: Mapping[str, str], *, today: date, by: str) -> WorkRequest:
    """Enters what one place to look first said. Raises `FormRefused` where date, link and quote do not go together."""
    look, faults = _look(given, today, by)
    if look is None:
        raise FormRefused(faults)
    before = store.desk.request(number)
    return store.desk.change(number, seen, "looked first", by=by, first_looks=(*before.first_looks, look))


def forget_look(store: Store, number: int, seen: int, place: int, *, by: str) -> WorkRequest:
    """Takes one entry out again, by its place from 0."""
    looks = store.desk.request(number).first_looks
    kept = tuple(look for index, look in enumerate(looks) if index != place)
    return store.desk.change(number, seen, "look taken out", by=by, first_looks=kept)


def end_at_first_look(store: Store, number: int, seen: int, *, by: str) -> WorkRequest:
    """Ends the request: what was found where one looks first answers it, and no search is made."""
    if not any(look.answers for look in store.desk.request(number).first_looks):
        raise InvalidInput("No entry is marked as answering the question: mark one, or go on with the search.")
    return store.desk.change(number, seen, "answered at first look", by=by, status=WorkStatus.ANSWERED)


def start_run(services: Services, number: int, seen: int, *, search_only: bool, by: str) -> Job:
    """Gives the request to the worker. Drafting by a model is refused for patient care unless the service switched it on."""
    work = services.store.desk.request(number)
    request = work.request
    if request is None:
        raise InvalidInput("The request is still a draft: fill the form in and ask first.")
    if not search_only and not may_draft(services, work):
        raise InvalidInput(
            "A decision on a patient waits for this request: it gets the search report, and no model drafts for it."
        )
    if is_under_way(services.store, work):
        raise ChangedMeanwhile("The request's run is under way: stop it first, if another is to be started.")
    for text in _texts(request):
        refuse_patient_identifiers(text)
    return services.runner.start(work.model_copy(update={"version": seen}), request, search_only=search_only, by=by)


def may_draft(services: Services, work: WorkRequest) -> bool:
    """Whether a model may draft for this request."""
    return not work.patient_care or services.settings.draft_for_patient_care


def is_under_way(store: Store, work: WorkRequest) -> bool:
    """Whether the worker has the request's run, or will."""
    job = store.jobs.latest(work.run_id) if work.run_id else None
    return job is not None and job.status in (JobStatus.WAITING, JobStatus.RUNNING)


def _texts(request: Request) -> list[str]:
    said = [request.question, request.purpose, request.population_limits, request.exclusions, request.strategy]
    return [text for text in (*said, *request.synonyms, *(element.text for element in request.elements)) if text]


def _note(kind: Literal["interview", "handover", "note"], text: str, *, by: str, to: str | None = None) -> WorkNote:
    clean = text.strip()
    name = "handover_text" if kind == "handover" else "note"
    if not clean or len(clean) > _MOST_NOTE:
        raise FormRefused({name: f"Write the note, in at most {_MOST_NOTE:,} characters."})
    if kind == "handover" and not to:
        raise FormRefused({"to": "Choose to whom the request is handed over."})
    if faults := patient_faults({name: clean}):
        raise FormRefused(faults)
    return WorkNote(kind=kind, text=clean, by=by, to=to, at=datetime.now(UTC))


def _look(given: Mapping[str, str], today: date, by: str) -> tuple[FirstLook | None, dict[str, str]]:
    place = given.get("place", "").strip()
    place = given.get("other_place", "").strip() if place == "other" else place
    link, quote = given.get("link", "").strip(), given.get("quote", "").strip()
    answers = given.get("answers") == "yes"
    faults = patient_faults({"quote": quote, "other_place": place})
    if not place:
        faults["other_place"] = "Say where you looked."
    if bool(link) != bool(quote):
        faults["quote" if link else "link"] = (
            "What was found needs its link and its words; leave both empty where nothing was found."
        )
    if answers and not quote:
        faults["quote"] = "What answers the question is quoted word for word."
    looked_on = _looked_on(given.get("looked_on", "").strip(), today, faults)
    if faults or looked_on is None:
        return None, faults
    try:
        return FirstLook(place=place, looked_on=looked_on, link=link, quote=quote, answers=answers, by=by), {}
    except ValidationError as fault:
        first = fault.errors()[0]
        return None, {str(first["loc"][0]): f"This {str(first['msg']).removeprefix('Value error, ').lower()}."}


def _looked_on(text: str, today: date, faults: dict[str, str]) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        faults["looked_on"] = "Write the date as year-month-day, for example 2026-11-20."
        return None
    if day > today:
        faults["looked_on"] = "The day lies in the future: give the day you looked."
    return day
