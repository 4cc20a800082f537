"""Element 4 of PRESS, first half: the words of the free text, their fields and their truncation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evidence.strategy_check import PressElement, Severity, StrategyFinding
from searching.checks.concepts import Leaf, concepts, is_filter, is_text
from searching.checks.exclusions import AGE_AND_SEX, PEOPLE
from searching.checks.lines import Line, Span, Strategy, walk_lines
from searching.checks.rule import Check, Rule
from searching.checks.syntax import tagged_groups
from searching.checks.words import covers, shared_words, text_words
from searching.parse_operand import MIN_TRUNCATED
from searching.query import Or, Term, walk
from searching.query_tokens import Kind, Token

_E = PressElement.TEXT_WORDS
NO_TEXT = Rule("heading-without-text", _E, Severity.WARNING)
UNTAGGED = Rule("untagged-term", _E, Severity.ADVICE)
NOT_MAPPED = Rule("untagged-not-mapped", _E, Severity.ADVICE)
SHORT = Rule("short-truncation", _E, Severity.ERROR)
MISPLACED = Rule("misplaced-truncation", _E, Severity.ERROR)
IN_QUOTES = Rule("truncation-in-quotes", _E, Severity.ADVICE)
WILDCARD = Rule("wildcard-of-another-interface", _E, Severity.ERROR)
DUPLICATE = Rule("duplicate-term", _E, Severity.ADVICE)
COVERED = Rule("covered-term", _E, Severity.ADVICE)

_NOT_WRITTEN = PEOPLE | AGE_AND_SEX | {"animals", "pregnancy"}
"""Headings that authors seldom write out."""

_METHODS = "E05.318"
"""Epidemiologic methods in the tree: headings of study designs, which filters hold beside words of their own."""

_MOST_WORDS = 12
_MOST_NARROWER = 400
_WILDCARD = re.compile(r"(?<=\w)[?$#](?=\w|\s|$)|(?<=\w)[?$](?=\*)")


def headings_without_text(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Headings whose concept has no free-text word for them: records not yet indexed are lost."""
    for leaves in concepts(strategy):
        if is_filter(leaves):
            continue  # its headings stand beside words of its own
        words = text_words(leaves)
        for leaf in leaves:
            if leaf.is_heading and isinstance(leaf.node, Term) and leaf.node.heading.lower() not in _NOT_WRITTEN:
                yield from _without_text(strategy, leaf, leaf.node, words)


def _without_text(strategy: Strategy, leaf: Leaf, term: Term, words: set[str]) -> Iterator[StrategyFinding]:
    found = strategy.vocabulary.find(term.heading) if strategy.vocabulary else None
    if strategy.vocabulary and (found is None or any(place.startswith(_METHODS) for place in found.tree_numbers)):
        return
    names = [found.heading, *found.entry_terms] if found else [term.heading]
    if strategy.vocabulary and found:
        names += strategy.vocabulary.narrower(found.heading)[1:_MOST_NARROWER]
    best = 0.0
    for name in names:
        shared, asked = shared_words(name, words)
        if asked and shared == asked:
            return
        best = max(best, shared / asked if asked else 0.0)
    missing = "no free-text word for it" if not best else "free text for only part of it"
    yield NO_TEXT.at(
        leaf.line,
        leaf.line.span(term),
        f"The heading {term.heading!r} has {missing}: records that are not yet indexed are lost.",
        suggestion=f'{leaf.line.at(leaf.line.span(term))} OR "{_as_written(term.heading)}"[tiab]',
        severity=Severity.ADVICE if best else None,
    )


def _as_written(heading: str) -> str:
    """A heading as authors write it: `Students, Medical` as `medical students`."""
    return " ".join(reversed(heading.lower().split(", ")))


def untagged_terms(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Terms without a tag, and what PubMed makes of them."""
    for line, term in walk_lines(strategy):
        if term.tag is not None or term.pmids or line.at(line.span(term)).endswith("]") or _in_tagged_group(line, term):
            continue
        if term.text.isdigit() and len(strategy.lines) > 1:
            continue
        if term.mapped:
            yield UNTAGGED.at(
                line,
                line.span(term),
                f"{term.text!r} has no tag: PubMed maps it to headings and searches all fields, so its meaning changes with "
                "the mapping; give it a tag.",
                suggestion=f"{line.at(line.span(term))}[tiab]",
            )
        else:
            why = "quotes" if term.quoted else "the asterisk"
            yield NOT_MAPPED.at(
                line,
                line.span(term),
                f"{term.text!r} has no tag, and {why} switch{'es' if why != 'quotes' else ''} off the mapping to headings: "
                "all fields are searched for the words alone.",
                suggestion=f"{line.at(line.span(term))}[tiab]",
            )


def _in_tagged_group(line: Line, term: Term) -> bool:
    return any(line.tokens[opening].start < term.position < line.tokens[place].start for opening, place in tagged_groups(line))


def truncation(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Asterisks that PubMed refuses or reads otherwise than meant, and wildcards that it has not."""
    for line in strategy.lines:
        if line.ovid:
            continue
        for place, token in enumerate(line.tokens):
            if token.kind not in (Kind.WORD, Kind.QUOTED):
                continue
            text = line.at((token.start, token.end))
            if "*" in text:
                last = token.kind is Kind.QUOTED or _is_last_word(line, place)
                yield from _asterisks(line, token, text, last=last)
            if any(sign in text for sign in "?$#"):
                yield from _wildcards(line, token, text)


def _is_last_word(line: Line, place: int) -> bool:
    return place + 1 >= len(line.tokens) or line.tokens[place + 1].kind is not Kind.WORD


def _asterisks(line: Line, token: Token, text: str, *, last: bool) -> Iterator[StrategyFinding]:
    words = list(re.finditer(r'[^\s"“”„‟″＂]+', text))
    for number, match in enumerate(words):
        word = match[0]
        if "*" not in word:
            continue
        span = (token.start + match.start(), token.start + match.end())
        stem = word.partition("*")[0]
        if not re.fullmatch(r"[^*]+\*", word):
            yield MISPLACED.at(
                line,
                span,
                f"The asterisk in {word!r} is not at the end of the word: PubMed truncates there only.",
                suggestion=None,
            )
        elif number + 1 < len(words) or not last:
            yield MISPLACED.at(
                line,
                span,
                f"{word!r} is not the last word of its phrase: PubMed truncates the last word alone; search the endings apart.",
            )
        elif number == 0 and sum(character.isalnum() for character in stem) < MIN_TRUNCATED:
            yield SHORT.at(
                line,
                span,
                f"{word!r} has fewer than {MIN_TRUNCATED} characters before the asterisk, and PubMed does not truncate it: "
                "write more of the word or its endings.",
            )
        elif token.kind is Kind.QUOTED:
            yield IN_QUOTES.at(
                line,
                span,
                f"The phrase with {word!r} is truncated inside quotes: PubMed does so with the last word, and other "
                "interfaces do not; check its count.",
            )


def _wildcards(line: Line, token: Token, text: str) -> Iterator[StrategyFinding]:
    for match in _WILDCARD.finditer(text):
        sign = match[0]
        at_end = match.end() == len(text.rstrip('"“”'))
        if sign == "?" and at_end and token.kind is Kind.QUOTED:
            continue
        yield WILDCARD.at(
            line,
            (token.start + match.start(), token.start + match.end()),
            f"{sign} is a wildcard of another interface, and PubMed reads a space there: write the spellings out"
            f"{' or truncate with an asterisk' if at_end else ''}.",
            suggestion="*" if at_end and sign == "$" else None,
        )


def repeated_terms(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Terms that another one in the same list finds already."""
    for line in strategy.lines:
        for node in walk(line.tree) if line.tree else ():
            if isinstance(node, Or):
                yield from _repeated(line, [operand for operand in node.operands if isinstance(operand, Term)])


def _repeated(line: Line, terms: list[Term]) -> Iterator[StrategyFinding]:
    seen: set[tuple[str, str | None, bool]] = set()
    wide: dict[tuple[str, ...], list[Term]] = {}
    for term in terms:
        if is_text(term) and not term.mapped:
            wide.setdefault(tuple(term.text.lower().split()), []).append(term)
    for term in terms:
        key = (term.text.lower(), term.tag, term.explode)
        if key in seen:
            yield DUPLICATE.at(line, line.span(term), f"{line.at(line.span(term))} stands in this list already: remove one.")
            continue
        seen.add(key)
        cover = next((other for other in _within(term, wide) if _adds_nothing(term, other)), None)
        if cover is not None:
            span: Span = line.span(term)
            yield COVERED.at(line, span, f"{line.at(span)} is found by {line.at(line.span(cover))} already: it adds nothing.")


def _within(term: Term, wide: Mapping[tuple[str, ...], list[Term]]) -> Iterator[Term]:
    """The terms whose words stand side by side in this one, the last of them whole or truncated."""
    words = term.text.lower().split()[:_MOST_WORDS]
    for first in range(len(words)):
        for end in range(first + 1, len(words) + 1):
            before, last = tuple(words[first : end - 1]), words[end - 1]
            for form in (last, *(f"{last[:length]}*" for length in range(MIN_TRUNCATED, len(last) + 1))):
                yield from wide.get((*before, form), ())


def _adds_nothing(term: Term, other: Term) -> bool:
    same = (term.text.lower(), term.tag) == (other.text.lower(), other.tag)
    return is_text(term) and not same and covers(other, term)


CHECKS: tuple[Check, ...] = (headings_without_text, untagged_terms, truncation, repeated_terms)
