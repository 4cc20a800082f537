"""Words put differently, turned to their opposites or denied: rules of the recipe's own, for variants of cases.

They share nothing with the rules of `evaluation.mutations` and `evaluation.contamination`, which measure.
"""

from __future__ import annotations

import random
import re

_PAIRS = (
    ("increase", "decrease"), ("increases", "decreases"), ("increased", "decreased"), ("increasing", "decreasing"),
    ("higher", "lower"), ("greater", "smaller"), ("more", "less"), ("longer", "shorter"), ("better", "worse"),
    ("improved", "worsened"), ("improves", "worsens"), ("improve", "worsen"), ("improvement", "deterioration"),
    ("elevated", "reduced"), ("raises", "lowers"), ("raised", "lowered"), ("rise", "fall"), ("rose", "fell"),
    ("enhances", "impairs"), ("enhanced", "impaired"), ("promotes", "inhibits"), ("promoted", "inhibited"),
    ("superior", "inferior"), ("faster", "slower"), ("stronger", "weaker"), ("upregulated", "downregulated"),
    ("activates", "suppresses"), ("activated", "suppressed"), ("prolonged", "shortened"), ("gain", "loss"),
    ("protective", "harmful"), ("effective", "ineffective"), ("positively", "negatively"), ("high", "low"),
)  # fmt: skip
_OPPOSITE = dict(_PAIRS) | {second: first for first, second in _PAIRS}
_OPPOSITE |= {"reduces": "increases", "reduction": "increase", "reductions": "increases", "fewer": "more", "larger": "smaller"}

FLIP = re.compile(rf"\b(?:{'|'.join(sorted(_OPPOSITE, key=len, reverse=True))})\b", re.IGNORECASE)

DENIED = re.compile(r"\b(?:no|not|neither|nor|without|similar|comparable|fail\w*|lack\w*|cannot|[a-z]+n't)\b", re.IGNORECASE)
_VERB = re.compile(r"\b(?P<verb>is|are|was|were|can|could|may|might|will|has|have|does|do|did)\b(?! not)")
_BRACKETS = re.compile(r"\s?[(\[][^()\[\]]*[)\]]")
_OPENING = re.compile(r"^(?:In conclusion|However|Moreover|Furthermore|In addition|Conclusions?|Results?|Finally)[,:]\s*")
_SAME = (
    ("significantly ", ""), ("compared with", "versus"), ("compared to", "compared with"), ("lower", "reduced"),
    ("patients", "people"), ("improved", "better"), ("showed", "had"), ("demonstrated", "showed"), ("reduced", "lowered"),
    ("associated with", "linked to"), ("effective", "efficacious"), ("increased", "raised"), ("We found that ", ""),
    ("did not", "didn't"), ("no significant difference", "no difference"), ("mortality", "death"),
)  # fmt: skip


def loosened(sentence: str, chance: random.Random) -> str:
    """The sentence with brackets left out and some words put differently; it still says no more than the sentence."""
    text = _BRACKETS.sub("", sentence) if chance.random() < 0.7 else sentence
    text = _OPENING.sub("", text)
    for word, other in _SAME:
        if chance.random() < 0.5:
            text = re.sub(rf"\b{word}\b", other, text)
    return text[:1].upper() + text[1:]


def flipped(text: str) -> str:
    """The text with its direction words turned to their opposites; of several within four words only the first."""
    last = -1_000

    def turn(found: re.Match[str]) -> str:
        nonlocal last
        if found.start() - last < 20:
            return found.group()
        last = found.end()
        new = _OPPOSITE[found.group().lower()]
        return new.capitalize() if found.group()[0].isupper() else new

    return FLIP.sub(turn, text)


def denied_form(text: str) -> str:
    """The text with its first auxiliary verb denied; empty where it has none or denies already."""
    if DENIED.search(text) or not _VERB.search(text):
        return ""
    return _VERB.sub(lambda found: f"{found['verb']} not", text, count=1)
