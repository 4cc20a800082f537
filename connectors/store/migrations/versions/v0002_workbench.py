"""People, their sessions, the requests on the desk, and the work given to the worker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tables_of_people()
    _tables_of_the_desk()
    _tables_of_the_worker()


def _tables_of_people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("password", sa.String(256), nullable=True),
        sa.Column("issuer", sa.Text, nullable=True),
        sa.Column("subject", sa.Text, nullable=True),
        sa.Column("disabled", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("updated_at", sa.String(40), nullable=False),
    )
    op.create_index("accounts_by_subject", "accounts", ["issuer", "subject"], unique=True)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.String(32), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("seen_at", sa.String(40), nullable=False),
    )
    op.create_index("sessions_by_account", "sessions", ["account_id"])
    op.create_table(
        "failed_sign_ins",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
    )
    op.create_table(
        "single_sign_ons",
        sa.Column("state_hash", sa.String(64), primary_key=True),
        sa.Column("visit_hash", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(128), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("onward", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )


def _tables_of_the_desk() -> None:
    op.create_table(
        "work_requests",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("once", sa.String(64), nullable=True, unique=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("patient_care", sa.Integer, nullable=False),
        sa.Column("needed_by", sa.String(40), nullable=True),
        sa.Column("asked_by", sa.String(32), sa.ForeignKey("actors.id"), nullable=False),
        sa.Column("owner", sa.String(32), sa.ForeignKey("actors.id"), nullable=True),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=True),
        sa.Column("first_looks", sa.Text, nullable=False),
        sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id"), nullable=True),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("updated_at", sa.String(40), nullable=False),
    )
    op.create_index("work_requests_in_order", "work_requests", ["status", "patient_care", "needed_by"])
    op.create_index("work_requests_by_run", "work_requests", ["run_id"])
    op.create_table(
        "work_notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("request_id", sa.Integer, sa.ForeignKey("work_requests.id"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("actor_id", sa.String(32), sa.ForeignKey("actors.id"), nullable=False),
        sa.Column("to_actor_id", sa.String(32), sa.ForeignKey("actors.id"), nullable=True),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_index("work_notes_by_request", "work_notes", ["request_id", "id"])


def _tables_of_the_worker() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("request_id", sa.Integer, sa.ForeignKey("work_requests.id"), nullable=True),
        sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("progress", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("stop_asked", sa.Integer, nullable=False),
        sa.Column("actor_id", sa.String(32), sa.ForeignKey("actors.id"), nullable=False),
        sa.Column("seen_at", sa.String(40), nullable=True),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("updated_at", sa.String(40), nullable=False),
    )
    op.create_index("jobs_by_status", "jobs", ["status", "id"])
    op.create_index("jobs_by_run", "jobs", ["run_id", "id"])
