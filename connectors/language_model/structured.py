"""From a model's raw answer to a checked value: one repair turn, then a report; never a guess."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from evidence.model_call import ModelAnswer, RenderedPrompt
from evidence.services import LanguageModel

AnswerT = TypeVar("AnswerT", bound=BaseModel)

_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"```(?:json|JSON)?\s*\n(.*?)```", re.DOTALL)
_SHOWN_CHARACTERS = 1500
_SHOWN_ERRORS = 4
_ROOM_AFTER_BREAKING_OFF = 1.5


@dataclass(frozen=True)
class Structured(Generic[AnswerT]):
    """One prompt's outcome. `value` and `problem`: exactly one is set. `attempts`: every raw answer, the last is `answer`."""

    value: AnswerT | None
    attempts: tuple[ModelAnswer, ...]
    problem: str | None

    @property
    def answer(self) -> ModelAnswer:
        """The last raw answer."""
        return self.attempts[-1]


def ask(
    model: LanguageModel,
    prompts: Sequence[RenderedPrompt],
    answer_type: type[AnswerT],
    *,
    on_done: Callable[[int, Structured[AnswerT]], None] | None = None,
    once: bool = False,
) -> list[Structured[AnswerT]]:
    """One outcome a prompt, in order. What cannot be read is asked once more, all of them in one batch, with the reason.

    This is the one way by which prompts reach a model. A prompt with text of a licensed database goes to no external one:
    its outcome says so, and nothing of it is sent.

    `on_done(index, outcome)` is called as each outcome is final. `once`: nothing is asked again. Faults of the service are
    raised by the model.
    """
    outcomes: dict[int, Structured[AnswerT]] = {}

    def settle(index: int, outcome: Structured[AnswerT]) -> None:
        outcomes[index] = outcome
        if on_done is not None:
            on_done(index, outcome)

    unreadable: dict[int, Structured[AnswerT]] = {}

    def first(index: int, answer: ModelAnswer) -> None:
        outcome = _read(answer, answer_type)
        if outcome.value is None and not once and _worth_asking_again(answer):
            unreadable[index] = outcome
        else:
            settle(index, outcome)

    for index, prompt in enumerate(prompts):
        if kept_here := _why_kept(prompt, model):
            settle(index, kept_here)
    sent = [index for index in range(len(prompts)) if index not in outcomes]
    if sent:
        model.answer([prompts[index] for index in sent], on_answer=lambda place, answer: first(sent[place], answer))
    again = sorted(unreadable)

    def second(position: int, answer: ModelAnswer) -> None:
        index = again[position]
        outcome = _read(answer, answer_type)
        settle(index, Structured(outcome.value, (*unreadable[index].attempts, answer), outcome.problem))

    if again:
        model.answer([_repair_prompt(prompts[index], unreadable[index]) for index in again], on_answer=second)
    return [outcomes[index] for index in range(len(prompts))]


def _why_kept(prompt: RenderedPrompt, model: LanguageModel) -> Structured[Any] | None:
    """The outcome of a prompt that must not leave this machine, or None where it may go to this model."""
    if prompt.licensed_from is None or not model.identity.external:
        return None
    reason = (
        f"The record is licensed from {prompt.licensed_from}, and no setting says that its licence permits giving it to an "
        "external language model: nothing was sent"
    )
    kept = ModelAnswer(text="", finish="error", tokens_in=0, tokens_out=0, seconds=0.0, error=reason)
    return Structured(None, (kept,), reason)


def read_answer(text: str, answer_type: type[AnswerT]) -> AnswerT:
    """The one JSON object of an answer, checked against its type. Raises ValueError with one sentence why it cannot be.

    White space, a code fence, words around the object and a block of `<think>` before it are passed over. Two objects,
    a key given twice, NaN or anything cut off are refused.
    """
    data = _one_object(_THINKING.sub("", text, count=1))
    try:
        return answer_type.model_validate_json(json.dumps(data))
    except ValidationError as error:
        raise ValueError(_validation_sentence(error)) from error
    except UnicodeEncodeError as error:
        raise ValueError("The answer has characters that are no text.") from error


def _read(answer: ModelAnswer, answer_type: type[AnswerT]) -> Structured[AnswerT]:
    if answer.finish == "error":
        return Structured(None, (answer,), answer.error or "The model failed without saying why.")
    try:
        return Structured(read_answer(answer.text, answer_type), (answer,), None)
    except ValueError as error:
        problem = str(error)
    if answer.finish == "length":
        problem = f"The answer broke off after {answer.tokens_out} tokens."
    return Structured(None, (answer,), problem)


def _worth_asking_again(answer: ModelAnswer) -> bool:
    """An answer without any text is a refusal or a prompt that was too long: the same prompt and more would end the same."""
    return answer.finish != "error" or bool(answer.text.strip())


def _repair_prompt(prompt: RenderedPrompt, outcome: Structured[Any]) -> RenderedPrompt:
    # The bad answer may hold words of a hostile record, so it can neither open nor close a block.
    shown = outcome.answer.text[:_SHOWN_CHARACTERS].replace("<", "‹")
    user = (
        f"{prompt.user}\n\n<earlier_answer>\n{shown}\n</earlier_answer>\n"
        f"That answer cannot be used: {outcome.problem} "
        "Answer again, shorter, with one complete JSON object and nothing else."
    )
    broke_off = outcome.answer.finish == "length"
    room = int(prompt.max_tokens * _ROOM_AFTER_BREAKING_OFF) if broke_off else prompt.max_tokens
    return prompt.model_copy(update={"user": user, "max_tokens": room})


def _one_object(text: str) -> dict[str, Any]:
    fenced = _FENCE.findall(text)
    body = (fenced[0] if len(fenced) == 1 else text).strip()
    start = body.find("{")
    if start < 0:
        raise ValueError("The answer has no JSON object.")
    try:
        data, end = _DECODER.raw_decode(body, start)
    except RecursionError as error:
        raise ValueError("The answer is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"The answer is not complete JSON: {error.msg} at character {error.pos}.") from error
    if "{" in body[end:]:
        raise ValueError("The answer has more than one JSON object.")
    if not isinstance(data, dict):
        raise ValueError("The answer has no JSON object.")
    return data


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("The answer gives a key twice.")
    return data


def _no_constant(name: str) -> Any:
    raise ValueError(f"The answer has {name} where a number belongs.")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=_no_constant)


def _validation_sentence(error: ValidationError) -> str:
    """The first faults by place, without the values: those are in the answer itself."""
    faults = [
        f"{'.'.join(str(part) for part in fault['loc']) or 'the object'}: {fault['msg'][:120]}"
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    more = f" and {len(faults) - _SHOWN_ERRORS} more" if len(faults) > _SHOWN_ERRORS else ""
    return f"The answer does not fit its form ({'; '.join(faults[:_SHOWN_ERRORS])}{more})."
