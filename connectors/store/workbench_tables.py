"""The tables of people, sessions, the desk and the worker. Names of persons stand in `actors` and `accounts` alone.

None of it is in the hash chain: what was done stands in the log by opaque ids, so that a person can be erased.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from connectors.store.tables import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("roles", Text, nullable=False),
    Column("password", String(256), nullable=True),
    Column("issuer", Text, nullable=True),
    Column("subject", Text, nullable=True),
    Column("disabled", Integer, nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Index("accounts_by_subject", "issuer", "subject", unique=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("seen_at", String(40), nullable=False),
    Index("sessions_by_account", "account_id"),
)

failed_sign_ins = Table(
    "failed_sign_ins",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", String(40), nullable=False),
)

single_sign_ons = Table(
    "single_sign_ons",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("visit_hash", String(64), nullable=False),
    Column("nonce", String(128), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("onward", Text, nullable=False),
    Column("at", String(40), nullable=False),
)

work_requests = Table(
    "work_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("once", String(64), nullable=True, unique=True),
    Column("version", Integer, nullable=False),
    Column("status", String(32), nullable=False),
    Column("patient_care", Integer, nullable=False),
    Column("needed_by", String(40), nullable=True),
    Column("asked_by", String(32), ForeignKey("actors.id"), nullable=False),
    Column("owner", String(32), ForeignKey("actors.id"), nullable=True),
    Column("form", Text, nullable=False),
    Column("request", Text, nullable=True),
    Column("first_looks", Text, nullable=False),
    Column("run_id", String(32), ForeignKey("runs.id"), nullable=True),
    Column("created_at", String(40), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Index("work_requests_in_order", "status", "patient_care", "needed_by"),
    Index("work_requests_by_run", "run_id"),
)

work_notes = Table(
    "work_notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request_id", Integer, ForeignKey("work_requests.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("actor_id", String(32), ForeignKey("actors.id"), nullable=False),
    Column("to_actor_id", String(32), ForeignKey("actors.id"), nullable=True),
    Column("at", String(40), nullable=False),
    Index("work_notes_by_request", "request_id", "id"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request_id", Integer, ForeignKey("work_requests.id"), nullable=True),
    Column("run_id", String(32), ForeignKey("runs.id"), nullable=False),
    Column("status", String(32), nullable=False),
    Column("progress", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("stop_asked", Integer, nullable=False),
    Column("actor_id", String(32), ForeignKey("actors.id"), nullable=False),
    Column("seen_at", String(40), nullable=True),
    Column("created_at", String(40), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Index("jobs_by_status", "status", "id"),
    Index("jobs_by_run", "run_id", "id"),
)
