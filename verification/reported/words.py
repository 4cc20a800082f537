"""Words of arms, outcomes and contexts in the form in which they are compared, and the abbreviations a report defines."""

from __future__ import annotations

import re
from functools import lru_cache

from verification.content_words import stem

_TOKEN = re.compile(r"[^\W\d_]+\d*|\d+(?:\.\d+)?")
_FUNCTION_TEXT = """
a an and as at be by for from had has have in into is it its of on or over per than that the their these this those to under up
was were which who with without within not will would could s vs versus group groups arm arms patient patients participant
participants subject subjects mg ml kg dose doses p value values n mean sd se number total all only each receive receiving
received given compared between during both
"""
_FUNCTION = frozenset(_FUNCTION_TEXT.split())
_LABEL = re.compile(
    r"(?:\b(?i:groups?|arms?|cohorts?|regimens?)[ -]+\(?(?P<after>[A-Z]\d?|[IVX]{1,4}|\d|[A-Z]{1,4}\d?)\b)"
    r"|\b(?P<before>[A-Z]\d?|[A-Z]{1,4}\d?)[ -](?i:groups?|arm)\b"
)
_DENIED = re.compile(r"(?i)\b(?:no|without|non)[ -](?:an? |the |any )?([^\W\d_]+)")
_SIDES = {
    "before": re.compile(r"\b(?:before|baseline|pre-?\s?(?:treat|test|inter|op|program|phase|train|exerc|\b)\w*)"),
    "after": re.compile(r"\b(?:after|post-?\s?(?:treat|test|inter|op|program|phase|train|exerc|\b)\w*)"),
}
_DEFINED = re.compile(r"\(\s?(?P<short>[A-Z][A-Za-z0-9+/-]{0,9})\s?(?:[;,][^()]{0,80})?\)")
_NOTE = re.compile(
    r"(?:(?<=^)|(?<=[;.,:] )|(?<=[;,]))(?P<short>[A-Z][A-Za-z0-9-]{0,7})\s?[:=,]\s"
    r"(?P<long>[A-Za-z][A-Za-z0-9 ,'/-]{3,80}?)(?=[;.]|$)"
)


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """Stems and numbers of the text, in order, function words left out."""
    found = (word.lower() for word in _TOKEN.findall(text))
    return tuple(stem(word) if word.isalpha() and len(word) > 3 else word for word in found if word not in _FUNCTION)


@lru_cache(maxsize=20_000)
def labels(text: str) -> frozenset[str]:
    """Group labels of the text: `group A` and `arm 1` as `group:a` and `group:1`."""
    found = {f"group:{(match.group('after') or match.group('before')).lower()}" for match in _LABEL.finditer(text)}
    bare = text.strip()
    if re.fullmatch(r"[A-Z]\d?|[IVX]{1,3}", bare):
        found.add(f"group:{bare.lower()}")
    return frozenset(found)


@lru_cache(maxsize=20_000)
def token_set(text: str) -> frozenset[str]:
    """`tokens` and `labels` together, each once."""
    return frozenset(tokens(text)) | labels(text)


@lru_cache(maxsize=20_000)
def sided(text: str) -> frozenset[str]:
    """`token_set` with what tells arms apart beside names: `no gum` as `no:gum` alone, before and after as `side:` words."""
    plain = text.lower()
    denied = {f"no:{word}" for found in _DENIED.findall(plain) for word in tokens(found)[:1]}
    words = set(token_set(_DENIED.sub(" ", text)) if denied else token_set(text)) | denied
    words |= {f"side:{side}" for side, pattern in _SIDES.items() if pattern.search(plain)}
    return frozenset(words)


@lru_cache(maxsize=64)
def abbreviations(text: str) -> dict[str, frozenset[str]]:
    """Short forms that the text defines, in lower case, with the words of their long form."""
    found: dict[str, frozenset[str]] = {}
    for match in _DEFINED.finditer(text):
        long = _long_form(text[max(0, match.start() - 120) : match.start()], match.group("short"))
        if long:
            short = match.group("short")
            for form in {short.lower(), short.removesuffix("s").lower()}:
                found.setdefault(form, frozenset(tokens(long)))
    for match in _NOTE.finditer(text):
        long = match.group("long")
        if _initials_agree(long.split(), match.group("short")):
            found.setdefault(match.group("short").lower(), frozenset(tokens(long)))
    return found


def _long_form(before: str, short: str) -> str:
    words = re.findall(r"[^\W_]+", before)
    letters = [letter for letter in short if letter.isalpha()]
    for count in range(max(1, len(letters) - 2), min(len(words), len(letters) + 3) + 1):
        if count and _initials_agree(words[-count:], short) and words[-count][0].lower() == short[0].lower():
            return " ".join(words[-count:])
    return ""


def _initials_agree(words: list[str], short: str) -> bool:
    """Whether the short form's letters stand in the words in order, the first as the first word's initial."""
    letters = [letter.lower() for letter in short if letter.isalpha()]
    if not letters or not words or words[0][:1].lower() != letters[0] or len(short) < 2:
        return False
    text = " ".join(words).lower()
    place = -1
    for letter in letters:
        place = text.find(letter, place + 1)
        if place < 0:
            return False
    return True
