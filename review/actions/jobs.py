"""Stopping a run and going on with it."""

from __future__ import annotations

from connectors.store import Store
from evidence.errors import InvalidInput
from evidence.ledger import RunStatus
from evidence.work_request import Job


def stop(store: Store, run_id: str, *, by: str) -> None:
    """Asks the worker to stop the run; what it has done is kept. A run that is not under way stays as it is."""
    if store.jobs.stop(run_id, by=by) is None:
        raise InvalidInput("This run was not started from the workbench, so it is stopped where it was started.")


def resume(store: Store, run_id: str, *, by: str) -> Job:
    """Gives a run that was stopped or failed to the worker again; nothing is fetched or paid for twice."""
    if store.run(run_id).status is RunStatus.FINISHED:
        raise InvalidInput("This run is finished: there is nothing to go on with.")
    return store.jobs.again(run_id, by=by)
