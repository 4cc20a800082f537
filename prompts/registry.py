"""Prompts as files: Markdown with front matter, pinned by hash, rendered from typed inputs.

A prompt's text never changes under its version: `pins.json` holds the hash of every `name@version`, and a test holds
the files against it.
"""

from __future__ import annotations

import hashlib
import json
import re
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
    body: str = Field(description="The template.")
    system_text: str = Field(description="The instructions.")
    hash: Sha256 = Field(description="SHA-256 of the file and its instructions.")

    def use(self) -> PromptUse:
        """How a report names it."""
        return PromptUse(name=self.name, version=self.version, hash=self.hash)


def as_data(text: object) -> str:
    """Text from outside, made unable to close its block or to open a turn. Words and numbers stay as they are."""
    return _CONTROL_TOKENS.sub("‹", _OUR_TAGS.sub("‹", str(text)))


@cache
def load_prompts() -> dict[str, Prompt]:
    """Every prompt by `name@version`. Raises NotConfigured where a file and its front matter disagree."""
    folder = resources.files("prompts")
    prompts = {}
    for entry in folder.iterdir():
        if entry.name.endswith(".md") and "@" in entry.name:
            prompt = _read_prompt(entry.name, entry.read_text(encoding="utf-8"))
            prompts[f"{prompt.name}@{prompt.version}"] = prompt
    return dict(sorted(prompts.items()))


def get_prompt(name: str, version: int | None = None) -> Prompt:
    """The prompt of this name, its newest version unless one is given. Raises InvalidInput for an unknown one."""
    versions = [prompt for prompt in load_prompts().values() if prompt.name == name and version in (None, prompt.version)]
    if not versions:
        known = ", ".join(load_prompts())
        raise InvalidInput(f"There is no prompt {name}{'' if version is None else f'@{version}'}; there are: {known}.")
    return max(versions, key=lambda prompt: prompt.version)


def render(name: str, inputs: PromptModel, *, version: int | None = None) -> RenderedPrompt:
    """The prompt filled with its typed inputs. Raises InvalidInput where the inputs are not those of the prompt."""
    prompt = get_prompt(name, version)
    wanted, answer = CONTRACTS[name]
    if not isinstance(inputs, wanted):
        raise InvalidInput(f"Prompt {name} takes {wanted.__name__}, not {type(inputs).__name__}.")
    variables = {variable: getattr(inputs, variable) for variable in prompt.inputs}
    return RenderedPrompt(
        name=prompt.name,
        version=prompt.version,
        hash=prompt.hash,
        system=prompt.system_text,
        user=_template(prompt.body).render(variables).strip(),
        answer_schema=_answer_schema(answer),
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
    prompt = Prompt(
        **head,
        body=match["body"],
        system_text=system_text.strip(),
        hash=hashlib.sha256(f"{text}\n{system_text}".encode()).hexdigest(),
    )
    if filename != f"{prompt.name}@{prompt.version}.md":
        raise NotConfigured(f"Prompt file {filename} says that it is {prompt.name}@{prompt.version}; rename one of the two.")
    return prompt


@cache
def _answer_schema(answer: type[PromptModel]) -> dict[str, Any]:
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
    return inlined
