"""What a learned model is given to read: statement and text, with the words marked that tell it who is who."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from evidence.entailment import Part, Reading
from evidence.text import normalise
from verification.content_words import content_words, stem

LONGEST = 110
"""Words of evidence that are read with a claim, at most: the sentences nearest to it."""

_WORD = re.compile(r"[^\W\d_][\w-]*")


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
    return Reading(statement, text, marked(statement, parts), marked(text, dict.fromkeys(mine & theirs, Part.SHARED)))


def marked(text: str, parts: Mapping[str, Part]) -> tuple[tuple[int, int, Part], ...]:
    """Start, end and part of each word of the text whose stem plays one."""
    found = ((match.start(), match.end(), parts.get(stem(match.group()), Part.NONE)) for match in _WORD.finditer(text))
    return tuple((start, end, part) for start, end, part in found if part)
