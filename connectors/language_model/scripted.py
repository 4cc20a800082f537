"""A language model that says what a file tells it to: for tests, demonstrations and training without any model."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from connectors.language_model.prices import estimate_tokens
from evidence.base import EvidenceModel, content_hash
from evidence.errors import InvalidInput
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt


class Reply(EvidenceModel):
    """What to answer, and to what. A reply without `prompt` and `contains` answers anything."""

    prompt: str | None = Field(
        default=None, description="Answers only the prompt of this name; the server, which is not told names, passes it over."
    )
    contains: str | None = Field(default=None, description="Answers only material with these words, capitals ignored.")
    times: int | None = Field(default=None, ge=1, description="Good for so many calls, then passed over; unset: for ever.")
    answer: Any = Field(default=None, description="The answer as JSON; unset: `text` is the answer.")
    text: str = Field(default="", description="The raw answer: prose, broken JSON, anything.")
    break_off: int | None = Field(
        default=None, ge=0, description="Break the answer off after so many characters; unset: whole."
    )
    repeat: int = Field(default=1, ge=1, le=10_000, description="Say it so many times.")
    error: str | None = Field(default=None, description="Fail with this sentence, as a refusal does; unset: answer.")
    delay: float = Field(default=0.0, ge=0, le=600, description="Seconds before the answer.")
    status: int | None = Field(default=None, ge=400, le=599, description="Server only: HTTP status instead of an answer.")
    retry_after: float | None = Field(default=None, ge=0, description="Server only: seconds in Retry-After; unset: no header.")
    body: str | None = Field(
        default=None, description="Server only: the whole HTTP body, sent as it is with status 200 or `status`."
    )

    def said(self) -> tuple[str, Literal["stop", "length"]]:
        """The raw answer and why it ended."""
        whole = self.text if self.answer is None else json.dumps(self.answer, ensure_ascii=False)
        text = whole * self.repeat
        if self.break_off is not None and self.break_off < len(text):
            return text[: self.break_off], "length"
        return text, "stop"


class Script(EvidenceModel):
    """A file of replies: the first that fits answers."""

    replies: tuple[Reply, ...] = Field(min_length=1, description="Tried in order.")
    models: tuple[str, ...] = Field(default=(), description="Server only: the models it has; empty: any name will do.")
    keys: tuple[str, ...] = Field(default=(), description="Server only: the keys it takes; empty: any or none.")
    refuse_formats: tuple[Literal["json_schema", "json_object"], ...] = Field(
        default=(), description="Server only: response formats that it answers with 400, as some servers do."
    )

    @classmethod
    def read(cls, path: Path) -> Script:
        """The script in a JSON file. Raises InvalidInput with one sentence."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise InvalidInput(f"The script {path} cannot be read ({error.strerror}): check the name.") from error
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in fault["loc"]) or "the file"
            raise InvalidInput(f"The script {path} cannot be used ({place}: {fault['msg']}): mend that place.") from error


class ScriptReader:
    """Chooses replies and counts how often each was used. Safe to share between threads."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self._used = [0] * len(script.replies)
        self._lock = threading.Lock()

    def reply(self, material: str, *, prompt: str | None) -> Reply | None:
        """The first reply that fits and is not used up; None where there is none."""
        with self._lock:
            for number, reply in enumerate(self.script.replies):
                if reply.prompt is not None and reply.prompt != prompt:
                    continue
                if reply.contains is not None and reply.contains.casefold() not in material.casefold():
                    continue
                if reply.times is not None and self._used[number] >= reply.times:
                    continue
                self._used[number] += 1
                return reply
        return None


class ScriptedModel:
    """`evidence.services.LanguageModel` over a script."""

    def __init__(self, script: Script, *, name: str = "scripted") -> None:
        """`name`: how reports call it."""
        self._reader = ScriptReader(script)
        self._name = name

    @classmethod
    def read(cls, path: Path) -> ScriptedModel:
        """The model of a script file, named after it. Raises InvalidInput with one sentence."""
        return cls(Script.read(path), name=f"scripted:{path.name}")

    @property
    def identity(self) -> ModelIdentity:
        """The script by its hash: a changed script is another model."""
        version = f"script {content_hash(self._reader.script.model_dump(mode='json'))}"
        return ModelIdentity(name=self._name, provider="no model: a script", version=version, demonstration=True)

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        """One scripted answer a prompt, in order, with counts as a model would give them."""
        answers = []
        for index, prompt in enumerate(prompts):
            answers.append(self._answer(prompt))
            if on_answer is not None:
                on_answer(index, answers[-1])
        return answers

    def _answer(self, prompt: RenderedPrompt) -> ModelAnswer:
        started = time.perf_counter()
        reply = self._reader.reply(prompt.user, prompt=prompt.name)
        if reply is not None:
            time.sleep(reply.delay)
        error = "The script has no reply for this prompt." if reply is None else reply.error
        text, finish = ("", "stop") if reply is None else reply.said()
        return ModelAnswer(
            text=text,
            finish="error" if error else finish,
            tokens_in=estimate_tokens(prompt.system, prompt.user),
            tokens_out=estimate_tokens(text) if text else 0,
            seconds=time.perf_counter() - started,
            cost=0.0,
            error=error,
        )
