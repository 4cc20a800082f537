"""The embedded language model: a small open model that runs on this machine's processor, for demonstration."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from connectors.language_model.openvino_engine import AT_ONCE, Completion, Engine, EngineRequest
from connectors.language_model.weights import EMBEDDED_MODEL, ModelFile, converted_model, ensure_weights
from evidence.errors import ModelUnavailable
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from evidence.services import Progress

_PROBLEMS = {
    "loop": "The model repeated itself and was stopped.",
    "too long": "The prompt is longer than the model can read.",
}


class EmbeddedModel:
    """`evidence.services.LanguageModel` over the embedded model. Loaded at the first prompt, not before."""

    def __init__(
        self,
        *,
        progress: Progress,
        weights: Path | None = None,
        model: ModelFile = EMBEDDED_MODEL,
        at_once: int = AT_ONCE,
    ) -> None:
        """`weights`: the GGUF file, checked and in place; unset: fetched at the first prompt. `at_once`: prompts in flight."""
        self._model = model
        self._progress = progress
        self._weights = weights
        self._at_once = at_once

    @property
    def identity(self) -> ModelIdentity:
        """The weights by name and hash, and the runtime's version. Known without loading."""
        return ModelIdentity(
            name="embedded" if self._model is EMBEDDED_MODEL else f"local:{self._model.file}",
            provider="OpenVINO GenAI",
            version=f"{self._model.name} sha256 {self._model.sha256}, openvino-genai {version('openvino-genai')}",
            demonstration=True,
        )

    @cached_property
    def engine(self) -> Engine:
        """The loaded engine. Raises ModelUnavailable where weights or runtime cannot be had."""
        weights = self._weights if self._weights is not None else ensure_weights(self._progress, model=self._model)
        folder = converted_model(weights, self._progress)
        self._progress.stage("language model", "loading the embedded model, a few seconds")
        try:
            return Engine(folder, at_once=self._at_once)
        except ModelUnavailable:
            if folder == weights:
                raise
        # The weights have their hash; what was converted from them has none, and a power cut can leave it broken.
        self._progress.note("The converted model cannot be loaded: it is made anew.")
        shutil.rmtree(folder)
        return Engine(converted_model(weights, self._progress), at_once=self._at_once)

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        """One answer a prompt, in order, each held to its prompt's schema. `on_answer` gets each one the moment it ends."""
        if not prompts:
            return []
        answers: dict[int, ModelAnswer] = {}

        def done(index: int, completion: Completion) -> None:
            answers[index] = _as_answer(completion)
            if on_answer is not None:
                on_answer(index, answers[index])

        self.engine.complete([_as_request(prompt) for prompt in prompts], done)
        return [answers[index] for index in range(len(prompts))]


def _as_request(prompt: RenderedPrompt) -> EngineRequest:
    return EngineRequest((("system", prompt.system), ("user", prompt.user)), prompt.answer_schema, prompt.max_tokens)


def _as_answer(completion: Completion) -> ModelAnswer:
    return ModelAnswer(
        text=completion.text,
        finish=completion.finish if completion.finish in ("stop", "length") else "error",
        tokens_in=completion.tokens_in,
        tokens_out=completion.tokens_out,
        seconds=completion.seconds,
        cost=0.0,
        error=_PROBLEMS.get(completion.finish),
    )
