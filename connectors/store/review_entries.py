"""What people decided on the claims of a run. All functions work inside a caller's transaction.

Each batch of entries is a step's result, so the log's hash chain vouches for it like for any other. Who decided stands in the
log's entry, outside the hash: a name can be erased and the chain stays valid.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select

from connectors.store import log, run_table
from connectors.store.stored_text import digest, from_json, to_json
from connectors.store.tables import actors, events, steps
from evidence.errors import ChangedMeanwhile
from evidence.review import ReviewDecision, ReviewEntry, Slot, last_numbers

STEP = "review by people"
_Said = TypeAdapter(list[tuple[str, Slot, ReviewDecision | None]])


def history(connection: Connection, run_id: str) -> list[ReviewEntry]:
    """Every entry of the run's review, oldest first."""
    query = (
        select(steps.c.result, events.c.at, actors.c.name)
        .join(events, events.c.number == steps.c.event)
        .join(actors, actors.c.id == events.c.actor_id)
        .where(steps.c.run_id == run_id, steps.c.name == STEP)
        .order_by(steps.c.event)
    )
    entries: list[ReviewEntry] = []
    kept: dict[tuple[str, Slot], list[int]] = {}
    for result, at, by in connection.execute(query):
        for claim_id, slot, decision in _Said.validate_python(from_json(result)):
            standing = kept.setdefault((claim_id, slot), [])
            entries.append(
                ReviewEntry(
                    number=len(entries) + 1,
                    claim_id=claim_id,
                    slot=slot,
                    decision=decision,
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
    said: tuple[str, Slot, Sequence[ReviewDecision | None]],
    *,
    seen: int,
    watched: Collection[Slot],
    by: str,
) -> list[ReviewEntry]:
    """Adds what a person decided on one claim in one slot, or took back (None), and gives the entries made.

    `seen` is the number of the claim's last entry that the person saw in the slots `watched`, 0 for none. Where there is a
    later one, raises `ChangedMeanwhile` with `entries`, the later ones, and keeps nothing.
    """
    claim_id, slot, decisions = said
    before = history(connection, run_id)
    if last_numbers(before, watched).get(claim_id, 0) != seen:
        raise NotAsSeen(tuple(e for e in before if e.claim_id == claim_id and e.slot in watched and e.number > seen))
    text = to_json(_Said.dump_python([(claim_id, slot, decision) for decision in decisions], mode="json"))
    key = f"{len(before) + 1:09d}"
    run_table.change(connection, run_id)
    detail = {"step": STEP, "key": key, "result": digest(text)}
    entry = log.append(connection, run_id, "claim reviewed", detail, by=by)
    connection.execute(insert(steps).values(run_id=run_id, name=STEP, key=key, result=text, event=entry["number"]))
    return history(connection, run_id)[len(before) :]


class NotAsSeen(ChangedMeanwhile):
    """Raised where entries were added to a claim since the person saw it; `entries` are these."""

    def __init__(self, entries: tuple[ReviewEntry, ...]) -> None:
        super().__init__("This claim was decided on since you opened it: look at what changed, then decide again.")
        self.entries = entries
