"""Element 5 of PRESS: spelling and syntax."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from evidence.strategy_check import PressElement, Severity, StrategyFinding
from searching.checks.lines import Line, Strategy, walk_lines
from searching.checks.rule import Check, Rule
from searching.parse_query import read_query
from searching.query_fields import DATE_TAGS, EXPLODED_TAGS, PROXIMITY_TAGS, find_tag, similar_tag
from searching.query_lenience import LenienceKind
from searching.query_tokens import QUOTES, Kind, Token

_E = PressElement.SYNTAX
SYNTAX = Rule("syntax-error", _E, Severity.ERROR)
OVID = Rule("ovid-syntax", _E, Severity.ERROR)
UNKNOWN_TAG = Rule("unknown-tag", _E, Severity.ERROR)
GROUP_TAG = Rule("tag-on-group", _E, Severity.ERROR)
SMART_QUOTES = Rule("smart-quotes", _E, Severity.WARNING)
ODD_CHARACTER = Rule("odd-character", _E, Severity.WARNING)
EXP_WORD = Rule("exp-before-heading", _E, Severity.ERROR)
ROUND_TAG = Rule("tag-in-wrong-brackets", _E, Severity.ERROR)
LATE_SUBHEADING = Rule("subheading-after-tag", _E, Severity.ERROR)
PROXIMITY = Rule("proximity-misuse", PressElement.OPERATORS, Severity.ERROR)
STRAY = Rule("stray-characters", _E, Severity.ADVICE)
NO_DATE = Rule("no-date", _E, Severity.ERROR)

_LONGEST_GROUP = 160
_SMART = frozenset(QUOTES) - {'"'}
_DASHES = frozenset("‐‑‒–—―−")
_PROXIMITY_TAG = re.compile(r"(?P<tag>[^:]+?)\s*:\s*~\s*(?P<distance>.*)")
_DATES = re.compile(r"\d{4}(?:/\d{1,2}(?:/\d{1,2})?)?(?:\s*:\s*\d{4}(?:/\d{1,2}(?:/\d{1,2})?)?)?")


def syntax_errors(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Whatever the parser refuses, at its character."""
    for line in strategy.lines:
        for fault in line.faults:
            yield SYNTAX.at(line, fault.span, fault.message)


def ovid_syntax(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Ovid's language: said once where the whole strategy is in it, else at each place."""
    whole = all(line.ovid for line in strategy.lines)
    marked = [(line, span) for line in strategy.lines for span in (line.ovid_marks[:1] if line.ovid else line.ovid_marks)]
    for line, span in marked[:1] if whole else marked:
        advice = (
            "`evidence search translate FILE --to pubmed` writes the strategy for PubMed."
            if whole
            else "write [tiab] for .ti,ab. and [mh] for exp …/."
        )
        yield OVID.at(line, span, f"{line.at(span).strip()!r} is Ovid's syntax, and PubMed searches it as words: {advice}")


def tags(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Tags that PubMed has not, with the nearest."""
    for line in strategy.lines:
        for token in line.tokens:
            if token.kind is not Kind.TAG or line.ovid:
                continue
            name, colon, ending = (part.strip() for part in token.text.partition(":"))
            tag = find_tag(name)
            span = (token.start, token.end)
            if tag is None:
                near = similar_tag(name)
                known = find_tag(near) if near else None
                hint = f"did you mean [{known}]?" if known else "use one of PubMed's, for example [tiab] or [mh]."
                yield UNKNOWN_TAG.at(
                    line, span, f"PubMed has no field [{token.text}]: {hint}", suggestion=f"[{known}]" if known else None
                )
            elif colon and not _known_ending(tag, ending):
                yield UNKNOWN_TAG.at(line, span, f"PubMed does not know the ending of [{token.text}].", suggestion=f"[{tag}]")


def _known_ending(tag: str, ending: str) -> bool:
    return ending.startswith("~") or (ending.replace(" ", "").lower() == "noexp" and tag in EXPLODED_TAGS)


def tags_on_groups(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Tags behind a closing bracket or a line number."""
    for line in strategy.lines:
        for opening, place in tagged_groups(line):
            tag = line.tokens[place]
            group = f"({_tagged(line, opening + 1, place - 1, tag)})" if opening < place - 1 else ""
            yield GROUP_TAG.at(
                line,
                (tag.start, tag.end),
                f"The tag [{tag.text}] stands on a group, where PubMed does not apply it: put it on each term"
                f"{f', {group}' if 0 < len(group) <= _LONGEST_GROUP else ''}.",
            )


def tagged_groups(line: Line) -> Iterator[tuple[int, int]]:
    """For each tag on a group or line number: where the group begins and where its tag is, as indices of tokens."""
    for place in range(1, len(line.tokens)):
        before, token = line.tokens[place - 1], line.tokens[place]
        if token.kind is Kind.TAG and before.kind in (Kind.CLOSE, Kind.LINE_REFERENCE) and not line.ovid:
            opening = _opening(line.tokens, place - 1)
            yield (place - 1 if opening is None else opening), place


def _opening(tokens: tuple[Token, ...], closing: int) -> int | None:
    depth = 0
    for place in range(closing, -1, -1):
        if tokens[place].kind is Kind.CLOSE:
            depth += 1
        elif tokens[place].kind is Kind.OPEN:
            depth -= 1
            if not depth:
                return place
    return None


def _tagged(line: Line, first: int, end: int, tag: Token) -> str:
    """The text of these tokens with the tag behind each term that has none."""
    text = ""
    for place in range(first, end):
        token, following = line.tokens[place], line.tokens[place + 1]
        spaced = text and line.tokens[place - 1].kind is not Kind.OPEN and token.kind not in (Kind.CLOSE, Kind.TAG)
        text += f"{' ' if spaced else ''}{line.at((token.start, token.end))}"
        ends = token.kind is Kind.QUOTED or (token.kind is Kind.WORD and following.kind is not Kind.WORD)
        if ends and following.kind is not Kind.TAG:
            text += f"[{tag.text}]"
    return text


def smart_quotes(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Quotes of a word processor: said once a line, at the first."""
    for line in strategy.lines:
        places = [place for place, character in enumerate(line.query) if character in _SMART]
        if places:
            rest = f" and {len(places) - 1} more in this line" if len(places) > 1 else ""
            yield SMART_QUOTES.at(
                line,
                (places[0], places[0] + 1),
                f"The quotation mark {line.text[places[0]]}{rest} came from a word processor: write straight quotes, because "
                "other interfaces do not read it.",
                suggestion='"',
            )


def odd_characters(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Characters that look like others or like nothing: dashes, invisible ones, letters of another script within a word."""
    for line in strategy.lines:
        for place, character in enumerate(line.query):
            if character.isascii() or character in _SMART:
                continue
            about = _odd(line.query, place, character)
            if about:
                yield ODD_CHARACTER.at(
                    line,
                    (place, place + 1),
                    f"{about} (U+{ord(character):04X}) may not be found: write the plain character.",
                    suggestion="-" if character in _DASHES else "",
                )
                break


def _odd(text: str, place: int, character: str) -> str | None:
    if character in _DASHES:
        return f"The dash {character!r} instead of a hyphen"
    if unicodedata.category(character) in ("Cf", "Cc", "Co", "Cn"):
        return "An invisible character"
    neighbours = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    if unicodedata.name(character, "").startswith("CYRILLIC") and any(n.isascii() and n.isalpha() for n in neighbours):
        return f"The Cyrillic letter {character!r} inside a word of Latin letters"
    return None


def stray_characters(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Punctuation where a term should stand, which PubMed passes over."""
    for line in strategy.lines:
        if line.ovid or line.faults:
            continue
        for lenience in read_query(line.query).leniences:
            if lenience.kind is LenienceKind.IGNORED:
                span = (lenience.position, lenience.position + max(1, len(lenience.subject)))
                yield STRAY.at(
                    line,
                    span,
                    f"{lenience.subject!r} is no term, and PubMed passes over it: remove it.",
                    suggestion="",
                )


def foreign_dress(strategy: Strategy) -> Iterator[StrategyFinding]:
    """`exp` before a heading, tags in round brackets, subheadings behind the tag."""
    for line, term in walk_lines(strategy):
        if term.tag in ("mh", "majr") and not term.quoted and term.text.lower().startswith("exp "):
            start = line.span(term)[0]
            yield EXP_WORD.at(
                line,
                (start, start + 3),
                "PubMed explodes headings of itself and searches exp as a word of the heading: remove it.",
                suggestion="",
            )
    for line in strategy.lines:
        for place in range(len(line.tokens) - 1):
            yield from _late_subheading(line, place)
            yield from _round_tag(line, place)


def _late_subheading(line: Line, place: int) -> Iterator[StrategyFinding]:
    tag, late = line.tokens[place], line.tokens[place + 1]
    if tag.kind is not Kind.TAG or late.kind is not Kind.WORD or not re.match(r"/[A-Za-z]", late.text):
        return
    term = line.tokens[place - 1] if place else tag
    quoted = term.kind is Kind.QUOTED
    yield LATE_SUBHEADING.at(
        line,
        (tag.start, late.end),
        f'The subheading {late.text!r} stands behind the tag: PubMed wants "Heading/subheading"[{tag.text}].',
        suggestion=f'"{term.text}{late.text}"[{tag.text}]' if quoted else None,
    )


def _round_tag(line: Line, place: int) -> Iterator[StrategyFinding]:
    tokens = line.tokens[place : place + 4]
    if len(tokens) < 4 or tokens[0].kind not in (Kind.WORD, Kind.QUOTED) or line.ovid:
        return
    if [token.kind for token in tokens[1:]] != [Kind.OPEN, Kind.WORD, Kind.CLOSE]:
        return
    tag = find_tag(tokens[2].text)
    if tag is not None and tokens[2].text.lower() == tag:
        yield ROUND_TAG.at(
            line,
            (tokens[1].start, tokens[3].end),
            f"({tokens[2].text}) is in round brackets, and PubMed searches it as a word: tags stand in square ones.",
            suggestion=f"[{tokens[2].text}]",
        )


def proximity(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Proximity that PubMed does not run: wrong field, no phrase, an asterisk, no distance."""
    for line in strategy.lines:
        for place, token in enumerate(line.tokens):
            match = _PROXIMITY_TAG.fullmatch(token.text.strip()) if token.kind is Kind.TAG else None
            fault = _proximity_fault(line, place, match) if match else None
            if fault:
                yield PROXIMITY.at(line, (token.start, token.end), f"Proximity {fault}.")


def _proximity_fault(line: Line, place: int, match: re.Match[str]) -> str | None:
    before = line.tokens[place - 1] if place else None
    if not match["distance"].isdigit():
        return 'needs a number of words, as in "hip pain"[tiab:~2]'
    if find_tag(match["tag"]) not in PROXIMITY_TAGS:
        return "works with [ti], [tiab] and [ad] only"
    if before is None or before.kind is not Kind.QUOTED or len(before.text.split()) < 2:
        return 'needs at least two words in quotes, as in "hip pain"[tiab:~2]'
    if "*" in before.text:
        return "cannot be joined with an asterisk: write the endings out"
    return None


def dates(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Date fields without a date."""
    for line, term in walk_lines(strategy):
        if term.tag in DATE_TAGS and not _DATES.fullmatch(term.text) and term.relative_date is None:
            yield NO_DATE.at(
                line, line.span(term), f"{term.text!r} is no date: write YYYY, YYYY/MM/DD or a range as 2019:2020[{term.tag}]."
            )


CHECKS: tuple[Check, ...] = (
    syntax_errors,
    ovid_syntax,
    tags,
    tags_on_groups,
    smart_quotes,
    odd_characters,
    stray_characters,
    foreign_dress,
    proximity,
    dates,
)
