"""Element 4 of PRESS, second half: other ways of writing the same word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence.strategy_check import PressElement, Severity, StrategyFinding
from searching.checks.concepts import Leaf, concepts, is_filter, is_text
from searching.checks.lines import Line, Strategy
from searching.checks.rule import Check, Rule
from searching.checks.words import field_covers, singular
from searching.content_words import words_of
from searching.query import Proximity, Term
from searching.spelling import spelling_variants

_E = PressElement.TEXT_WORDS
SPELLING = Rule("spelling-variant", _E, Severity.WARNING)
HYPHEN = Rule("hyphen-variant", _E, Severity.ADVICE)
NUMBER = Rule("singular-or-plural", _E, Severity.ADVICE)
ACRONYM = Rule("acronym-alone", _E, Severity.ADVICE)

_PREFIXES = frozenset(
    """
    anti broncho cardio co cyber electro gastro hyper hypo immuno infra inter intra macro meta micro mid multi neo neuro
    non over para peri post pre pseudo re self semi sub super supra tele trans ultra under
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_COUNTED = (
    r"(?:ician|ist|oma|gram|graph|scope|meter|ectomy|otomy|ostomy|disorder|disease|infection|tumou?r|neoplasm|cancer|"
    r"syndrome|injury|fracture|vaccine|hospital|patient|nurse|drug|trial|antibiotic|stroke|lesion|ulcer|wound|carcinoma|"
    r"device|implant|graft|screen|programme?|test|scan|stent|catheter|mask|intervention)"
)
_SINGULAR = re.compile(rf"{_COUNTED}$")
"""Words that are counted, so that both forms are written; of most others one form alone is right."""
_PLURAL_TOO = re.compile(rf"(?:{_COUNTED}|ion|ment|or|er|ent|ial|ine|ide)$")
_ACRONYM = re.compile(r"(?!.*\d\d)[A-Z][A-Z0-9]{1,5}s?")


class _Words:
    """The free text of one concept, by field, and what it finds."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        # A published study filter is used as it was validated, whatever words it leaves out.
        self.is_filter = is_filter(leaves)
        self.terms = [(leaf.line, leaf.node) for leaf in leaves if isinstance(leaf.node, Term) and is_text(leaf.node)]
        self._plain: dict[str, set[str | None]] = {}
        self._stems: list[tuple[str, str | None]] = []
        for _, term in self.terms:
            text = _folded(term.text)
            if text.endswith("*"):
                self._stems.append((text[:-1], term.tag))
            self._plain.setdefault(text, set()).add(term.tag)

    def finds(self, text: str, tag: str | None) -> bool:
        """Whether these words, in this field, are searched for by some term, whole, truncated or mapped by PubMed."""
        folded = _folded(text)
        if any(own is None or field_covers(own, tag) for own in self._plain.get(folded, ())):
            return True
        return any(folded.startswith(stem) and (own is None or field_covers(own, tag)) for stem, own in self._stems)


def _folded(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").split())


def spelling(strategy: Strategy) -> Iterator[StrategyFinding]:
    """UK and US spellings of a word of which the concept has only one."""
    for line, term, words in _text_terms(strategy):
        for other in spelling_variants(term.text)[1:]:
            if not words.finds(other, term.tag) and not term.text.lower().endswith("analyses"):
                yield SPELLING.at(
                    line,
                    line.span(term),
                    f"{term.text!r} is written {other!r} in the other national spelling, which nothing here finds.",
                    suggestion=_either(line, term, other),
                    severity=Severity.ADVICE if words.is_filter else None,
                )


def hyphens(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Words with a hyphened prefix that are also written as one; PubMed finds the two apart from each other."""
    for line, term, words in _text_terms(strategy):
        match = re.fullmatch(r"([a-z]+)-([a-z]{3,}\*?)", term.text.lower())
        if match is None or match[1] not in _PREFIXES:
            continue
        joined = match[1] + match[2]
        if not words.finds(joined, term.tag):
            yield HYPHEN.at(
                line,
                line.span(term),
                f"{term.text!r} is also written as one word, {joined!r}, which nothing here finds.",
                suggestion=_either(line, term, joined),
            )


def singular_and_plural(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Nouns of which the concept has only the singular or only the plural."""
    for line, term, words in _text_terms(strategy):
        head = term.text.split()[-1]
        if not head.isalpha() or head.isupper() or words.is_filter:
            continue
        lower = head.lower()
        other = singular(lower)
        if other == lower:
            if not _SINGULAR.search(lower):
                continue
            other = f"{lower[:-1]}ies" if lower.endswith("y") else f"{lower}s"
        elif not _PLURAL_TOO.search(other):
            continue
        changed = term.text[: -len(head)] + other
        if not words.finds(changed, term.tag):
            yield NUMBER.at(
                line,
                line.span(term),
                f"{term.text!r} is searched without {changed!r}: add it or truncate.",
                suggestion=_either(line, term, changed),
            )


def acronyms(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Acronyms whose words the concept does not search for."""
    for leaves in concepts(strategy):
        names = [leaf.node.text for leaf in leaves if isinstance(leaf.node, Term | Proximity)]
        for leaf in leaves:
            term = leaf.node
            if not isinstance(term, Term) or not is_text(term) or not _ACRONYM.fullmatch(term.text):
                continue
            known = strategy.vocabulary.find(term.text) if strategy.vocabulary else None
            full = [*names, *((known.heading, *known.entry_terms) if known and _used(known.heading, names) else ())]
            if any(_stands_for(term.text.rstrip("s"), name) for name in full) or (known and _used(known.heading, names)):
                continue
            yield ACRONYM.at(
                leaf.line,
                leaf.line.span(term),
                f"The acronym {term.text} stands alone: search its words too, and see what else it stands for.",
            )


def _used(heading: str, names: list[str]) -> bool:
    return heading.lower() in {name.lower() for name in names}


def _stands_for(acronym: str, name: str) -> bool:
    """Whether the letters of an acronym stand in this order in a longer name, the first as its first letter."""
    letters = "".join(words_of(name)).lower()
    if len(letters) <= len(acronym) + 2 or letters[0] != acronym[0].lower():
        return False
    rest = iter(letters)
    return all(any(letter == own for own in rest) for letter in acronym.lower() if letter.isalpha())


def _text_terms(strategy: Strategy) -> Iterator[tuple[Line, Term, _Words]]:
    """The free-text terms that PubMed takes as written, with the words of their concept."""
    for leaves in concepts(strategy):
        words = _Words(leaves)
        for line, term in words.terms:
            if not term.mapped:
                yield line, term, words


def _either(line: Line, term: Term, other: str) -> str:
    """The term OR its other form, in the same dress."""
    span, bare = line.span(term), line.span(term, tag=False)
    mark = '"' if term.quoted else ""
    return f"{line.at(span)} OR {mark}{other}{mark}{line.text[bare[1] : span[1]]}"


CHECKS: tuple[Check, ...] = (spelling, hyphens, singular_and_plural, acronyms)
