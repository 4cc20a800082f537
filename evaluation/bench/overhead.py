"""Overhead: what does our code cost a run, beyond model calls and Prefect's start?

Data: 200 records of the pool, served by a local PubMed. What runs: `evidence ask` on a Prefect server that is up, whole
processes in homes without store or index, embeddings at hand, rules in place of a model; in turn with a process that imports
Prefect and runs an empty flow there. Scored: the first less what its rules took, less the second, so that imports which both
need count as Prefect's.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from connectors.mirror import load_files
from evaluation.bench.arithmetic import median_interval, paired_differences, spread
from evaluation.bench.asking import Asked, ask_once
from evaluation.bench.figure import Figure
from evaluation.bench.processes import Ended, own_environment, run_measured
from evaluation.bench.progress import BenchProgress
from evaluation.bench.servers import counting_mirror, running_prefect
from evidence.run import Event

LIMIT_SECONDS = 3.0
RECORDS = 200
QUESTION = "Do angiotensin converting enzyme inhibitors reduce mortality in heart failure?"
_REPEATS = 7
_LARGEST = 5
_SAID = {
    "run created": "from the process's start until the run is made",
    "frame_question": "Prefect's import and the flow's start, then frame_question",
    "ledger saved": "the draft's documents and ledger",
    "finished": "after the ledger is saved, until the flow ends",
}
_EMPTY_FLOW = """
from prefect import flow

@flow(name="empty", validate_parameters=False, persist_result=False)
def empty():
    return None

empty()
"""


def run(data: Path | None, *, quick: bool = False) -> list[Figure]:
    """Seconds and processor time beyond model and Prefect, the whole process, and where its time goes."""
    name = f"our code, {RECORDS} citations, warm embeddings"
    if data is None:
        return [Figure(name=name, value=None, unit="s", target=LIMIT_SECONDS, note="NOT MEASURED: the shared data is not here")]
    progress = BenchProgress()
    with TemporaryDirectory() as folder:
        work = Path(folder)
        progress.stage("overhead", "loading the pool into a local PubMed")
        load_files(work / "mirror", [data / "pubmed" / "pool.xml.gz"])
        progress.stage("overhead", "starting Prefect's server")
        with counting_mirror(work / "mirror") as (source, _), running_prefect(work / "prefect") as prefect:
            asked, empty = _alternate(work, source, prefect, 1 if quick else _REPEATS, progress)
    return figures(name, asked, empty)


def figures(name: str, asked: Sequence[Asked], empty: Sequence[Ended]) -> list[Figure]:
    """The figures of askings and of the empty flows run beside them."""
    without_model = [each.process.wall - each.ledger.provenance.model_seconds for each in asked]
    ours = paired_differences(without_model, [each.wall for each in empty])
    cpu = paired_differences([each.process.cpu for each in asked], [each.cpu for each in empty])
    read = median(each.ledger.search.counts.fetched for each in asked)
    bare = median(each.wall for each in empty)
    return [
        _figure(name, ours, bare, LIMIT_SECONDS, f"{read:.0f} records fetched, indexed, ranked, {_read(asked)} read; "),
        _figure(f"{name}: processor time", cpu, median(each.cpu for each in empty), None, "the model's rules included; "),
        _figure(
            "the whole process, Prefect's server up",
            [each.process.wall for each in asked],
            bare,
            None,
            "parts by the run's own log; ",
        ),
        *[Figure(name=f"  of it: {stage}", value=seconds, unit="s", n=len(asked)) for stage, seconds in largest_stages(asked)],
    ]


def stage_seconds(began: datetime, events: Sequence[Event], ended: datetime) -> dict[str, float]:
    """Seconds from each entry of a run's log to the one before it, by what was done: from process start to its end."""
    seconds: dict[str, float] = {}
    last = began
    for event in events:
        name = str(event.detail.get("step") or event.detail.get("status") or event.kind)
        name = _SAID.get(name, name)
        seconds[name] = seconds.get(name, 0.0) + (event.at - last).total_seconds()
        last = event.at
    seconds["after the flow, until the process's end"] = (ended - last).total_seconds()
    return seconds


def largest_stages(asked: Sequence[Asked]) -> list[tuple[str, float]]:
    """The stages that take longest, with their median seconds."""
    by_run = [stage_seconds(each.began, each.events, each.ended) for each in asked]
    stages = {name: median(run.get(name, 0.0) for run in by_run) for name in by_run[0]}
    return sorted(stages.items(), key=lambda entry: -entry[1])[:_LARGEST]


def _alternate(work: Path, source: str, prefect: str, repeats: int, progress: BenchProgress) -> tuple[list[Asked], list[Ended]]:
    """One of each first, which fills the cache of vectors and is not counted; then in turn."""
    given = {"PREFECT_API_URL": prefect, "PREFECT_HOME": str(work / "prefect"), "PREFECT_LOGGING_LEVEL": "CRITICAL"}
    asked: list[Asked] = []
    empty: list[Ended] = []
    for repeat in range(repeats + 1):
        asked.append(_ask(work / f"home-{repeat}", source, given))
        empty.append(run_measured([sys.executable, "-c", _EMPTY_FLOW], own_environment(**given)))
        what = "warming up" if repeat == 0 else f"repeat {repeat} of {repeats}"
        progress.note(f"  {what}: the run {asked[-1].process.wall:.1f} s, an empty flow {empty[-1].wall:.1f} s")
    return asked[1:], empty[1:]


def _ask(home: Path, source: str, given: Mapping[str, str]) -> Asked:
    return ask_once(QUESTION, home, source, "--max-records", str(RECORDS), environment=given)


def _read(asked: Sequence[Asked]) -> int:
    return asked[0].ledger.search.counts.read


def _figure(name: str, values: Sequence[float], bare: float, limit: float | None, note: str) -> Figure:
    low, high = median_interval(values) or (None, None)
    return Figure(
        name=name,
        value=median(values),
        unit="s",
        low=low,
        high=high,
        n=len(values),
        compared_with="Prefect alone, an empty flow",
        compared_value=bare,
        ratio=median(values) / bare,
        target=limit,
        met=None if limit is None else median(values) < limit,
        note=f"{note}{spread(values, 's')}",
    )
