"""The work given to the worker: one row a run that somebody started from the workbench.

A worker that takes a job says every few seconds that it is still there; a job that nobody has spoken for is taken up again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Connection, RowMapping, insert, select, update

from connectors.store import desk, log, run_table
from connectors.store.database import Database
from connectors.store.stored_text import from_json, now, to_json
from connectors.store.tables import actors
from connectors.store.workbench_tables import jobs
from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.ledger import RunStatus
from evidence.question import Request
from evidence.work_request import Job, JobProgress, JobStatus, WorkRequest, WorkStatus

LEASE = timedelta(seconds=15)
"""How long a worker may be silent before its job is taken up again."""

_ENDINGS = {JobStatus.STOPPED: RunStatus.INTERRUPTED, JobStatus.FAILED: RunStatus.FAILED}
_UNDER_WAY = (JobStatus.WAITING, JobStatus.RUNNING)


class Jobs:
    """The worker's queue. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(
        self, work: WorkRequest, request: Request, settings: Mapping[str, JsonValue], *, identity_key: str, by: str
    ) -> Job:
        """A run for this request and its place in the queue, in one transaction.

        Raises `ChangedMeanwhile` where the request was changed since, or has a run already: a form sent twice starts one.
        """
        with self._database.write() as connection:
            if desk.exactly(connection, work.id).run_id not in (None, work.run_id):
                raise ChangedMeanwhile(f"A run for request {work.id} was started in the meantime: look at its progress.")
            run = run_table.create(connection, identity_key, request, dict(settings), by=by)
            owner = work.owner or by
            values: dict[str, Any] = {"run_id": run.id, "status": WorkStatus.IN_HAND, "owner": owner, "request": request}
            desk.change(connection, work.id, work.version, "run started", by=by, **values)
            return _add(connection, run.id, work.id, by=by)

    def again(self, run_id: str, *, by: str) -> Job:
        """Puts a run that was stopped or failed into the queue again. Under way already, it stays as it is."""
        with self._database.write() as connection:
            run_table.require(connection, run_id)
            latest = _latest(connection, run_id)
            if latest is not None and latest.status in _UNDER_WAY and not latest.stop_asked:
                return latest
            if latest is not None and latest.status in _UNDER_WAY:
                raise InvalidInput("The run is just being stopped: wait until it says that it has, then resume it.")
            return _add(connection, run_id, latest.request_id if latest else None, by=by)

    def stop(self, run_id: str, *, by: str) -> Job | None:
        """Asks for the run to be stopped; what is waiting is stopped at once. None where it never was in the queue."""
        with self._database.write() as connection:
            latest = _latest(connection, run_id)
            if latest is None or latest.status not in _UNDER_WAY or latest.stop_asked:
                return latest
            log.append(connection, run_id, "stop asked", {"job": latest.id}, by=by)
            values: dict[str, Any] = {"stop_asked": 1}
            if latest.status is JobStatus.WAITING:
                values |= {"status": JobStatus.STOPPED, "message": "Stopped before it began."}
                _settle_run(connection, run_id, RunStatus.INTERRUPTED, by=by)
            return _set(connection, latest.id, **values)

    def latest(self, run_id: str) -> Job | None:
        """The newest job of a run."""
        with self._database.read() as connection:
            return _latest(connection, run_id)

    def job(self, number: int) -> Job:
        """The job of this number. Raises `InvalidInput` where there is none."""
        with self._database.read() as connection:
            return _exactly(connection, number)

    def by_run(self) -> dict[str, Job]:
        """The newest job of every run that is under way."""
        with self._database.read() as connection:
            query = _whole().where(jobs.c.status.in_(list(_UNDER_WAY))).order_by(jobs.c.id)
            return {row["run_id"]: _job(row) for row in connection.execute(query).mappings()}

    def take(self) -> Job | None:
        """The job to do next, taken: one that a silent worker left, or the one that waits longest."""
        with self._database.read() as connection:
            if connection.execute(select(jobs.c.id).where(jobs.c.status.in_(list(_UNDER_WAY))).limit(1)).first() is None:
                return None
        with self._database.write() as connection:
            silent = (datetime.fromisoformat(now()) - LEASE).isoformat(timespec="microseconds")
            left = (jobs.c.status == JobStatus.RUNNING) & (jobs.c.seen_at < silent)
            query = _whole().where(left | (jobs.c.status == JobStatus.WAITING)).order_by(jobs.c.id).limit(1)
            row = connection.execute(query).mappings().first()
            return None if row is None else _set(connection, row["id"], status=JobStatus.RUNNING, seen_at=now())

    def keep(self, number: int) -> bool:
        """Says that the worker is still at it; gives whether a person asked to stop it."""
        with self._database.write() as connection:
            connection.execute(update(jobs).where(jobs.c.id == number).values(seen_at=now()))
            return _exactly(connection, number).stop_asked

    def tell(self, number: int, progress: JobProgress) -> None:
        """Keeps what the run says of itself."""
        with self._database.write() as connection:
            _set(connection, number, progress=to_json(progress.model_dump(mode="json")))

    def end(self, number: int, status: JobStatus, message: str = "") -> Job:
        """Says how a job ended, or with `WAITING` puts it back."""
        with self._database.write() as connection:
            ended = _set(connection, number, status=status, message=message[:2000])
            if status in _ENDINGS:
                _settle_run(connection, ended.run_id, _ENDINGS[status], by=ended.by)
            return ended


def _add(connection: Connection, run_id: str, request_id: int | None, *, by: str) -> Job:
    moment = now()
    values = {
        "request_id": request_id,
        "run_id": run_id,
        "status": JobStatus.WAITING,
        "progress": "{}",
        "message": "",
        "stop_asked": 0,
        "actor_id": log.actor_id(connection, by),
        "created_at": moment,
        "updated_at": moment,
    }
    made = connection.execute(insert(jobs).values(**values)).inserted_primary_key
    assert made is not None  # noqa: S101 - one row was inserted
    log.append(connection, run_id, "job queued", {"job": made[0]}, by=by)
    return _exactly(connection, made[0])


def _settle_run(connection: Connection, run_id: str, status: RunStatus, *, by: str) -> None:
    """Where a run's process could not say itself how the run ended, the run no longer stands as running."""
    if run_table.exactly(connection, run_id).status is RunStatus.RUNNING:
        run_table.change(connection, run_id, status=status)
        log.append(connection, run_id, "status set", {"status": status}, by=by)


def _set(connection: Connection, number: int, **values: Any) -> Job:
    connection.execute(update(jobs).where(jobs.c.id == number).values(updated_at=now(), **values))
    return _exactly(connection, number)


def _latest(connection: Connection, run_id: str) -> Job | None:
    row = connection.execute(_whole().where(jobs.c.run_id == run_id).order_by(jobs.c.id.desc()).limit(1)).mappings().first()
    return None if row is None else _job(row)


def _exactly(connection: Connection, number: int) -> Job:
    row = connection.execute(_whole().where(jobs.c.id == number)).mappings().first()
    if row is None:
        raise InvalidInput(f"There is no job {number}.")
    return _job(row)


def _whole() -> Any:
    return select(jobs, actors.c.name.label("by")).join(actors, actors.c.id == jobs.c.actor_id)


def _job(row: RowMapping) -> Job:
    return Job(
        id=row["id"],
        run_id=row["run_id"],
        request_id=row["request_id"],
        status=JobStatus(row["status"]),
        progress=JobProgress.model_validate(from_json(row["progress"])),
        message=row["message"],
        stop_asked=bool(row["stop_asked"]),
        by=row["by"],
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
    )
