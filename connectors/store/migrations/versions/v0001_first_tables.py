"""The first tables, and the triggers that let nobody change the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQLITE_TRIGGERS = (
    "CREATE TRIGGER events_never_updated BEFORE UPDATE ON events "
    "BEGIN SELECT RAISE(ABORT, 'the log of events can only be added to'); END",
    "CREATE TRIGGER events_never_deleted BEFORE DELETE ON events "
    "BEGIN SELECT RAISE(ABORT, 'the log of events can only be added to'); END",
    # INSERT OR REPLACE deletes without firing a delete trigger.
    "CREATE TRIGGER events_never_replaced BEFORE INSERT ON events "
    "WHEN EXISTS (SELECT 1 FROM events WHERE number = NEW.number) "
    "BEGIN SELECT RAISE(ABORT, 'the log of events can only be added to'); END",
)

POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION events_only_added() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the log of events can only be added to'; END $$",
    "CREATE TRIGGER events_never_changed BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_only_added()",
    "CREATE TRIGGER events_never_truncated BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION events_only_added()",
)


def upgrade() -> None:
    _tables_of_the_log()
    _tables_of_results()
    _tables_of_calls()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def _tables_of_the_log() -> None:
    op.create_table(
        "actors",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("identity_key", sa.String(128), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("updated_at", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.String(32), sa.ForeignKey("actors.id"), nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("documents", sa.Text, nullable=False),
    )
    op.create_index("runs_by_identity", "runs", ["identity_key", "id"])
    op.create_table(
        "events",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id"), nullable=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("actor_id", sa.String(32), sa.ForeignKey("actors.id"), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("events_by_run", "events", ["run_id", "number"])


def _tables_of_results() -> None:
    op.create_table(
        "steps",
        sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("event", sa.Integer, sa.ForeignKey("events.number"), nullable=False),
    )
    op.create_table(
        "records",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("pmid", sa.String(9), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("citation", sa.Text, nullable=False),
        sa.Column("xml", sa.LargeBinary, nullable=False),
    )
    op.create_index("records_by_pmid", "records", ["pmid"])
    op.create_table(
        "run_records",
        sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("pmid", sa.String(9), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("record_id", sa.String(64), sa.ForeignKey("records.id"), nullable=False),
    )
    op.create_index("run_records_in_order", "run_records", ["run_id", "position"])
    op.create_table(
        "ledgers",
        sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("ledger", sa.LargeBinary, nullable=False),
        sa.Column("event", sa.Integer, sa.ForeignKey("events.number"), nullable=False),
    )


def _tables_of_calls() -> None:
    op.create_table(
        "model_calls",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id"), nullable=True),
        sa.Column("prompt_name", sa.String(128), nullable=False),
        sa.Column("prompt_version", sa.Integer, nullable=False),
        sa.Column("prompt_hash", sa.String(64), nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answer_hash", sa.String(64), nullable=False),
        sa.Column("finish", sa.String(16), nullable=False),
        sa.Column("tokens_in", sa.Integer, nullable=False),
        sa.Column("tokens_out", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("cost", sa.Float, nullable=True),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_index("model_calls_once", "model_calls", ["key", "answer_hash"], unique=True)
    op.create_index("model_calls_by_run", "model_calls", ["run_id"])
    op.create_table(
        "rate_limits",
        sa.Column("name", sa.String(256), primary_key=True),
        sa.Column("ahead", sa.Float, nullable=False),
        sa.Column("ages", sa.Text, nullable=False),
        sa.Column("wall", sa.Float, nullable=False),
        sa.Column("monotonic", sa.Float, nullable=False),
        sa.Column("pauses", sa.Integer, nullable=False),
    )
