"""What evidence says of a claim, or of a comparison, and how sure that is: learned from named features, by no chat model.

Beside the checks of `verification.verify`, which hold a drafted claim against its own quotes and fail closed, these answer
where a claim and evidence simply meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, prod
from typing import Generic, TypeVar

from evidence.claim import Direction
from evidence.services import EntailmentModel
from verification.claim_features import claim_features
from verification.comparison_features import Comparison, comparison_features, relevance
from verification.linear_model import LinearModel, strongest
from verification.question_features import question_features
from verification.readings import nearest_sentences, read_claim

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


CLAIM_LABELS = (ClaimLabel.SUPPORTED, ClaimLabel.REFUTED, ClaimLabel.NOT_ENOUGH)
COMPARISON_LABELS = (Direction.HIGHER, Direction.LOWER, Direction.NO_DIFFERENCE)
"""What the columns of an entailment model's probabilities mean, for claims and for comparisons."""


_HEARD = 2.0
"""How much more a sentence is heard for each point of relevance: by e to this power."""


@dataclass(frozen=True)
class Judgement(Generic[LabelT]):
    """A label and its probability, 0 to 1, as the model gives it: to abstain by, not to believe."""

    label: LabelT
    confidence: float


def judge_claim(
    claim: str,
    sentences: Sequence[str],
    model: LinearModel,
    *,
    unseen_group: str | None = None,
    entailment: EntailmentModel | None = None,
) -> Judgement[ClaimLabel]:
    """Whether these sentences support the claim, refute it or do not say enough.

    With an entailment model the two are heard together: the geometric mean of their probabilities.
    """
    found = model.probabilities(claim_features(claim, sentences), unseen_group=unseen_group)
    if entailment is not None:
        read = entailment.judge([read_claim(claim, nearest_sentences(claim, sentences))])[0]
        found = _together([found, {label.value: float(share) for label, share in zip(CLAIM_LABELS, read, strict=True)}])
    label, confidence = strongest(found)
    return Judgement(ClaimLabel(label), confidence)


def judge_comparison(
    comparison: Comparison, text: str, model: LinearModel, *, unseen_group: str | None = None
) -> Judgement[Direction]:
    """Which way the text says the outcome went, intervention against comparator: higher, lower, no significant difference."""
    label, confidence = strongest(model.probabilities(comparison_features(comparison, text), unseen_group=unseen_group))
    return Judgement(Direction(label), confidence)


def judge_abstract(
    comparison: Comparison, sentences: Sequence[str], model: LinearModel, *, unseen_group: str | None = None
) -> Judgement[Direction]:
    """As `judge_comparison`, from a whole abstract: what each sentence says, heard the more the more plainly it reports it."""
    sentences = sentences or [""]
    report = " ".join(sentences)
    scores = relevance(comparison, sentences)
    heard = [exp(_HEARD * (score - max(scores))) for score in scores]
    said = [
        model.probabilities(comparison_features(comparison, sentence, report), unseen_group=unseen_group)
        for sentence in sentences
    ]
    label, confidence = strongest(_together(said, heard))
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


def _together(each: Sequence[Mapping[str, float]], weights: Sequence[float] | None = None) -> dict[str, float]:
    """The geometric mean of several probabilities of each label, summing to 1."""
    shares = weights or [1.0] * len(each)
    total = sum(shares)
    product = {label: prod(one[label] ** (share / total) for one, share in zip(each, shares, strict=True)) for label in each[0]}
    whole = sum(product.values()) or 1.0
    return {label: share / whole for label, share in product.items()}
