"""Identifiers and plain text out of exported values."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from connectors.pubmed.values import doi_of, is_pmid, registrations_in
from evidence.citation import RegistryNumber

Values = dict[str, Any]
"""Fields of an `ImportedRecord` while they are gathered."""

_TAG = re.compile(r"</?(?:i|b|u|em|strong|sub|sup|p|br|span|h[1-6]|jats:[a-z]+)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
_DOI_IN = re.compile(r"\b10\.[0-9]{4,9}/[^\s\"<>\]|]+", re.IGNORECASE)
_NAMED_PMID = re.compile(
    r"(?:\bPMID|\bPUBMED|\bMEDLINE(?:\s+PMID)?|pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/)"
    r"[\s:#=-]{0,3}([0-9]{4,9})(?![0-9])",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Text without markup and entities, white space folded to single spaces."""
    return " ".join(html.unescape(_TAG.sub("", text)).replace("\u00a0", " ").split())


def found_doi(stated: Sequence[str], elsewhere: Sequence[str]) -> str | None:
    """The DOI of its own tag in any dress, else the first one in notes or addresses."""
    for value in stated:
        if doi := doi_of(value) or _doi_in(value):
            return doi
    return next((doi for value in elsewhere if (doi := _doi_in(value))), None)


def _doi_in(text: str) -> str | None:
    found = _DOI_IN.search(text)
    return doi_of(found[0].rstrip(".,;)")) if found else None


def found_pmid(stated: Sequence[str], elsewhere: Sequence[str]) -> str | None:
    """A PMID that stands under its own tag, or is named as one in a note, cross-reference or address."""
    for value in stated:
        if is_pmid(value.strip()):
            return value.strip()
    return next((found[1] for value in elsewhere if (found := _NAMED_PMID.search(value))), None)


def registrations(*texts: str) -> tuple[RegistryNumber, ...]:
    """Trial registrations named in these texts, each once."""
    found = (entry for text in texts for entry in registrations_in(text))
    return tuple(RegistryNumber(**entry) for entry in {entry["number"]: entry for entry in found}.values())
