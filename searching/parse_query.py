"""Reads PubMed's query language.

Rules, after the PubMed User Guide: operators AND, OR, NOT are evaluated from left to right, brackets first; terms side
by side are joined by AND; a tag follows its term in square brackets; quotes make a phrase; an asterisk truncates after
at least four characters; a colon between two dates of one field makes a range; `"a b"[tiab:~3]` is proximity.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from evidence.errors import QuerySyntaxError
from searching.query import And, DateRange, LineReference, Not, Operand, Operation, Or, PmidRange, Proximity, QueryNode, Term
from searching.query_fields import DATE_TAGS, EXPLODED_TAGS, PROXIMITY_TAGS, find_tag, similar_tag
from searching.query_tokens import Kind, Token, tokenize

MAX_DEPTH = 150
"""Deepest nesting of brackets and mixed operators that is read; no strategy written by a person comes near it."""

MIN_TRUNCATED = 4
"""Characters that PubMed wants before an asterisk."""

_DATE = re.compile(r"\d{4}(/(0?[1-9]|1[0-2])(/(0?[1-9]|[12]\d|3[01]))?)?")
_UNQUOTED_RANGE = re.compile(r"(?P<start>[^\s:]+)\s*:\s*(?P<end>[^\s:]+)")


def parse_query(text: str) -> QueryNode:
    """The tree of a PubMed query.

    Raises QuerySyntaxError, with the place of the character, for a query that PubMed could only run by guessing:
    unbalanced brackets or quotes, an operator without operand, an unknown tag, a tag on a bracketed group, a range
    that is none, fewer than four characters before an asterisk.
    """
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._place = 0

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

    def _take_quoted(self, token: Token) -> Term:
        self._place += 1
        if not token.text:
            self._fail(f"The quotes at character {token.start + 1} are empty: put a phrase in or remove them.", token.start)
        return Term(text=token.text, quoted=True, position=token.start)

    def _take_words(self, first: Token) -> Term:
        words = []
        while (token := self._peek()) is not None and token.kind is Kind.WORD:
            words.append(token.text)
            self._place += 1
        return Term(text=" ".join(words), position=first.start)

    def _tagged(self, term: Term) -> Operand:
        """Adds the tag that follows, if any, and what it makes of the term: proximity or a range."""
        token = self._peek()
        if token is not None and token.kind is Kind.COLON:
            return self._range(term)
        if token is None or token.kind is not Kind.TAG:
            return self._checked(term)
        self._place += 1
        tag, modifier = self._read_tag(token)
        following = self._peek()
        if following is not None and following.kind is Kind.COLON:
            return self._range(replace(term, tag=tag))
        if following is not None and following.kind is Kind.TAG:
            self._fail(
                f"A second tag at character {following.start + 1} follows the first: give a term one tag.", following.start
            )
        if modifier.startswith("~"):
            return self._proximity(term, tag, modifier, token)
        range_ = _UNQUOTED_RANGE.fullmatch(term.text)
        if range_ and not term.quoted and (tag in DATE_TAGS or tag == "uid"):
            return self._make_range(term.position, range_["start"], range_["end"], tag)
        return self._checked(replace(term, tag=tag, explode=modifier != "noexp"))

    def _read_tag(self, token: Token) -> tuple[str, str]:
        name, _, modifier = (part.strip() for part in token.text.partition(":"))
        tag = find_tag(name)
        if tag is None:
            near = similar_tag(name)
            hint = f"did you mean [{near}]?" if near else "use one of PubMed's field tags, for example [tiab] or [mh]."
            self._fail(f"PubMed has no field [{name}] (character {token.start + 1}): {hint}", token.start)
        modifier = modifier.replace(" ", "").casefold()
        known = not modifier or (modifier == "noexp" and tag in EXPLODED_TAGS) or modifier.startswith("~")
        if not known or (":" in token.text and not modifier):
            self._fail(f"[{token.text}] at character {token.start + 1} has an ending that PubMed does not know.", token.start)
        return tag, modifier

    def _proximity(self, term: Term, tag: str, modifier: str, token: Token) -> Proximity:
        at = f"Proximity at character {token.start + 1}"
        if not re.fullmatch(r"~\d{1,4}", modifier):
            self._fail(f'{at} needs a number of words, as in "hip pain"[tiab:~2].', token.start)
        if tag not in PROXIMITY_TAGS:
            self._fail(f"{at} works with [ti], [tiab] and [ad] only.", token.start)
        if not term.quoted or len(term.text.split()) < 2:
            self._fail(f'{at} needs at least two words in quotes, as in "hip pain"[tiab:~2].', token.start)
        if term.truncated:
            self._fail(f"{at} cannot be combined with an asterisk: write the words out.", token.start)
        return Proximity(text=term.text, tag=tag, distance=int(modifier[1:]), position=term.position)

    def _range(self, start: Term) -> DateRange | PmidRange:
        colon = self._tokens[self._place]
        self._place += 1
        token = self._peek()
        if token is None or token.kind not in (Kind.WORD, Kind.QUOTED):
            self._fail(f"The colon at character {colon.start + 1} needs a date on its right, as in 2019:2020[dp].", colon.start)
        end = self._take_quoted(token) if token.kind is Kind.QUOTED else self._take_words(token)
        closing = self._peek()
        tag = start.tag
        if closing is not None and closing.kind is Kind.TAG:
            self._place += 1
            tag, modifier = self._read_tag(closing)
            if modifier or (start.tag is not None and start.tag != tag):
                self._fail(f"Both ends of the range at character {colon.start + 1} need the same tag.", colon.start)
        if tag is None or (tag not in DATE_TAGS and tag != "uid"):
            self._fail(f"The colon at character {colon.start + 1} makes a range: give it a date tag such as [dp].", colon.start)
        return self._make_range(start.position, start.text, end.text, tag)

    def _make_range(self, position: int, start: str, end: str, tag: str) -> DateRange | PmidRange:
        if tag == "uid":
            if not (re.fullmatch(r"\d{1,9}", start) and re.fullmatch(r"\d{1,9}", end)):
                self._fail(f"The range of PMIDs at character {position + 1} needs two numbers.", position)
            return PmidRange(start=int(start), end=int(end), position=position)
        for date in (start, end):
            if not _DATE.fullmatch(date):
                self._fail(f"{date!r} in the range at character {position + 1} is no date: write YYYY/MM/DD.", position)
        return DateRange(start=start, end=end, tag=tag, position=position)

    def _checked(self, term: Term) -> Term:
        """The term, if its asterisks stand where PubMed allows them and it has something to search for."""
        at = f"character {term.position + 1}"
        if not any(character.isalnum() for character in term.text):
            self._fail(f"{term.text!r} at {at} has no letter or digit to search for: remove it.", term.position)
        for word in term.text.split():
            if "*" in word and not re.fullmatch(r"[^*]+\*", word):
                self._fail(f"The asterisk in {word!r} at {at} must stand at the end of a word.", term.position)
        first = term.text.partition("*")[0]
        if term.truncated and sum(character.isalnum() for character in first) < MIN_TRUNCATED:
            self._fail(
                f"{term.text!r} at {at} has fewer than {MIN_TRUNCATED} characters before the asterisk: write more of the word.",
                term.position,
            )
        return term

    def _refuse_tag(self, what: str) -> None:
        token = self._peek()
        if token is not None and token.kind is Kind.TAG:
            self._fail(
                f"The tag [{token.text}] at character {token.start + 1} stands on {what}: put it on each term instead.",
                token.start,
            )

    def _peek(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _last(self) -> Token:
        return self._tokens[-1]

    def _fail(self, message: str, position: int) -> NoReturn:
        raise QuerySyntaxError(message, query=self._text, position=position)


def _operation(operator: str, operands: Sequence[QueryNode], *, lower_case: bool) -> Operation:
    """One operator over the operands read so far; NOT always has two."""
    position = operands[0].position
    if operator == "NOT":
        return Not(wanted=operands[0], unwanted=operands[1], position=position, lower_case=lower_case)
    kind = And if operator == "AND" else Or
    return kind(operands=tuple(operands), position=position, lower_case=lower_case)
