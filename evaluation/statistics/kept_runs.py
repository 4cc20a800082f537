"""Runs of suites as they were kept, case by case, ready to be paired."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from evaluation.harness.result import Row, SuiteResult
from evidence.base import EvidenceModel
from evidence.errors import InvalidInput


class ScoredCase(EvidenceModel):
    """One case of a run."""

    cluster: str = Field(description="What it shares with cases that are not independent of it.")
    target: str = Field(default="", description="The right answer; empty where the suite has none in one word.")
    score: float | None = Field(ge=0, le=1, description="From 0, wrong, to 1, right; unset: it could not be scored.")


class KeptRun(EvidenceModel):
    """One run of one suite, its cases by their ids."""

    id: str = Field(description="The run's id.")
    suite: str = Field(description="Name of the suite.")
    cases: dict[str, ScoredCase] = Field(description="Every case by its id, in the order of the data.")


def read_run(name: str, folder: Path) -> KeptRun:
    """The run with this id, or the one whose id begins so, among those kept in `folder`; or the folder of a run itself.

    `RUN:ARM` is what another system made of the same cases in that run, for example `retrieval-1a2b:BM25`. Raises InvalidInput
    where there is none, several, or one that cannot be read.
    """
    run, _, arm = name.rpartition(":") if ":" in name and not Path(name).exists() else (name, "", "")
    return kept_run(*read_result(place_of(run, folder)), arm=arm)


def kept_run(result: SuiteResult, rows: Sequence[Row], *, arm: str = "") -> KeptRun:
    """The run, or one arm of it, ready to be paired. Raises InvalidInput for a score that is none, and an unknown arm."""
    if arm:
        rows = _of_arm(rows, arm, result.id)
    cases = {row.id: ScoredCase(cluster=row.cluster, target=row.target, score=_score_within(row, result.id)) for row in rows}
    return KeptRun(id=f"{result.id}:{arm}" if arm else result.id, suite=result.suite, cases=cases)


def _of_arm(rows: Sequence[Row], arm: str, run: str) -> list[Row]:
    """The cases that the arm answered, with its score in the place of the product's."""
    arms = {row.id: made for row in rows if isinstance(made := row.made.get("arms"), dict)}
    known = sorted({name for made in arms.values() for name in made})
    if arm not in known:
        raise InvalidInput(f"{run} has no arm “{arm}”: its arms are {', '.join(known) or 'none'}.")
    return [row.model_copy(update={"made": {"score": arms[row.id][arm]}}) for row in rows if arm in arms.get(row.id, ())]


def read_result(place: Path) -> tuple[SuiteResult, list[Row]]:
    """What a run measured and its cases, from the run's folder.

    Raises InvalidInput where it did not come to its end or cannot be read.
    """
    try:
        result = SuiteResult.model_validate_json((place / "result.json").read_bytes())
        lines = (place / "rows.jsonl").read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise InvalidInput(
            f"The run {place.name} did not come to its end: run the suite again, it goes on where it stopped."
        ) from None
    except (ValidationError, UnicodeDecodeError, OSError) as fault:
        raise InvalidInput(f"The run {place.name} cannot be read from {place}: run its suite again.") from fault
    rows: dict[str, Row] = {}
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            row = Row.model_validate_json(line)
        except ValidationError:
            raise InvalidInput(f"{place.name}/rows.jsonl, line {number}: this is no case: run the suite again.") from None
        if row.id in rows:
            raise InvalidInput(f"{place.name}/rows.jsonl, line {number}: the id “{row.id}” stands twice: run the suite again.")
        rows[row.id] = row
    return result, list(rows.values())


def score(row: Row) -> float | None:
    """What a case counts: `score` as the suite made it, else `right`, else whether the answer is the target; None: unscored."""
    if row.problem is not None:
        return None
    for name in ("score", "right"):
        made = row.made.get(name)
        if isinstance(made, bool | int | float):
            return float(made)
    if row.target and "answer" in row.made:
        return float(row.made["answer"] == row.target)
    return None


def read_baseline(path: Path) -> KeptRun:
    """A baseline as `write_baseline` kept it. Raises InvalidInput where it is not there or cannot be read."""
    try:
        return KeptRun.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise InvalidInput(f"There is no baseline at {path}: make one of a run that is good with --write.") from None
    except (ValidationError, OSError):
        raise InvalidInput(f"{path} cannot be read as a baseline: make one of a run that is good with --write.") from None


def write_baseline(run: KeptRun, path: Path) -> None:
    """Keep the run's scores at `path`, whole or not at all. Raises InvalidInput where nothing can be written there."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(
            json.dumps(run.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
        )
        part.replace(path)
    except OSError as fault:
        raise InvalidInput(f"The baseline cannot be written to {path} ({fault.strerror}): give another --baseline.") from fault


def refuse_other_questions(first: KeptRun, second: KeptRun) -> None:
    """Raise InvalidInput where two runs are not of one suite, or have another right answer to a case."""
    if first.suite != second.suite:
        raise InvalidInput(f"{first.id} is a run of {first.suite} and {second.id} of {second.suite}: give runs of one suite.")
    other = _first_other_target(first.cases, second.cases)
    if other is not None:
        raise InvalidInput(
            f"The case “{other}” has another right answer in {second.id} than in {first.id}: run both on one data."
        )
    if not first.cases.keys() & second.cases.keys():
        raise InvalidInput(f"{first.id} and {second.id} have no case in common: run both on the same data.")


def _first_other_target(first: Mapping[str, ScoredCase], second: Mapping[str, ScoredCase]) -> str | None:
    return next((id_ for id_, case in first.items() if id_ in second and second[id_].target != case.target), None)


def place_of(name: str, folder: Path) -> Path:
    """The folder of the run with this id, or whose id begins so; or the folder named. Raises InvalidInput as `read_run`."""
    if re.search(r"[/\\]", name) or name in {"", ".", ".."}:
        if name and Path(name).is_dir():
            return Path(name)
        raise InvalidInput(f"There is no run at “{name}”: give a run's id or its folder.")
    if (folder / name).is_dir():
        return folder / name
    found = sorted(place.name for place in folder.iterdir() if place.name.startswith(name)) if folder.is_dir() else []
    if len(found) == 1:
        return folder / found[0]
    if found:
        raise InvalidInput(f"{len(found)} runs begin with “{name}”: {', '.join(found[:3])}: give more of the id.")
    raise InvalidInput(f"There is no run “{name}” in {folder}: the suites print the ids of their runs.")


def _score_within(row: Row, run: str) -> float | None:
    found = score(row)
    if found is not None and not 0 <= found <= 1:
        raise InvalidInput(f"The case “{row.id}” of {run} has the score {found}: only scores from 0 to 1 can be compared.")
    return found
