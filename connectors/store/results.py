"""What a run has made: step results and the ledger. All functions work inside a caller's transaction."""

from __future__ import annotations

from pydantic import JsonValue
from sqlalchemy import Connection, delete, insert, select

from connectors.store import log, run_table
from connectors.store.stored_text import digest, from_json, pack, to_json, unpack
from connectors.store.tables import ledgers, steps
from evidence.ledger import RunLedger


def step(connection: Connection, run_id: str, name: str, key: str) -> JsonValue | None:
    """The result that this step committed for these inputs, or None."""
    query = select(steps.c.result).where(steps.c.run_id == run_id, steps.c.name == name, steps.c.key == key)
    found = connection.execute(query).scalar()
    return None if found is None else from_json(found)


def newest_step(connection: Connection, run_id: str, name: str) -> JsonValue | None:
    """The newest result of the step of this name, whatever its inputs, or None."""
    query = select(steps.c.result).where(steps.c.run_id == run_id, steps.c.name == name).order_by(steps.c.event.desc())
    found = connection.execute(query.limit(1)).scalar()
    return None if found is None else from_json(found)


def steps_named(connection: Connection, run_id: str, name: str) -> list[JsonValue]:
    """Every result that steps of this name committed, oldest first."""
    query = select(steps.c.result).where(steps.c.run_id == run_id, steps.c.name == name).order_by(steps.c.event)
    return [from_json(found) for found in connection.execute(query).scalars()]


def commit_step(connection: Connection, place: tuple[str, str, str], result: JsonValue, *, by: str) -> JsonValue:
    """Keeps the result of (run, step, key) and logs it; the first result stands."""
    earlier = step(connection, *place)
    if earlier is not None:
        return earlier
    return add_step(connection, place, result, event="step committed", by=by)


def add_step(connection: Connection, place: tuple[str, str, str], result: JsonValue, *, event: str, by: str) -> JsonValue:
    """Keeps the result of (run, step, key), which has none yet, and logs it as this event; gives it as it will be read."""
    run_id, name, key = place
    text = to_json(result)
    run_table.change(connection, run_id)
    entry = log.append(connection, run_id, event, {"step": name, "key": key, "result": digest(text)}, by=by)
    connection.execute(insert(steps).values(run_id=run_id, name=name, key=key, result=text, event=entry["number"]))
    return from_json(text)


def ledger(connection: Connection, run_id: str) -> RunLedger | None:
    """The run's ledger, or None where there is none yet."""
    found = connection.execute(select(ledgers.c.ledger).where(ledgers.c.run_id == run_id)).scalar()
    return None if found is None else RunLedger.model_validate_json(unpack(found))


def save_ledger(connection: Connection, run_id: str, value: RunLedger, *, by: str) -> None:
    """Keeps the ledger, the newest of the run, and its documents."""
    text = value.model_dump_json(round_trip=True)
    run_table.change(connection, run_id, documents=to_json(value.documents))
    entry = log.append(connection, run_id, "ledger saved", {"ledger": digest(text)}, by=by)
    connection.execute(delete(ledgers).where(ledgers.c.run_id == run_id))
    connection.execute(insert(ledgers).values(run_id=run_id, ledger=pack(text), event=entry["number"]))
