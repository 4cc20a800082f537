"""The question, the request it came in, and the protocol that says how it will be answered."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from evidence.base import EvidenceModel, Pmid


class Framework(StrEnum):
    """A way to take a question apart."""

    PICO = "PICO"
    PEO = "PEO"
    SPIDER = "SPIDER"
    SPICE = "SPICE"
    ECLIPSE = "ECLIPSE"
    PCC = "PCC"


FRAMEWORK_ELEMENTS: dict[Framework, tuple[str, ...]] = {
    Framework.PICO: ("population", "intervention", "comparator", "outcome"),
    Framework.PEO: ("population", "exposure", "outcome"),
    Framework.SPIDER: ("sample", "phenomenon of interest", "design", "evaluation", "research type"),
    Framework.SPICE: ("setting", "perspective", "intervention", "comparison", "evaluation"),
    Framework.ECLIPSE: ("expectation", "client group", "location", "impact", "professionals", "service"),
    Framework.PCC: ("population", "concept", "context"),
}
"""The elements of each framework, in the order in which the field writes them."""


class QuestionElement(EvidenceModel):
    """One part of the question under its framework, for example the population."""

    name: str = Field(description="The element's name in lower case, one of FRAMEWORK_ELEMENTS for the framework.")
    text: str = Field(min_length=1, description="What the person asked for in this element, in their words or close to them.")


class Request(EvidenceModel):
    """What a librarian takes down at intake. Only `question` is needed; unset fields mean that nothing was said."""

    question: str = Field(min_length=1, description="The question, one or two sentences, without patient identifiers.")
    purpose: str | None = Field(default=None, description="What the answer is for: guideline, teaching, patient care, …")
    framework: Framework | None = Field(default=None, description="The framework to use; unset: proposed by the model.")
    elements: tuple[QuestionElement, ...] = Field(
        default=(), description="Elements the person gave; these are never overwritten."
    )
    synonyms: tuple[str, ...] = Field(default=(), description="Other words for the question's concepts, from the requester.")
    known_pmids: tuple[Pmid, ...] = Field(
        default=(), description="Papers already known; they test the strategy, they do not build it."
    )
    since: date | None = Field(default=None, description="Only records published on or after this day; unset: no limit.")
    until: date | None = Field(default=None, description="Only records published on or before this day; unset: no limit.")
    languages: tuple[str, ...] = Field(default=(), description="PubMed language names to limit to; empty: no limit.")
    publication_types: tuple[str, ...] = Field(default=(), description="PubMed publication types to limit to; empty: no limit.")
    filters: tuple[str, ...] = Field(default=(), description="Search filters by id, as `evidence search filters` lists them.")
    population_limits: str | None = Field(default=None, description="Limits on who was studied, in words, for screening.")
    exclusions: str | None = Field(default=None, description="What is not wanted, in words, for screening.")
    strategy: str | None = Field(default=None, description="A PubMed strategy to run as it is; unset: one is planned.")
    deadline: date | None = Field(default=None, description="When the answer is needed.")
    output_format: str | None = Field(default=None, description="The format wanted, for example Word.")
    results_wanted: int | None = Field(default=None, ge=1, description="About how many results the requester wants.")
    requester_role: str | None = Field(default=None, description="The requester's role; no name.")
    organisation: str | None = Field(default=None, description="The requester's organisation.")


class EligibilityCriterion(EvidenceModel):
    """One reason to keep or leave out a record."""

    id: str = Field(description="Short stable name, for example `population` or `no-abstract`.")
    text: str = Field(min_length=1, description="The criterion as a sentence a second person would apply in the same way.")


class Protocol(EvidenceModel):
    """How the question will be answered, settled before the search is run."""

    question: str = Field(min_length=1, description="The question as asked.")
    framework: Framework = Field(description="The framework that the elements follow.")
    elements: tuple[QuestionElement, ...] = Field(
        description="What was asked for; an element nobody gave is absent, not invented."
    )
    proposed_by: str = Field(description="Who proposed the elements: a model's name, `person` or `rules`.")
    criteria: tuple[EligibilityCriterion, ...] = Field(default=(), description="What a record must meet to be included.")
    known_pmids: tuple[Pmid, ...] = Field(default=(), description="Papers known before the search, kept apart as a test.")
    since: date | None = Field(default=None, description="First publication day wanted; unset: no limit.")
    until: date | None = Field(default=None, description="Last publication day wanted; unset: no limit.")
    languages: tuple[str, ...] = Field(default=(), description="Languages wanted; empty: no limit.")
    publication_types: tuple[str, ...] = Field(default=(), description="Publication types wanted; empty: no limit.")
    filters: tuple[str, ...] = Field(default=(), description="Ids of the search filters to apply; empty: none.")

    def element(self, name: str) -> str | None:
        """The text of the element of this name, or None where nobody gave it."""
        return next((element.text for element in self.elements if element.name == name), None)
