"""Element 3 of PRESS: subject headings."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from evidence.services import MeshVocabulary
from evidence.strategy_check import PressElement, Severity, StrategyFinding
from searching.checks.concepts import HEADING_TAGS, Leaf, concepts, is_text
from searching.checks.lines import Line, Strategy, walk_lines
from searching.checks.rule import Check, Rule
from searching.checks.subheadings import find_subheading, nearest_subheading
from searching.checks.words import singular
from searching.content_words import content_words
from searching.query import Or, Term, walk

_E = PressElement.HEADINGS
UNKNOWN = Rule("unknown-heading", _E, Severity.ERROR)
ENTRY_TERM = Rule("entry-term-as-heading", _E, Severity.ADVICE)
SUBHEADING = Rule("unknown-subheading", _E, Severity.ERROR)
PUBLICATION_TYPE = Rule("unknown-publication-type", _E, Severity.ERROR)
NOW_HEADING = Rule("supplementary-concept-now-heading", _E, Severity.WARNING)
NO_HEADING = Rule("concept-without-heading", _E, Severity.WARNING)
COVERED = Rule("covered-heading", _E, Severity.ADVICE)
MAJOR = Rule("major-topic-only", _E, Severity.ADVICE)
NOT_EXPLODED = Rule("not-exploded", _E, Severity.ADVICE)

_MOST_NAMED = 4
_SLIP = 0.85
"""How alike two names are, by difflib, when one is a slip of the pen for the other."""

_TYPES_ROOT = "V"


def unknown_headings(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Headings that MeSH has not, with the nearest; entry terms used as headings."""
    mesh = strategy.vocabulary
    if mesh is None:
        return
    for line, term in walk_lines(strategy):
        if term.tag not in HEADING_TAGS or term.truncated or term.heading.lower().startswith("exp "):
            continue
        found = mesh.find(term.heading)
        if found is None:
            yield _unknown(mesh, line, term)
        elif content_words(found.heading, generic=True) != content_words(term.heading, generic=True):
            yield ENTRY_TERM.at(
                line,
                line.span(term),
                f"{term.heading!r} is an entry term: the heading is {found.heading!r}, and PubMed searches that.",
                suggestion=_written(term, found.heading),
            )


def _unknown(mesh: MeshVocabulary, line: Line, term: Term) -> StrategyFinding:
    for other in (singular(term.heading), f"{term.heading}s"):
        found = mesh.find(other)
        if found is not None:
            return UNKNOWN.at(
                line,
                line.span(term),
                f"MeSH has no heading {term.heading!r}; it writes {found.heading!r}.",
                suggestion=_written(term, found.heading),
                severity=Severity.WARNING,
            )
    near = mesh.nearest(term.heading, 3)
    hint = f"the nearest are {'; '.join(near)}." if near else "search for it as free text instead."
    slip = bool(near) and SequenceMatcher(None, term.heading.lower(), near[0].lower()).ratio() >= _SLIP
    return UNKNOWN.at(
        line,
        line.span(term),
        f"MeSH has no heading {term.heading!r}, so PubMed finds nothing by it or guesses: {hint}",
        suggestion=_written(term, near[0]) if slip else None,
    )


def _written(term: Term, heading: str) -> str:
    subheading = f"/{term.subheading}" if term.subheading else ""
    return f'"{heading}{subheading}"[{term.tag}{"" if term.explode else ":noexp"}]'


def unknown_subheadings(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Subheadings, alone or behind a heading, that MeSH has not."""
    for line, term in walk_lines(strategy):
        name = term.text if term.tag == "sh" else term.subheading if term.tag in HEADING_TAGS else None
        if not name or "*" in name or find_subheading(name):
            continue
        near = nearest_subheading(name)
        hint = f"did you mean {near!r}?" if near else "use one of the subheadings that MeSH has."
        yield SUBHEADING.at(
            line,
            line.span(term),
            f"MeSH has no subheading {name!r}: {hint}",
            suggestion=line.at(line.span(term)).replace(name, near) if near else None,
        )


def unknown_publication_types(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Publication types that MeSH has not, where the vocabulary holds publication types at all."""
    mesh = strategy.vocabulary
    if mesh is None or mesh.find("Randomized Controlled Trial") is None:
        return
    for line, term in walk_lines(strategy):
        if term.tag != "pt" or term.truncated:
            continue
        found = mesh.find(term.text)
        if found is not None and any(place.startswith(_TYPES_ROOT) for place in found.tree_numbers):
            continue
        near = [name for name in mesh.nearest(term.text, 8) if _is_type(mesh, name)]
        yield PUBLICATION_TYPE.at(
            line,
            line.span(term),
            f"PubMed has no publication type {term.text!r}{f': did you mean {near[0]!r}?' if near else '.'}",
            suggestion=f'"{near[0]}"[pt]' if near else None,
        )


def _is_type(mesh: MeshVocabulary, name: str) -> bool:
    found = mesh.find(name)
    return found is not None and any(place.startswith(_TYPES_ROOT) for place in found.tree_numbers)


def supplementary_concepts(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Supplementary concepts that have become headings since: newer records carry the heading alone."""
    if strategy.vocabulary is None:
        return
    for line, term in walk_lines(strategy):
        found = strategy.vocabulary.find(term.text) if term.tag == "nm" and not term.truncated else None
        if found is not None and not _heading_used(strategy, found.heading):
            yield NOW_HEADING.at(
                line,
                line.span(term),
                f"{term.text!r} is a MeSH heading now, {found.heading!r}, and records are indexed with that: search it too.",
                suggestion=f'"{found.heading}"[mh]',
            )


def _heading_used(strategy: Strategy, heading: str) -> bool:
    return any(
        term.tag in HEADING_TAGS and term.heading.lower() == heading.lower() for line in strategy.lines for term in line.terms
    )


def concepts_without_heading(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Concepts searched in free text alone although their words lead to a heading."""
    mesh = strategy.vocabulary
    if mesh is None:
        return
    for leaves in concepts(strategy):
        terms = [leaf for leaf in leaves if isinstance(leaf.node, Term)]
        if not terms or len(terms) != len(leaves) or not all(_plain_text(leaf) for leaf in terms):
            continue
        led = _leads(mesh, terms)
        if not led:
            continue
        first = next(iter(led.values()))
        yield NO_HEADING.at(
            first.line,
            first.line.span(first.node),
            "This concept is searched in free text alone; its words lead to "
            f"{'the heading' if len(led) == 1 else 'the headings'} {'; '.join(list(led)[:_MOST_NAMED])}.",
            suggestion=f'{first.line.at(first.line.span(first.node))} OR "{next(iter(led))}"[mh]',
        )


def _plain_text(leaf: Leaf) -> bool:
    """Free text that is neither mapped to headings by PubMed nor meant for titles alone."""
    return isinstance(leaf.node, Term) and is_text(leaf.node) and not leaf.node.mapped and leaf.node.tag != "ti"


def _leads(mesh: MeshVocabulary, terms: list[Leaf]) -> dict[str, Leaf]:
    """The headings that the words of these terms lead to, with the term that does."""
    led: dict[str, Leaf] = {}
    for leaf in terms:
        if isinstance(leaf.node, Term) and not leaf.node.truncated and content_words(leaf.node.text):
            found = mesh.find(leaf.node.text)
            if found is not None and not any(place.startswith(_TYPES_ROOT) for place in found.tree_numbers):
                led.setdefault(found.heading, leaf)
    return led


def covered_headings(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Headings that another one beside them takes in by explosion."""
    mesh = strategy.vocabulary
    if mesh is None:
        return
    for line in strategy.lines:
        for node in walk(line.tree) if line.tree else ():
            if not isinstance(node, Or):
                continue
            terms = [t for t in node.operands if isinstance(t, Term) and t.tag == "mh" and not t.truncated and not t.subheading]
            exploded = {t.heading: {name.lower() for name in mesh.narrower(t.heading)[1:]} for t in terms if t.explode}
            for wide, below in exploded.items():
                covered = [t for t in terms if t.heading.lower() in below]
                if covered:
                    yield _covered(line, wide, covered)


def _covered(line: Line, wide: str, covered: list[Term]) -> StrategyFinding:
    names = "; ".join(term.heading for term in covered[:_MOST_NAMED]) + ("; …" if len(covered) > _MOST_NAMED else "")
    stand = "stands" if len(covered) == 1 else "stand"
    return COVERED.at(
        line,
        line.span(covered[0]),
        f"{names} {stand} below {wide!r} in the tree: exploding that finds them already.",
    )


def narrow_headings(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Headings as major topic only, or without the narrower ones, where that leaves something out."""
    for line, term in walk_lines(strategy):
        if term.tag == "majr":
            yield MAJOR.at(
                line,
                line.span(term),
                f"[majr] finds {term.heading!r} only where it is a main topic: use [mh] unless the loss is meant.",
            )
        elif term.tag == "mh" and not term.explode and strategy.vocabulary is not None:
            below = strategy.vocabulary.narrower(term.heading)[1:]
            missing = [name for name in below if not _heading_used(strategy, name)]
            if missing:
                yield NOT_EXPLODED.at(
                    line,
                    line.span(term),
                    f"{term.heading!r} is not exploded, which leaves out {len(missing)} narrower "
                    f"heading{'s' if len(missing) > 1 else ''} ({'; '.join(missing[:3])}{'; …' if len(missing) > 3 else ''}).",
                )


CHECKS: tuple[Check, ...] = (
    unknown_headings,
    unknown_subheadings,
    unknown_publication_types,
    supplementary_concepts,
    concepts_without_heading,
    covered_headings,
    narrow_headings,
)
