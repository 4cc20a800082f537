"""Reads PubMed's query language.

Rules, after the PubMed User Guide: operators AND, OR, NOT are evaluated from left to right, brackets first; terms side
by side are joined by AND; a tag follows its term in square brackets; quotes make a phrase; an asterisk truncates after
at least four characters; a colon between two dates of one field makes a range; `"a b"[tiab:~3]` is proximity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from searching.parse_operand import OperandReader
from searching.query import And, LineReference, Not, Operation, Or, QueryNode
from searching.query_lenience import LenienceKind, ReadQuery
from searching.query_tokens import Kind, Token

MAX_DEPTH = 150
"""Deepest nesting of brackets and mixed operators that is read; no strategy written by a person comes near it."""


def parse_query(text: str) -> QueryNode:
    """The tree of a PubMed query; see `read_query`."""
    return read_query(text).tree


def read_query(text: str) -> ReadQuery:
    """The tree of a PubMed query, and what was read leniently because PubMed itself does.

    PubMed runs a query with an unknown tag (as all fields), with stray punctuation, typographic quotes, no operator
    between two terms, or too short a truncation: so does this parser, and says so. Raises QuerySyntaxError, with the
    place of the character, for what leaves the meaning open: unbalanced brackets or quotes, an operator without
    operand, a tag on a bracketed group, a range that is none, an asterisk before or inside a word, proximity that
    PubMed does not offer.
    """
    parser = _Parser(text)
    tree = parser.parse()
    return ReadQuery(tree=tree, leniences=parser.leniences)


class _Parser(OperandReader):
    def parse(self) -> QueryNode:
        if not self._tokens:
            self._fail("The query is empty: give at least one term.", 0)
        node = self._expression(depth=0)
        token = self._peek()
        if token is not None:
            self._fail(f"The bracket at character {token.start + 1} closes one that was never opened: remove it.", token.start)
        return node

    def _expression(self, *, depth: int) -> QueryNode:
        if depth > MAX_DEPTH:
            self._fail(f"Brackets are nested more than {MAX_DEPTH} deep: simplify the query.", self._tokens[self._place].start)
        operands, operator, lower_case, mixed = [self._operand(depth)], "", False, 0
        while (token := self._peek()) is not None and token.kind is not Kind.CLOSE:
            following, in_lower_case = "AND", False
            if token.kind is Kind.OPERATOR:
                self._place += 1
                following, in_lower_case = token.text.upper(), not token.text.isupper()
            else:
                self._note_implied(token)
            right = self._operand(depth)
            if operator and (following != operator or operator == "NOT"):
                operands, lower_case, mixed = [_operation(operator, operands, lower_case=lower_case)], False, mixed + 1
                if mixed + depth > MAX_DEPTH:
                    self._fail(f"More than {MAX_DEPTH} operators are mixed without brackets: add brackets.", token.start)
            operator, lower_case = following, lower_case or in_lower_case
            operands.append(right)
        return _operation(operator, operands, lower_case=lower_case) if operator else operands[0]

    def _operand(self, depth: int) -> QueryNode:
        token = self._peek()
        if token is None:
            self._fail("The query ends with an operator: add the term that should follow it.", self._last().start)
        if token.kind is Kind.OPEN:
            return self._group(token, depth)
        if token.kind is Kind.LINE_REFERENCE:
            self._place += 1
            self._refuse_tag("a line number")
            return LineReference(number=int(token.text[1:]), position=token.start)
        if token.kind is Kind.QUOTED:
            return self._tagged(self._take_quoted(token))
        if token.kind is Kind.WORD:
            return self._tagged(self._take_words(token))
        return self._misplaced(token)

    def _note_implied(self, token: Token) -> None:
        self._note(
            LenienceKind.IMPLIED_AND,
            self._text[token.start : token.end],
            token.start,
            f"No operator stands before character {token.start + 1}: PubMed reads AND.",
        )

    def _group(self, opening: Token, depth: int) -> QueryNode:
        self._place += 1
        token = self._peek()
        if token is not None and token.kind is Kind.CLOSE:
            self._fail(f"The brackets at character {opening.start + 1} are empty: put a term in or remove them.", opening.start)
        if token is None:
            self._unclosed(opening)
        node = self._expression(depth=depth + 1)
        if self._peek() is None:
            self._unclosed(opening)
        self._place += 1
        self._refuse_tag("a bracketed group")
        return replace(node, bracketed=True)

    def _unclosed(self, opening: Token) -> NoReturn:
        self._fail(
            f"The bracket opened at character {opening.start + 1} is not closed: add ) where it should end.", opening.start
        )

    def _misplaced(self, token: Token) -> NoReturn:
        at = f"at character {token.start + 1}"
        if token.kind is Kind.OPERATOR:
            before = self._tokens[self._place - 1] if self._place else None
            after_operator = before is not None and before.kind is Kind.OPERATOR
            if after_operator and token.text.upper() == "NOT":
                self._fail(f"{token.text} {at} follows another operator: PubMed writes NOT alone.", token.start)
            self._fail(f"{token.text} {at} has no term before it: add one or remove the operator.", token.start)
        if token.kind is Kind.TAG:
            self._fail(f"The tag [{token.text}] {at} has no term before it: put the term in front of it.", token.start)
        if token.kind is Kind.CLOSE:
            self._fail(f"The bracket {at} closes where a term should stand: add the term or remove the bracket.", token.start)
        self._fail(f"The colon {at} has no date before it: a range is written 2019:2020[dp].", token.start)

    def _refuse_tag(self, what: str) -> None:
        token = self._peek()
        if token is not None and token.kind is Kind.TAG:
            self._fail(
                f"The tag [{token.text}] at character {token.start + 1} stands on {what}: put it on each term instead.",
                token.start,
            )


def _operation(operator: str, operands: Sequence[QueryNode], *, lower_case: bool) -> Operation:
    """One operator over the operands read so far; NOT always has two."""
    position = operands[0].position
    if operator == "NOT":
        return Not(wanted=operands[0], unwanted=operands[1], position=position, lower_case=lower_case)
    kind = And if operator == "AND" else Or
    return kind(operands=tuple(operands), position=position, lower_case=lower_case)
