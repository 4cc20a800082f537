"""Real processes for tests: what they run, started from a server that has imported it once, so that many are cheap."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from connectors.store import Store
from evidence.ledger import RunStatus
from tests.connectors.store.samples import MODEL, PROMPT, REQUEST, answer, ledger, record

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


def start(work: Callable[..., None], *arguments: Any) -> ForkServerProcess:
    """A process of its own that runs `work`, a function of a test module."""
    process = _context.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def work_without_end(url: str, notes: str) -> None:
    """Makes runs, and notes each thing only when the store has acknowledged it."""
    with Store.open(url) as store, Path(notes).open("ab", buffering=0) as log:
        number = 0
        while True:
            number += 1
            run = store.create_run(identity_key=f"{os.getpid()}-{number}", request=REQUEST, settings={}, by="writer")
            log.write(f"run {run.id}\n".encode())
            store.save_records(run.id, [record(number * 10 + place) for place in range(10)], "mirror", by="writer")
            log.write(f"records {run.id}\n".encode())
            store.save_call(run.id, PROMPT, MODEL, answer(f"call {number}"), run.id)
            log.write(f"call {run.id}\n".encode())
            store.commit_step(run.id, "plan", "k", {"number": number}, by="writer")
            log.write(f"step {run.id}\n".encode())
            store.save_ledger(run.id, ledger(run.id))
            log.write(f"ledger {run.id}\n".encode())
            store.set_status(run.id, RunStatus.FINISHED, by="writer")
            log.write(f"status {run.id}\n".encode())


def write_rounds(url: str, writer: int, rounds: int) -> None:
    """Writes a known number of things, and one step that all writers race for."""
    with Store.open(url) as store:
        for turn in range(rounds):
            run = store.create_run(identity_key=f"w{writer}-{turn}", request=REQUEST, settings={}, by=f"writer {writer}")
            store.save_records(run.id, [record(turn), record(1000 + writer)], "mirror", by=f"writer {writer}")
            store.commit_step(run.id, "plan", "k", [writer, turn], by=f"writer {writer}")
            store.save_call(f"shared {turn}", PROMPT, MODEL, answer(f"{writer} {turn}"), run.id)
