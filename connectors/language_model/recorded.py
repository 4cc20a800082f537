"""A language model whose every answer is kept, so that none is paid for twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from connectors.language_model.prices import Budget
from evidence.errors import BudgetExceeded
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from evidence.services import LanguageModel


class CallStore(Protocol):
    """Keeps model calls by key."""

    def find_call(self, key: str) -> ModelAnswer | None:
        """The kept answer of this call, never one that failed."""

    def save_call(
        self, key: str, prompt: RenderedPrompt, identity: ModelIdentity, answer: ModelAnswer, run_id: str | None = None
    ) -> None:
        """Keep a call and its answer, before anything is built on it."""


class RecordedModel:
    """`evidence.services.LanguageModel` that asks the store before the model and saves each answer the moment it is there.

    The same call twice in one batch is made once. Failed answers are saved, since they may have been paid for, and
    asked again.
    """

    def __init__(
        self, model: LanguageModel, calls: CallStore, *, budget: Budget | None = None, run_id: str | None = None
    ) -> None:
        """`budget` unset: no limit. `run_id`: the run that the calls belong to."""
        self._model = model
        self._calls = calls
        self._budget = budget if budget is not None else Budget()
        self._run_id = run_id

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._model.identity

    @property
    def budget(self) -> Budget:
        """What was spent through this model."""
        return self._budget

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        """One answer a prompt, in order; kept ones come first and are marked `reused`.

        Raises BudgetExceeded before the first call that could pass the budget, after those that fit were made and kept.
        """
        answers: dict[int, ModelAnswer] = {}

        def deliver(index: int, answer: ModelAnswer) -> None:
            answers[index] = answer
            if on_answer is not None:
                on_answer(index, answer)

        places: dict[str, list[int]] = {}
        for index, prompt in enumerate(prompts):
            places.setdefault(prompt.call_key(self.identity), []).append(index)
        for key in list(places):
            kept = self._calls.find_call(key)
            if kept is not None:
                for index in places.pop(key):
                    deliver(index, kept.model_copy(update={"reused": True}))
        while places:
            self._call_what_fits(prompts, places, deliver)
        return [answers[index] for index in range(len(prompts))]

    def _call_what_fits(
        self,
        prompts: Sequence[RenderedPrompt],
        places: dict[str, list[int]],
        deliver: Callable[[int, ModelAnswer], None],
    ) -> None:
        """Make as many calls together as the budget surely covers; what they really cost decides about the rest."""
        settlements: dict[str, Callable[[ModelAnswer | None], None]] = {}
        for key, indexes in places.items():
            try:
                settlements[key] = self._budget.reserve(prompts[indexes[0]])
            except BudgetExceeded:
                if not settlements:
                    raise
                break
        keys = list(settlements)

        def done(position: int, answer: ModelAnswer) -> None:
            key = keys[position]
            first, *others = places.pop(key)
            settlements.pop(key)(answer)
            self._calls.save_call(key, prompts[first], self.identity, answer, self._run_id)
            deliver(first, answer)
            for index in others:
                deliver(index, answer.model_copy(update={"reused": True}))

        try:
            self._model.answer([prompts[places[key][0]] for key in keys], on_answer=done)
        finally:
            for settle in settlements.values():
                settle(None)
