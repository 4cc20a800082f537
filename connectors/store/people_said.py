"""What people said of a run, in batches. All functions work inside a caller's transaction.

Each batch is a step's result, so the log's hash chain vouches for it like for any other. Who said it stands in the log's entry,
outside the hash: a name can be erased and the chain stays valid.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection, select

from connectors.store.stored_text import from_json
from connectors.store.tables import actors, events, steps


def batches(connection: Connection, run_id: str, step: str) -> Iterator[tuple[JsonValue, datetime, str]]:
    """Every batch of the run's steps of this name, oldest first: what was said, when, and who said it."""
    query = (
        select(steps.c.result, events.c.at, actors.c.name)
        .join(events, events.c.number == steps.c.event)
        .join(actors, actors.c.id == events.c.actor_id)
        .where(steps.c.run_id == run_id, steps.c.name == step)
        .order_by(steps.c.event)
    )
    for result, at, by in connection.execute(query):
        yield from_json(result), datetime.fromisoformat(at), by


class Standing:
    """Which entry stands on each thing, as entries come in: where one is taken back, the one before it stands again."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, list[int]] = {}

    def add(self, thing: Hashable, number: int, *, takes_back: bool) -> int | None:
        """Takes the entry of this number in; gives the number of the one that stood until now, None where none did."""
        standing = self._kept.setdefault(thing, [])
        before = standing[-1] if standing else None
        if not takes_back:
            standing.append(number)
        elif standing:
            standing.pop()
        return before
