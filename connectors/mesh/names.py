"""When two ways of writing a heading are the same name."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 1000
"""Characters of a name; the longest chemical names in MeSH have about 250."""

_SAME_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "−": "-"})
_SPACES = re.compile(r"[-\s]+")
_INVERSION = re.compile(r",\s+")


def name_key(name: str) -> str:
    """What a name is looked up by: case, accents, hyphens, kinds of quotation marks and spacing make no difference."""
    text = name
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_SAME_MARKS))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _SPACES.sub(" ", text.casefold()).strip(" \"'.,")


def upright_key(name: str) -> str:
    """The key with an inverted name in its natural order: `Cholera Vaccines, Oral` as `oral cholera vaccines`."""
    return name_key(" ".join(reversed(_INVERSION.split(name.strip()))) if "," in name else name)
