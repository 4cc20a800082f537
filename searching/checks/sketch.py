"""A short picture of how PubMed reads an expression, for a message."""

from __future__ import annotations

from searching.print_query import print_query
from searching.query import And, Not, Or, QueryNode, children

_LONGEST_TERM = 32


def sketch(node: QueryNode, depth: int = 2) -> str:
    """The expression with brackets as PubMed reads it, long lists and deep groups cut to their ends."""
    if not isinstance(node, And | Or | Not):
        text = print_query(node)
        return text if len(text) <= _LONGEST_TERM else f"{text[: _LONGEST_TERM - 1]}…"
    if depth == 0:
        return "…"
    operator = f" {type(node).__name__.upper()} "
    inside = [
        f"({sketch(child, depth - 1)})" if isinstance(child, And | Or | Not) else sketch(child) for child in children(node)
    ]
    return operator.join(inside if len(inside) <= 3 else [inside[0], "…", inside[-1]])
