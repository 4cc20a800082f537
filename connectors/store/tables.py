"""The tables. Whatever comes from outside is stored as escaped JSON or compressed bytes, so any text fits any database.

`events` is only ever added to (triggers see to it), and one row of `actors` holds each person's name, outside the
hash chain. The rest can be rebuilt or corrected; `verify_chain` tells where it differs from what the log vouches for.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

actors = Table(
    "actors",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("identity_key", String(128), nullable=False),
    Column("status", String(32), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Column("actor_id", String(32), ForeignKey("actors.id"), nullable=False),
    Column("request", Text, nullable=False),
    Column("settings", Text, nullable=False),
    Column("documents", Text, nullable=False),
    Index("runs_by_identity", "identity_key", "id"),
)

events = Table(
    "events",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("run_id", String(32), ForeignKey("runs.id"), nullable=True),
    Column("kind", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("actor_id", String(32), ForeignKey("actors.id"), nullable=False),
    Column("at", String(40), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("events_by_run", "run_id", "number"),
)

steps = Table(
    "steps",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id"), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("result", Text, nullable=False),
    Column("event", Integer, ForeignKey("events.number"), nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("source", Text, nullable=False),
    Column("pmid", String(9), nullable=False),
    Column("version", Integer, nullable=False),
    Column("source_hash", String(64), nullable=False),
    Column("citation", Text, nullable=False),
    Column("xml", LargeBinary, nullable=False),
    Index("records_by_pmid", "pmid"),
)

run_records = Table(
    "run_records",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id"), primary_key=True),
    Column("pmid", String(9), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("record_id", String(64), ForeignKey("records.id"), nullable=False),
    Index("run_records_in_order", "run_id", "position"),
)

model_calls = Table(
    "model_calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(128), nullable=False),
    Column("run_id", String(32), ForeignKey("runs.id"), nullable=True),
    Column("prompt_name", String(128), nullable=False),
    Column("prompt_version", Integer, nullable=False),
    Column("prompt_hash", String(64), nullable=False),
    Column("identity", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answer_hash", String(64), nullable=False),
    Column("finish", String(16), nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("cost", Float, nullable=True),
    Column("at", String(40), nullable=False),
    Index("model_calls_once", "key", "answer_hash", unique=True),
    Index("model_calls_by_run", "run_id"),
)

ledgers = Table(
    "ledgers",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id"), primary_key=True),
    Column("ledger", LargeBinary, nullable=False),
    Column("event", Integer, ForeignKey("events.number"), nullable=False),
)

rate_limits = Table(
    "rate_limits",
    metadata,
    Column("name", String(256), primary_key=True),
    Column("ahead", Float, nullable=False),
    Column("ages", Text, nullable=False),
    Column("wall", Float, nullable=False),
    Column("monotonic", Float, nullable=False),
    Column("pauses", Integer, nullable=False),
)
