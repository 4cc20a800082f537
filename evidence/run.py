"""A run as the store knows it, and the log of everything that was decided or done."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, JsonValue

from evidence.base import EvidenceModel, Sha256
from evidence.ledger import RunStatus
from evidence.question import Request


class RunSummary(EvidenceModel):
    """One run: what was asked, with which settings, and where it stands."""

    id: str = Field(description="The run's id, for example `20261122-7f3ac2`: later runs sort after earlier ones.")
    identity_key: str = Field(description="Hash of what makes two askings the same: request, source, model, prompts.")
    question: str = Field(description="The question as asked.")
    status: RunStatus = Field(description="Where it stands.")
    created_at: datetime = Field(description="When it was asked, UTC.")
    updated_at: datetime = Field(description="When its status, ledger or steps last changed, UTC.")
    by: str = Field(description="Who asked.")
    request: Request = Field(description="The intake.")
    settings: dict[str, JsonValue] = Field(description="The settings it runs with, without secrets.")
    documents: dict[str, str] = Field(
        default_factory=dict, description="Documents written, format to path; empty until there is a draft."
    )


class Event(EvidenceModel):
    """One entry of the log. Entries are only ever added; each holds the hash of the one before."""

    number: int = Field(ge=1, description="Place in the log, from 1, without gaps.")
    run_id: str | None = Field(description="The run it belongs to; unset: it concerns the store as a whole.")
    kind: str = Field(description="What happened, for example `run created` or `step committed`.")
    detail: dict[str, JsonValue] = Field(description="What it was about: names and hashes, no personal data.")
    by: str = Field(description="Who did it; kept outside the hash, so that erasing a name leaves the chain valid.")
    at: datetime = Field(description="When, UTC.")
    previous: Sha256 = Field(description="Hash of the entry before; 64 zeros for the first.")
    hash: Sha256 = Field(description="Hash of this entry, `previous` included.")


class ChainReport(EvidenceModel):
    """Whether the log, and what it vouches for, is as it was written."""

    valid: bool = Field(description="True where every link and every vouched result matches.")
    events: int = Field(ge=0, description="Entries checked.")
    head: Sha256 = Field(description="Hash of the last sound entry; note it elsewhere to prove the log's length later.")
    first_broken: int | None = Field(default=None, description="Number of the first entry that does not fit; unset: none.")
    reason: str = Field(default="", description="What does not fit, one sentence; empty where all is well.")
