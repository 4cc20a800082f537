"""What sentences say to a yes-or-no question, as named features: directions and denials where they speak of what is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evidence.text import normalise
from verification.content_words import content_words
from verification.directions import OPPOSITE, Way, read_directions
from verification.linear_model import Features

_WORD = re.compile(r"[a-z]+")
_P_VALUE = re.compile(r"\bp\s*(?P<sign>[<>=≤≥])\s*(?P<value>0?\.\d+)")
_NEGATION = re.compile(r"\b(?:no|not|never|neither|nor|cannot|without|lack|fail(?:ed|s)?|unlikely)\b")
_HEDGE = re.compile(r"\b(?:may|might|could|unclear|however|although|but|only|further|limited|trend\w*|some|whether)\b")
_NEAREST = 3


def question_features(question: str, sentences: Sequence[str]) -> Features:
    """Features of the question with the sentences nearest to it and the last one, each 0 to about 1."""
    asked = content_words(question)
    shares = [len(asked & content_words(sentence)) / max(1, len(asked)) for sentence in sentences]
    order = sorted(range(len(sentences)), key=lambda place: (-shares[place], -place))[:_NEAREST]
    wanted = {statement.way for statement in read_directions(question)}
    found: dict[str, float] = {"shared": max(shares, default=0.0)}
    found |= {f"asks: {word}": 0.5 for word in _WORD.findall(question.lower())[:1]}
    found |= {f"asks of: {way.value}": 0.5 for way in wanted}
    for name, places in (("nearest", order[:1]), ("near", order), ("last", [len(sentences) - 1] if sentences else [])):
        text = normalise(" ".join(sentences[place] for place in places)).text
        found |= {f"{name}, {key}": value for key, value in _said(text, wanted).items()}
    return found


def _said(text: str, wanted: set[Way]) -> dict[str, float]:
    ways = [statement.way for statement in read_directions(text)]
    found = {f"says {way.value}": 0.5 for way in ways}
    found["agrees"] = float(bool(wanted & set(ways)))
    found["opposes"] = float(any(OPPOSITE.get(way) in wanted for way in ways))
    found["only denies"] = float(bool(ways) and set(ways) == {Way.NULL})
    lower = text.lower()
    found["negation"] = float(bool(_NEGATION.search(lower)))
    found["hedge"] = float(bool(_HEDGE.search(lower)))
    below = [value["sign"] not in ">≥" and float(value["value"]) <= 0.05 for value in _P_VALUE.finditer(lower)]
    found["significant"] = float(any(below))
    found["not significant"] = float(bool(below) and not all(below))
    return found
