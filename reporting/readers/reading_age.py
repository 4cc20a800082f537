"""How hard a text is to read, by two formulas that count syllables and sentences. A proxy: people must try it too.

Sources: Kincaid et al., Derivation of new readability formulas, 1975 (Flesch-Kincaid grade). McLaughlin, SMOG grading, Journal
of Reading 1969;12:639-646. A US school grade and five give the age at which English schools reach it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_VOWELS = re.compile(r"[aeiouy]+")
_YEARS = 5


@dataclass(frozen=True, slots=True)
class ReadingAge:
    """Both grades, with what they were counted from. Ages are in years."""

    words: int
    sentences: int
    flesch_kincaid: float
    smog: float

    @property
    def ages(self) -> tuple[int, int]:
        """The lower and the higher of the two ages."""
        low, high = sorted((self.flesch_kincaid, self.smog))
        return max(_YEARS, round(low) + _YEARS), max(_YEARS, round(high) + _YEARS)


def reading_age(sentences: Sequence[str]) -> ReadingAge | None:
    """Measure the text given as its sentences; None where there is no word in it."""
    counted = [counts for sentence in sentences if (counts := [syllables(word) for word in _WORD.findall(sentence)])]
    if not counted:
        return None
    words, lines = sum(len(counts) for counts in counted), len(counted)
    total = sum(sum(counts) for counts in counted)
    long_words = sum(one >= 3 for counts in counted for one in counts)
    return ReadingAge(
        words=words,
        sentences=lines,
        flesch_kincaid=round(0.39 * words / lines + 11.8 * total / words - 15.59, 1),
        smog=round(1.0430 * math.sqrt(long_words * 30 / lines) + 3.1291, 1),
    )


def syllables(word: str) -> int:
    """About how many syllables an English word has: its groups of vowels, less a silent ending; at least one."""
    lower = re.sub(r"[^a-z]", "", word.lower())
    groups = len(_VOWELS.findall(lower))
    if lower.endswith(("le", "les")) and len(lower) > 3 and lower.rstrip("s")[-3] not in "aeiouy":
        return max(1, groups)
    silent = re.search(r"(?:[^aeiouy]e|[^aeioutdy]ed|[^aeiouscxzghy]es)$", lower)
    return max(1, groups - (1 if silent and groups > 1 else 0))
