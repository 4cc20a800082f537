"""The draft as Markdown. Every value from outside is escaped unless a template says that it is Markdown already."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from evidence.ledger import RunLedger
from reporting import words
from reporting.body import Piece
from reporting.draft import view_draft
from reporting.flow import flow_steps


class Marked(str):
    """Text that is Markdown already, made by this module."""

    __slots__ = ()


_SPECIAL = re.compile(r"([\\`*_\[\]<>{}|~$^#])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_ADDRESS = re.compile(r"(?i)(?<=[a-z])(?=://)|(?<=www)(?=\.)|(?=@)")
_BLOCK_START = re.compile(r"^(?:(?=[=+-])|(?P<digits>\d{1,9})(?=[.)](?:\s|$)))")


def escape_markdown(text: str) -> Marked:
    """The text on one line, with every character escaped that Markdown (CommonMark, GitHub's, Pandoc's) would obey."""
    line = _SPECIAL.sub(r"\\\1", words.one_line(text))
    line = _ENTITY.sub(r"\\&", line)
    line = _ADDRESS.sub(r"\\", line)
    return Marked(_BLOCK_START.sub(lambda found: f"{found['digits'] or ''}\\", line))


def fenced(text: str) -> Marked:
    """The text as a code block, line by line as it is, in a fence longer than any in it."""
    shown = words.visible(text)
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return Marked(f"{fence}text\n{shown}\n{fence}")


def linked(label: str, url: str) -> Marked:
    """A link with an escaped label; the label alone where the address is not a web address."""
    address = words.safe_url(url)
    return Marked(f"[{escape_markdown(label)}](<{address}>)") if address else escape_markdown(label)


def emphasised(pieces: tuple[Piece, ...]) -> Marked:
    """Pieces of one text on one line, the shared numbers in bold."""
    whole = escape_markdown("".join(piece.text for piece in pieces))
    if not any(piece.number for piece in pieces):
        return whole
    parts = []
    for piece in pieces:
        core = escape_markdown(piece.text)
        before = " " if piece.text[:1].isspace() else ""
        after = " " if piece.text[-1:].isspace() and core else ""
        parts.append(f"**{core}**" if piece.number else f"{before}{core}{after}")
    return Marked("".join(parts).strip())


def render_markdown(ledger: RunLedger) -> str:
    """The draft as Markdown without any raw HTML. Raises `StorageFailure` where the ledger's numbers do not add up."""
    text = (
        _environment()
        .get_template("draft.md")
        .render(view=view_draft(ledger), ledger=ledger, steps=flow_steps(ledger.search.counts))
    )
    return text.strip("\n") + "\n"


def _shown(value: Any) -> Any:
    if value is None:
        raise TypeError("a template printed a value that is not there")
    return value if isinstance(value, Marked) else escape_markdown(str(value))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # Nothing here is HTML: `finalize` escapes every value for Markdown instead.
    environment = Environment(
        loader=PackageLoader("reporting", "templates"),
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        fenced=fenced,
        linked=linked,
        emphasised=emphasised,
        **words.FILTERS,
    )
    environment.globals.update(words=words)
    return environment
