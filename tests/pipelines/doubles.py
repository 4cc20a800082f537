"""Small sources and models for stages, and records to read. The real ones stand in tests/connectors and test_flow."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evidence.citation import AbstractSection, Author, Citation, FetchedRecord, FetchReport, PartialDate
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from evidence.search import LineResult


class Answers:
    """A language model that says what it is told to, by prompt name: a value, a text, or a function of the inputs."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[RenderedPrompt] = []
        self.identity = ModelIdentity(name="told", provider="test", version="1")

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        """One answer a prompt."""
        given = []
        for index, prompt in enumerate(prompts):
            self.asked.append(prompt)
            said = self.answers[prompt.name]
            said = said(prompt.inputs) if callable(said) else said
            text = said if isinstance(said, str) else json.dumps(said)
            given.append(ModelAnswer(text=text, finish="stop", tokens_in=1, tokens_out=1, seconds=0.0))
            if on_answer is not None:
                on_answer(index, given[-1])
        return given


class Counts:
    """A source that counts by a table of patterns: the first that occurs in the query decides; none: 0."""

    name, url = "counted source", "http://127.0.0.1/entrez/eutils/"

    def __init__(self, table: Mapping[str, int], pmids: Sequence[str] = ()) -> None:
        self.table = dict(table)
        self.pmids = tuple(pmids)
        self.queries: list[str] = []

    def count(self, query: str, *, number: int = 1) -> LineResult:
        """The count of the first pattern that matches."""
        self.queries.append(query)
        found = next((count for pattern, count in self.table.items() if re.search(pattern, query)), 0)
        return LineResult(number=number, query=query, count=found)

    def search(self, query: str, *, max_records: int | None = None) -> tuple[LineResult, tuple[str, ...]]:
        """The count, and the PMIDs the source was made with."""
        return self.count(query), self.pmids[:max_records]

    def fetch(
        self, pmids: Sequence[str], *, on_batch: Callable[[Sequence[FetchedRecord]], None] | None = None
    ) -> tuple[list[FetchedRecord], FetchReport]:
        """Nothing to fetch here."""
        raise AssertionError("this source is for counting")


class Silent:
    """Progress that nobody sees."""

    def stage(self, name: str, detail: str = "") -> None:
        """Nothing."""

    def update(self, done: int, total: int, unit: str, detail: str = "") -> None:
        """Nothing."""

    def note(self, message: str) -> None:
        """Nothing."""


def citation(pmid: str, *sections: tuple[str, str], **more: Any) -> Citation:
    """A record with these labelled sections; each label is its own category."""
    made: dict[str, Any] = {
        "pmid": pmid,
        "title": "Zinc and colds in office workers",
        "abstract": tuple(AbstractSection(label=label, category=label, text=text) for label, text in sections),
        "authors": (Author(last_name="Maker", initials="A"),),
        "published": PartialDate(year=2020, printed="2020"),
        "source_hash": hashlib.sha256(pmid.encode()).hexdigest(),
    }
    return Citation(**(made | more))


def zinc_trial(pmid: str = "90000101") -> Citation:
    """An invented trial."""
    return citation(
        pmid,
        ("BACKGROUND", "Colds cost offices 3 working days a year."),
        ("METHODS", "In a double-blind trial 120 office workers in 14 buildings were given zinc or placebo."),
        ("RESULTS", "Colds lasted 4.1 days with zinc and 5.9 days with placebo (P = 0.01). Nausea did not differ (P = 0.6)."),
    )
