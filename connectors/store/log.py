"""The append-only log: each entry holds the hash of the one before. All functions work inside a caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from pydantic import JsonValue
from sqlalchemy import Connection, RowMapping, insert, select, update

from connectors.store.stored_text import digest, from_json, now, to_json
from connectors.store.tables import actors, events
from evidence.run import Event

FIRST_PREVIOUS = "0" * 64


def append(connection: Connection, run_id: str | None, kind: str, detail: Mapping[str, JsonValue], *, by: str) -> RowMapping:
    """Adds one entry in a write transaction and gives it back as a row."""
    last = connection.execute(select(events.c.number, events.c.hash).order_by(events.c.number.desc()).limit(1)).first()
    row: dict[str, Any] = {
        "number": last.number + 1 if last else 1,
        "run_id": run_id,
        "kind": kind,
        "detail": to_json(dict(detail), sort=True),
        "actor_id": actor_id(connection, by),
        "at": now(),
        "previous": last.hash if last else FIRST_PREVIOUS,
    }
    connection.execute(insert(events).values(**row, hash=entry_hash(row)))
    return connection.execute(_with_names().where(events.c.number == row["number"])).mappings().one()


def entry_hash(row: Mapping[str, Any] | RowMapping) -> str:
    """What an entry's hash covers: all of it but the person's name, for which the actor's opaque id stands."""
    return digest(to_json([row[name] for name in ("number", "run_id", "kind", "detail", "actor_id", "at", "previous")]))


def actor_id(connection: Connection, name: str) -> str:
    """The opaque id of the person or program of this name; a new one the first time."""
    clean = name.encode("utf-8", "replace").decode("utf-8").replace("\0", "") or "unknown"
    found = connection.execute(select(actors.c.id).where(actors.c.name == clean)).scalar()
    if found is not None:
        return cast(str, found)
    fresh = secrets.token_hex(8)
    connection.execute(insert(actors).values(id=fresh, name=clean))
    return fresh


def forget(connection: Connection, name: str) -> str | None:
    """Replaces a name by its opaque id everywhere; the chain stays valid. Gives the id, or None if nobody has the name."""
    found = connection.execute(select(actors.c.id).where(actors.c.name == name)).scalar()
    if found is not None:
        connection.execute(update(actors).where(actors.c.id == found).values(name=f"erased person {found}"))
    return cast(str | None, found)


def read(connection: Connection, run_id: str | None) -> list[Event]:
    """The entries of one run, or all, oldest first."""
    query = _with_names().order_by(events.c.number)
    return [
        to_event(row)
        for row in connection.execute(query if run_id is None else query.where(events.c.run_id == run_id)).mappings()
    ]


def rows(connection: Connection) -> Iterator[RowMapping]:
    """Every entry as stored, oldest first, without holding them all in memory."""
    yield from connection.execute(select(events).order_by(events.c.number).execution_options(yield_per=1000)).mappings()


def to_event(row: RowMapping) -> Event:
    """A row as the field's model."""
    return Event(
        number=row["number"],
        run_id=row["run_id"],
        kind=row["kind"],
        detail=cast(dict[str, JsonValue], from_json(row["detail"])),
        by=row["name"],
        at=datetime.fromisoformat(row["at"]),
        previous=row["previous"],
        hash=row["hash"],
    )


def _with_names() -> Any:
    return select(events, actors.c.name).join(actors, actors.c.id == events.c.actor_id)
