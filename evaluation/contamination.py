"""The same case with its findings turned: what a model remembers of a public set no longer answers it.

Directions are flipped and figures altered in the source, by one rule for every text, and the answer turns with them. Only
cases are turned whose new answer is sure; the others are left out of the comparison and counted.
"""

from __future__ import annotations

import re

_PAIRS = (
    "increase decrease", "increases decreases", "increased decreased", "increasing decreasing", "higher lower",
    "highest lowest", "improve worsen", "improves worsens", "improved worsened", "improving worsening",
    "improvement worsening", "improvements deteriorations", "better worse", "greater smaller", "larger smaller", "more less",
    "fewer more", "longer shorter", "faster slower", "superior inferior", "superiority inferiority", "rose fell",
    "raised lowered", "raises lowers", "reduced increased",
    "elevated reduced", "reduces increases", "reduce increase", "reducing increasing",
    "reduction increase", "reductions increases", "beneficial harmful", "benefit harm", "benefits harms",
    "effective ineffective", "enhanced impaired", "enhances impairs", "enhance impair", "prolonged shortened",
    "positively negatively", "protective harmful",
)  # fmt: skip


def _both_ways() -> dict[str, str]:
    opposite: dict[str, str] = {}
    for pair in _PAIRS:
        one, other = pair.split()
        opposite.setdefault(one, other)
        opposite.setdefault(other, one)
    return opposite


_OPPOSITE = _both_ways()
_WORDS = "|".join(sorted(_OPPOSITE, key=len, reverse=True))
_DIRECTION = re.compile(rf"\b(?P<first>{_WORDS})\b(?P<rest>(?:\s+(?:{_WORDS})\b)*)", re.IGNORECASE)
_FIGURE = r"[-−]?\d+(?:[.·]\d+)?(?:\s?%)?(?:\s?(?:\(|±|\+/-)\s?[\d.·%, ±]+\)?)?"
_VERSUS = re.compile(rf"(?P<one>{_FIGURE})(?P<between>\s*(?:vs\.?|versus|compared (?:with|to)|v)\s+)(?P<other>{_FIGURE})")
_PAIR = re.compile(rf"(?P<one>{_FIGURE})(?P<between> and )(?P<other>{_FIGURE})(?=,? respectively)")
_RATIO = re.compile(
    r"(?P<name>\b(?:OR|RR|HR|aOR|aHR|odds ratio|relative risk|risk ratio|hazard ratio|rate ratio)\b"
    r"[^\d.;]{0,20})(?P<value>\d+[.·]\d+)"
    r"(?:(?P<ci>[^\d.;]{0,6}(?:95\s?%\s?)?(?:CI|confidence interval)?[^\d.;]{0,8})"
    r"(?P<low>\d+[.·]\d+)(?P<to>\s?(?:to|-|–|,|;)\s?)"
    r"(?P<high>\d+[.·]\d+))?"
)
_PLAIN = re.compile(r"(?<![\w.,/<>=≤≥·–-])(?<![<>=≤≥] )(?P<value>\d+[.·]\d+)(?![\w/·]|[.,]\d)")
_SHRUNK = 0.9


def has_direction(text: str) -> bool:
    """Whether the text holds a word that `turned` flips."""
    return bool(_DIRECTION.search(text))


def turned(text: str) -> str:
    """The text with every direction flipped, the arms' figures changed over, ratios inverted and other decimals altered.

    Of several direction words in a row only the first is flipped: less improvement is the opposite of more improvement.
    p-values stand, so that what was significant still is.
    """
    text = _RATIO.sub(_inverted, altered_numbers(text))
    for pair in (_VERSUS, _PAIR):
        text = pair.sub(lambda found: f"{found['other']}{found['between']}{found['one']}", text)
    return _DIRECTION.sub(_flipped, text)


def altered_numbers(text: str) -> str:
    """The text with its decimals above 1 altered as `turned` alters them: for the side whose direction must stand."""
    ratios = [found.span() for found in _RATIO.finditer(text)]

    def alter(found: re.Match[str]) -> str:
        in_ratio = any(start <= found.start() < end for start, end in ratios)
        return found.group() if in_ratio or float(_dot(found.group())) <= 1 else _altered(found.group())

    return _PLAIN.sub(alter, text)


def _flipped(found: re.Match[str]) -> str:
    old = found["first"]
    new = _OPPOSITE[old.lower()]
    return (new.capitalize() if old[0].isupper() else new) + found["rest"]


def _inverted(found: re.Match[str]) -> str:
    made = found["name"] + _inverse(found["value"])
    if found["low"] is None:
        return made
    return f"{made}{found['ci']}{_inverse(found['high'])}{found['to']}{_inverse(found['low'])}"


def _inverse(figure: str) -> str:
    value = float(_dot(figure))
    return f"{1 / value:.2f}" if value else figure


def _altered(figure: str) -> str:
    places = len(_dot(figure).partition(".")[2])
    return f"{float(_dot(figure)) * _SHRUNK:.{places}f}"


def _dot(figure: str) -> str:
    return figure.replace("·", ".")
