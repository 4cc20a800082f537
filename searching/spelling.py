"""UK and US spellings of medical words. A search in one spelling misses records in the other."""

from __future__ import annotations

import re

# Pairs of (UK, US) letter groups with the words they are safe in. Each pattern is tried in both directions.
_PAIRS: tuple[tuple[str, str], ...] = (
    (r"anaem", "anem"),
    (r"haem", "hem"),
    (r"oedema", "edema"),
    (r"oesoph", "esoph"),
    (r"oestr", "estr"),
    (r"foet", "fet"),
    (r"diarrhoea", "diarrhea"),
    (r"paed", "ped"),
    (r"gynaec", "gynec"),
    (r"caesar", "cesar"),
    (r"leuk", "leuc"),
    (r"orthopaed", "orthoped"),
    (r"tumour", "tumor"),
    (r"behaviour", "behavior"),
    (r"colour", "color"),
    (r"labour", "labor"),
    (r"centre", "center"),
    (r"fibre", "fiber"),
    (r"litre", "liter"),
    (r"programme", "program"),
    (r"counselling", "counseling"),
    (r"ageing", "aging"),
    (r"sulph", "sulf"),
)
_ISE = re.compile(r"(?<=[a-z]{3})i([sz])(?=e(?:[sdr]|rs)?$|ing$|ations?$|ational$)")
_YSE = re.compile(r"(?<=[a-z]{3})y([sz])(?=e[sd]?$|ing$)")
_NOT_ISE = frozenset(
    {"exercise", "exercises", "exercised", "precise", "disease", "otherwise", "rise", "promise", "size", "prize", "seize"}
)
# Where the shorter, American group stands inside other words (`hem` in `chemical`), it must open the word.
_ONLY_AT_START = frozenset({"hem", "ped", "fet", "leuc", "leuk", "estr", "esoph", "edema", "anem"})


def spelling_variants(word: str) -> tuple[str, ...]:
    """The word in lower case with its other national spelling, if there is one: `("anaemia", "anemia")`.

    Phrases are varied word by word, all in one spelling or all in the other.
    """
    word = word.lower()
    other = " ".join(_other_spelling(part) for part in word.split(" "))
    return (word,) if other == word else (word, other)


def _other_spelling(word: str) -> str:
    for british, american in _PAIRS:
        if british in word:
            return word.replace(british, american, 1)
        place = word.find(american)
        if place == 0 or (place > 0 and american not in _ONLY_AT_START):
            return word.replace(american, british, 1)
    if word in _NOT_ISE:
        return word
    for pattern in (_ISE, _YSE):
        match = pattern.search(word)
        if match:
            swapped = "z" if match.group(1) == "s" else "s"
            return word[: match.start(1)] + swapped + word[match.end(1) :]
    return word
