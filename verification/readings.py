"""What a learned model is given to read: statement and text, with the words marked that tell it who is who."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from evidence.entailment import Part, Reading
from evidence.text import normalise
from verification.comparison_features import Comparison, relevant_sentences
from verification.content_words import content_words, stem

LONGEST = 110
"""Words of evidence that are read with a claim, at most: the sentences nearest to it."""

MOST_SENTENCES = 3
"""Sentences of an abstract that are read for a comparison, at most."""

_WORD = re.compile(r"[^\W\d_][\w-]*")
_LITTLE = frozenset(stem(word) for word in ("the", "of", "in", "and", "with", "for", "to", "at", "on", "by", "from", "or", "a"))


def nearest_sentences(claim: str, sentences: Sequence[str]) -> list[str]:
    """The sentences that share most subject words with the claim and stay under LONGEST words together, in their order."""
    words = content_words(claim)
    order = sorted(range(len(sentences)), key=lambda place: -len(words & content_words(sentences[place])))
    kept: list[int] = []
    for place in order:
        if not kept or sum(len(sentences[one].split()) for one in [*kept, place]) <= LONGEST:
            kept.append(place)
    return [sentences[place] for place in sorted(kept)]


def read_claim(claim: str, sentences: Sequence[str]) -> Reading:
    """The claim with the sentences, its subject words marked as shared by both or found in the claim alone."""
    statement, text = normalise(claim).text, normalise(" ".join(sentences)).text
    mine, theirs = content_words(statement), content_words(text)
    parts = {word: Part.SHARED if word in theirs else Part.ALONE for word in mine}
    return Reading(statement, text, _marks(statement, parts), _marks(text, dict.fromkeys(mine & theirs, Part.SHARED)))


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
    return Reading(statement, plain, _marks(statement, parts), _marks(plain, parts))


def abstract_passage(comparison: Comparison, sentences: Sequence[str]) -> str:
    """What is read of an abstract for a comparison: the sentences that most plainly report it, as one text."""
    return " ".join(relevant_sentences(comparison, sentences, most=MOST_SENTENCES))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(normalise(text).text)) - _LITTLE


def _marks(text: str, parts: Mapping[str, Part]) -> tuple[tuple[int, int, Part], ...]:
    found = ((match.start(), match.end(), parts.get(stem(match.group()), Part.NONE)) for match in _WORD.finditer(text))
    return tuple((start, end, part) for start, end, part in found if part)
