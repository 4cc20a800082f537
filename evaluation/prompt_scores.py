"""What each version of a prompt scored, read from the kept runs of suites; and two versions held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from evaluation.harness.result import Metric, SuiteResult
from evidence.base import EvidenceModel
from prompts.registry import Prompt

_NO_MODEL = "no model"


class PromptScore(EvidenceModel):
    """What one kept run measured with a version of a prompt."""

    suite: str = Field(description="Name of the suite.")
    files: tuple[str, ...] = Field(description="Names of the data files that its cases were read from.")
    model: str = Field(description="The language model that read the prompt.")
    run: str = Field(description="The run's id.")
    figure: str = Field(description="Name of the suite's first figure, for example `accuracy`.")
    metric: Metric = Field(description="That figure: value, low, high and n.")
    unscored: int = Field(ge=0, description="Cases that could not be scored and are not in the figure.")


class KeptResults(EvidenceModel):
    """The kept results of suites that can be read."""

    results: tuple[SuiteResult, ...] = Field(description="In the order of their run ids.")
    unreadable: int = Field(ge=0, description="Finished runs whose result cannot be read.")


def read_results(folder: Path) -> KeptResults:
    """Every finished run kept in `folder`, by id; one that cannot be read is counted."""
    results, unreadable = [], 0
    for path in sorted(folder.glob("*/result.json")):
        try:
            results.append(SuiteResult.model_validate_json(path.read_bytes()))
        except (ValidationError, OSError):
            unreadable += 1
    return KeptResults(results=tuple(results), unreadable=unreadable)


def scores_of(prompt: Prompt, results: Sequence[SuiteResult]) -> list[PromptScore]:
    """The version's score on each suite's data with each model: of the run with most cases, never of the one that scored best.

    Runs of another text under the same version, and of rules that read no prompt, are passed over.
    """
    most: dict[tuple[str, ...], SuiteResult] = {}
    for result in results:
        if not _asked(result, prompt) or not result.metrics:
            continue
        before = most.get(place := _place(result))
        if before is None or result.cases > before.cases:
            most[place] = result
    return [_score(result) for _, result in sorted(most.items())]


def comparable_runs(first: Prompt, second: Prompt, results: Sequence[SuiteResult]) -> Iterator[tuple[SuiteResult, SuiteResult]]:
    """For each suite and model the largest two runs that differ in nothing but this prompt's version, if there are two."""
    found: dict[tuple[str, ...], tuple[SuiteResult, SuiteResult]] = {}
    others = [result for result in results if _asked(result, second)]
    for one in (result for result in results if _asked(result, first)):
        for other in (other for other in others if _alike(one, other, first.name)):
            place = _place(one)
            size = min(one.cases, other.cases)
            if place not in found or size > min(run.cases for run in found[place]):
                found[place] = one, other
    yield from (found[place] for place in sorted(found))


def _asked(result: SuiteResult, prompt: Prompt) -> bool:
    asked = result.provenance.get("prompts")
    rules = _model(result).get("provider") == _NO_MODEL
    return isinstance(asked, dict) and asked.get(prompt.key) == prompt.hash and not rules


def _alike(one: SuiteResult, other: SuiteResult, name: str) -> bool:
    """Whether two runs are of one suite, its files, the model and the other prompts; how many cases each has may differ."""
    return one.suite == other.suite and _but(one, name) == _but(other, name)


def _but(result: SuiteResult, name: str) -> dict[str, object]:
    prompts = result.settings.get("prompts")
    held = {key: hash_ for key, hash_ in prompts.items() if key.split("@")[0] != name} if isinstance(prompts, dict) else {}
    return {"files": result.settings.get("files"), "model": result.settings.get("model"), "prompts": held}


def _model(result: SuiteResult) -> Mapping[str, str]:
    model = result.settings.get("model")
    return {str(key): str(value) for key, value in model.items()} if isinstance(model, dict) else {"name": "not recorded"}


def _place(result: SuiteResult) -> tuple[str, ...]:
    """What makes two figures figures of the same thing: the suite, its files by their hashes, the model."""
    files = result.settings.get("files")
    hashes = [str(hash_) for hash_ in files.values()] if isinstance(files, dict) else []
    return result.suite, _model(result)["name"], *hashes


def _files(result: SuiteResult) -> tuple[str, ...]:
    files = result.settings.get("files")
    return tuple(sorted(files)) if isinstance(files, dict) else ()


def _score(result: SuiteResult) -> PromptScore:
    figure, metric = next(iter(result.metrics.items()))
    return PromptScore(
        suite=result.suite,
        files=_files(result),
        model=_model(result)["name"],
        run=result.id,
        figure=figure,
        metric=metric,
        unscored=result.unscored,
    )
