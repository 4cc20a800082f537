"""What people say of a run beside screening and review, as its steps keep it. Works inside a caller's transaction.

The name of who said it is kept with the log's entry and not in the statement, so that a person can be forgotten.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from sqlalchemy import Connection, select

from connectors.store.stored_text import from_json
from connectors.store.tables import actors, events, steps
from evidence.base import EvidenceModel
from evidence.citation import GroupingDecision
from evidence.prisma import FullTextDecision
from evidence.search_ledger import PrismaStatement

Statement = TypeVar("Statement", PrismaStatement, GroupingDecision, FullTextDecision)

STEPS: dict[type[EvidenceModel], str] = {
    PrismaStatement: "prisma_statement",
    GroupingDecision: "grouping_decision",
    FullTextDecision: "full_text_decision",
}
"""By kind of statement the step that keeps it."""


def of_run(connection: Connection, run_id: str, kind: type[Statement]) -> list[Statement]:
    """Everything of this kind that people said of the run, oldest first."""
    query = (
        select(steps.c.result, actors.c.name)
        .join(events, events.c.number == steps.c.event)
        .join(actors, actors.c.id == events.c.actor_id)
        .where(steps.c.run_id == run_id, steps.c.name == STEPS[kind])
        .order_by(steps.c.event)
    )
    rows = connection.execute(query)
    return [kind.model_validate({**cast(dict[str, Any], from_json(said)), "by": by}) for said, by in rows]
