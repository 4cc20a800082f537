"""What passes between the product and a language model."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from evidence.base import EvidenceModel, Sha256, content_hash


class ModelIdentity(EvidenceModel):
    """Which model answered, exactly enough to name it in a report."""

    name: str = Field(description="The name the person chose, for example `embedded` or `openai:gpt-4o`.")
    provider: str = Field(
        description="Who or what ran it, for example `OpenVINO GenAI`, `OpenAI-compatible server`, `no model`."
    )
    version: str = Field(description="Version or weights hash as far as it is known; `not reported` otherwise.")
    demonstration: bool = Field(default=False, description="True for models too weak for live requests: the draft says so.")
    external: bool = Field(default=False, description="True where text leaves this machine.")


class RenderedPrompt(EvidenceModel):
    """A prompt ready to send. `inputs` are the typed inputs it was rendered from; text from outside is delimited in `user`."""

    name: str = Field(description="The prompt's name, for example `extract_study`.")
    version: int = Field(ge=1, description="The prompt's version.")
    hash: Sha256 = Field(description="SHA-256 of the prompt file.")
    system: str = Field(description="The instructions, the same for every call of this prompt (a shared prefix).")
    user: str = Field(description="The material.")
    answer_schema: dict[str, Any] = Field(description="JSON schema that the answer must follow.")
    inputs: dict[str, Any] = Field(default_factory=dict, description="The inputs as JSON, for answers made by rules.")
    max_tokens: int = Field(default=512, ge=1, description="Most tokens of answer.")
    licensed_from: str | None = Field(
        default=None,
        description="The licensed database whose text is in it: it goes to no external model; unset: none.",
    )

    def call_key(self, identity: ModelIdentity) -> str:
        """What makes two calls the same call: model, prompt, material, schema and limit."""
        return content_hash(
            {
                "model": identity.model_dump(mode="json"),
                "prompt": self.hash,
                "system": self.system,
                "user": self.user,
                "schema": self.answer_schema,
                "max_tokens": self.max_tokens,
            }
        )


class ModelAnswer(EvidenceModel):
    """What the model said, as it said it."""

    text: str = Field(description="The raw answer, never mended.")
    finish: Literal["stop", "length", "error"] = Field(description="Why it ended; `length`: it broke off at the limit.")
    tokens_in: int = Field(ge=0, description="Tokens read, as the model counted them.")
    tokens_out: int = Field(ge=0, description="Tokens written.")
    seconds: float = Field(ge=0, description="Wall time of the call, its share of a batch.")
    cost: float | None = Field(default=None, ge=0, description="Money, in the currency of the settings; unset: price unknown.")
    error: str | None = Field(default=None, description="What went wrong, one sentence; set exactly when `finish` is `error`.")
    reused: bool = Field(default=False, description="True where the answer came from the store and cost nothing.")


class CallTotals(EvidenceModel):
    """What the calls of a run came to, over every process that worked on it."""

    calls: int = Field(default=0, ge=0, description="Calls answered, repairs included; answers taken from the store are none.")
    failed: int = Field(default=0, ge=0, description="Answers that ended in an error.")
    tokens_in: int = Field(default=0, ge=0, description="Tokens read.")
    tokens_out: int = Field(default=0, ge=0, description="Tokens written.")
    cost: float | None = Field(default=None, ge=0, description="Money; unset: price unknown.")
    seconds: float = Field(default=0.0, ge=0, description="Seconds of model time.")
