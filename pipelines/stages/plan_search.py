"""Plans the search. A model proposes words, the source counts them, code compiles the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.language_model.structured import ask
from evidence.question import Protocol, Request
from evidence.search import SearchConcept, SearchStrategy
from evidence.services import CitationSource, LanguageModel, MeshVocabulary
from prompts.contracts import ConceptWords, PlanSearchAnswer, PlanSearchInputs
from prompts.registry import render
from searching.compile_strategy import compile_with_limits
from searching.content_words import content_words
from searching.expand_line_references import expand_line_references
from searching.filters import find_filter
from searching.free_text import own_words, own_words_query, phrase_query, without_abbreviation
from searching.heading_arm import heading_arm, heading_query, with_headings
from searching.limits import NOT_INDEXED, Limits, LimitStep
from searching.read_strategy import read_strategy
from searching.take_apart import CENTRAL_ELEMENTS, COMPARATORS

DRIFT = 25
"""A proposed word that matches this many times more records than the concept's own words is taken to mean something wider."""

ENOUGH = 200
"""Records that need no further concept: each concept added loses some that belong, and ranking sorts a few hundred."""

FEW = 10
"""Records below which a concept is searched by fewer of its words: authors may have chosen others."""

_SEARCHED = ("population", "client group", "sample", "perspective", "setting", "outcome", "evaluation", "context", "impact")


def plan_search(
    request: Request,
    protocol: Protocol,
    model: LanguageModel,
    source: CitationSource,
    mesh: MeshVocabulary | None = None,
) -> SearchStrategy:
    """The strategy for a protocol; the person's own where they gave one.

    The central concept is searched alone where it finds few enough records, else with the next one. Comparators are not
    searched for: records often leave them out. What finds nothing, or far too much, is left out and said in the notes, and
    so is what each limit does to records that are not indexed yet. With a vocabulary, headings are those that it has.
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
    if mesh is not None:
        words = [_with_headings(concept, mesh, notes) for concept in words]
    settled = [_settle_concept(concept, source, notes) for concept in words]
    limits = Limits(
        since=protocol.since,
        until=protocol.until,
        languages=protocol.languages,
        publication_types=protocol.publication_types,
        filters=tuple(find_filter(name) for name in protocol.filters),
    )
    return _widest_that_serves(settled, limits, proposed_by, notes, source)


def choose_concepts(protocol: Protocol) -> list[SearchConcept]:
    """The elements worth searching for: the central one, then who and where, then the outcome if still alone."""
    central = CENTRAL_ELEMENTS[protocol.framework]
    searchable = {
        element.name: element.text
        for element in protocol.elements
        if element.name not in COMPARATORS and content_words(element.text)
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
        terms = [*without_abbreviation(concept.name)[1], *terms]
        if number == 1:
            terms = [*given, *terms]
        headings = [heading for entry in mine for heading in entry.headings]
        words.append(
            concept.model_copy(update={"terms": tuple(dict.fromkeys(terms)), "headings": tuple(dict.fromkeys(headings))})
        )
    return words


def _with_headings(concept: SearchConcept, mesh: MeshVocabulary, notes: list[str]) -> SearchConcept:
    found, said = with_headings(concept, mesh)
    notes += said
    return found


def _settle_concept(concept: SearchConcept, source: CitationSource, notes: list[str]) -> SearchConcept:
    """The concept with those of its words that occur together, and those proposed that find something and do not drift."""
    concept, own = _with_words_that_serve(concept, source, notes)
    kept_terms = [term for term in concept.terms if _earns_its_place(f"“{term}”", phrase_query(term), own, source, notes)]
    kept_headings = [
        heading
        for heading in concept.headings
        if (query := heading_query(heading)) and _earns_its_place(f"heading “{heading}”", query, own, source, notes)
    ]
    kept_parts = concept.parts
    if in_part := heading_arm(concept.model_copy(update={"headings": ()})):
        names = " and ".join(f"“{part.heading}”" for part in concept.parts)
        kept_parts = kept_parts if _earns_its_place(f"headings {names}", in_part, own, source, notes) else ()
    return concept.model_copy(update={"terms": tuple(kept_terms), "headings": tuple(kept_headings), "parts": kept_parts})


def _with_words_that_serve(concept: SearchConcept, source: CitationSource, notes: list[str]) -> tuple[SearchConcept, int]:
    """The concept by all its words, or by fewer where all together find next to nothing; and its records.

    Words go from the ends, the one whose loss finds more: in English what qualifies a thing stands before it
    (`severe`, `early`) or trails behind (`at 12 months`).
    """
    count = source.count(own_words_query(concept)).count
    words = [word for alternative in own_words(concept) for word in alternative]
    while count < FEW and len(words) > 1:
        fewer = [concept.model_copy(update={"words": tuple(kept)}) for kept in (words[:-1], words[1:])]
        counted = [(source.count(own_words_query(candidate)).count, candidate) for candidate in fewer]
        usable = [(found, candidate) for found, candidate in counted if not count or found <= ENOUGH]
        if not usable:
            break
        found, best = max(usable, key=lambda pair: pair[0])
        words = list(best.words)
        if found > count:
            notes.append(f"“{concept.name}” finds {count} records by all its words, {found} by “{' '.join(words)}”.")
            concept, count = best, found
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

    def compiled(chosen: Sequence[SearchConcept], *more: str) -> _Compiled:
        return _Compiled(*compile_with_limits(chosen, proposed_by=proposed_by, limits=limits, notes=(*notes, *more)))

    first = compiled(concepts[:1])
    if len(concepts) == 1:
        return first.with_losses(source)
    others = ", ".join(f"“{concept.name}”" for concept in concepts[1:])
    if 0 < (count := first.count(source)) <= ENOUGH:
        note = f"Not searched for: {others}; {count} records are few enough to rank."
        return compiled(concepts[:1], note).with_losses(source)
    together = compiled(concepts)
    if together.count(source):
        return together.with_losses(source)
    for concept in concepts:
        alone = compiled([concept], f"All concepts together found nothing: only “{concept.name}” was searched for.")
        if alone.count(source):
            return alone.with_losses(source)
    return together.strategy


@dataclass(frozen=True)
class _Compiled:
    """A strategy with the place of each of its limits."""

    strategy: SearchStrategy
    steps: Sequence[LimitStep]

    def count(self, source: CitationSource) -> int:
        return source.count(expand_line_references(self.strategy.lines)[-1]).count

    def with_losses(self, source: CitationSource) -> SearchStrategy:
        """The strategy, with a note on what each limit does to records that are not indexed for MEDLINE."""
        if not self.steps:
            return self.strategy
        queries = expand_line_references(self.strategy.lines)

        def not_indexed(line: int) -> int:
            return source.count(f"({queries[line - 1]}) NOT {NOT_INDEXED}").count

        said = [_loss(step, not_indexed(step.before), not_indexed(step.alone)) for step in self.steps]
        return self.strategy.model_copy(update={"notes": (*self.strategy.notes, *said)})


def _loss(step: LimitStep, before: int, alone: int) -> str:
    name = f"{step.name[0].upper()}{step.name[1:]}"
    if not before:
        return f"{name} loses no record that is not yet indexed for MEDLINE: the search finds none."
    lost = before - alone
    if step.after == step.alone:
        return f"{name} takes away {lost} of the {before} records found that are not yet indexed for MEDLINE."
    return (
        f"{name} alone would lose {lost} of the {before} records found that are not yet indexed for MEDLINE: "
        f"line #{step.after} keeps them."
    )
