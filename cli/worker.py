"""The worker of `evidence serve`: does the runs that were started from the workbench, one at a time, each in a process.

What is to be done stands in the store, so that it survives a restart. A run's process ends with this one, however this one
ends: its input closes then.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cli.search_run import KIND
from connectors.orchestration import flows_server
from connectors.settings import Settings
from connectors.store import Store
from evidence.errors import EvidenceError, StorageFailure
from evidence.services import Progress
from evidence.work_request import Job, JobStatus

_LOOK_SECONDS = 0.5
_SPEAK_SECONDS = 3.0
_STOP_SECONDS = 60.0
_LOST = "The run's process ended without a word; what it did before is kept: resume it, or look into {log}."


@contextmanager
def running_worker(settings: Settings, progress: Progress) -> Iterator[str]:
    """The worker, and Prefect's server for its runs, for as long as this lasts; gives the address of the flows' own page."""
    with flows_server(settings) as flows:
        worker = Worker(settings, flows.address, progress, ready=flows.wait)
        thread = threading.Thread(target=worker.work, name="worker", daemon=True)
        thread.start()
        try:
            yield flows.page
        finally:
            worker.stopping.set()
            thread.join(_STOP_SECONDS)


@dataclass
class Worker:
    """Takes one job after the other."""

    settings: Settings
    prefect_api: str
    progress: Progress
    ready: Callable[[], None]
    stopping: threading.Event = field(default_factory=threading.Event)
    _waited: bool = False

    def work(self) -> None:
        """Until `stopping`. A store that cannot be read for a while is tried again."""
        with Store.open(self.settings.store_url) as store:
            while not self.stopping.is_set():
                try:
                    job = store.jobs.take()
                    if job is not None:
                        self._do(store, job)
                except StorageFailure as fault:
                    self.progress.note(fault.message)
                    self.stopping.wait(5)
                self.stopping.wait(_LOOK_SECONDS)

    def _do(self, store: Store, job: Job) -> None:
        if store.run(job.run_id).settings.get("kind") != KIND:
            self._wait_for_prefect()
        log = self.settings.home / "runs" / job.run_id / "worker.log"
        process = self._start(job, log)
        spoken = asked = 0.0
        while process.poll() is None:
            if time.monotonic() - spoken > _SPEAK_SECONDS:
                spoken, stop = time.monotonic(), store.jobs.keep(job.id)
            else:
                stop = store.jobs.job(job.id).stop_asked
            if (stop or self.stopping.is_set()) and not asked:
                asked = time.monotonic()
                process.terminate()
            elif asked and time.monotonic() - asked > _STOP_SECONDS:
                process.kill()
            time.sleep(_LOOK_SECONDS)
        process.communicate()
        self._settle(store, job, log)

    def _wait_for_prefect(self) -> None:
        """Once. A search needs no Prefect, so that a request for patient care waits for nothing."""
        if not self._waited:
            self._waited = True
            try:
                self.ready()
            except EvidenceError as fault:
                self.progress.note(f"{fault.message} Each run starts a server of its own.")

    def _settle(self, store: Store, job: Job, log: Path) -> None:
        """Says how the job ended where its own process could not."""
        now = store.jobs.job(job.id)
        if now.status is not JobStatus.RUNNING:
            return
        if now.stop_asked:
            store.jobs.end(job.id, JobStatus.STOPPED, "Stopped. What was done is kept.")
        elif self.stopping.is_set():
            store.jobs.end(job.id, JobStatus.WAITING)
        else:
            store.jobs.end(job.id, JobStatus.FAILED, _LOST.format(log=log))

    def _start(self, job: Job, log: Path) -> subprocess.Popen[bytes]:
        log.parent.mkdir(parents=True, exist_ok=True)
        given = {
            "EVIDENCE_HOME": str(self.settings.home),
            "EVIDENCE_EMAIL": self.settings.email,
            "PREFECT_API_URL": self.prefect_api,
        }
        environment = {**os.environ, **{name: value for name, value in given.items() if value}}
        environment.pop("EVIDENCE_PREFECT_API_URL", None)
        with log.open("ab") as out:
            # A session of its own: Ctrl-C is for this process, which then stops the run in good order.
            return subprocess.Popen(  # noqa: S603 - our own module, run by this interpreter
                [sys.executable, "-P", "-m", "cli.run_job", str(job.id)],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                env=environment,
                start_new_session=True,
            )
