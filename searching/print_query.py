"""Writes a query tree in PubMed's language, in one unambiguous form."""

from __future__ import annotations

from searching.query import And, DateRange, LineReference, Not, Or, PmidRange, Proximity, QueryNode, Term


def print_query(node: QueryNode) -> str:
    """The query as text: operators in upper case, short tags, brackets around every operation inside another.

    `parse_query(print_query(node)) == node` for every node that `parse_query` made.
    """
    match node:
        case Term():
            text = f'"{node.text}"' if node.quoted else node.text
            text += _tag(node)
        case Proximity():
            text = f'"{node.text}"[{node.tag}:~{node.distance}]'
        case DateRange():
            text = f"{node.start}:{node.end}[{node.tag}]"
        case PmidRange():
            text = f"{node.start}:{node.end}[uid]"
        case LineReference():
            text = f"#{node.number}"
        case And():
            text = " AND ".join(_inside(operand) for operand in node.operands)
        case Or():
            text = " OR ".join(_inside(operand) for operand in node.operands)
        case Not():
            text = f"{_inside(node.wanted)} NOT {_inside(node.unwanted)}"
    return text


def _tag(term: Term) -> str:
    if term.tag is None:
        return ""
    return f"[{term.tag}]" if term.explode else f"[{term.tag}:noexp]"


def _inside(node: QueryNode) -> str:
    text = print_query(node)
    return f"({text})" if isinstance(node, And | Or | Not) else text
