"""What evidence says of a claim, or of a comparison, and how sure that is: learned from named features, by no chat model.

Beside the checks of `verification.verify`, which hold a drafted claim against its own quotes and fail closed, these answer
where a claim and evidence simply meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from evidence.claim import Direction
from verification.claim_features import claim_features
from verification.comparison_features import Comparison, comparison_features
from verification.linear_model import LinearModel, strongest
from verification.question_features import question_features

LabelT = TypeVar("LabelT", bound=StrEnum)


class ClaimLabel(StrEnum):
    """What evidence says of a claim."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    NOT_ENOUGH = "not enough"


class Answer(StrEnum):
    """An answer to a yes-or-no question."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


@dataclass(frozen=True)
class Judgement(Generic[LabelT]):
    """A label and its probability, 0 to 1, as the model gives it: to abstain by, not to believe."""

    label: LabelT
    confidence: float


def judge_claim(
    claim: str, sentences: Sequence[str], model: LinearModel, *, unseen_group: str | None = None
) -> Judgement[ClaimLabel]:
    """Whether these sentences support the claim, refute it or do not say enough."""
    label, confidence = strongest(model.probabilities(claim_features(claim, sentences), unseen_group=unseen_group))
    return Judgement(ClaimLabel(label), confidence)


def judge_comparison(
    comparison: Comparison, text: str, model: LinearModel, *, unseen_group: str | None = None
) -> Judgement[Direction]:
    """Which way the text says the outcome went, intervention against comparator: higher, lower, no significant difference."""
    label, confidence = strongest(model.probabilities(comparison_features(comparison, text), unseen_group=unseen_group))
    return Judgement(Direction(label), confidence)


def judge_question(
    question: str,
    sentences: Sequence[str],
    model: LinearModel,
    *,
    choices: Sequence[Answer] = tuple(Answer),
    unseen_group: str | None = None,
) -> Judgement[Answer]:
    """The answer, one of `choices`, that these sentences give to a yes-or-no question."""
    every = model.probabilities(question_features(question, sentences), unseen_group=unseen_group)
    allowed = {label: share for label, share in every.items() if label in choices}
    label, confidence = strongest(allowed)
    return Judgement(Answer(label), confidence / (sum(allowed.values()) or 1.0))
