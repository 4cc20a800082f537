"""`evidence prompts list`, `show` and `diff`."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any

import click

from connectors.settings import Settings
from evidence.errors import InvalidInput

if TYPE_CHECKING:
    from evaluation.prompt_scores import KeptResults, PromptScore
    from evaluation.statistics.compare_runs import Comparison
    from prompts.registry import Prompt

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command("list")
@_JSON
def list_prompts(as_json: bool) -> None:
    """Every prompt: its versions, the one in use, its inputs, and each version's scores in the kept runs of suites."""
    from prompts.registry import load_prompts

    kept = _kept()
    described = [_described(name, kept) for name in dict.fromkeys(prompt.name for prompt in load_prompts().values())]
    if as_json:
        _say_json({"prompts": described, "runs_read": len(kept.results), "runs_unreadable": kept.unreadable})
        return
    for entry in described:
        click.echo(f"{entry['name']}   {entry['purpose']}")
        click.echo(f"  inputs: {', '.join(entry['inputs'])}")
        used = entry["in_use"]
        click.echo(f"  in use: @{used['version']}, chosen {used['chosen_on']} by {used['chosen_by']}: {used['why']}")
        for version in entry["versions"]:
            click.echo(f"  @{version['version']}  {version['changed_on']}, {version['changed_by']}: {version['why']}")
            click.echo("\n".join(f"      {_score_line(score)}" for score in version["scores"]) or "      not measured")
    if kept.unreadable:
        click.echo(f"{kept.unreadable} kept runs cannot be read and are left out: run their suites again.", err=True)


@click.command()
@click.argument("prompt")
@_JSON
def show(prompt: str, as_json: bool) -> None:
    """Show PROMPT, as NAME for the version in use or NAME@VERSION: who changed it, its text, its instructions, its scores."""
    from prompts.registry import named_prompt

    found = named_prompt(prompt)
    version = _version(found, _kept())
    if as_json:
        _say_json({"name": found.name, **version, "body": found.body, "instructions": found.system_text})
        return
    click.echo(f"{found.key}   {found.purpose}")
    click.echo(f"  {found.changed_on}, {found.changed_by}: {found.why}")
    click.echo(f"  {'in use' if version['in_use'] else 'not in use'}; hash {found.hash}")
    click.echo(f"  inputs: {', '.join(found.inputs)}")
    click.echo(f"  answer: {', '.join(version['answer'])}, at most {found.max_tokens} tokens")
    click.echo("\n".join(f"  {_score_line(score)}" for score in version["scores"]) or "  not measured")
    click.echo(f"\n--- instructions ({found.system}) ---\n{found.system_text}\n\n--- prompt ---\n{found.body.rstrip()}")


@click.command()
@click.argument("first")
@click.argument("second")
@_JSON
def diff(first: str, second: str, as_json: bool) -> None:
    """What SECOND changes of FIRST (each NAME@VERSION), and how they compare on cases that both were measured on."""
    from prompts.registry import named_prompt

    one, other = named_prompt(first), named_prompt(second)
    if one.name != other.name or one.version == other.version:
        raise InvalidInput(f"{one.key} and {other.key} are not two versions of one prompt: give NAME@A and NAME@B.")
    lines = list(difflib.unified_diff(_text(one), _text(other), one.key, other.key, lineterm="", n=1))
    found = _compared(one, other)
    if as_json:
        compared = [{"suite": suite, "model": model, **each.model_dump(mode="json")} for suite, model, each in found]
        _say_json({"first": one.key, "second": other.key, "why": other.why, "diff": lines, "comparisons": compared})
        return
    click.echo(f"{other.key}: {other.why}\n")
    click.echo("\n".join(lines))
    click.echo("")
    for suite, model, each in found:
        click.echo(_compared_line(suite, model, each))
    if not found:
        click.echo("Not measured on the same cases: `evidence evaluate SUITE --prompt NAME@VERSION` measures each.")


def _kept() -> KeptResults:
    from evaluation.prompt_scores import read_results

    return read_results(Settings.load().home / "evaluations")


def _described(name: str, kept: KeptResults) -> dict[str, Any]:
    from prompts.contracts import CONTRACTS
    from prompts.registry import load_prompts, read_in_use

    versions = [prompt for prompt in load_prompts().values() if prompt.name == name]
    used = next(prompt for prompt in versions if prompt.version == read_in_use()[name].version)
    about = {field: info.description or "" for field, info in CONTRACTS[name][0].model_fields.items()}
    return {
        "name": name,
        "purpose": used.purpose,
        "in_use": read_in_use()[name].model_dump(mode="json"),
        "inputs": {field: about.get(field, "") for field in used.inputs},
        "versions": [_version(prompt, kept) for prompt in versions],
    }


def _version(prompt: Prompt, kept: KeptResults) -> dict[str, Any]:
    from evaluation.prompt_scores import scores_of
    from prompts.contracts import CONTRACTS
    from prompts.registry import read_in_use

    kept_fields = prompt.model_dump(mode="json", include={"version", "hash", "changed_by", "changed_on", "why", "max_tokens"})
    return {
        **kept_fields,
        "in_use": read_in_use()[prompt.name].version == prompt.version,
        "answer": list(prompt.fields or CONTRACTS[prompt.name][1].model_fields),
        "scores": [_flat(score) for score in scores_of(prompt, kept.results)],
    }


def _flat(score: PromptScore) -> dict[str, Any]:
    numbers = score.metric.model_dump(mode="json", include={"value", "low", "high", "n"})
    return score.model_dump(mode="json", exclude={"metric"}) | numbers


def _score_line(score: dict[str, Any]) -> str:
    if score["value"] is None:
        figures = "too few to say"
    elif score["low"] is None:
        figures = f"{score['value']:.3f}, no interval"
    else:
        figures = f"{score['value']:.3f} [{score['low']:.3f}, {score['high']:.3f}]"
    unscored = f", {score['unscored']} unscored" if score["unscored"] else ""
    data = f" on {', '.join(score['files'])}" if score["files"] else ""
    return (
        f"{score['suite']}{data}, {score['model']}: {score['figure']} {figures}   n={score['n']}{unscored}   run {score['run']}"
    )


def _text(prompt: Prompt) -> list[str]:
    """What a model is given and how, line by line; long lines by sentence, so that a difference shows where it is."""
    head = [
        f"instructions: {prompt.system}",
        f"inputs: {', '.join(prompt.inputs)}",
        f"answer's fields in order: {', '.join(prompt.fields) or 'as in the contract'}",
        f"most tokens of answer: {prompt.max_tokens}",
        "",
    ]
    whole = f"{prompt.system_text}\n\n{prompt.body.rstrip()}"
    return head + [part for line in whole.split("\n") for part in line.replace(". ", ".\n").split("\n")]


def _compared(one: Prompt, other: Prompt) -> list[tuple[str, str, Comparison]]:
    from evaluation.prompt_scores import comparable_runs

    pairs = list(comparable_runs(one, other, _kept().results))
    if not pairs:
        return []
    from evaluation.statistics.compare_runs import compare_runs
    from evaluation.statistics.kept_runs import read_run

    folder = Settings.load().home / "evaluations"
    found = []
    for first, second in pairs:
        model = first.settings.get("model")
        named = str(model.get("name")) if isinstance(model, dict) else ""
        (each,) = compare_runs([read_run(first.id, folder), read_run(second.id, folder)])
        found.append((first.suite, named, each))
    return found


def _compared_line(suite: str, model: str, found: Comparison) -> str:
    difference = found.difference
    interval = (
        f"95 % interval {difference.low:+.3f} to {difference.high:+.3f}"
        if difference.low is not None and difference.high is not None
        else "too few to say how sure"
    )
    return (
        f"{suite}, {model}: {found.verdict.value.upper()}. {found.first_mean:.3f}, then {found.second_mean:.3f}: "
        f"difference {difference.value:+.3f}, {interval}, n={difference.n}   (runs {found.first} and {found.second})"
    )


def _say_json(said: dict[str, Any]) -> None:
    click.echo(json.dumps(said, ensure_ascii=False))
