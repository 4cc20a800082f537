"""A PubMed query as a tree. Made by `parse_query`, printed by `print_query`.

Equality ignores `position` (index of the node's first character in the text, from 0), `bracketed` (whether the text
had brackets around it) and `lower_case` (whether an operator was written in lower case): two queries are equal when
PubMed would run the same search. The three are kept for checks that point at the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, cast

RelativeDate = tuple[int, Literal["days", "months", "years"]]
"""How many days, months or years back from today, as in `"last 5 years"[dp]`."""

_RELATIVE_DATE = re.compile(r"(?:the )?last (\d{1,4})?\s*(day|month|year)s?", re.IGNORECASE)
_PMIDS = re.compile(r"\d{1,9}(?:[\s,;]+\d{1,9})*[,;]?")
_SHORT_NUMBER = 4
"""Untagged numbers as short as this may be years or doses: a list of PMIDs has longer ones."""


@dataclass(frozen=True, kw_only=True)
class _Node:
    position: int = field(default=0, compare=False)
    bracketed: bool = field(default=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Term(_Node):
    """Words or a phrase in one field, for example `"hip fractures"[mh:noexp]` or `staphylococc*[tiab]`.

    `text` is as written, white space folded, without quotes, asterisks kept. `tag` is the short tag; None means that
    none was given, so PubMed maps the words itself (automatic term mapping) unless they are quoted or truncated.
    """

    text: str
    tag: str | None = None
    quoted: bool = False
    explode: bool = True

    @property
    def truncated(self) -> bool:
        """Whether an asterisk stands in the text."""
        return "*" in self.text

    @property
    def mapped(self) -> bool:
        """Whether PubMed's automatic term mapping applies: no tag, no quotes, no asterisk."""
        return self.tag is None and not self.quoted and not self.truncated

    @property
    def heading(self) -> str:
        """For [mh] and [majr]: the heading without its subheading."""
        return self.text.split("/", 1)[0].strip()

    @property
    def subheading(self) -> str | None:
        """For [mh] and [majr]: the subheading in `Heading/subheading`, or None."""
        _, slash, subheading = self.text.partition("/")
        return subheading.strip() if slash else None

    @property
    def phrase(self) -> bool:
        """Whether PubMed looks the words up side by side: in quotes, joined by hyphens, or several with one tag."""
        return self.quoted or "-" in self.text or (self.tag is not None and " " in self.text)

    @property
    def relative_date(self) -> RelativeDate | None:
        """For a date field: how far back from today `last 5 years` reaches; None for any other text."""
        match = _RELATIVE_DATE.fullmatch(self.text)
        if match is None:
            return None
        return int(match[1] or 1), cast(Literal["days", "months", "years"], match[2].lower() + "s")

    @property
    def pmids(self) -> tuple[str, ...]:
        """The PMIDs where the term is one or a list of them: numbers with [uid], or several numbers without a tag."""
        if self.tag not in (None, "uid") or not _PMIDS.fullmatch(self.text):
            return ()
        numbers = tuple(number.lstrip("0") or "0" for number in re.findall(r"\d+", self.text))
        listed = len(numbers) > 1 and all(len(number) > _SHORT_NUMBER for number in numbers)
        return numbers if self.tag == "uid" or (listed and not self.quoted) else ()


@dataclass(frozen=True, kw_only=True)
class Proximity(_Node):
    """Words within `distance` words of each other in any order: `"hip pain"[tiab:~2]`."""

    text: str
    tag: str
    distance: int


@dataclass(frozen=True, kw_only=True)
class DateRange(_Node):
    """From `start` to `end`, both included, each `YYYY`, `YYYY/MM` or `YYYY/MM/DD`: `2019:2020/06[dp]`."""

    start: str
    end: str
    tag: str


@dataclass(frozen=True, kw_only=True)
class PmidRange(_Node):
    """PMIDs from `start` to `end`, both included: `100:200[uid]`."""

    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class LineReference(_Node):
    """An earlier line of the strategy or of the search history: `#3`."""

    number: int


@dataclass(frozen=True, kw_only=True)
class And(_Node):
    """All operands; at least two. Words side by side without operator are joined so, as PubMed does."""

    operands: tuple[QueryNode, ...]
    lower_case: bool = field(default=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Or(_Node):
    """Any operand; at least two."""

    operands: tuple[QueryNode, ...]
    lower_case: bool = field(default=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Not(_Node):
    """What `wanted` finds without what `unwanted` finds."""

    wanted: QueryNode
    unwanted: QueryNode
    lower_case: bool = field(default=False, compare=False)


Operand = Term | Proximity | DateRange | PmidRange | LineReference
Operation = And | Or | Not
QueryNode = Operand | Operation


def children(node: QueryNode) -> tuple[QueryNode, ...]:
    """The nodes directly below this one, left to right."""
    match node:
        case And() | Or():
            return node.operands
        case Not():
            return (node.wanted, node.unwanted)
        case _:
            return ()


def walk(node: QueryNode) -> Iterator[QueryNode]:
    """This node and every node below it, left to right."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))
