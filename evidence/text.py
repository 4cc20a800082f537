"""Text as the product reads it: sentences (from `evidence.sentences`), and words found again whatever the typography.

Offsets count Unicode code points of the text that was passed in, half open: `text[start:end]`.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from evidence.sentences import sentences_around, split_sentences

__all__ = ["NormalisedText", "find_verbatim", "has_hidden_text", "normalise", "sentences_around", "split_sentences"]

_DASHES = frozenset("‐‑‒–—―⁃−﹘﹣－")
_SINGLE_QUOTES = frozenset("‘’‚‛′ʹʼ`´")
_DOUBLE_QUOTES = frozenset("“”„‟″«»")
_DECIMAL_DOTS = frozenset("·•‧∙⋅・･")
_SPACING_CONTROLS = frozenset("\t\n\r\f\v\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Folding these would change what is said: 10⁵ is not 105, ½ is not 1/2 stuck to the digit before it, ™ is not TM.
_KEPT_COMPATIBILITY = ("<super>", "<sub>", "<fraction>", "<circle>", "<square>", "<vertical>")


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """A text under the product's normalisation, with the way back.

    `starts[i]` and `ends[i]` are the span in the original text of the characters that `text[i]` came from.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text of `text[start:end]`; the span must hold at least one character."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no characters at {start}:{end} of a normalised text of {len(self.text)}")
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> NormalisedText:
    """The text with typography folded, and the way back to its own offsets.

    Folded: composed and compatibility forms (ligatures, wide forms, mathematical letters), dashes and minus signs to
    `-`, quotation marks to `'` and `"`, a raised decimal point (`0·82`) to `.`, every run of white space to one space.
    Removed: format, zero-width, bidirectional and control characters, variation selectors, blank fillers.
    Kept: case, superscripts, subscripts, fractions and thousands separators, because folding them changes the value.
    """
    return _normalise_cached(text) if len(text) <= 20_000 else _normalise(text)


def find_verbatim(quote: str, text: str) -> tuple[int, int] | None:
    """The span in `text` of the first place where `quote` stands, or None.

    Both are normalised. Words and numbers must be whole at both ends: a quote may not begin after the `non-` of
    `non-significant`, after a minus sign, or end before the decimals or the `%`. Case counts, save for the quote's first
    letter: words from the middle of a sentence are commonly capitalised when quoted, while elsewhere case carries meaning
    (`AIDS`, `mM`). Quotation marks and dots of omission around the quote, and one stop at its end, are not part of it.
    """
    needle = _bare_quote(normalise(quote).text)
    if not needle:
        return None
    haystack = normalise(text)
    for candidate in dict.fromkeys((needle, needle.rstrip(".;,:").rstrip())):
        if candidate and (found := _find_whole(candidate, haystack, text)):
            return found
    return None


def has_hidden_text(text: str) -> bool:
    """Whether the text holds characters a reader cannot see, or words that mix Latin with letters that only look Latin.

    Counted: tag characters, bidirectional controls, zero-width characters inside a word or three or more in all, blank
    fillers, and Cyrillic or Greek doubles of Latin letters inside a Latin word. A soft hyphen, a byte order mark, a joiner in
    a script that needs it, and Greek letters that look Greek (`TNFα`, `NF-κB`) are not.
    """
    return bool(_HIDDEN.search(text)) or len(_ZERO_WIDTH.findall(text)) > 2 or bool(_MIXED.search(text))


_HIDDEN = re.compile(
    "[\U000e0000-\U000e007f\U000e0100-\U000e01ef\u202a-\u202e\u2066-\u2069\u2061-\u2064\u206a-\u206f\u180e"
    "\u115f\u1160\u3164\uffa0\x00-\x08\x0e-\x1b\x7f]|(?<=[A-Za-z])[\u200b-\u200d\u2060\ufeff](?=[A-Za-z])"
)
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff]")
_DOUBLES = "\u0400-\u045f\u0501\u051b\u051dΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"
_MIXED = re.compile(f"[A-Za-z][{_DOUBLES}]|[{_DOUBLES}][A-Za-z]")


@lru_cache(maxsize=256)
def _normalise_cached(text: str) -> NormalisedText:
    return _normalise(text)


_PLAIN = re.compile(r"[!-_a-~]+(?:[ \n][!-_a-~]+)*")
_PLAIN_RUN = re.compile(_PLAIN.pattern + "(?![\u0300-\U0010ffff])")
"""Text that stays as it is; a letter before a character that may combine with it is no part of the run."""


def _normalise(text: str) -> NormalisedText:
    if _PLAIN.fullmatch(text):
        return NormalisedText(text.replace("\n", " "), range(len(text)), range(1, len(text) + 1))
    parts: list[str] = []
    starts = array("L")
    ends = array("L")
    done = 0
    for run in _PLAIN_RUN.finditer(text):
        _add_folded(text, (done, run.start()), parts, starts, ends)
        done = run.end()
        parts.append(run.group().replace("\n", " "))
        starts.extend(range(run.start(), done))
        ends.extend(range(run.start() + 1, done + 1))
    _add_folded(text, (done, len(text)), parts, starts, ends)
    return NormalisedText("".join(parts), starts, ends)


def _add_folded(text: str, span: tuple[int, int], parts: list[str], starts: array[int], ends: array[int]) -> None:
    for start, end in _clusters(text, *span):
        folded = _fold(text, start, end)
        if folded == " " and (not parts or parts[-1][-1] == " "):
            if parts:
                ends[-1] = end
        elif folded:
            parts.append(folded)
            starts.extend([start] * len(folded))
            ends.extend([end] * len(folded))


def _clusters(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of one character and the combining marks on it, so that composing them keeps the way back."""
    clusters: list[tuple[int, int]] = []
    for index in range(start, end):
        character = text[index]
        if clusters and character > "\u02ff" and unicodedata.combining(character) and index - clusters[-1][0] < 8:
            clusters[-1] = (clusters[-1][0], index + 1)
        else:
            clusters.append((index, index + 1))
    return clusters


def _fold(text: str, start: int, end: int) -> str:
    """What the cluster `text[start:end]` is under normalisation; empty where it is removed."""
    character = text[start]
    if end == start + 1:
        if " " < character < "\x7f" and character != "`":
            return character
        if character in _DECIMAL_DOTS and _is_decimal_dot(text, start):
            return "."
        return _fold_one(character)
    marks = "".join(mark for mark in text[start + 1 : end] if mark not in _FILLERS)
    return unicodedata.normalize("NFC", _fold_one(character) + marks)


@lru_cache(maxsize=4096)
def _fold_one(character: str) -> str:
    if character in _DASHES:
        return "-"
    if character in _SINGLE_QUOTES:
        return "'"
    if character in _DOUBLE_QUOTES:
        return '"'
    if unicodedata.category(character).startswith("Z") or character in _SPACING_CONTROLS:
        return " "
    if _is_invisible(character):
        return ""
    kept = unicodedata.decomposition(character).startswith(_KEPT_COMPATIBILITY)
    return character if kept else unicodedata.normalize("NFKC", character)


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character).startswith("C") or character in _FILLERS or "\ufe00" <= character <= "\ufe0f"


def _is_decimal_dot(text: str, index: int) -> bool:
    before = text[index - 1] if index else " "
    after = text[index + 1] if index + 1 < len(text) else " "
    may_lead = text[index] in "·∙⋅" and before in " \u00a0\u2009<>=≤≥([-–−/"  # `p<·001`
    return after.isdigit() and (before.isdigit() or may_lead)


@lru_cache(maxsize=128)
def _bare_quote(quote: str) -> str:
    """The quote without quotation marks and dots of omission around it."""
    bare = quote.strip()
    while len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        bare = bare[1:-1].strip()
    bare = re.sub(r"\A(?:\[\.\.\.\]|\.{3}) *", "", bare)
    bare = re.sub(r" *(?:\[\.\.\.\]|\.{3})\Z", "", bare)
    return bare if any(character.isalnum() for character in bare) else ""


def _find_whole(needle: str, haystack: NormalisedText, original: str) -> tuple[int, int] | None:
    first = needle[0]
    for variant in dict.fromkeys((first, first.upper(), first.lower())):
        if len(variant) != 1:
            continue
        place = haystack.text.find(variant + needle[1:])
        while place >= 0:
            end = place + len(needle)
            span = haystack.original_span(place, end)
            if _whole_at_start(haystack.text, place, original, span[0]) and _whole_at_end(
                haystack.text, end, original, span[1]
            ):
                return span
            place = haystack.text.find(variant + needle[1:], place + 1)
    return None


def _whole_at_start(text: str, place: int, original: str, original_place: int) -> bool:
    if place == 0 or not text[place].isalnum():
        return True
    before, further = text[place - 1], text[place - 2] if place > 1 else " "
    if before.isalnum() or (text[place].isdigit() and before in ".," and further.isdigit()):
        return False
    if before == "." and text[place].isdigit():  # `.05`
        return False
    if before == "-":
        is_sign = text[place].isdigit() and not further.isalnum()
        is_hyphen = further.isalnum() and original[original_place - 1] not in "–—―"
        return not (is_sign or is_hyphen)
    return True


def _whole_at_end(text: str, end: int, original: str, original_end: int) -> bool:
    if end >= len(text) or not text[end - 1].isalnum():
        return True
    after, further = text[end], text[end + 1] if end + 1 < len(text) else " "
    if after.isalnum() or (after == "-" and further.isalnum() and original[original_end] not in "–—―"):
        return False
    if text[end - 1].isdigit():
        return not ((after in ".," and further.isdigit()) or after == "%" or (after == " " and further == "%"))
    return True
