"""Runs: their ids, their summaries, where they stand. All functions work inside a caller's transaction."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from pydantic import JsonValue
from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from connectors.store import log
from connectors.store.stored_text import from_json, now, to_json
from connectors.store.tables import actors, runs
from evidence.errors import RunNotFound
from evidence.ledger import RunStatus
from evidence.question import Request
from evidence.run import RunSummary

_TICKS_A_DAY = 1 << 24
"""Six hexadecimal digits tell the time of day to 5 milliseconds."""

_HOW_TO_SEE = 'run "evidence runs" to see the runs there are'


def next_id(connection: Connection, moment: datetime) -> str:
    """An id that sorts after every other: the day, and the time of day as six hexadecimal digits."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    ticks = moment.toordinal() * _TICKS_A_DAY + int((moment - midnight) / timedelta(days=1) * _TICKS_A_DAY)
    latest = connection.execute(select(func.max(runs.c.id))).scalar()
    if latest is not None:
        # A second run in the same tick, or a clock that was set back, must not break the order.
        day = datetime.strptime(latest[:8], "%Y%m%d").replace(tzinfo=UTC).toordinal()
        ticks = max(ticks, day * _TICKS_A_DAY + int(latest[9:], 16) + 1)
    day, time_of_day = divmod(ticks, _TICKS_A_DAY)
    return f"{date.fromordinal(day):%Y%m%d}-{time_of_day:06x}"


def create(
    connection: Connection, identity_key: str, request: Request, settings: dict[str, JsonValue], *, by: str
) -> RunSummary:
    """A new run, standing as running, and its entry in the log."""
    moment = now()
    run_id = next_id(connection, datetime.fromisoformat(moment))
    connection.execute(
        insert(runs).values(
            id=run_id,
            identity_key=identity_key,
            status=RunStatus.RUNNING,
            created_at=moment,
            updated_at=moment,
            actor_id=log.actor_id(connection, by),
            request=to_json(request.model_dump(mode="json", exclude_defaults=True)),
            settings=to_json(settings),
            documents="{}",
        )
    )
    log.append(connection, run_id, "run created", {"identity": identity_key, "request": request.content_hash()}, by=by)
    return exactly(connection, run_id)


def exactly(connection: Connection, run_id: str) -> RunSummary:
    """The run of this id. Raises `RunNotFound`."""
    row = connection.execute(_summaries().where(runs.c.id == run_id)).mappings().first()
    if row is None:
        raise RunNotFound(f'No run has the id "{_brief(run_id)}": {_HOW_TO_SEE}.')
    return _summary(row)


def beginning_with(connection: Connection, text: str) -> RunSummary:
    """The one run whose id begins so. Raises `RunNotFound` where there is none or more than one."""
    query = _summaries().where(runs.c.id >= text, func.substr(runs.c.id, 1, len(text)) == text).order_by(runs.c.id).limit(2)
    found = connection.execute(query).mappings().all() if text.isascii() and text.isprintable() and text else []
    if not found:
        raise RunNotFound(f'No run has the id "{_brief(text)}": {_HOW_TO_SEE}.')
    if len(found) > 1 and found[0]["id"] != text:
        raise RunNotFound(f'More than one run has an id that begins with "{_brief(text)}": give more of it, or {_HOW_TO_SEE}.')
    return _summary(found[0])


def newest_first(connection: Connection, *, identity_key: str | None = None, limit: int | None = None) -> list[RunSummary]:
    """Runs, the newest first, of one identity or of all."""
    query = _summaries().order_by(runs.c.id.desc()).limit(limit)
    if identity_key is not None:
        query = query.where(runs.c.identity_key == identity_key)
    return [_summary(row) for row in connection.execute(query).mappings()]


def require(connection: Connection, run_id: str) -> None:
    """Raises `RunNotFound` unless the run is there."""
    if connection.execute(select(runs.c.id).where(runs.c.id == run_id)).first() is None:
        raise RunNotFound(f'No run has the id "{_brief(run_id)}": {_HOW_TO_SEE}.')


def change(connection: Connection, run_id: str, **values: Any) -> None:
    """Sets columns of the run and when it last changed. Raises `RunNotFound`."""
    require(connection, run_id)
    connection.execute(update(runs).where(runs.c.id == run_id).values(updated_at=now(), **values))


def _summaries() -> Select[Any]:
    return select(runs, actors.c.name).join(actors, actors.c.id == runs.c.actor_id)


def _summary(row: RowMapping) -> RunSummary:
    request = Request.model_validate_json(row["request"])
    return RunSummary(
        id=row["id"],
        identity_key=row["identity_key"],
        question=request.question,
        status=RunStatus(row["status"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
        by=row["name"],
        request=request,
        settings=cast(dict[str, JsonValue], from_json(row["settings"])),
        documents=cast(dict[str, str], from_json(row["documents"])),
    )


def _brief(text: str) -> str:
    """What the person typed, short enough and printable."""
    return "".join(character if character.isprintable() else "?" for character in text[:40])
