"""Tells a strategy in PubMed's language from one in Ovid's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from searching.ovid.fields import OVID_FIELDS
from searching.query_fields import find_tag
from searching.strategy_text import find_strategy

_TAG = re.compile(r"\[([^\[\]]{1,60})\]")
_OVID_FIELDS = re.compile(
    r"(?<![\w\")*$?-])[\w\")*$?-]+\s?\.\s?([a-z]{2}(?:\s*,\s*[a-z]{2})*)(?:\.|(?=\s*(?:$|\))))", re.IGNORECASE | re.MULTILINE
)
_OVID_MARKS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        r"\bexp\s+\*?[\w\"][^\[\]\n]{1,80}?/",
        r"(?<![\w\")-])[\w\")-]+/(?:[a-z]{2}(?:\s*,\s*[a-z]{2})*)?(?=\s*(?:$|\)|\b(?:and|or|not)\b|\[))",
        r"\b(?:and|or)/\d+[-,]\s*\d+",
        r"^[ \t]{0,20}#?\d{0,4}[.)]?[ \t]{0,20}limit\s+\d+\s+to\b",
        r"[\w)*$?\"]\s+adj\d*\s*[\w(\"]",
        r"\b\w+\$\d?(?=[\s)\".]|$)",
    )
)


class Syntax(StrEnum):
    """Whose language a strategy is written in."""

    PUBMED = "PubMed"
    OVID = "Ovid"


@dataclass(frozen=True)
class DetectedSyntax:
    """The syntax with the reason, for example `12 of Ovid's marks, the first exp Asthma/ on line 1`."""

    syntax: Syntax
    reason: str


def detect_syntax(text: str) -> DetectedSyntax:
    """Whose language the text is in: more PubMed tags than marks of Ovid, or the other way; neither means PubMed."""
    strategy = find_strategy(text)
    tags = [match for match in _TAG.finditer(strategy) if find_tag(match[1].partition(":")[0]) is not None]
    marks = [match for pattern in _OVID_MARKS for match in pattern.finditer(strategy)]
    marks += [match for match in _OVID_FIELDS.finditer(strategy) if _all_known(match[1])]
    if len(marks) > len(tags):
        first = min(marks, key=lambda match: match.start())
        return DetectedSyntax(Syntax.OVID, f"{_of(len(marks), 'mark')} of Ovid's language, {_first(strategy, first)}")
    if tags:
        return DetectedSyntax(Syntax.PUBMED, f"{_of(len(tags), 'PubMed field tag')}, {_first(strategy, tags[0])}")
    return DetectedSyntax(Syntax.PUBMED, "no PubMed field tag and no mark of another language")


def _all_known(codes: str) -> bool:
    return all(code.lower() in OVID_FIELDS for code in re.findall("[a-zA-Z]{2}", codes))


def _of(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _first(text: str, match: re.Match[str]) -> str:
    line = text.count("\n", 0, match.start()) - text[: len(text) - len(text.lstrip())].count("\n") + 1
    return f"the first `{' '.join(match.group().split())[:40]}` on line {max(line, 1)}"
