"""What people say of a search beside screening it: PRISMA-S items, which records belong together, what became of full texts.

Each statement is a step of the run. The name of who said it is kept with the log entry and not in the statement, so that a
person can be forgotten and the chain stays whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from connectors.store import Store
from connectors.store.statements import STEPS, Statement
from evidence.base import content_hash
from evidence.citation import GroupingDecision
from evidence.errors import InvalidInput
from evidence.prisma import FullTextDecision
from evidence.search_ledger import PrismaStatement


def keep_statement(store: Store, run_id: str, statement: PrismaStatement | GroupingDecision | FullTextDecision) -> None:
    """Store what a person says; of two on the same thing the later stands, and the earlier stays in the log."""
    name = STEPS[type(statement)]
    said = statement.model_dump(mode="json", exclude={"by"})
    key = content_hash([len(store.steps(run_id, name)), said])
    store.commit_step(run_id, name, key, said, by=statement.by)


def statements(store: Store, run_id: str, kind: type[Statement]) -> list[Statement]:
    """Everything of this kind that people said of the run, oldest first."""
    return store.statements(run_id, kind)


def standing_statements(said: Sequence[PrismaStatement]) -> tuple[PrismaStatement, ...]:
    """The last word on each PRISMA-S item, by number."""
    return tuple(sorted({statement.item: statement for statement in said}.values(), key=lambda statement: statement.item))


def standing_full_texts(said: Sequence[FullTextDecision]) -> tuple[FullTextDecision, ...]:
    """The last word on each full text, in the order of the records' ids."""
    last = {decision.pmid: decision for decision in said}
    return tuple(last[pmid] for pmid in sorted(last, key=int))


def read_day(text: str | None) -> date:
    """The day a person gives, else today. Raises InvalidInput for what is no day."""
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"“{text}” is no day: write it as 2026-11-20.") from None
