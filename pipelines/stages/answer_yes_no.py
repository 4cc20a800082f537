"""Answers a yes-or-no question from given sentences alone: by a language model, or without one by the judge of questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.language_model.structured import ask
from evidence.errors import BadAnswer
from evidence.services import LanguageModel
from pipelines.judges import QUESTIONS, load_judge
from prompts.contracts import AnswerQuestionAnswer, AnswerQuestionInputs
from prompts.registry import render
from verification.judge import Answer, judge_question

MOST_SENTENCES = 60
"""Sentences that are read; the answers' numbers and a small model's attention end near there."""


@dataclass(frozen=True)
class AnsweredQuestion:
    """The answer and what it rests on."""

    answer: Answer
    confidence: float | None
    """0 to 1; None: the model says none."""
    sentence: str | None
    """The sentence it rests on; None: the rules name none, or the model named one that is not there."""


def answer_yes_no(
    question: str,
    sentences: Sequence[str],
    model: LanguageModel | None,
    *,
    choices: Sequence[Answer] = tuple(Answer),
    unseen_group: str | None = None,
) -> AnsweredQuestion:
    """The answer that the sentences give; without a model, or with one that only copies, the judge answers.

    `unseen_group`: as in `judge_question`. Raises BadAnswer where the model's answer cannot be used, also after it was asked
    again, or is not one of `choices`.
    """
    if model is None or model.identity.name == "extractive":
        judged = judge_question(
            question, sentences, load_judge(QUESTIONS), choices=choices, unseen_group=unseen_group
        )  # fmt: skip
        return AnsweredQuestion(judged.label, judged.confidence, None)
    read = tuple(sentences[:MOST_SENTENCES])
    inputs = AnswerQuestionInputs(
        question=question, sentences=read, choices=tuple(choice.value for choice in choices), licensed_from=None
    )
    (outcome,) = ask(model, [render("answer_question", inputs)], AnswerQuestionAnswer)
    if outcome.value is None:
        raise BadAnswer(f"The model's answer could not be used: {outcome.problem}")
    said = Answer(outcome.value.answer)
    if said not in choices:
        raise BadAnswer(f"The model answered {said.value}, which was not among the answers to choose from.")
    place = outcome.value.sentence
    return AnsweredQuestion(said, None, read[place - 1] if place <= len(read) else None)
