"""What these tests share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt


class Fact(BaseModel):
    """A small answer."""

    model_config = ConfigDict(extra="forbid")

    drug: str = Field(max_length=40)
    count: int = Field(ge=0, le=99)


GOOD: dict[str, Any] = {"drug": "vaccine", "count": 3}


def prompt(user: str = "How many?", *, name: str = "count_things", max_tokens: int = 64) -> RenderedPrompt:
    return RenderedPrompt(
        name=name,
        version=1,
        hash="0" * 64,
        system="Fill the form.",
        user=user,
        answer_schema=Fact.model_json_schema(),
        max_tokens=max_tokens,
    )


class Told:
    """A Progress that remembers."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, str]] = []
        self.updates: list[tuple[int, int, str]] = []
        self.notes: list[str] = []

    def stage(self, name: str, detail: str = "") -> None:
        self.stages.append((name, detail))

    def update(self, done: int, total: int, unit: str, detail: str = "") -> None:
        self.updates.append((done, total, unit))

    def note(self, message: str) -> None:
        self.notes.append(message)


class Calls:
    """A CallStore in memory with the real one's rules (tests/connectors/store holds the real one to them)."""

    def __init__(self) -> None:
        self.kept: dict[str, ModelAnswer] = {}
        self.saved: list[tuple[str, ModelAnswer, str | None]] = []

    def find_call(self, key: str) -> ModelAnswer | None:
        return self.kept.get(key)

    def save_call(
        self, key: str, prompt: RenderedPrompt, identity: ModelIdentity, answer: ModelAnswer, run_id: str | None = None
    ) -> None:
        self.saved.append((key, answer, run_id))
        if answer.finish != "error":
            self.kept.setdefault(key, answer)
