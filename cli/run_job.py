"""One run that was started from the workbench, in a process of its own: `python -m cli.run_job NUMBER`."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from datetime import UTC, datetime
from typing import Any

from cli.answering import Asking, answer_request
from cli.search_run import KIND, resume_search
from connectors.settings import Settings
from connectors.store import Store
from evidence.errors import EvidenceError
from evidence.ledger import RunStatus
from evidence.run import RunSummary
from evidence.stopping import stop_asked, stop_at_signals
from evidence.work_request import Job, JobProgress, JobStatus, StageProgress

_BETWEEN_WRITES = 1.0
_MOST_NOTES = 12
_MOST_STAGES = 60
_STOPPED = "Stopped. What was done is kept, and the run can be resumed."


class StoredProgress:
    """`evidence.services.Progress` that the workbench's page reads from the store."""

    def __init__(self, store: Store, job: Job) -> None:
        self._store = store
        self._job = job
        self._stages: list[StageProgress] = []
        self._notes: list[str] = []
        self._written = 0.0
        self._lock = threading.Lock()

    def stage(self, name: str, detail: str = "") -> None:
        """A stage begins."""
        with self._lock:
            self._stages.append(StageProgress(name=name, detail=detail[:500], started_at=datetime.now(UTC)))
            del self._stages[:-_MOST_STAGES]
            self._write()

    def update(self, done: int, total: int, unit: str, detail: str = "") -> None:
        """How far the stage is; written down at most once a second."""
        with self._lock:
            if self._stages:
                known: dict[str, Any] = {"done": max(0, done), "total": max(0, total), "unit": unit[:60]}
                if detail:
                    known["detail"] = detail[:500]
                self._stages[-1] = self._stages[-1].model_copy(update=known)
            if done >= total or time.monotonic() - self._written > _BETWEEN_WRITES:
                self._write()

    def note(self, message: str) -> None:
        """Something worth a line."""
        with self._lock:
            self._notes = [*self._notes, message[:1000]][-_MOST_NOTES:]
            self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        self._store.jobs.tell(self._job.id, JobProgress(stages=tuple(self._stages), notes=tuple(self._notes)))


def main() -> None:
    """Does the job whose number is given and says in the store how it ended."""
    stop_at_signals()
    threading.Thread(target=_stop_with_input, daemon=True).start()
    with Store.open(Settings.load().store_url) as store:
        job = store.jobs.job(int(sys.argv[1]))
        status, message = _done(store, job)
        store.jobs.end(job.id, status, message)
    sys.stdout.flush()
    os._exit(0)  # Prefect would go on for minutes, at the end of the process, where its server is gone


def _done(store: Store, job: Job) -> tuple[JobStatus, str]:
    try:
        _do(store.run(job.run_id), StoredProgress(store, job))
    except (KeyboardInterrupt, Exception) as fault:  # noqa: BLE001 - the last resort: the page says how it ended
        return _ending(store, job, fault)
    return JobStatus.DONE, ""


def _ending(store: Store, job: Job, fault: BaseException) -> tuple[JobStatus, str]:
    # A stop in the middle of a library's own call can come out as that library's fault.
    if isinstance(fault, KeyboardInterrupt) or stop_asked():
        # Nobody asked: the workbench itself ends, and takes the run up again when it is back.
        return (JobStatus.STOPPED, _STOPPED) if store.jobs.job(job.id).stop_asked else (JobStatus.WAITING, "")
    traceback.print_exception(fault)
    if isinstance(fault, EvidenceError):
        return JobStatus.FAILED, fault.message
    return JobStatus.FAILED, f"Something failed that should not ({type(fault).__name__}); the log beside the run says more."


def _do(run: RunSummary, progress: StoredProgress) -> None:
    if run.status is RunStatus.FINISHED:
        progress.note("This run was finished already.")
    elif run.settings.get("kind") == KIND:
        resume_search(run, Settings.load(), as_json=True, quiet=True, progress=progress)
    else:
        asking = Asking.of_run(run, email=None, budget=None, as_json=True, quiet=True, progress=progress)
        answer_request(run.request, asking, run=run)


def _stop_with_input() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
