"""The tables of review: signed summaries, links to them, and what each reviewer alone sees.

What was decided on each claim needs no table: each batch of decisions is a step's result. What is signed is bound by its hash,
which the log vouches for; a name under it stays where it was put, as under any document that went out.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from connectors.store.tables import metadata

signed_summaries = Table(
    "signed_summaries",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content_hash", String(64), nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("sign_off", Text, nullable=False),
    Column("event", Integer, ForeignKey("events.number"), nullable=False),
)

shared_links = Table(
    "shared_links",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("run_id", String(32), ForeignKey("runs.id"), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("made_for", Text, nullable=False),
    Column("actor_id", String(32), ForeignKey("actors.id"), nullable=False),
    Column("made_at", String(40), nullable=False),
    Column("expires_at", String(40), nullable=False),
    Column("revoked_at", String(40), nullable=True),
    Index("shared_links_by_run", "run_id", "made_at"),
)

review_places = Table(
    "review_places",
    metadata,
    Column("account_id", String(32), primary_key=True),
    Column("run_id", String(32), ForeignKey("runs.id"), primary_key=True),
    Column("claim_id", String(64), nullable=False),
    Column("opened_at", String(40), nullable=False),
)

reading_times = Table(
    "reading_times",
    metadata,
    Column("account_id", String(32), primary_key=True),
    Column("run_id", String(32), ForeignKey("runs.id"), primary_key=True),
    Column("claim_id", String(64), primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("visits", Integer, nullable=False),
)
