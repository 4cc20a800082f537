"""Plans the search. A model proposes words, the source counts them, code compiles the lines."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.language_model.structured import ask
from evidence.question import Protocol, Request
from evidence.search import SearchConcept, SearchStrategy
from evidence.services import CitationSource, LanguageModel
from prompts.contracts import ConceptWords, PlanSearchAnswer, PlanSearchInputs
from prompts.registry import render
from searching.compile_strategy import Limits, compile_strategy, own_words, own_words_query, phrase_query
from searching.content_words import content_words
from searching.expand_line_references import expand_line_references
from searching.read_strategy import read_strategy
from searching.take_apart import CENTRAL_ELEMENTS

DRIFT = 25
"""A proposed word that matches this many times more records than the concept's own words is taken to mean something wider."""

ENOUGH = 200
"""Records that need no further concept: each concept added loses some that belong, and ranking sorts a few hundred."""

FEW = 10
"""Records below which a concept is searched by fewer of its words: authors may have chosen others."""

_SEARCHED = ("population", "client group", "sample", "perspective", "setting", "outcome", "evaluation", "context", "impact")
_COMPARATORS = frozenset({"comparator", "comparison"})


def plan_search(request: Request, protocol: Protocol, model: LanguageModel, source: CitationSource) -> SearchStrategy:
    """The strategy for a protocol; the person's own where they gave one.

    The central concept is searched alone where it finds few enough records, else with the next one. Comparators are not
    searched for: records often leave them out. What finds nothing, or far too much, is left out and said in the notes.
    """
    if request.strategy:
        return read_strategy(request.strategy)
    concepts = choose_concepts(protocol)
    if not concepts:
        concepts = [SearchConcept(name=protocol.question, element="question")]
    rendered = render(
        "plan_search", PlanSearchInputs(question=protocol.question, concepts=tuple(concept.name for concept in concepts))
    )
    answer = ask(model, [rendered], PlanSearchAnswer)[0]
    notes = [] if answer.value else [f"No synonyms: {answer.problem}"]
    proposed_by = model.identity.name if answer.value else "rules"
    words = _with_request_synonyms(concepts, answer.value.concepts if answer.value else [], request.synonyms)
    settled = [_settle_concept(concept, source, notes) for concept in words]
    limits = Limits(since=protocol.since, until=protocol.until, languages=protocol.languages)
    return _widest_that_serves(settled, limits, proposed_by, notes, source)


def choose_concepts(protocol: Protocol) -> list[SearchConcept]:
    """The elements worth searching for: the central one, then who and where, then the outcome if still alone."""
    central = CENTRAL_ELEMENTS[protocol.framework]
    searchable = {
        element.name: element.text
        for element in protocol.elements
        if element.name not in _COMPARATORS and content_words(element.text)
    }
    order = [name for name in (central, *_SEARCHED) if name in searchable]
    return [SearchConcept(name=searchable[name], element=name) for name in order[:2]]


def _with_request_synonyms(
    concepts: Sequence[SearchConcept], proposed: Sequence[ConceptWords], given: Sequence[str]
) -> list[SearchConcept]:
    words = []
    for number, concept in enumerate(concepts, 1):
        mine = [entry for entry in proposed if entry.concept == number]
        terms = [term for entry in mine for term in entry.synonyms if term.strip().lower() != concept.name.lower()]
        if number == 1:
            terms = [*given, *terms]
        headings = [heading for entry in mine for heading in entry.headings]
        words.append(
            concept.model_copy(update={"terms": tuple(dict.fromkeys(terms)), "headings": tuple(dict.fromkeys(headings))})
        )
    return words


def _settle_concept(concept: SearchConcept, source: CitationSource, notes: list[str]) -> SearchConcept:
    """The concept with those of its words that occur together, and those proposed that find something and do not drift."""
    concept, own = _with_words_that_serve(concept, source, notes)
    kept_terms = [term for term in concept.terms if _earns_its_place(f"“{term}”", phrase_query(term), own, source, notes)]
    kept_headings = [
        heading
        for heading in concept.headings
        if _earns_its_place(f"heading “{heading}”", f'"{heading}"[mh]', own, source, notes)
    ]
    return concept.model_copy(update={"terms": tuple(kept_terms), "headings": tuple(kept_headings)})


def _with_words_that_serve(concept: SearchConcept, source: CitationSource, notes: list[str]) -> tuple[SearchConcept, int]:
    """The concept by all its words, or by its first ones where all together find next to nothing; and its records."""
    count = source.count(own_words_query(concept)).count
    words = [word for alternative in own_words(concept) for word in alternative]
    for kept in range(len(words) - 1, 0, -1):
        if count >= FEW:
            break
        fewer = concept.model_copy(update={"words": tuple(words[:kept])})
        found = source.count(own_words_query(fewer)).count
        if count and found > ENOUGH:
            break
        if found > count:
            notes.append(f"“{concept.name}” finds {count} records by all its words, {found} by “{' '.join(fewer.words)}”.")
            concept, count = fewer, found
    return concept, count


def _earns_its_place(name: str, query: str, own: int, source: CitationSource, notes: list[str]) -> bool:
    count = source.count(query).count
    if count == 0:
        notes.append(f"Left out {name}: it finds no record.")
        return False
    if own and count > DRIFT * own:
        notes.append(f"Left out {name}: it finds {count} records, the concept's own words {own}, so it means something wider.")
        return False
    return True


def _widest_that_serves(
    concepts: Sequence[SearchConcept],
    limits: Limits,
    proposed_by: str,
    notes: Sequence[str],
    source: CitationSource,
) -> SearchStrategy:
    """The first concept alone if it finds few enough; else all together; else the first concept that finds anything."""

    def compiled(chosen: Sequence[SearchConcept], *more: str) -> tuple[SearchStrategy, int]:
        strategy = compile_strategy(chosen, proposed_by=proposed_by, limits=limits, notes=(*notes, *more))
        return strategy, source.count(expand_line_references(strategy.lines)[-1]).count

    first, count = compiled(concepts[:1])
    if len(concepts) == 1:
        return first
    others = ", ".join(f"“{concept.name}”" for concept in concepts[1:])
    if 0 < count <= ENOUGH:
        alone, _ = compiled(concepts[:1], f"Not searched for: {others}; {count} records are few enough to rank.")
        return alone
    together, found = compiled(concepts)
    if found:
        return together
    for concept in concepts:
        alone, count = compiled([concept], f"All concepts together found nothing: only “{concept.name}” was searched for.")
        if count:
            return alone
    return together
