"""`evidence ask` as a whole process in a home of its own: what the benches of whole runs measure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.store import Store
from evaluation.bench.processes import Ended, installed_command, own_environment, run_measured
from evidence.errors import BadAnswer
from evidence.ledger import RunLedger
from evidence.run import Event


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One asking: the process, the run it gave, its ledger and log. `began` and `ended`: when the process did, UTC."""

    process: Ended
    run_id: str
    result: str
    ledger: RunLedger
    events: tuple[Event, ...]
    began: datetime
    ended: datetime


def ask_once(question: str, home: Path, source: str, *options: str, environment: Mapping[str, str] | None = None) -> Asked:
    """Ask in `home` with the rules that copy sentences in place of a model, as fast as the source answers."""
    given = {"EVIDENCE_HOME": str(home), "EVIDENCE_REQUESTS_PER_SECOND": "1000", **(environment or {})}
    command = [installed_command("evidence"), "ask", question, "--source", source, "--model", "extractive"]
    began = datetime.now(UTC)
    process = run_measured([*command, "--json", "--quiet", *options], own_environment(**given))
    ended = datetime.now(UTC)
    said: dict[str, Any] = json.loads(process.output)
    with Store.open(f"sqlite:///{home / 'evidence.sqlite'}") as store:
        ledger, events = store.ledger(said["id"]), store.events(said["id"])
    if ledger is None:
        raise BadAnswer(f"The run {said['id']} was said to be finished and has no ledger.")
    return Asked(
        process=process,
        run_id=said["id"],
        result=said["result"],
        ledger=ledger,
        events=tuple(events),
        began=began,
        ended=ended,
    )
