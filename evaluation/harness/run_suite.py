"""Runs a suite on Inspect AI, which keeps the log that its viewer shows; answers already made are not made again."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import anyio
from inspect_ai import Task
from inspect_ai import eval as run_tasks
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver
from pydantic import JsonValue

import evaluation
from evaluation.harness.counted_model import CountedModel, keep_cost
from evaluation.harness.kept_answers import KeptAnswers
from evaluation.harness.result import Row, SuiteResult
from evaluation.harness.suite import SEED, Case, Made, Suite, Systems
from evaluation.statistics.kept_runs import score as case_score
from evidence import __version__
from evidence.base import canonical_json, content_hash
from evidence.errors import BadAnswer, BudgetExceeded, EvidenceError, InvalidInput
from evidence.services import Progress
from prompts.registry import prompts_used, trying

_RESULT = "result.json"
_VERSIONS = ("inspect-ai", "numpy", "scipy", "scikit-learn", "openvino-genai", "tantivy", "chromadb")


def run_suite(
    suite: Suite,
    cases: Sequence[Case],
    systems: Systems,
    *,
    settings: Mapping[str, JsonValue],
    folder: Path,
    progress: Progress,
) -> SuiteResult:
    """Every case answered and scored; the figures over those that could be.

    `folder` keeps the answers as they are made, so that a stopped run goes on, and Inspect's log. Raises InvalidInput where
    there is no case.
    """
    if not cases:
        raise InvalidInput(f"The suite {suite.name} has no case to run: look at --limit and --data.")
    asked = [[case.id, case.cluster, case.shown, case.target] for case in cases]
    with trying(systems.prompts):
        used = {key: prompt.hash for key, prompt in prompts_used().items()}
    # A suite with a model of its own asks prompts too, but no other version of them can be tried in it.
    settings = {**settings, "prompts": dict(used) if suite.needs_model else {}}
    key = content_hash({"suite": suite.name, "settings": settings, "cases": asked, "code": _revision()})[:16]
    place = folder / f"{suite.name}-{key}"
    place.mkdir(parents=True, exist_ok=True)
    answers = KeptAnswers(place / "answers.jsonl")
    _tell_kept(sum(answers.get(case.id) is not None for case in cases), len(cases), place, progress)
    try:
        with trying(systems.prompts), _prepared(suite, cases, systems, answers, progress) as prepared:
            log = _run_in_inspect(suite, cases, replace(systems, prepared=prepared), answers, place, progress)
        if answers.stopped:
            raise answers.stopped
    finally:
        if isinstance(systems.model, CountedModel):
            keep_cost(place, replace(systems.model.spent, cases=len(cases)))
    rows = _rows(log, cases)
    scored = [row for row in rows if row.problem is None]
    result = SuiteResult(
        id=f"{suite.name}-{key}",
        suite=suite.name,
        settings=settings,
        metrics=suite.measure(scored) if scored else {},
        tables=suite.tables(scored) if scored and suite.tables else {},
        cases=len(rows),
        unscored=len(rows) - len(scored),
        errors=sum(row.error for row in rows),
        provenance=_provenance(settings) | {"prompts": _prompts_asked(log, used)},
        log=str(log.location),
    )
    _write(place / "rows.jsonl", "".join(canonical_json(row.model_dump(mode="json")) + "\n" for row in rows))
    _write(place / _RESULT, json.dumps(result.as_json(), indent=2, ensure_ascii=False) + "\n")
    return result


def _tell_kept(kept: int, cases: int, place: Path, progress: Progress) -> None:
    if (place / _RESULT).is_file():
        progress.note(f"This run was made before: {kept:,} of {cases:,} cases are taken from it.")
    elif kept:
        progress.note(f"{kept:,} of {cases:,} cases are taken from the run that was stopped.")
    else:
        progress.note("If this is stopped, the same command goes on with it while code and data are the same.")


def _prepared(
    suite: Suite, cases: Sequence[Case], systems: Systems, answers: KeptAnswers, progress: Progress
) -> AbstractContextManager[Any]:
    if suite.prepare is None or all(answers.get(case.id) is not None for case in cases):
        return nullcontext()
    return suite.prepare(cases, systems, progress)


def _run_in_inspect(
    suite: Suite, cases: Sequence[Case], systems: Systems, answers: KeptAnswers, place: Path, progress: Progress
) -> EvalLog:
    os.environ.setdefault("INSPECT_DISABLE_TELEMETRY", "1")
    by_id = {case.id: case for case in cases}
    if len(by_id) != len(cases):
        raise InvalidInput(f"The suite {suite.name} has two cases with the same id: give each an id of its own.")
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        progress.update(done, len(cases), "cases")

    task = Task(
        dataset=MemoryDataset(
            [
                Sample(id=case.id, input=case.shown or case.id, target=case.target, metadata={"cluster": case.cluster})
                for case in cases
            ],
            name=suite.name,
        ),
        solver=_product(suite, by_id, systems, answers, tell)(),
        scorer=_as_made(),
        name=suite.name,
    )
    (log,) = _outside_any_loop(
        lambda: run_tasks(
            task,
            model=None,
            display="none",
            log_dir=str(place),
            max_samples=suite.together,
            log_level="warning",
            score_display=False,
            tags=_tags(systems),
            # Seen as it goes in the viewer, which costs 2 ms a case, only where a case may take seconds.
            log_realtime=suite.needs_model,
        )
    )
    if log.status != "success" or log.samples is None:
        said = log.error.message if log.error else log.status
        raise EvidenceError(f"The suite {suite.name} did not come to its end: {said}.")
    return log


def _tags(systems: Systems) -> list[str]:
    """What tells runs of a suite apart in the viewer's list."""
    model = systems.model.identity.name if systems.model else "no model"
    return [model, *(f"{name}@{version}" for name, version in systems.prompts.items())]


def _outside_any_loop(run: Callable[[], list[EvalLog]]) -> list[EvalLog]:
    """Inspect runs an event loop of its own. Where one runs here already, as in a notebook, it gets a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return run()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def _product(
    suite: Suite, by_id: Mapping[str, Case], systems: Systems, answers: KeptAnswers, tell: Callable[[], None]
) -> Callable[[], Solver]:
    @solver(name=f"{suite.name}-under-test")
    def product() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001 - Inspect passes it by name
            case = by_id[str(state.sample_id)]
            kept = answers.get(case.id)
            if kept is None:
                kept = await anyio.to_thread.run_sync(_answered, suite, case, systems, state.metadata, answers)
                if kept[0]:
                    answers.keep(case.id, *kept)
            made, state.metadata["prompts"] = kept
            state.metadata["made"] = made
            state.output = ModelOutput.from_content("product", json.dumps(made, ensure_ascii=False))
            tell()
            return state

        return solve

    return product


def _answered(
    suite: Suite, case: Case, systems: Systems, notes: dict[str, Any], answers: KeptAnswers
) -> tuple[Made, list[str]]:
    """What the product made of the case and the prompts it rendered for it; nothing, and why in `notes`, where it failed."""
    if answers.stopped:
        return {}, []
    with trying(systems.prompts) as asked:
        try:
            made = suite.answer(case, systems)
        except BudgetExceeded as fault:
            made, answers.stopped = {}, fault
        except EvidenceError as fault:
            made = {}
            notes |= {"problem": fault.message, "error": not isinstance(fault, BadAnswer)}
    return made, sorted(asked)


@scorer(metrics=[mean()], name="right")
def _as_made() -> Scorer:
    """What the viewer shows for a case: right, wrong, or unscored. The suite's own figures are taken from the rows."""

    async def score(state: TaskState, target: Target) -> Score:
        made, problem = state.metadata["made"], state.metadata.get("problem")
        row = Row(id=str(state.sample_id), cluster="", target=target.text, made=made, problem=problem)
        right, answer = case_score(row), str(made.get("answer", ""))
        if right is None:
            return Score.unscored(reason="error" if state.metadata.get("error") else None, answer=answer, explanation=problem)
        return Score(value=right, answer=answer)

    return score


def _rows(log: EvalLog, cases: Sequence[Case]) -> list[Row]:
    """One row a case, in the cases' order."""
    found: dict[str, Any] = {str(sample.id): sample.metadata for sample in log.samples or []}
    return [
        Row(
            id=case.id,
            cluster=case.cluster,
            target=case.target,
            shown=case.shown,
            made=found[case.id]["made"],
            problem=found[case.id].get("problem"),
            error=found[case.id].get("error", False),
        )
        for case in cases
    ]


def _prompts_asked(log: EvalLog, used: Mapping[str, str]) -> dict[str, JsonValue]:
    """Hash of each prompt that any case asked, by NAME@VERSION."""
    asked = {key for sample in log.samples or [] for key in sample.metadata.get("prompts", ())}
    return {key: used[key] for key in sorted(asked)}


def _provenance(settings: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {
        "tool": f"evidence {__version__}",
        "revision": _revision(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _VERSIONS},
        "settings hash": content_hash(dict(settings)),
        "data hash": content_hash(settings.get("files", {})),
        "seed": SEED,
    }


def _revision() -> str:
    """The checkout's revision, with a hash of what is changed in it; the version where this is no checkout."""
    described = _git("describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*")
    if not described:
        return __version__
    changed = _git("diff", "HEAD") if described.endswith("+") else ""
    return described + (hashlib.sha256(changed.encode()).hexdigest()[:8] if changed else "")


def _git(*arguments: str) -> str:
    root = Path(evaluation.__file__).resolve().parents[1]
    command = ["git", "-C", str(root), *arguments]
    asked = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - nothing of it comes from outside
    return asked.stdout.decode("utf-8", "replace").strip() if asked.returncode == 0 else ""


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
