"""A request on the library's desk: who wants what by when, who works on it, and what was found where one looks first."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field, field_validator

from evidence.base import EvidenceModel
from evidence.question import Request

PLACES_TO_LOOK_FIRST: dict[str, str] = {
    "BMJ Best Practice": "https://bestpractice.bmj.com/",
    "NICE": "https://www.nice.org.uk/guidance",
    "Cochrane Library": "https://www.cochranelibrary.com/",
    "Trip": "https://www.tripdatabase.com/",
}
"""Where NHS searching guidance sends a searcher before a database search, with the address of each."""


class WorkStatus(StrEnum):
    """Where a request stands on the desk."""

    DRAFT = "draft"
    ASKED = "asked"
    IN_HAND = "in hand"
    WAITING = "waiting for the requester"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


OPEN_STATUSES = (WorkStatus.DRAFT, WorkStatus.ASKED, WorkStatus.IN_HAND, WorkStatus.WAITING)
"""Statuses of requests that somebody still has to do something about."""


class FirstLook(EvidenceModel):
    """What one place to look first said. A look that found nothing is kept too."""

    place: str = Field(min_length=1, max_length=120, description="Where it was looked, for example `NICE`.")
    looked_on: date = Field(description="When it was looked.")
    link: str = Field(default="", max_length=2000, description="Address of what was found; empty where nothing was.")
    quote: str = Field(default="", max_length=4000, description="What it says, word for word; empty where nothing was found.")
    answers: bool = Field(default=False, description="Whether it answers the question, so that no search is needed.")
    by: str = Field(default="", description="Who looked.")

    @field_validator("link")
    @classmethod
    def _web_link(cls, value: str) -> str:
        if value and not value.lower().startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    @property
    def found(self) -> bool:
        """Whether anything was found there."""
        return bool(self.quote)


class WorkNote(EvidenceModel):
    """Something a person wrote down on a request. Personal data may stand in it; it lies outside the hash chain."""

    kind: Literal["interview", "handover", "note"] = Field(description="Reference interview, handover, or any other note.")
    text: str = Field(min_length=1, max_length=8000, description="What was written down.")
    by: str = Field(description="Who wrote it.")
    to: str | None = Field(default=None, description="To whom it was handed over; set for a handover alone.")
    at: datetime = Field(description="When, UTC.")


class WorkRequest(EvidenceModel):
    """One request on the desk."""

    id: int = Field(ge=1, description="Its number on the desk.")
    version: int = Field(ge=1, description="Counts its changes: a change is refused where another came in between.")
    status: WorkStatus = Field(description="Where it stands.")
    patient_care: bool = Field(description="Whether a decision on a patient's care waits for it: such requests come first.")
    needed_by: datetime | None = Field(
        default=None, description="When the decision is made or the answer needed, UTC; unset: not said."
    )
    asked_by: str = Field(description="Who asked, or took the request down.")
    owner: str | None = Field(default=None, description="Who works on it; unset: nobody yet.")
    form: dict[str, str] = Field(default_factory=dict, description="The intake form as filled in, for going on with a draft.")
    request: Request | None = Field(default=None, description="The intake as asked; unset: it is still a draft.")
    first_looks: tuple[FirstLook, ...] = Field(default=(), description="Where one looks first, and what was found there.")
    run_id: str | None = Field(default=None, description="The run that answers it; unset: none was started.")
    created_at: datetime = Field(description="When it was first saved, UTC.")
    updated_at: datetime = Field(description="When it last changed, UTC.")

    @property
    def question(self) -> str:
        """The question as asked, or as far as the draft has it."""
        return self.request.question if self.request else self.form.get("question", "")


class JobStatus(StrEnum):
    """Where a piece of work for the worker stands."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"
    DONE = "done"


class StageProgress(EvidenceModel):
    """How far one stage of a run is."""

    name: str = Field(description="The stage.")
    detail: str = Field(default="", description="What it works on.")
    done: int = Field(default=0, ge=0, description="Units done.")
    total: int = Field(default=0, ge=0, description="Units in all; 0: not counted.")
    unit: str = Field(default="", description="What is counted.")
    started_at: datetime = Field(description="When it began, UTC.")


class JobProgress(EvidenceModel):
    """What a run has said of itself so far."""

    stages: tuple[StageProgress, ...] = Field(default=(), description="The stages begun, in order; the last is under way.")
    notes: tuple[str, ...] = Field(default=(), description="The last things worth a line: warnings, reuse, waits.")


class Job(EvidenceModel):
    """A run that a person started from the workbench, for the worker to do."""

    id: int = Field(ge=1, description="Number.")
    run_id: str = Field(description="The run.")
    request_id: int | None = Field(default=None, description="The request on the desk that it answers.")
    status: JobStatus = Field(description="Where it stands.")
    progress: JobProgress = Field(default_factory=JobProgress, description="What it has said of itself.")
    message: str = Field(default="", description="How it ended, one sentence; empty while it is under way.")
    stop_asked: bool = Field(default=False, description="Whether a person asked it to stop.")
    by: str = Field(description="Who started it.")
    created_at: datetime = Field(description="When it was started, UTC.")
    updated_at: datetime = Field(description="When it last changed, UTC.")
