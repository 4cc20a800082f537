"""What a text says of one comparison, as named features: its words, arms and outcome marked, directions, votes, p-values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from evidence.text import normalise
from verification.comparison_arms import Asked, Comparison
from verification.comparison_votes import asked_in, read_votes
from verification.content_words import content_words, stem
from verification.directions import read_directions
from verification.linear_model import Features

_TOKEN = re.compile(r"[a-z]+(?:-[a-z]+)*|[<>=≤≥]|\d+(?:\.\d+)?|%|[;,.]", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][\w-]+")
_P_VALUE = re.compile(r"\bp\s*(?:-?\s*values?)?\s*(?P<sign>[<>=≤≥])\s*(?P<value>0?\.\d+|1\.0+)", re.IGNORECASE)
_LITTLE_WORDS = frozenset(stem(word) for word in ("the", "of", "in", "and", "with", "for", "to", "at", "on", "by", "from"))
_COMPARATIVES = frozenset(
    (
        "higher", "lower", "greater", "less", "more", "fewer", "increased", "decreased", "reduced", "longer", "shorter",
        "better", "worse", "improved", "smaller", "reduction", "increase", "decrease",
    )
)  # fmt: skip
_LEVEL = 0.05
_ARMS = ("INT", "CMP")


_OF_VOTES = 2.0
"""What a vote counts beside a word, so that the penalty on weights weighs less on it."""

__all__ = ["Comparison", "comparison_features", "relevance", "relevant_sentences"]


def comparison_features(comparison: Comparison, text: str, report: str = "") -> Features:
    """Features of the text for this comparison, each -1 or 0 to about 2; `report` is the text that tells its arms' names."""
    plain = normalise(text).text.replace("−", "-")
    marked = _marked(asked_in(comparison, plain, report), _stems(comparison.outcome), plain)
    order = _order(marked)
    found: dict[str, float] = {f"u:{token}": 1 for token in marked}
    found |= {f"b:{one} {two}": 1 for one, two in pairwise(marked)}
    found |= {f"t:{one} _ {three}": 1 for one, three in zip(marked, marked[2:], strict=False)}
    found |= {f"c:{order}{token}": 1 for token in marked if token in _COMPARATIVES}
    found[f"od:{order}"] = 1
    found |= {f"o:{word}": 0.5 for word in re.findall(r"[a-z]+", comparison.outcome.lower())}
    votes = {name: _OF_VOTES * vote for name, vote in read_votes(comparison, text, report).items()}
    return found | _directions(comparison, text) | _p_values(plain) | votes


def relevance(comparison: Comparison, sentences: Sequence[str]) -> list[float]:
    """How plainly each sentence of an abstract reports this comparison, 0 to about 4."""
    outcome, intervention, comparator = (
        _stems(part) for part in (comparison.outcome, comparison.intervention, comparison.comparator)
    )

    def score(place: int) -> float:
        words = _stems(sentences[place])
        return (
            2 * len(words & outcome) / max(1, len(outcome))
            + 0.5 * len(words & intervention) / max(1, len(intervention))
            + 0.3 * len(words & comparator) / max(1, len(comparator))
            + 0.6 * bool(read_directions(sentences[place]))
            + 0.4 * (place / len(sentences) > 0.4)
            + 0.3 * bool(_P_VALUE.search(sentences[place]))
        )

    return [score(place) for place in range(len(sentences))]


def relevant_sentences(comparison: Comparison, sentences: Sequence[str], most: int = 2) -> list[str]:
    """The sentences that most plainly report this comparison, in their order."""
    scores = relevance(comparison, sentences)
    best = sorted(range(len(sentences)), key=scores.__getitem__, reverse=True)[:most]
    return [sentences[place] for place in sorted(best)]


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(text)) - _LITTLE_WORDS


def _marked(asked: Asked, outcome: frozenset[str], text: str) -> list[str]:
    """The text's tokens, with words of the outcome and names of the arms replaced by what they are, runs of them folded."""
    mentions = asked.mentions(text)
    found: list[str] = []
    for token in _TOKEN.finditer(text):
        word = token.group().lower()
        arm = next((arm for start, end, arm in mentions if start <= token.start() < end), None)
        if word[0].isdigit():
            mark = "#"
        elif arm is not None:
            mark = _ARMS[arm]
        else:
            mark = "OUT" if word[0].isalpha() and stem(word) in outcome else word
        if not (mark.isupper() and found and found[-1] == mark):
            found.append(mark)
    return found


def _order(marked: Sequence[str]) -> str:
    """Which arm is named first: `ic`, `ci`, or the only one named, or `-`."""
    named = [(marked.index(mark), letter) for mark, letter in (("INT", "i"), ("CMP", "c")) if mark in marked]
    return "".join(letter for _, letter in sorted(named)) or "-"


def _directions(comparison: Comparison, text: str) -> dict[str, float]:
    statements = read_directions(text)
    outcome = content_words(comparison.outcome)
    intervention, comparator = content_words(comparison.intervention), content_words(comparison.comparator)
    nearest = max((len(outcome & statement.about) for statement in statements), default=0)
    found: dict[str, float] = {}
    for statement in statements:
        found[f"w:{statement.way.name}"] = found.get(f"w:{statement.way.name}", 0) + 0.5
        if len(outcome & statement.about) < nearest:
            continue
        found[f"wn:{statement.way.name}"] = 1
        against = statement.arms[1]
        if intervention & against and not comparator & against:
            found[f"wn:{statement.way.name}:turned"] = 1
        elif comparator & against:
            found[f"wn:{statement.way.name}:straight"] = 1
    return found | {f"w1:{statement.way.name}": 1 for statement in statements[:1]}


def _p_values(text: str) -> dict[str, float]:
    below = list(_below_level(text))
    if not below:
        return {"p:none given": 1}
    kind = "all" if all(below) else "some" if any(below) else "no"
    return {f"p:{kind} below": 1, "p:first below": float(below[0]), "p:last below": float(below[-1])}


def _below_level(text: str) -> Iterator[bool]:
    for found in _P_VALUE.finditer(text):
        value, sign = float(found["value"]), found["sign"]
        yield sign not in ">≥" and (value < _LEVEL or (value == _LEVEL and sign in "<≤"))
