"""The people of a library service: their accounts and what they may do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from evidence.base import EvidenceModel


class Role(StrEnum):
    """What a person may do on the workbench. One person may have several."""

    REQUESTER = "requester"
    LIBRARIAN = "librarian"
    SECOND_REVIEWER = "second reviewer"
    ADMINISTRATOR = "administrator"


class Account(EvidenceModel):
    """One person's account. It is personal data and lies outside the log's hash chain, so that it can be erased."""

    id: str = Field(min_length=1, description="Opaque and stable.")
    login: str = Field(
        min_length=1, max_length=200, description="What the person signs in with, lower case; often an e-mail address."
    )
    name: str = Field(
        min_length=1, max_length=200, description="The name that stands under what the person does; nobody else has it."
    )
    roles: tuple[Role, ...] = Field(min_length=1, description="What the person may do.")
    has_password: bool = Field(description="Whether the account can sign in with a password; single sign-on needs none.")
    issuer: str | None = Field(default=None, description="The identity provider the account is joined to; unset: none.")
    subject: str | None = Field(default=None, description="The person's identifier there; unset: none.")
    disabled: bool = Field(default=False, description="Whether it may sign in no more.")
    created_at: datetime = Field(description="When it was made, UTC.")
    updated_at: datetime = Field(description="When it was last changed, UTC.")
