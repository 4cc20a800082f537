"""Where sentences begin and end in a PubMed abstract.

Offsets count Unicode code points of the text that was passed in, half open: `text[start:end]`.
"""

from __future__ import annotations

import re
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ABBREVIATIONS = _words(
    "vs fig figs tab dr prof mr mrs ms st e.g i.e eg ie approx ca cf no nos eq eqs ref refs vol pp resp incl esp viz "
    "subsp var sp ed eds dept univ inc ltd co jr sr"
)
_BEFORE_DIGITS_ONLY = _words("no nos inc co ed eds sp st ms ltd ie eg jr sr")
_STARTERS = _words(
    "the we in this these those our a an all it there both at after among although however when while to of for no "
    "patients results methods conclusion conclusions compared overall mean median with from during most they as by on "
    "adverse mortality twenty thirty forty fifty participants data one two three four five six seven eight nine ten"
)
_LETTER_NAMES = _words(
    "vitamin vitamins hepatitis type group groups arm grade class stage factor influenza and or versus vs protein "
    "appendix table phase schedule regimen category level cohort score"
)
_LABEL_WORDS = (
    r"background|introduction|context|objectives?|aims?|purpose|importance|rationale|hypothesis|methods?|"
    r"materials? and methods|patients and methods|subjects and methods|methods and results|methods and findings|"
    r"design|study design|design and setting|setting|settings|participants|patients|subjects|interventions?|exposures?|"
    r"main outcome measures?|main outcomes? and measures?|outcome measures?|measurements?|measurements and main results|"
    r"main results|results?|findings|conclusions?|conclusions? and relevance|interpretation|discussion|limitations|"
    r"significance|implications|funding|registration|trial registration|data sources|study selection|data extraction|"
    r"data synthesis|search methods|selection criteria|data collection and analysis|authors' conclusions"
)
_LABEL = re.compile(rf"(?:[A-Z][A-Z /&,'’()\-]{{2,70}}|(?i:{_LABEL_WORDS})): *(?=\S)")
_BORDER = re.compile(
    r"[.!?]{1,4}[\"'”’)\]]{0,3}(?:\s?\[[0-9, \-–]{1,40}\])?(?P<gap>[^\S\n]+)(?=[\"'“‘(\[]*[^\W_a-z])|(?P<line>\n+)"
)
_BETWEEN_WORDS = re.compile(r"[\s(\[]+")
_NEXT_WORD = re.compile(r"[\"'“‘(\[]*(?P<word>\w+)")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences, in order, trimmed of white space; none is empty and none overlaps.

    A line break always ends a sentence. A section label (`RESULTS: `) belongs to no sentence. A full stop in a decimal,
    after an abbreviation, an initial or a genus name (`E. coli`), or in an enumeration (`1. `) ends none.
    """
    return list(_spans(text))


@lru_cache(maxsize=512)
def _spans(text: str) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    start = 0
    for border in _BORDER.finditer(text):
        if border.group("line") is None and not _ends_sentence(text, start, border):
            continue
        _add_trimmed(spans, text, start, border.start("gap") if border.group("gap") else border.start())
        start = border.end()
    _add_trimmed(spans, text, start, len(text))
    return tuple(spans)


def sentences_around(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences of `text` that share a character with `text[start:end]`, in order."""
    return [span for span in split_sentences(text) if span[0] < end and start < span[1]]


def _add_trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    if label := _LABEL.match(text, start, end):
        start = label.end()
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def _ends_sentence(text: str, start: int, border: re.Match[str]) -> bool:
    """Whether the stop at `border` closes the sentence that began at `start`."""
    stop = border.start()
    if text[stop] != ".":
        return True
    last = _BETWEEN_WORDS.split(text[max(start, stop - 80) : stop])
    word = last[-1] if len(last) > 1 else text[start:stop].strip()
    before = last[-2].lower() if len(last) > 1 else ""
    following = _NEXT_WORD.match(text, border.end())
    next_word = following.group("word") if following else ""
    if not word or word[-1] in "<>=≤≥~":  # `p = . 05`
        return False
    return not _is_abbreviated(word, before, next_word, alone=not text[start : stop - len(word)].strip(" ([\n"))


def _is_abbreviated(word: str, before: str, next_word: str, *, alone: bool) -> bool:
    lower = word.lower().rstrip(")]")
    starts_sentence = next_word.lower() in _STARTERS
    if alone and re.fullmatch(r"[0-9]{1,2}|[ivx]{1,4}|[A-Za-z]", lower):  # `1. First, …`
        return True
    if lower in _ABBREVIATIONS:
        return next_word[:1].isdigit() if lower in _BEFORE_DIGITS_ONLY - {"st"} else True
    if lower == "al" and before == "et":
        return not starts_sentence
    if re.fullmatch(r"[A-Z]", word):
        return not (starts_sentence or before in _LETTER_NAMES or next_word[:1].isdigit())
    if re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word):
        return not starts_sentence
    return False
