"""What people decided while screening a run. All functions work inside a caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter
from sqlalchemy import Connection

from connectors.store import results
from connectors.store.people_said import Standing, batches
from evidence.screening import ScreeningDecision, ScreeningEntry, refuse_unseen, stands

_STEP = "screening by people"
_Said = TypeAdapter(list[tuple[str, ScreeningDecision | None]])


def history(connection: Connection, run_id: str) -> list[ScreeningEntry]:
    """Every entry of the run's screening, oldest first."""
    entries: list[ScreeningEntry] = []
    standing = Standing()
    for batch, at, by in batches(connection, run_id, _STEP):
        for pmid, decision in _Said.validate_python(batch):
            number = len(entries) + 1
            entries.append(
                ScreeningEntry(
                    number=number,
                    pmid=pmid,
                    decision=decision and decision.model_copy(update={"by": by}),
                    by=by,
                    at=at,
                    supersedes=standing.add(pmid, number, takes_back=decision is None),
                )
            )
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
    place = (run_id, _STEP, f"{len(before) + 1:09d}")
    results.add_step(connection, place, _Said.dump_python(nameless, mode="json"), event="screened by a person", by=by)
    return history(connection, run_id)[len(before) :]
