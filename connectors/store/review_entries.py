"""What people decided on the claims of a run. All functions work inside a caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pydantic import TypeAdapter
from sqlalchemy import Connection

from connectors.store import results
from connectors.store.people_said import Standing, batches
from evidence.errors import ChangedMeanwhile
from evidence.review import ReviewDecision, ReviewEntry, Slot, last_numbers

_STEP = "review by people"
_Said = TypeAdapter(list[tuple[str, Slot, ReviewDecision | None]])


def history(connection: Connection, run_id: str) -> list[ReviewEntry]:
    """Every entry of the run's review, oldest first."""
    entries: list[ReviewEntry] = []
    standing = Standing()
    for batch, at, by in batches(connection, run_id, _STEP):
        for claim_id, slot, decision in _Said.validate_python(batch):
            number = len(entries) + 1
            supersedes = standing.add((claim_id, slot), number, takes_back=decision is None)
            entries.append(
                ReviewEntry(number=number, claim_id=claim_id, slot=slot, decision=decision, by=by, at=at, supersedes=supersedes)
            )
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
    batch = _Said.dump_python([(claim_id, slot, decision) for decision in decisions], mode="json")
    place = (run_id, _STEP, f"{len(before) + 1:09d}")
    results.add_step(connection, place, batch, event="claim reviewed", by=by)
    return history(connection, run_id)[len(before) :]


class NotAsSeen(ChangedMeanwhile):
    """Raised where entries were added to a claim since the person saw it; `entries` are these."""

    def __init__(self, entries: tuple[ReviewEntry, ...]) -> None:
        super().__init__("This claim was decided on since you opened it: look at what changed, then decide again.")
        self.entries = entries
