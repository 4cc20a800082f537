"""What `speed` and `cost` share: the flow run on a few questions, with the seconds, calls and tokens of each stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import numpy as np

from evaluation.harness.data import SuiteData
from evaluation.harness.flow_run import FlowDesk, FlowRun, flow_desk
from evaluation.harness.result import Metric, Row
from evaluation.harness.served_pool import served_pool
from evaluation.harness.suite import Case, Made, Suite, Systems, spread
from evaluation.statistics.intervals import clustered
from evaluation.suites import medevidence
from evidence.question import Request
from evidence.services import Progress

QUESTIONS = 12
"""Questions measured where no limit is set: one of each review first, so that they are as unlike as can be."""


def read(data: SuiteData) -> Sequence[Case]:
    """Questions whose records the flow finds by itself, one a review before a second of any, at most QUESTIONS."""
    return spread([case for case in medevidence.read(data) if case.given.setting == "found"], QUESTIONS)


@contextmanager
def prepare(cases: Sequence[Case], systems: Systems, progress: Progress) -> Iterator[FlowDesk]:
    """The desk, after one flow that is not counted: it pays for what a process does once."""
    assert systems.model is not None  # noqa: S101 - the suites say that they need one
    asked: medevidence.Asked = cases[0].given
    with served_pool(asked.of, asked.mesh, progress) as pool:
        # A store of its own: an answer that is kept would cost the measured flow nothing.
        with flow_desk(pool, systems.model) as first:
            first.ask(Request(question=asked.question.question), draft_from=1)
        with flow_desk(pool, systems.model) as desk:
            yield desk


def answer(case: Case, systems: Systems) -> Made:
    """What each stage took, and over how many records: those fetched, and those read."""
    run: FlowRun = systems.prepared.ask(Request(question=case.given.question.question))
    counts = run.ledger.search.counts
    stages: dict[str, dict[str, float]] = {}
    for cost in run.stages:
        entry = stages.setdefault(cost.stage, {"seconds": 0.0, "calls": 0, "tokens": 0})
        entry["seconds"] += cost.seconds
        entry["calls"] += cost.calls
        entry["tokens"] += cost.tokens
    return {
        "stages": {name: {**entry} for name, entry in stages.items()},
        "fetched": counts.fetched,
        "read": counts.read,
        "calls": run.totals.calls,
        "tokens in": run.totals.tokens_in,
        "tokens out": run.totals.tokens_out,
        "model seconds": run.totals.seconds,
        "cost": run.ledger.provenance.cost,
        "right": True,
    }


def suite(name: str, purpose: str, measure: Callable[[Sequence[Row]], dict[str, Metric]]) -> Suite:
    """The suite of this name, which takes its own figures from the same runs of the flow."""
    return Suite(
        name=name,
        purpose=purpose,
        read=read,
        answer=answer,
        measure=measure,
        prepare=prepare,
        needs_model=True,
        default_model="extractive",
        anew=True,
    )


def by_stage(rows: Sequence[Row], what: str) -> dict[str, Metric]:
    """For each stage `what` of it for a record fetched, and for the whole flow for a record and for a question."""
    figures: dict[str, Metric] = {}
    names = list(dict.fromkeys(name for row in rows for name in _stages(row)))
    records = np.array([float(str(row.made["fetched"])) for row in rows])
    totals = np.zeros(len(rows))
    for name in names:
        each = np.array([_stages(row).get(name, {}).get(what, 0.0) for row in rows])
        totals += each
        figures[f"{what} a record.{name}"] = ratio(each, records, rows)
    figures[f"{what} a record.whole flow"] = ratio(totals, records, rows)
    figures[f"{what} a question.whole flow"] = ratio(totals, np.ones(len(rows)), rows)
    return figures


def ratio(above: np.typing.NDArray[np.float64], below: np.typing.NDArray[np.float64], rows: Sequence[Row]) -> Metric:
    """All of one over all of the other, clustered by review; n counts questions."""

    def value(at: np.typing.NDArray[np.int64]) -> float:
        whole = float(below[at].sum())
        return float(above[at].sum()) / whole if whole else float("nan")

    return clustered(value, [row.cluster for row in rows], bounds=None)


def _stages(row: Row) -> dict[str, dict[str, float]]:
    return cast("dict[str, dict[str, float]]", row.made["stages"])
