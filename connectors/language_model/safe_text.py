"""Keeps text from outside from posing as part of the conversation's frame."""

from __future__ import annotations

import re

_CONTROL_TOKEN = re.compile(r"<(?=\|[A-Za-z_0-9 ]{1,40}\|>)")


def defuse(text: str) -> str:
    """The text with every `<|name|>` broken by a space.

    Chat models mark who speaks with such tokens, and servers that template plain text do not tell ours from an
    abstract's: left whole, a record could close its own quotation and speak as the system.
    """
    return _CONTROL_TOKEN.sub("< ", text)
