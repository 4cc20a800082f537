"""The inputs that a prompt gets for one case of a suite, as the product itself makes them on its way there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace

from connectors.language_model.extractive import ExtractiveModel
from evaluation.harness.data import SuiteData
from evaluation.harness.suite import Systems
from evaluation.suites import load_suite
from evidence.errors import BadAnswer, InvalidInput
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from evidence.services import Progress
from prompts.contracts import CONTRACTS, PromptModel

_SHOWN = 3


class _Heard(Exception):
    """Ends the product's way to the prompt; nothing went wrong."""

    def __init__(self, prompt: RenderedPrompt) -> None:
        super().__init__(prompt.name)
        self.prompt = prompt


class _Listener:
    """A model that answers by rules until one prompt is asked."""

    identity = ModelIdentity(name="listener", provider="no model", version="rules", demonstration=True)

    def __init__(self, name: str) -> None:
        self._name = name
        self._rules = ExtractiveModel()

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        for prompt in prompts:
            if prompt.name == self._name:
                raise _Heard(prompt)
        return self._rules.answer(prompts, on_answer=on_answer)


def inputs_of_case(name: str, suite_name: str, case_id: str, data: SuiteData, progress: Progress) -> PromptModel:
    """What prompt `name` is rendered from for this case; prompts asked before it are answered by rules.

    Raises InvalidInput where the suite has no such case, or where the case does not come to the prompt.
    """
    suite = load_suite(suite_name)
    if not suite.needs_model:
        raise InvalidInput(f"The suite {suite_name} asks no language model, so none of its cases has a prompt.")
    cases = list(suite.read(data))
    case = next((case for case in cases if case.id == case_id), None)
    if case is None:
        some = ", ".join(case.id for case in cases[:_SHOWN])
        raise InvalidInput(f"The suite {suite_name} has no case “{case_id[:80]}”: its cases are {some} and so on.")
    systems = Systems(model=_Listener(name))
    unreached = InvalidInput(f"The case {case_id} of {suite_name} asks no prompt {name}: choose another suite or case.")
    try:
        with suite.prepare([case], systems, progress) if suite.prepare else nullcontext() as prepared:
            suite.answer(case, replace(systems, prepared=prepared))
    except _Heard as heard:
        return CONTRACTS[name][0].model_validate(heard.prompt.inputs)
    except BadAnswer as fault:
        raise unreached from fault
    raise unreached
