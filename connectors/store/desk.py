"""The requests on the library's desk. Each change counts the version up; one made on an older version is refused.

The log says who did what to which request and when; what was written stands here alone, where it can be corrected or erased.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import Connection, RowMapping, case, insert, select, update

from connectors.store import log
from connectors.store.database import Database
from connectors.store.stored_text import from_json, now, to_json
from connectors.store.tables import actors
from connectors.store.workbench_tables import jobs, work_notes, work_requests
from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.question import Request
from evidence.work_request import OPEN_STATUSES, FirstLook, WorkNote, WorkRequest, WorkStatus

NO_REQUEST = "There is no request of this number on the desk: look at the list of requests."

_LOOKS = TypeAdapter(tuple[FirstLook, ...])
_asker, _owner = actors.alias("askers"), actors.alias("owners")


class Desk:
    """The desk of a store. Every method is one transaction; `by` names who acts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_request(self, form: Mapping[str, str], *, once: str, by: str) -> WorkRequest:
        """A new draft. The same `once` gives the draft it made before: a form that is sent twice makes one request."""
        with self._database.write() as connection:
            query = _whole().where(work_requests.c.once == once)
            earlier = connection.execute(query).mappings().first()
            if earlier is not None:
                return _work(earlier)
            moment = now()
            values = {
                "once": once,
                "version": 1,
                "status": WorkStatus.DRAFT,
                "patient_care": 0,
                "asked_by": log.actor_id(connection, by),
                "form": to_json(dict(form)),
                "first_looks": "[]",
                "created_at": moment,
                "updated_at": moment,
            }
            made = connection.execute(insert(work_requests).values(**values)).inserted_primary_key
            assert made is not None  # noqa: S101 - one row was inserted
            log.append(connection, None, "request drafted", {"work_request": made[0]}, by=by)
            return exactly(connection, made[0])

    def request(self, number: int) -> WorkRequest:
        """The request of this number. Raises `InvalidInput` where there is none."""
        with self._database.read() as connection:
            return exactly(connection, number)

    def of_run(self, run_id: str) -> WorkRequest | None:
        """The request for which this run was started, now or before, or None for a run that was started elsewhere."""
        started = select(jobs.c.request_id).where(jobs.c.run_id == run_id)
        with self._database.read() as connection:
            query = _whole().where((work_requests.c.run_id == run_id) | work_requests.c.id.in_(started))
            row = connection.execute(query).mappings().first()
            return None if row is None else _work(row)

    def requests(
        self, *, statuses: Sequence[WorkStatus] = OPEN_STATUSES, asked_by: str | None = None, limit: int = 200
    ) -> list[WorkRequest]:
        """Requests in the order of work: patient care first, then what is needed soonest, then the oldest."""
        query = _whole().where(work_requests.c.status.in_(list(statuses))).limit(limit)
        if asked_by is not None:
            query = query.where(_asker.c.name == asked_by)
        unsaid = case((work_requests.c.needed_by.is_(None), 1), else_=0)
        order = (work_requests.c.patient_care.desc(), unsaid, work_requests.c.needed_by, work_requests.c.id)
        with self._database.read() as connection:
            return [_work(row) for row in connection.execute(query.order_by(*order)).mappings()]

    def change(self, number: int, seen: int, what: str, *, by: str, **values: Any) -> WorkRequest:
        """Changes columns of a request whose version the person has seen, and logs `what` was done.

        Raises `ChangedMeanwhile` where somebody changed it since. Known columns: `form`, `request`, `status`,
        `patient_care`, `needed_by`, `owner` (a name or None), `first_looks`.
        """
        with self._database.write() as connection:
            return change(connection, number, seen, what, by=by, **values)

    def note(self, number: int, note: WorkNote, *, by: str) -> None:
        """Adds a note. It changes no version: notes never undo one another."""
        with self._database.write() as connection:
            exactly(connection, number)
            add_note(connection, number, note, by=by)
            log.append(connection, None, "request noted", {"work_request": number, "kind": note.kind}, by=by)

    def hand_over(self, number: int, seen: int, note: WorkNote, *, by: str) -> WorkRequest:
        """Makes somebody else the owner, with a note for them."""
        with self._database.write() as connection:
            add_note(connection, number, note, by=by)
            return change(connection, number, seen, "request handed over", by=by, owner=note.to, status=WorkStatus.IN_HAND)

    def notes(self, number: int) -> list[WorkNote]:
        """The notes on a request, oldest first."""
        writer, taker = actors.alias("writers"), actors.alias("takers")
        query = (
            select(work_notes, writer.c.name.label("by"), taker.c.name.label("to"))
            .join(writer, writer.c.id == work_notes.c.actor_id)
            .outerjoin(taker, taker.c.id == work_notes.c.to_actor_id)
            .where(work_notes.c.request_id == number)
            .order_by(work_notes.c.id)
        )
        with self._database.read() as connection:
            return [
                WorkNote(kind=row["kind"], text=_text(row["text"]), by=row["by"], to=row["to"], at=row["at"])
                for row in connection.execute(query).mappings()
            ]


def exactly(connection: Connection, number: int) -> WorkRequest:
    """The request of this number. Raises `InvalidInput` where there is none."""
    row = None
    if 0 < number < 2**31:
        row = connection.execute(_whole().where(work_requests.c.id == number)).mappings().first()
    if row is None:
        raise InvalidInput(NO_REQUEST)
    return _work(row)


def change(connection: Connection, number: int, seen: int, what: str, *, by: str, **values: Any) -> WorkRequest:
    """As `Desk.change`, inside a caller's transaction."""
    before = exactly(connection, number)
    if before.version != seen:
        raise ChangedMeanwhile(
            f"Request {number} was changed since you opened it, so nothing was written over it: look at it as it is now."
        )
    stored = {name: _stored(connection, name, value) for name, value in values.items()}
    moment = now()
    connection.execute(
        update(work_requests).where(work_requests.c.id == number).values(version=seen + 1, updated_at=moment, **stored)
    )
    detail: dict[str, JsonValue] = {"work_request": number, "version": seen + 1}
    if "status" in values:
        detail["status"] = str(values["status"])
    log.append(connection, None, what, detail, by=by)
    return exactly(connection, number)


def add_note(connection: Connection, number: int, note: WorkNote, *, by: str) -> None:
    """Writes a note down."""
    values = {
        "request_id": number,
        "kind": note.kind,
        "text": to_json(note.text),
        "actor_id": log.actor_id(connection, by),
        "to_actor_id": None if note.to is None else log.actor_id(connection, note.to),
        "at": now(),
    }
    connection.execute(insert(work_notes).values(**values))


def _stored(connection: Connection, name: str, value: Any) -> Any:
    """A value as its column keeps it."""
    if name == "owner":
        return None if value is None else log.actor_id(connection, value)
    keep = _KEEP[name]
    return None if value is None else keep(value)


_KEEP: dict[str, Callable[[Any], Any]] = {
    "form": lambda value: to_json(dict(value)),
    "request": lambda value: to_json(value.model_dump(mode="json", exclude_defaults=True)),
    "first_looks": lambda value: to_json(_LOOKS.dump_python(value, mode="json")),
    "needed_by": lambda value: value.isoformat(timespec="microseconds"),
    "patient_care": int,
    "status": str,
    "run_id": str,
}


def _whole() -> Any:
    joined = work_requests.join(_asker, _asker.c.id == work_requests.c.asked_by)
    joined = joined.outerjoin(_owner, _owner.c.id == work_requests.c.owner)
    return select(work_requests, _asker.c.name.label("asker"), _owner.c.name.label("holder")).select_from(joined)


def _work(row: RowMapping) -> WorkRequest:
    return WorkRequest(
        id=row["id"],
        version=row["version"],
        status=WorkStatus(row["status"]),
        patient_care=bool(row["patient_care"]),
        needed_by=None if row["needed_by"] is None else datetime.fromisoformat(row["needed_by"]),
        asked_by=row["asker"],
        owner=row["holder"],
        form=cast(dict[str, str], from_json(row["form"])),
        request=None if row["request"] is None else Request.model_validate_json(row["request"]),
        first_looks=_LOOKS.validate_json(row["first_looks"]),
        run_id=row["run_id"],
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
    )


def _text(stored: str) -> str:
    return str(from_json(stored))
