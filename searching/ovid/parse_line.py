"""Reads one line of an Ovid strategy.

Rules, after Ovid's help: `adj`, `adjN` bind first, then AND and NOT, then OR; `.ti,ab.` after a term or bracket names
its fields, and none means `.mp.`; `/` after words makes them a subject heading, `exp` explodes it, `*` wants it as the
focus; words side by side are a phrase; `or/1-5` and `1 or 2` combine earlier lines; `limit 6 to ...` narrows one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NoReturn

from evidence.errors import QuerySyntaxError
from searching.ovid.tokens import OvidKind, OvidToken, tokenize_ovid
from searching.ovid.tree import OvidAnd, OvidHeading, OvidLimit, OvidNear, OvidNode, OvidNot, OvidOr, OvidReference, OvidTerm

MAX_DEPTH = 100
"""Deepest nesting of brackets that is read."""

_LIMIT = re.compile(r"limit\s+(?P<limited>.+?)\s+to\s+(?P<limits>\S.*)", re.IGNORECASE)
_REMOVE = re.compile(r"remove duplicates from\s+(?P<limited>\d+)", re.IGNORECASE)
_KEEP = re.compile(r"from\s+(?P<limited>\d+)\s+keep\s+(?P<kept>[\d,\s-]+)", re.IGNORECASE)
_USE = re.compile(r"(?P<limited>\d+)\s+use\s+(?P<database>[a-z]+)", re.IGNORECASE)
MOST_LINES = 1_000
"""More lines than this in one `or/1-...` is a slip of the pen."""


@dataclass(frozen=True)
class ReadOvidLine:
    """The tree of a line and what was read around, one sentence each."""

    tree: OvidNode
    notes: tuple[str, ...]


def parse_ovid_line(text: str) -> ReadOvidLine:
    """The tree of one line, without its number and count.

    Raises QuerySyntaxError, with the place of the character, for what leaves the meaning open: unbalanced brackets or
    quotes, an operator without operand, an empty bracket.
    """
    line = text.strip()
    if match := _LIMIT.fullmatch(line):
        inner = parse_ovid_line(match["limited"])
        return ReadOvidLine(OvidLimit(limited=inner.tree, limits=_limits(match["limits"])), inner.notes)
    for pattern, said in ((_REMOVE, "remove duplicates"), (_KEEP, "keep {kept}"), (_USE, "use {database}")):
        if match := pattern.fullmatch(line):
            limited = OvidReference(number=int(match["limited"]))
            return ReadOvidLine(OvidLimit(limited=limited, limits=(said.format(**match.groupdict()),)), ())
    parser = _Parser(text)
    return ReadOvidLine(parser.parse(), tuple(dict.fromkeys(parser.notes)))


def _limits(text: str) -> tuple[str, ...]:
    """Each limit as written; `("adult" and english)` has two, a quoted one may hold `and` itself."""
    inner = text.strip()
    if inner.startswith("(") and inner.endswith(")"):
        inner = inner[1:-1]
    parts, quoted, current = [], False, ""
    for word in re.split(r"(\s+)", inner):
        if not quoted and word.lower() in ("and", "or"):
            parts.append(current)
            current = ""
            continue
        quoted ^= word.count('"') % 2 == 1
        current += word
    return tuple(part.strip() for part in [*parts, current] if part.strip())


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize_ovid(text)
        self._place = 0
        self.notes: list[str] = []

    def parse(self) -> OvidNode:
        if not self._tokens:
            self._fail("The line is empty: give at least one term.", 0)
        node = self._alternatives(0)
        token = self._peek()
        if token is not None:
            self._fail(f"The bracket at character {token.start + 1} closes one that was never opened: remove it.", token.start)
        return node

    def _alternatives(self, depth: int) -> OvidNode:
        if depth > MAX_DEPTH:
            self._fail(f"Brackets are nested more than {MAX_DEPTH} deep: simplify the line.", self._last_start())
        first, mixed = self._combined(depth)
        operands = [first]
        while self._take_operator("or"):
            operand, combined = self._combined(depth)
            operands.append(operand)
            mixed = mixed or combined
        if len(operands) == 1:
            return first
        if mixed:
            self.notes.append("AND or NOT and OR are mixed without brackets: read as Ovid does, OR last.")
        return OvidOr(operands=tuple(operands))

    def _combined(self, depth: int) -> tuple[OvidNode, bool]:
        """What AND and NOT join, from left to right, and whether there was one of them."""
        operands, combined, count = [self._near(depth)], False, 0
        while operator := self._take_operator("and", "not"):
            right, combined, count = self._near(depth), True, count + (operator == "not")
            if count > MAX_DEPTH:
                self._fail(f"More than {MAX_DEPTH} times NOT without brackets: add brackets.", self._last_start())
            operands = [*operands, right] if operator == "and" else [OvidNot(wanted=_all_of(operands), unwanted=right)]
        return _all_of(operands), combined

    def _near(self, depth: int) -> OvidNode:
        node, count = self._operand(depth), 0
        while (token := self._peek()) is not None and token.kind is not OvidKind.CLOSE:
            if token.kind is OvidKind.OPERATOR:
                if not token.text.startswith(("adj", "near")):
                    return node
                self._place += 1
                distance = int(re.sub(r"\D", "", token.text) or 1)
            else:
                self.notes.append(f"No operator stands before character {token.start + 1}: read as adj.")
                distance = 1
            count += 1
            if count > MAX_DEPTH:
                self._fail(f"More than {MAX_DEPTH} operators follow each other without brackets: add brackets.", token.start)
            node = OvidNear(left=_as_words(node), right=_as_words(self._operand(depth)), distance=distance)
        return node

    def _operand(self, depth: int) -> OvidNode:
        token = self._peek()
        if token is None:
            self._fail("The line ends with an operator: add the term that should follow it.", self._last_start())
        if token.kind is OvidKind.OPEN:
            return self._group(token, depth)
        if token.kind is OvidKind.COMBINE:
            self._place += 1
            return self._combination(token)
        if token.kind in (OvidKind.WORD, OvidKind.QUOTED):
            return self._words()
        at = f"at character {token.start + 1}"
        if token.kind is OvidKind.OPERATOR:
            self._fail(f"{token.text} {at} has no term before it: add one or remove the operator.", token.start)
        if token.kind is OvidKind.CLOSE:
            self._fail(f"The bracket {at} closes where a term should stand: add the term or remove the bracket.", token.start)
        self._fail(f"{token.text} {at} has no term before it: put the term in front of it.", token.start)

    def _group(self, opening: OvidToken, depth: int) -> OvidNode:
        self._place += 1
        token = self._peek()
        if token is not None and token.kind is OvidKind.CLOSE:
            self._fail(f"The brackets at character {opening.start + 1} are empty: put a term in or remove them.", opening.start)
        node = None if token is None else self._alternatives(depth + 1)
        if node is None or self._peek() is None:
            at = f"character {opening.start + 1}"
            self._fail(f"The bracket opened at {at} is not closed: add ) where it should end.", opening.start)
        self._place += 1
        ending = self._peek()
        if ending is not None and ending.kind is OvidKind.HEADING_END:
            self._place += 1
            return _as_headings(node, ending.codes)
        return self._with_fields(node)

    def _with_fields(self, node: OvidNode) -> OvidNode:
        codes: tuple[str, ...] = ()
        while (token := self._peek()) is not None and token.kind is OvidKind.FIELDS:
            self._place += 1
            codes += token.codes
            if "freq" in token.text.lower():
                self.notes.append(f"{token.text} asks for a word several times: the number is left out.")
        return in_fields(node, tuple(dict.fromkeys(codes))) if codes else node

    def _words(self) -> OvidNode:
        """Words up to the next operator or bracket: a heading, a line number, or a term with its fields."""
        words = self._take_run()
        while self._heading_goes_on(words):
            words.append(self._tokens[self._place])
            self._place += 1
            words += self._take_run()
        ending = self._peek()
        if ending is not None and ending.kind is OvidKind.HEADING_END:
            self._place += 1
            heading = _heading(words, ending.codes)
            if not any(character.isalnum() for character in heading.heading):
                self._fail(f"The heading at character {words[0].start + 1} has no name: write one.", words[0].start)
            return heading
        text = " ".join(token.text for token in words)
        if len(words) == 1 and re.fullmatch(r"\d{1,3}", text) and not self._followed_by_fields():
            return OvidReference(number=int(text))
        quoted = len(words) == 1 and words[0].kind is OvidKind.QUOTED
        if not any(character.isalnum() for character in text):
            self._fail(f"{text!r} at character {words[0].start + 1} has nothing to search for: remove it.", words[0].start)
        return self._with_fields(OvidTerm(text=text, quoted=quoted))

    def _take_run(self) -> list[OvidToken]:
        start = self._place
        while (token := self._peek()) is not None and token.kind in (OvidKind.WORD, OvidKind.QUOTED):
            self._place += 1
        return self._tokens[start : self._place]

    def _heading_goes_on(self, words: list[OvidToken]) -> bool:
        """Whether the operator here belongs to a heading's name: `exp Wounds and Injuries/`, `Wit and Humor as Topic/`."""
        operator = self._peek()
        if operator is None or operator.kind is not OvidKind.OPERATOR or operator.text.startswith(("adj", "near")):
            return False
        place = self._place + 1
        while place < len(self._tokens) and self._tokens[place].kind is OvidKind.WORD:
            place += 1
        ends = place > self._place + 1 and place < len(self._tokens) and self._tokens[place].kind is OvidKind.HEADING_END
        again = self._tokens[self._place + 1].text if self._place + 1 < len(self._tokens) else ""
        if not ends or again.lower() == "exp" or again.startswith("*"):
            return False
        first = words[0].text
        begun = first.lower() == "exp" or first.startswith("*")
        return begun or (operator.text == "and" and first[:1].isupper() and not again[:1].islower())

    def _combination(self, token: OvidToken) -> OvidNode:
        numbers: list[int] = []
        for part in token.codes[0].split(","):
            first, _, last = (piece.strip() for piece in part.replace("–", "-").partition("-"))
            numbers += range(int(first), min(int(last or first), int(first) + MOST_LINES) + 1)
            if len(numbers) > MOST_LINES:
                self._fail(f"More than {MOST_LINES:,} lines are named at character {token.start + 1}: correct it.", token.start)
        operands: tuple[OvidNode, ...] = tuple(OvidReference(number=number) for number in numbers)
        if not operands:
            self._fail(f"{self._text[token.start : token.end]} names no line: correct the numbers.", token.start)
        if len(operands) == 1:
            return operands[0]
        return OvidAnd(operands=operands) if token.text == "and" else OvidOr(operands=operands)

    def _take_operator(self, *names: str) -> str | None:
        token = self._peek()
        if token is None or token.kind is not OvidKind.OPERATOR or token.text not in names:
            return None
        self._place += 1
        return token.text

    def _followed_by_fields(self) -> bool:
        token = self._peek()
        return token is not None and token.kind is OvidKind.FIELDS

    def _peek(self) -> OvidToken | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _last_start(self) -> int:
        return self._tokens[min(self._place, len(self._tokens) - 1)].start

    def _fail(self, message: str, position: int) -> NoReturn:
        raise QuerySyntaxError(message, query=self._text, position=position)


def in_fields(node: OvidNode, fields: tuple[str, ...]) -> OvidNode:
    """The node with these fields on every term that has none of its own; a lone number in it becomes a word."""
    match node:
        case OvidTerm():
            return node if node.fields else replace(node, fields=fields)
        case OvidReference():
            return OvidTerm(text=str(node.number), fields=fields)
        case OvidAnd() | OvidOr():
            return replace(node, operands=tuple(in_fields(operand, fields) for operand in node.operands))
        case OvidNear():
            return replace(node, left=in_fields(node.left, fields), right=in_fields(node.right, fields))
        case OvidNot():
            return replace(node, wanted=in_fields(node.wanted, fields), unwanted=in_fields(node.unwanted, fields))
        case _:
            return node


def _all_of(operands: list[OvidNode]) -> OvidNode:
    return OvidAnd(operands=tuple(operands)) if len(operands) > 1 else operands[0]


def _as_words(node: OvidNode) -> OvidNode:
    """A number beside `adj` is a word, not a line."""
    return OvidTerm(text=str(node.number)) if isinstance(node, OvidReference) else node


def _heading(words: list[OvidToken], subheadings: tuple[str, ...]) -> OvidHeading:
    name = " ".join(token.text for token in words)
    explode = name.lower().startswith("exp ")
    name = name[4:].lstrip() if explode else name
    focus = name.startswith("*")
    return OvidHeading(heading=name.lstrip("* "), explode=explode, focus=focus, subheadings=subheadings)


def _as_headings(node: OvidNode, subheadings: tuple[str, ...]) -> OvidNode:
    match node:
        case OvidTerm():
            return OvidHeading(heading=node.text, subheadings=subheadings)
        case OvidAnd() | OvidOr():
            return replace(node, operands=tuple(_as_headings(operand, subheadings) for operand in node.operands))
        case _:
            return node
