"""Plans the search. A model proposes words, the source counts them, code compiles the lines."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.language_model.structured import ask
from evidence.question import Protocol, Request
from evidence.search import SearchConcept, SearchStrategy
from evidence.services import CitationSource, LanguageModel, Progress
from prompts.contracts import ConceptWords, PlanSearchAnswer, PlanSearchInputs
from prompts.registry import render
from searching.compile_strategy import Limits, any_word, compile_strategy, own_words_query, phrase_query
from searching.content_words import content_words
from searching.expand_line_references import expand_line_references
from searching.read_strategy import read_strategy
from searching.take_apart import CENTRAL_ELEMENTS

DRIFT = 25
"""A proposed word that matches this many times more records than the concept's own words is taken to mean something wider."""

_SEARCHED = ("population", "client group", "sample", "perspective", "setting", "outcome", "evaluation", "context", "impact")
_COMPARATORS = frozenset({"comparator", "comparison"})


def plan_search(
    request: Request, protocol: Protocol, model: LanguageModel, source: CitationSource, progress: Progress
) -> SearchStrategy:
    """The strategy for a protocol; the person's own where they gave one.

    Comparators are not searched for, and outcomes only where there are fewer than two concepts without them: records
    often leave both out of title and abstract. What finds nothing, or far too much, is left out and said in the notes.
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
    return _widest_that_finds(settled, limits, proposed_by, notes, source, progress)


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
    """The concept with those of its proposed words that find something and do not drift."""
    own = source.count(own_words_query(concept)).count
    if own == 0:
        concept = any_word(concept)
        notes.append(f"No record has all the words of “{concept.name}” in title or abstract: any one of them will do.")
        own = source.count(" OR ".join(phrase_query(word) for word in content_words(concept.name))).count
    kept_terms = [term for term in concept.terms if _earns_its_place(f"“{term}”", phrase_query(term), own, source, notes)]
    kept_headings = [
        heading
        for heading in concept.headings
        if _earns_its_place(f"heading “{heading}”", f'"{heading}"[mh]', own, source, notes)
    ]
    return concept.model_copy(update={"terms": tuple(kept_terms), "headings": tuple(kept_headings)})


def _earns_its_place(name: str, query: str, own: int, source: CitationSource, notes: list[str]) -> bool:
    count = source.count(query).count
    if count == 0:
        notes.append(f"Left out {name}: it finds no record.")
        return False
    if own and count > DRIFT * own:
        notes.append(f"Left out {name}: it finds {count} records, the concept's own words {own}, so it means something wider.")
        return False
    return True


def _widest_that_finds(
    concepts: Sequence[SearchConcept],
    limits: Limits,
    proposed_by: str,
    notes: Sequence[str],
    source: CitationSource,
    progress: Progress,
) -> SearchStrategy:
    """All concepts together; where that finds nothing, each alone in turn, and the one that finds something."""
    tried: list[str] = list(notes)
    together = compile_strategy(concepts, proposed_by=proposed_by, limits=limits, notes=tried)
    if len(concepts) == 1 or _final_count(together, source):
        return together
    for concept in concepts:
        alone = compile_strategy([concept], proposed_by=proposed_by, limits=limits)
        if _final_count(alone, source):
            note = f"All concepts together found nothing, so only “{concept.name}” was searched for."
            progress.note(note)
            return alone.model_copy(update={"notes": (*tried, note)})
    return together


def _final_count(strategy: SearchStrategy, source: CitationSource) -> int:
    return source.count(expand_line_references(strategy.lines)[-1]).count
