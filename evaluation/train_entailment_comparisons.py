"""Comparisons of trials as the entailment model reads them while it is trained: beside claims, to learn who is who."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evidence.entailment import Part, Reading
from evidence.text import normalise
from verification.comparison_features import Comparison, relevant_sentences
from verification.content_words import stem
from verification.readings import marked

MOST_SENTENCES = 3
"""Sentences of an abstract that are read for a comparison, at most."""

_WORD = re.compile(r"[^\W\d_][\w-]*")
_LITTLE = frozenset(stem(word) for word in ("the", "of", "in", "and", "with", "for", "to", "at", "on", "by", "from", "or", "a"))


def read_comparison(comparison: Comparison, text: str) -> Reading:
    """The comparison as one statement with the text, the words of the arms and of the outcome marked in both."""
    outcome, intervention, comparator = (
        _stems(part) for part in (comparison.outcome, comparison.intervention, comparison.comparator)
    )
    parts = dict.fromkeys(comparator, Part.COMPARATOR) | dict.fromkeys(intervention, Part.INTERVENTION)
    parts |= dict.fromkeys(intervention & comparator, Part.BOTH_ARMS)
    parts |= dict.fromkeys(outcome - (intervention ^ comparator), Part.OUTCOME)
    arms = f"{comparison.intervention.strip()} versus {comparison.comparator.strip()}"
    statement, plain = normalise(f"{comparison.outcome.strip()}: {arms}").text, normalise(text).text
    return Reading(statement, plain, marked(statement, parts), marked(plain, parts))


def abstract_passage(comparison: Comparison, sentences: Sequence[str]) -> str:
    """What is read of an abstract for a comparison: the sentences that most plainly report it, as one text."""
    return " ".join(relevant_sentences(comparison, sentences, most=MOST_SENTENCES))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(normalise(text).text)) - _LITTLE
