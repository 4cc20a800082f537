"""`evidence prompts try`: one prompt, one call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

import click

from cli.progress import TerminalProgress
from connectors.settings import Settings
from evidence.errors import InvalidInput, NotConfigured

if TYPE_CHECKING:
    from connectors.language_model.structured import Structured
    from evidence.model_call import ModelIdentity, RenderedPrompt
    from evidence.services import LanguageModel
    from prompts.contracts import PromptModel
    from prompts.registry import Prompt

# What no template shows, for a person who gives inputs by hand.
_NOT_SHOWN = {"licensed_from": None, "pmid": "1"}


@click.command("try")
@click.argument("prompt")
@click.option(
    "--input",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="One of the prompt's inputs; give a list's name once for each entry.",
)
@click.option("--case", metavar="SUITE:ID", help="Take the inputs from this case of a suite instead.")
@click.option("--data", type=click.Path(path_type=Path), help="Where the suite's data are.  [default: ../shared/data]")
@click.option("--model", help="A language model, as for `evidence ask`.")
@click.option("--base-url", help="Address of an OpenAI-compatible server.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: prompt, cost before and after, answer.")
@click.option("--quiet", is_flag=True, help="No progress.")
def try_prompt(  # noqa: PLR0913, PLR0917 - one parameter an option
    prompt: str,
    given: tuple[str, ...],
    case: str | None,
    data: Path | None,
    model: str | None,
    base_url: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Fill in PROMPT (NAME for the version in use, or NAME@VERSION) and ask the model once. Nothing is kept."""
    from cli.services import build_model
    from connectors.language_model.structured import ask
    from prompts.contracts import CONTRACTS
    from prompts.registry import named_prompt, render

    if bool(given) == bool(case):
        raise InvalidInput("Give the inputs either by --input NAME=VALUE, once for each, or by --case SUITE:ID.")
    chosen = named_prompt(prompt)
    progress = TerminalProgress(quiet=quiet)
    settings = Settings.load(model=model, base_url=base_url)
    inputs = _of_case(chosen, case, data, progress) if case else read_inputs(chosen, given)
    rendered = render(chosen.name, inputs, version=chosen.version)
    under_trial = build_model(settings, progress)
    before = _cost_before(rendered, under_trial, settings)
    if not as_json:
        click.echo(_plain(f"--- instructions ---\n{rendered.system}\n\n--- prompt {chosen.key} ---\n{rendered.user}\n"))
    tokens = f"about {before['tokens_in']:,} tokens to read, at most {before['tokens_out']:,} to write"
    progress.note(f"{under_trial.identity.name}: {tokens}, {_money(before)}")
    (outcome,) = ask(under_trial, [rendered], CONTRACTS[chosen.name][1], once=True)
    told = _told(rendered, under_trial.identity, before, outcome)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _plain("\n".join(_lines(told))))


def read_inputs(prompt: Prompt, given: Sequence[str]) -> PromptModel:
    """The prompt's typed inputs from `name=value` texts. Raises InvalidInput for what is unknown, missing or wrong."""
    from pydantic import ValidationError

    from prompts.contracts import CONTRACTS

    contract = CONTRACTS[prompt.name][0]
    fields = contract.model_fields
    said: dict[str, list[str]] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or name not in fields:
            raise InvalidInput(f"“{text[:80]}” gives none of the inputs of {prompt.key}: write NAME=VALUE, {_names(prompt)}.")
        said.setdefault(name, []).append(value)
    values: dict[str, Any] = {name: value for name, value in _NOT_SHOWN.items() if name in fields}
    for name, texts in said.items():
        many = get_origin(fields[name].annotation) is tuple
        if len(texts) > 1 and not many:
            raise InvalidInput(f"The input {name} is given twice: it takes one value.")
        values[name] = [_entry(text, fields[name].annotation, name) for text in texts] if many else texts[0]
    missing = [name for name, field in fields.items() if field.is_required() and name not in values]
    if missing:
        raise InvalidInput(f"The input {missing[0]} of {prompt.key} is missing: add --input {missing[0]}=VALUE.")
    try:
        return contract.model_validate(values)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"The input {place} of {prompt.key} cannot be used ({first['msg']}): mend it.") from None


def _entry(text: str, annotation: Any, name: str) -> Any:
    """One entry of a list: the text itself, or a JSON object where the entries have parts."""
    from pydantic import BaseModel

    kind = get_args(annotation)[0]
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return text
    try:
        return json.loads(text)
    except ValueError:
        parts = ", ".join(kind.model_fields)
        raise InvalidInput(f"An entry of the input {name} is a JSON object with {parts}: “{text[:80]}” is none.") from None


def _names(prompt: Prompt) -> str:
    from prompts.contracts import CONTRACTS

    shown = [name for name in CONTRACTS[prompt.name][0].model_fields if name not in _NOT_SHOWN]
    return f"the names are {', '.join(shown)}"


def _of_case(prompt: Prompt, case: str, data: Path | None, progress: TerminalProgress) -> PromptModel:
    try:
        import scipy as _scipy  # noqa: F401 - only to say what is missing
    except ModuleNotFoundError:
        raise NotConfigured('The harness needs its libraries: run "pip install evidence-ledger[evaluation]".') from None
    from evaluation.bench.__main__ import SHARED
    from evaluation.harness.data import SuiteData
    from evaluation.prompt_case import inputs_of_case

    suite, sign, id_ = case.partition(":")
    if not sign or not id_:
        raise InvalidInput(f"“{case[:80]}” names no case: write SUITE:ID, for example bioasq:ID.")
    if data is not None and not data.exists():
        raise InvalidInput(f"There is nothing at {data}: give a file or folder with --data.")
    given = SuiteData(given=data, shared=SHARED if SHARED.is_dir() else None)
    return inputs_of_case(prompt.name, suite, id_, given, progress)


def _cost_before(rendered: RenderedPrompt, model: LanguageModel, settings: Settings) -> dict[str, Any]:
    """Tokens, rather too many than too few, and what they cost at most; None: the price is not known."""
    from cli.services import read_prices
    from connectors.language_model.prices import estimate_prompt

    tokens_in, tokens_out = estimate_prompt(rendered), rendered.max_tokens
    prices = read_prices(settings)
    at_most = prices.cost(tokens_in, tokens_out) if prices else None
    cost = at_most if model.identity.external else 0.0
    return {"tokens_in": tokens_in, "tokens_out": tokens_out, "cost": cost, "currency": settings.currency}


def _told(
    rendered: RenderedPrompt, identity: ModelIdentity, before: dict[str, Any], outcome: Structured[Any]
) -> dict[str, Any]:
    answer = outcome.answer
    spent = answer.model_dump(mode="json", include={"tokens_in", "tokens_out", "seconds"})
    return {
        "prompt": f"{rendered.name}@{rendered.version}",
        "hash": rendered.hash,
        "model": identity.model_dump(mode="json"),
        "instructions": rendered.system,
        "user": rendered.user,
        "before": before,
        "after": {**spent, "cost": answer.cost if identity.external else 0.0, "currency": before["currency"]},
        "raw": answer.text,
        "answer": None if outcome.value is None else outcome.value.model_dump(mode="json"),
        "problem": outcome.problem,
    }


def _lines(told: dict[str, Any]) -> list[str]:
    after = told["after"]
    said = (
        ["--- answer ---", json.dumps(told["answer"], ensure_ascii=False, indent=2)]
        if told["answer"] is not None
        else ["--- no answer that can be used ---", told["problem"], *([f"It said: {told['raw']}"] if told["raw"] else [])]
    )
    cost = f"{after['tokens_in']:,} tokens read, {after['tokens_out']:,} written, {after['seconds']:.1f} s, {_money(after)}"
    return [*said, "", cost]


def _money(cost: dict[str, Any]) -> str:
    if cost["cost"] is None:
        return "price not known"
    return f"{cost['cost']:.4f} {cost['currency']}" if cost["cost"] else "nothing to pay"


def _plain(text: str) -> str:
    """The text without control characters: neither a record nor a model's answer must steer the terminal."""
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)
