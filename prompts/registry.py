"""Prompts as files: Markdown with front matter, pinned by hash, rendered from typed inputs.

A prompt's text never changes under its version: `pins.json` holds the hash of every `name@version`, and a test holds
the files against it. Versions lie side by side; `in_use.json` says which one the product uses, and why.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import Field

from evidence.base import EvidenceModel, Sha256
from evidence.errors import InvalidInput, NotConfigured
from evidence.ledger import PromptUse
from evidence.model_call import RenderedPrompt
from prompts.contracts import CONTRACTS, PromptModel

_FRONT_MATTER = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
# Tags and control tokens by which text from outside could pretend to end its block or to be another speaker.
_OUR_TAGS = re.compile(r"<(?=\s*/?\s*(?:record|question|findings|system|assistant|user)\b)", re.IGNORECASE)
# Why a version was made may be told better later; it is no part of what a model reads, so it does not change the hash.
_ACCOUNT = re.compile(r"^(?:changed_by|changed_on|why): .*\n", re.MULTILINE)
_KEY = re.compile(r"(?P<name>[a-z_]{1,60})(?:@(?P<version>[1-9][0-9]{0,5}))?")
_CONTROL_TOKENS = re.compile(r"<(?=\s*[|｜])|(?<=[|｜])\s*>")


class Prompt(EvidenceModel):
    """A prompt file."""

    name: str = Field(description="Its name.")
    version: int = Field(ge=1, description="Its version; the text never changes under it.")
    purpose: str = Field(description="What it is for, one sentence.")
    system: str = Field(description="Name of the instructions it shares with others, a file in prompts/system.")
    inputs: tuple[str, ...] = Field(description="The variables it uses.")
    output: str = Field(description="Name of the answer's contract in prompts/contracts.py.")
    max_tokens: int = Field(ge=1, description="Most tokens of answer.")
    fields: tuple[str, ...] = Field(
        default=(), description="The order in which the answer's fields are written; unset: that of its contract."
    )
    changed_by: str = Field(min_length=1, description="Who made this version.")
    changed_on: date = Field(description="When.")
    why: str = Field(min_length=1, description="What was changed and why, one sentence.")
    body: str = Field(description="The template.")
    system_text: str = Field(description="The instructions.")
    hash: Sha256 = Field(description="SHA-256 of the file, without who changed it and why, and of its instructions.")

    @property
    def key(self) -> str:
        """How a person names it: NAME@VERSION."""
        return f"{self.name}@{self.version}"

    def use(self) -> PromptUse:
        """How a report names it."""
        return PromptUse(name=self.name, version=self.version, hash=self.hash)


class InUse(EvidenceModel):
    """Which version of a prompt the product uses."""

    version: int = Field(ge=1, description="The version.")
    chosen_by: str = Field(min_length=1, description="Who chose it.")
    chosen_on: date = Field(description="When.")
    why: str = Field(min_length=1, description="Why this one.")


@dataclass(frozen=True)
class _Trial:
    """Other versions than those in use, for as long as something is measured with them."""

    versions: Mapping[str, int] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)


_TRIAL: ContextVar[_Trial | None] = ContextVar("trial of other prompt versions", default=None)


def as_data(text: object) -> str:
    """Text from outside, made unable to close its block or to open a turn. Words and numbers stay as they are."""
    return _CONTROL_TOKENS.sub("‹", _OUR_TAGS.sub("‹", str(text)))


@cache
def load_prompts() -> dict[str, Prompt]:
    """Every prompt by `name@version`. Raises NotConfigured where a file and its front matter disagree."""
    folder = resources.files("prompts")
    prompts = [
        _read_prompt(entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".md") and "@" in entry.name
    ]
    return {prompt.key: prompt for prompt in sorted(prompts, key=lambda prompt: (prompt.name, prompt.version))}


@cache
def read_in_use() -> dict[str, InUse]:
    """The version that each prompt is used in."""
    read = json.loads(resources.files("prompts").joinpath("in_use.json").read_text(encoding="utf-8"))
    return {name: InUse.model_validate(entry) for name, entry in read.items()}


@contextmanager
def trying(versions: Mapping[str, int]) -> Iterator[dict[str, str]]:
    """While this lasts, and in this thread alone, these versions stand for those in use: for measuring, never for drafts.

    Gives the hash of every prompt that was rendered, by `name@version`; it fills as they are. Raises InvalidInput for a
    version that there is not.
    """
    for name, version in versions.items():
        get_prompt(name, version)
    trial = _Trial(dict(versions))
    before = _TRIAL.set(trial)
    try:
        yield trial.asked
    finally:
        _TRIAL.reset(before)


def get_prompt(name: str, version: int | None = None) -> Prompt:
    """The prompt of this name, in the version in use unless one is given. Raises InvalidInput for an unknown one."""
    trial = _TRIAL.get()
    if version is None and trial is not None:
        version = trial.versions.get(name)
    if version is None and name in read_in_use():
        version = read_in_use()[name].version
    found = load_prompts().get(f"{name}@{version}")
    if found is None:
        known = ", ".join(load_prompts())
        raise InvalidInput(f"There is no prompt {name}{'' if version is None else f'@{version}'}; there are: {known}.")
    return found


def named_prompt(key: str) -> Prompt:
    """The prompt that a person names as NAME or NAME@VERSION. Raises InvalidInput where there is none."""
    match = _KEY.fullmatch(key)
    if match is None:
        raise InvalidInput(f"“{key[:80]}” names no prompt: write NAME or NAME@VERSION, for example answer_question@1.")
    return get_prompt(match["name"], int(match["version"]) if match["version"] else None)


def prompts_used() -> dict[str, Prompt]:
    """The version of each prompt that a stage would render now, by `name@version`."""
    used = [get_prompt(name) for name in sorted(CONTRACTS)]
    return {prompt.key: prompt for prompt in used}


def render(name: str, inputs: PromptModel, *, version: int | None = None) -> RenderedPrompt:
    """The prompt filled with its typed inputs. Raises InvalidInput where the inputs are not those of the prompt."""
    prompt = get_prompt(name, version)
    wanted, answer = CONTRACTS[name]
    if not isinstance(inputs, wanted):
        raise InvalidInput(f"Prompt {name} takes {wanted.__name__}, not {type(inputs).__name__}.")
    trial = _TRIAL.get()
    if trial is not None:
        trial.asked[prompt.key] = prompt.hash
    variables = {variable: getattr(inputs, variable) for variable in prompt.inputs}
    return RenderedPrompt(
        name=prompt.name,
        version=prompt.version,
        hash=prompt.hash,
        system=prompt.system_text,
        user=_template(prompt.body).render(variables).strip(),
        answer_schema=_answer_schema(answer, prompt.fields),
        inputs=inputs.model_dump(mode="json"),
        max_tokens=prompt.max_tokens,
        licensed_from=getattr(inputs, "licensed_from", None),
    )


def read_pins() -> dict[str, str]:
    """The hash that each `name@version` must have."""
    pins: dict[str, str] = json.loads(resources.files("prompts").joinpath("pins.json").read_text(encoding="utf-8"))
    return pins


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    # Nothing here becomes markup: the text goes to a model, and `data` keeps it inside its block.
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=False, autoescape=False)
    environment.filters["data"] = as_data
    return environment


@cache
def _template(body: str) -> Template:
    # Compiled once a prompt: a run renders the same one for every record.
    return _environment().from_string(body)


def _read_prompt(filename: str, text: str) -> Prompt:
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise NotConfigured(f"Prompt file {filename} has no front matter between two lines of ---; add it.")
    head: dict[str, Any] = yaml.safe_load(match["head"])
    system_text = resources.files("prompts").joinpath("system", f"{head['system']}.md").read_text(encoding="utf-8")
    hashed = f"---\n{_ACCOUNT.sub('', match['head'] + chr(10))}---\n{match['body']}\n{system_text}"
    prompt = Prompt(
        **head,
        body=match["body"],
        system_text=system_text.strip(),
        hash=hashlib.sha256(hashed.encode()).hexdigest(),
    )
    if filename != f"{prompt.key}.md":
        raise NotConfigured(f"Prompt file {filename} says that it is {prompt.key}; rename one of the two.")
    return prompt


@cache
def _answer_schema(answer: type[PromptModel], fields: tuple[str, ...]) -> dict[str, Any]:
    """The answer's JSON schema with definitions inlined and prose left out: short, and understood by every server."""
    schema = answer.model_json_schema()
    definitions = schema.pop("$defs", {})

    def inline(node: Any) -> Any:
        if isinstance(node, list):
            return [inline(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return inline(definitions[node["$ref"].rsplit("/", 1)[-1]])
        properties = node.get("properties")
        kept = {key: inline(value) for key, value in node.items() if key not in ("title", "description", "properties")}
        return kept | ({"properties": {key: inline(value) for key, value in properties.items()}} if properties else {})

    inlined: dict[str, Any] = inline(schema)
    if fields:
        inlined |= {"properties": {name: inlined["properties"][name] for name in fields}, "required": list(fields)}
    return inlined
