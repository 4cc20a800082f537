"""Element 2 of PRESS: Boolean and proximity operators."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence.strategy_check import PressElement, Severity, StrategyFinding
from searching.checks.concepts import leaves, operations
from searching.checks.exclusions import animal_exclusion, parts, spares_both
from searching.checks.lines import Line, Span, Strategy, walk_lines
from searching.checks.rule import Check, Rule
from searching.checks.sketch import sketch
from searching.query import And, Not, Or, QueryNode, Term, children
from searching.query_tokens import ENDS_OPERAND, Kind, Token

_E = PressElement.OPERATORS
MIXED = Rule("mixed-operators", _E, Severity.ERROR)
LOWER_CASE = Rule("lower-case-operator", _E, Severity.WARNING)
MISSING = Rule("missing-operator", _E, Severity.WARNING)
LOSES = Rule("not-loses-records", _E, Severity.WARNING)
NOT_ANIMALS = Rule("not-animals", _E, Severity.ERROR)
OTHER_PROXIMITY = Rule("proximity-of-another-interface", _E, Severity.ERROR)

_PROXIMITY_WORD = re.compile(r"(?:adj|near/|near|pre/|n/|w/|n|w)(\d+)|adj", re.IGNORECASE)
_BEGINS_OPERAND = (Kind.WORD, Kind.QUOTED, Kind.OPEN, Kind.LINE_REFERENCE)
_LIMIT_TYPES = frozenset({"pt", "la"})


def mixed_operators(strategy: Strategy) -> Iterator[StrategyFinding]:
    """AND, OR and NOT side by side without brackets: PubMed reads from left to right."""
    for line, node, _, _ in operations(strategy):
        first = children(node)[0]
        if not line.sound or first.bracketed or not isinstance(first, And | Or):
            continue
        severity = _how_mixed(node, first)
        operator = _operator_before(line, children(node)[1])
        if severity is None or operator is None or _operator_before(line, children(first)[1]) is None:
            continue  # where the writer left an operator out, that is what is said
        yield MIXED.at(
            line,
            (operator.start, operator.end),
            f"Operators are mixed without brackets: PubMed goes from left to right and reads {sketch(node)}; "
            "put brackets where you mean them.",
            severity=severity,
        )


def _how_mixed(node: QueryNode, first: And | Or) -> Severity | None:
    """Error where reading AND before OR would give something else, as most people and most interfaces do."""
    if isinstance(node, And):
        return Severity.ERROR if isinstance(first, Or) else None
    if isinstance(node, Or):
        return Severity.WARNING if isinstance(first, And) else None
    if isinstance(node, Not) and isinstance(first, Or) and not animal_exclusion(node.unwanted):
        return Severity.WARNING
    return None


def _operator_before(line: Line, operand: QueryNode) -> Token | None:
    place = line.token_index(operand.position) - 1
    while place > 0 and line.tokens[place].kind is Kind.OPEN:
        place -= 1
    token = line.tokens[place]
    return token if token.kind is Kind.OPERATOR else None


def lower_case_operators(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Operators in lower case, and those that became words of the term beside them."""
    for line in strategy.lines:
        if line.ovid:
            continue
        for token in line.tokens:
            if token.kind is Kind.OPERATOR and not token.text.isupper():
                yield LOWER_CASE.at(
                    line,
                    (token.start, token.end),
                    f"The operator {token.text} is in lower case: PubMed's guide asks for capitals, and other interfaces "
                    "search for the word.",
                    suggestion=token.text.upper(),
                )
        for term in line.terms:
            yield from _operators_in_words(strategy, line, term)


def _operators_in_words(strategy: Strategy, line: Line, term: Term) -> Iterator[StrategyFinding]:
    words = term.text.lower().split()
    inner = words[1:-1]
    if term.quoted or not inner or term.tag not in (None, "tiab", "tw", "ti", "ab", "ot", "all"):
        return
    suspects = {"or", "not"} if term.tag else {"or", "not", "and"}
    if not suspects & set(inner) or (strategy.vocabulary and strategy.vocabulary.find(term.text)):
        return
    place = line.token_index(term.position) + 1
    while line.tokens[place].text.lower() not in suspects:
        place += 1
    token = line.tokens[place]
    yield LOWER_CASE.at(
        line,
        (token.start, token.end),
        f"The word {token.text} stands inside the term {term.text!r}: if it is meant as an operator, write it in capitals.",
        suggestion=token.text.upper(),
    )


def missing_operators(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Two terms side by side: PubMed joins them by AND."""
    for line in strategy.lines:
        if line.ovid or not line.sound:
            continue
        beside = _operators_by_token(line)
        for place in range(1, len(line.tokens)):
            before, after = line.tokens[place - 1], line.tokens[place]
            ends = before.kind in ENDS_OPERAND or (before.kind is Kind.WORD and after.kind is not Kind.WORD)
            if not ends or after.kind not in _BEGINS_OPERAND or after.text.startswith(("/", ".")):
                continue
            joined = beside[place]
            yield MISSING.at(
                line,
                (before.end, after.start),
                f"No operator stands before {_start_of(line, after)!r}: PubMed joins the two by AND.",
                suggestion=f" {next(iter(joined))} " if len(joined) == 1 else None,
                severity=Severity.ERROR if "OR" in joined else None,
            )


def _start_of(line: Line, token: Token) -> str:
    text = line.text[token.start : token.start + 30]
    return text if len(text) < 30 else f"{text}…"


def _operators_by_token(line: Line) -> list[set[str]]:
    """For each token the operators between the same pair of brackets."""
    groups: list[set[str]] = [set()]
    found = []
    for token in line.tokens:
        if token.kind is Kind.CLOSE and len(groups) > 1:
            groups.pop()
        found.append(groups[-1])
        if token.kind is Kind.OPEN:
            groups.append(set())
        elif token.kind is Kind.OPERATOR:
            groups[-1].add(token.text.upper())
    return found


def lossy_not(strategy: Strategy) -> Iterator[StrategyFinding]:
    """NOT takes away records that are about both; animals without their exception take human studies with them."""
    for line, node, _, excluded in operations(strategy):
        if not isinstance(node, Not) or excluded or spares_both(node):
            continue
        token = _operator_before(line, node.unwanted)
        span = (token.start, token.end) if token else (node.unwanted.position, node.unwanted.position + 1)
        others: list[tuple[Line, QueryNode]] = []
        for where, part in parts(strategy, line, node.unwanted):
            if isinstance(part, Term) and part.tag in ("mh", "majr") and part.heading.lower() in ("animals", "animal"):
                yield _not_animals(where, part)
            elif not isinstance(part, Not) and not (isinstance(part, Term) and part.text.isdigit()):
                others.append((where, part))
        if others:
            yield _loses(strategy, line, span, others)


def _not_animals(line: Line, term: Term) -> StrategyFinding:
    return NOT_ANIMALS.at(
        line,
        line.span(term),
        "This takes away every record indexed with animals, studies of people and animals among them: except those on people.",
        suggestion="(animals[mh] NOT humans[mh])",
    )


def _loses(strategy: Strategy, line: Line, span: Span, unwanted: list[tuple[Line, QueryNode]]) -> StrategyFinding:
    nodes = [leaf.node for where, part in unwanted for leaf in leaves(strategy, where, part)]
    by_type = all(isinstance(node, Term) and node.tag in _LIMIT_TYPES for node in nodes)
    named = ", ".join(sketch(part) for _, part in unwanted[:3]) + (", …" if len(unwanted) > 3 else "")
    if by_type:
        message = f"NOT takes records away by their type ({named}): say why in the report."
    else:
        message = f"NOT also takes away records that are about both ({named}): look at what it removes before you keep it."
    return LOSES.at(line, span, message, severity=Severity.ADVICE if by_type else None)


def other_proximity(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Proximity operators of other interfaces, which PubMed searches as words."""
    for line, term in walk_lines(strategy):
        if term.quoted or (term.tag or "tiab") not in ("tiab", "ti", "ad", "tw", "ab", "all"):
            continue
        words = term.text.split()
        for place, word in enumerate(words[1:-1], start=1):
            match = _PROXIMITY_WORD.fullmatch(word)
            if not match:
                continue
            at = line.tokens[line.token_index(term.position) + place]
            yield OTHER_PROXIMITY.at(
                line,
                (at.start, at.end),
                f"{word} is a proximity operator of another interface, and PubMed searches for it as a word: write "
                f'"{words[place - 1]} {words[place + 1]}"[tiab:~{match[1] or 1}].',
            )


CHECKS: tuple[Check, ...] = (mixed_operators, lower_case_operators, missing_operators, lossy_not, other_proximity)
