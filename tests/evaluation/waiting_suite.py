"""A suite whose third case waits as long as a file stands, and the process in which a test stops it there."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from evaluation.harness.flow_run import Silent
from evaluation.harness.result import Metric, SuiteResult
from evaluation.harness.run_suite import run_suite
from evaluation.harness.suite import Case, Made, Suite, Systems

CASES = 5


def run_waiting(folder: Path, progress: Silent, answered: list[str]) -> SuiteResult:
    """The suite's run in this folder; `answered` gets the id of each case that is answered now."""

    def answer(case: Case, _: Systems) -> Made:
        while case.id == "case 3" and (folder / "wait").exists():
            time.sleep(0.05)
        answered.append(case.id)
        return {"answer": case.id, "right": case.id != "case 4"}

    suite = Suite(
        name="waiting",
        purpose="To be stopped half-way.",
        read=lambda _: [],
        answer=answer,
        measure=lambda rows: {"right": Metric(value=sum(row.made["right"] is True for row in rows) / len(rows), n=len(rows))},
    )
    cases = [Case(id=f"case {number}", cluster=str(number), shown="") for number in range(1, CASES + 1)]
    return run_suite(suite, cases, Systems(), settings={}, folder=folder, progress=progress)


if __name__ == "__main__":
    run_waiting(Path(sys.argv[1]), Silent(), [])
