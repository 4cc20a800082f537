"""Which outcome and time point a number is printed for: the words of the outcome in its row, header, caption or sentence."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from verification.reported.report import Report
from verification.reported.words import abbreviations, token_set, tokens

_WEAK_TEXT = """
score scores rate rates level levels incidence percentage proportion number change changes improvement reduction increase
decrease mean total time baseline treatment end after before outcome quality measure measured month months week weeks day days
year years hour hours minute minutes min postoperative
"""
_WEAK = frozenset(stem for word in _WEAK_TEXT.split() for stem in tokens(word))
"""Words that many outcomes share: they weigh less."""

_TIME = re.compile(
    r"(?i)(\d+(?:\.\d+)?)(?:st|nd|rd|th)?[ -]?"
    r"(hours?|hrs?|h|days?|d|weeks?|wks?|months?|mo|years?|yrs?|min(?:utes?)?)\b"
    r"|\b(hours?|days?|weeks?|months?|years?|visits?) (\d+)"
)
_BASELINE = re.compile(
    r"(?i)\bbaseline|\bpre-?\s?(?:treat|test|op|inter)|\bbefore\b|\binitial|\brandomi[sz]ation visit|\badmission|\bpre\b"
    r"|characteristic|demographic"
)
_LATER = re.compile(r"(?i)\bpost|\bfinal|\bafter\b|\bend of|\bfollow|\bdischarge|\bendpoint|\blast\b")
_CHANGE = re.compile(r"(?i)\bchange|\bdifference|\breduction|\bimprove|\bdecrease|\bincrease|[Δδ∆]|\bdelta")


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome's words with their weight in one report."""

    weights: Mapping[str, float]
    text: str
    abbreviations: Mapping[str, frozenset[str]]

    def match(self, text: str) -> float:
        """The share of the outcome's words, by weight, that the text has: 0 to 1."""
        total = sum(self.weights.values())
        if not total or not text:
            return 0.0
        have = _expanded(text, self.abbreviations)
        return sum(weight for word, weight in self.weights.items() if word in have or _close(word, have)) / total

    def precision(self, text: str) -> float:
        """The share of the text's own content words that the outcome has: 0 to 1."""
        words = [word for word in token_set(text) if word not in _WEAK and not word[0].isdigit()]
        return (
            sum(word in self.weights or _close(word, frozenset(self.weights)) for word in words) / len(words) if words else 0.0
        )


def read_outcome(outcome: str, report: Report) -> Outcome:
    """The outcome's words, rarer ones in the report's tables and sentences weighing more."""
    short = abbreviations(report.text)
    words = set(_expanded(outcome, short))
    frequency, places = _frequencies(report)
    weights = {}
    for word in words:
        rare = math.log((places + 1) / (frequency.get(word, 0) + 0.5))
        weights[word] = max(0.1, rare) * (0.35 if word in _WEAK or word[0].isdigit() else 1.0)
    return Outcome(weights, outcome, short)


@lru_cache(maxsize=64)
def _frequencies(report: Report) -> tuple[Counter[str], int]:
    texts = {f"{number.place.section} {number.place.label}" for number in report.numbers}
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(token_set(text))
    return counts, len(texts)


def _expanded(text: str, short: Mapping[str, frozenset[str]]) -> frozenset[str]:
    words = token_set(text)
    more = set(words)
    for abbreviation, long in short.items():
        if abbreviation in words:
            more |= long
        elif len(long) > 1 and long <= words:
            more.add(abbreviation)
    return frozenset(more)


def _close(word: str, words: frozenset[str]) -> bool:
    """Whether a word of the same beginning is there: `nause` and `nauseat`, `SPADIpain` and `spadi`."""
    return len(word) > 4 and any(other[:5] == word[:5] for other in words if len(other) > 4)


def times(text: str) -> frozenset[tuple[str, str]]:
    """Time points of the text as number and unit's first letters: `week 12` and `12 weeks` are both `('12', 'w')`."""
    found = set()
    for match in _TIME.finditer(text):
        value, unit = (match.group(1), match.group(2)) if match.group(1) else (match.group(4), match.group(3))
        found.add((value, unit.lower()[:2] if unit.lower().startswith("m") else unit.lower()[:1]))
    return frozenset(found)


_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "mo": 30.4, "mi": 1 / 1440, "m": 30.4, "y": 365.25, "v": 1.0}


def latest(found: frozenset[tuple[str, str]]) -> float:
    """The latest of these time points in days, -1 where there is none; visits count as days, for their order alone."""
    return max((float(value) * _DAYS.get(unit, 1.0) for value, unit in found), default=-1.0)


@lru_cache(maxsize=20_000)
def when(text: str) -> tuple[bool, bool, bool]:
    """Whether the words speak of baseline, of a later time, of a change."""
    return bool(_BASELINE.search(text)), bool(_LATER.search(text)), bool(_CHANGE.search(text))
