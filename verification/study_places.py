"""In which countries a study was done, where its abstract says so in a sentence on how it was done."""

from __future__ import annotations

import re

from evidence.country_names import COUNTRIES, UK
from evidence.text import split_sentences
from verification.orders import gives_orders
from verification.study_facts import Fact

_ALONE = frozenset({"US", "NHS", "Jordan", "Chad", "Turkey"})
"""Names that are other words too: counted only after a word of place."""

_AT = r"(?:in|from|across|at|throughout|within|of|and|or|both|,|\(|-|:)"
_NAMES = "|".join(re.escape(name) for name in sorted((*COUNTRIES, *UK), key=len, reverse=True) if name not in _ALONE)
_COUNTRY = re.compile(
    rf"(?<![\w-])(?:(?P<name>{_NAMES})(?! (?:pigs?|virus|strain)\b)|"
    rf"{_AT} ?(?:the )?(?P<alone>{'|'.join(sorted(_ALONE))}))(?![\w-])"
)
_DONE = re.compile(
    r"(?i)\b(?:conducted|carried out|performed|undertaken|took place|recruited|enrol+ed|randomi[sz]ed|admitted|attending|"
    r"hospitals?|clinics?|cent(?:re|er)s?|universit\w+|sites|practices|schools?|villages?|districts?|multi-?cent(?:re|er)|"
    r"multinational|patients|participants|volunteers|residents|households|cohort|register|registry)\b"
)
_OF_OTHERS = re.compile(
    r"(?i)\b(?:prevalen\w+|burden|approved|licen[sc]ed|guidelines?|funded|supported|sponsored|registr(?:y|ation) (?:number|no)|"
    r"every year|each year|annually|leading cause|is common|are common|is an? (?:major|important|significant))\b"
)
"""In a sentence on a country that is not about the study."""


def countries(text: str) -> Fact | None:
    """The countries of the first sentence that says where the study was done, as printed, with that sentence's place."""
    for start, end in split_sentences(text):
        sentence = text[start:end]
        if not _DONE.search(sentence) or _OF_OTHERS.search(sentence) or gives_orders(sentence):
            continue
        names = dict.fromkeys(match["name"] or match["alone"] for match in _COUNTRY.finditer(sentence))
        if names:
            return Fact(", ".join(names), start, end)
    return None
