"""What people decided while screening a run. All functions work inside a caller's transaction.

Each batch of entries is a step's result, so the log's hash chain vouches for it like for any other. Who decided stands in the
log's entry, outside the hash, as everywhere: a name can be erased and the chain stays valid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select

from connectors.store import log, run_table
from connectors.store.stored_text import digest, from_json, to_json
from connectors.store.tables import actors, events, steps
from evidence.screening import ScreeningDecision, ScreeningEntry, refuse_unseen, stands

_STEP = "screening by people"
_Said = TypeAdapter(list[tuple[str, ScreeningDecision | None]])


def history(connection: Connection, run_id: str) -> list[ScreeningEntry]:
    """Every entry of the run's screening, oldest first."""
    query = (
        select(steps.c.result, events.c.at, actors.c.name)
        .join(events, events.c.number == steps.c.event)
        .join(actors, actors.c.id == events.c.actor_id)
        .where(steps.c.run_id == run_id, steps.c.name == _STEP)
        .order_by(steps.c.event)
    )
    entries: list[ScreeningEntry] = []
    kept: dict[str, list[int]] = {}
    for result, at, by in connection.execute(query):
        for pmid, decision in _Said.validate_python(from_json(result)):
            standing = kept.setdefault(pmid, [])
            entries.append(
                ScreeningEntry(
                    number=len(entries) + 1,
                    pmid=pmid,
                    decision=decision and decision.model_copy(update={"by": by}),
                    by=by,
                    at=datetime.fromisoformat(at),
                    supersedes=standing[-1] if standing else None,
                )
            )
            if decision is not None:
                standing.append(len(entries))
            elif standing:
                standing.pop()
    return entries


def decide(
    connection: Connection,
    run_id: str,
    said: Sequence[tuple[str, ScreeningDecision | None]],
    *,
    seen: Mapping[str, int],
    by: str,
) -> list[ScreeningEntry]:
    """Adds what a person decided, or took back (None), and gives the entries made. Taking back nothing raises ValueError.

    `seen` gives the number of the last entry on a PMID that the person saw: a later one raises `ChangedMeanwhile`.
    """
    before = history(connection, run_id)
    refuse_unseen(before, seen)
    standing = stands(before)
    if idle := [pmid for pmid, decision in said if decision is None and pmid not in standing]:
        raise ValueError(f"no decision of a person stands on {idle[0]}")
    # The name is kept in the log alone, where it can be erased.
    nameless = [(pmid, decision and decision.model_copy(update={"by": ""})) for pmid, decision in said]
    text = to_json(_Said.dump_python(nameless, mode="json"))
    key = f"{len(before) + 1:09d}"
    run_table.change(connection, run_id)
    detail = {"step": _STEP, "key": key, "result": digest(text)}
    entry = log.append(connection, run_id, "screened by a person", detail, by=by)
    connection.execute(insert(steps).values(run_id=run_id, name=_STEP, key=key, result=text, event=entry["number"]))
    return history(connection, run_id)[len(before) :]
