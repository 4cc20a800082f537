"""What is done of a run, what is left, and what it costs, from what the run says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from connectors.store import Store
from evidence.ledger import RunStatus
from evidence.model_call import CallTotals
from evidence.run import RunSummary
from evidence.work_request import Job, JobStatus, StageProgress

SEARCH = ("Question", "Search strategy", "Search", "Records", "Ranking")
STRATEGY = ("Search", "Records", "Ranking")
SUMMARY = (*SEARCH, "Screening", "Reading", "Checking", "Bottom line", "Checking", "Draft")
"""The stages of each kind of run, as the runs themselves name them; a test holds them against real runs."""

KIND = "search"
"""What a run's settings say of it, where it only searches."""


@dataclass(frozen=True)
class Stage:
    """One stage as the page shows it."""

    name: str
    state: Literal["done", "under way", "stopped", "left"]
    said: StageProgress | None = None


@dataclass(frozen=True)
class RunProgress:
    """A run as the page of its progress shows it."""

    run: RunSummary
    job: Job | None
    stages: tuple[Stage, ...]
    totals: CallTotals
    under_way: bool
    can_stop: bool
    can_resume: bool

    @property
    def done(self) -> int:
        """Stages done."""
        return sum(stage.state == "done" for stage in self.stages)

    @property
    def cost(self) -> str:
        """What the model's calls came to, in words."""
        if not self.totals.calls:
            return "No call of a language model so far: nothing to pay."
        if not self.totals.tokens_in + self.totals.tokens_out:
            return f"{self.totals.calls} answers by rule, without a language model: nothing to pay."
        money = "its price is not set"
        if self.totals.cost is not None:
            money = f"{self.totals.cost:.2f} {self.run.settings.get('currency', '')}".strip()
        tokens = f"{self.totals.tokens_in:,} tokens read and {self.totals.tokens_out:,} written"
        return f"{self.totals.calls} calls of the language model, {tokens}: {money}."


def progress_of(store: Store, run: RunSummary) -> RunProgress:
    """How far a run is."""
    job = store.jobs.latest(run.id)
    under_way = job is not None and job.status in (JobStatus.WAITING, JobStatus.RUNNING)
    finished = run.status is RunStatus.FINISHED
    return RunProgress(
        run=run,
        job=job,
        stages=_stages(run, job, finished=finished, under_way=under_way),
        totals=store.call_totals(run.id),
        under_way=under_way,
        can_stop=under_way and job is not None and not job.stop_asked,
        can_resume=not under_way and not finished and job is not None,
    )


def _stages(run: RunSummary, job: Job | None, *, finished: bool, under_way: bool) -> tuple[Stage, ...]:
    """The planned stages with what was said of each; a stage that nobody planned (a model loads) stands where it came."""
    planned = list(STRATEGY if run.request.strategy else SEARCH) if run.settings.get("kind") == KIND else list(SUMMARY)
    said = list(job.progress.stages) if job else []
    shown: list[Stage] = []
    for place, item in enumerate(said):
        last = place == len(said) - 1 and not finished
        state: Literal["done", "under way", "stopped"] = ("under way" if under_way else "stopped") if last else "done"
        if item.name in planned:
            skipped = planned[: planned.index(item.name)]
            shown += [Stage(name, "done") for name in skipped]
            del planned[: len(skipped) + 1]
        shown.append(Stage(item.name, state, item))
    return (*shown, *(Stage(name, "done" if finished else "left") for name in planned))
