"""What each prompt takes and what it must answer: a wrong variable fails before any call, a wrong answer is not used.

The answers are what a model says, nothing more: code anchors, checks and compiles them before they become evidence/ models.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from evidence.base import Pmid
from evidence.claim import Direction
from evidence.question import FRAMEWORK_ELEMENTS, Framework

# Lengths are bounds against runaway answers, not style: an answer a little too long is asked for again, and paid for again.
Short = Annotated[str, Field(max_length=300)]


class PromptModel(BaseModel):
    """Inputs and answers of prompts: closed to unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FrameQuestionInputs(PromptModel):
    """For `frame_question`."""

    question: str = Field(description="The question as asked.")
    framework: Framework = Field(description="The framework whose elements are wanted.")

    @property
    def element_names(self) -> tuple[str, ...]:
        """The framework's elements, in order."""
        return FRAMEWORK_ELEMENTS[self.framework]


class NamedElement(PromptModel):
    """One element as the model read it."""

    name: str = Field(max_length=80, description="The element's name.")
    text: str = Field(max_length=300, description="The words of the question that state it.")


class FrameQuestionAnswer(PromptModel):
    """From `frame_question`."""

    elements: list[NamedElement] = Field(max_length=6, description="The elements that the question states.")


class PlanSearchInputs(PromptModel):
    """For `plan_search`."""

    question: str = Field(description="The question as asked.")
    concepts: tuple[str, ...] = Field(min_length=1, description="The concepts to find words for, in the question's words.")


class ConceptWords(PromptModel):
    """Words for one concept."""

    concept: int = Field(ge=1, le=6, description="The concept's number, from 1.")
    synonyms: list[Annotated[str, Field(max_length=120)]] = Field(
        max_length=5, description="Other words for it in titles and abstracts."
    )
    headings: list[Annotated[str, Field(max_length=120)]] = Field(max_length=3, description="MeSH headings for it.")


class PlanSearchAnswer(PromptModel):
    """From `plan_search`."""

    concepts: list[ConceptWords] = Field(max_length=4, description="Words for each concept.")


class RecordInputs(PromptModel):
    """A record with its sentences numbered from 1, as `screen_citation` and `extract_study` read it."""

    question: str = Field(description="The question as asked.")
    pmid: Pmid = Field(description="The record's PMID.")
    title: str = Field(description="The record's title.")
    sentences: tuple[str, ...] = Field(min_length=1, description="The abstract's sentences, in order.")
    licensed_from: str | None = Field(description="`Citation.licensed_from`: it goes to no external model; None: it may.")


class ScreenCitationInputs(RecordInputs):
    """For `screen_citation`."""

    criteria: tuple[str, ...] = Field(min_length=1, description="What a record must meet.")


class ScreenCitationAnswer(PromptModel):
    """From `screen_citation`."""

    decision: Literal["include", "unsure", "exclude"] = Field(description="Whether it can help to answer the question.")
    criterion: int = Field(ge=1, le=9, description="Number of the criterion that decided.")
    sentence: int = Field(ge=0, le=99, description="Number of the sentence it rests on; 0: the title.")


class ExtractStudyInputs(RecordInputs):
    """For `extract_study`."""


class ReportedResult(PromptModel):
    """One result as the model read it."""

    outcome: Short = Field(description="What was measured.")
    statement: str = Field(min_length=1, max_length=700, description="The result as one sentence.")
    direction: Direction = Field(description="Intervention group against comparison group.")
    sentence: int = Field(ge=1, le=99, description="Number of the sentence that reports it.")


class ExtractStudyAnswer(PromptModel):
    """From `extract_study`."""

    results: list[ReportedResult] = Field(max_length=2, description="Results that help to answer the question.")
    design: Short = Field(description="Study design, or `not reported`.")
    participants: int = Field(ge=0, description="How many were studied; 0: not reported.")
    population: Short = Field(description="Who was studied.")
    intervention: Short = Field(description="What was done.")
    comparator: Short = Field(description="What it was compared with.")


class ListedFinding(PromptModel):
    """A finding as the bottom line may use it."""

    number: int = Field(ge=1, description="Its number in the list.")
    study: str = Field(description="Author and year.")
    statement: str = Field(description="The finding.")


class WriteBottomLineInputs(PromptModel):
    """For `write_bottom_line`."""

    question: str = Field(description="The question as asked.")
    findings: tuple[ListedFinding, ...] = Field(min_length=1, description="The findings to choose from.")
    licensed_from: str | None = Field(description="`licensed_from` of any record that a finding was read from; None: of none.")


class BottomLineSentence(PromptModel):
    """One sentence of the bottom line."""

    text: str = Field(min_length=1, max_length=700, description="The sentence.")
    findings: list[Annotated[int, Field(ge=1, le=99)]] = Field(
        min_length=1, max_length=4, description="Numbers of the findings it rests on."
    )


class WriteBottomLineAnswer(PromptModel):
    """From `write_bottom_line`."""

    sentences: list[BottomLineSentence] = Field(max_length=3, description="The answer in brief.")


class AnswerQuestionInputs(PromptModel):
    """For `answer_question`."""

    question: str = Field(description="The question as asked.")
    sentences: tuple[str, ...] = Field(min_length=1, description="The sentences to answer it from, in order.")
    choices: tuple[Literal["yes", "no", "maybe"], ...] = Field(min_length=2, description="The answers that there may be.")
    licensed_from: str | None = Field(description="`Citation.licensed_from`: it goes to no external model; None: it may.")


class AnswerQuestionAnswer(PromptModel):
    """From `answer_question`."""

    answer: Literal["yes", "no", "maybe"] = Field(description="The answer.")
    sentence: int = Field(ge=1, le=99, description="Number of the sentence that it rests on.")


CONTRACTS: dict[str, tuple[type[PromptModel], type[PromptModel]]] = {
    "frame_question": (FrameQuestionInputs, FrameQuestionAnswer),
    "plan_search": (PlanSearchInputs, PlanSearchAnswer),
    "screen_citation": (ScreenCitationInputs, ScreenCitationAnswer),
    "extract_study": (ExtractStudyInputs, ExtractStudyAnswer),
    "write_bottom_line": (WriteBottomLineInputs, WriteBottomLineAnswer),
    "answer_question": (AnswerQuestionInputs, AnswerQuestionAnswer),
}
"""Each prompt's inputs and answer, by name."""
