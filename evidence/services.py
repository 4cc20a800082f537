"""What the product needs from outside, as protocols. Connectors implement them; stages take them as arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from evidence.citation import Citation, FetchedRecord, FetchReport
from evidence.entailment import Reading, Thresholds
from evidence.mesh import Descriptor
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from evidence.passage import Passage
from evidence.search import LineResult

Vectors = npt.NDArray[np.float32]
"""Unit vectors, shape (texts, dimensions)."""


@runtime_checkable
class LanguageModel(Protocol):
    """A model that fills a schema. It has no tools and sees nothing but the prompt."""

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        """One answer for each prompt, in order. `on_answer(index, answer)` is called as each one is there.

        Faults of the model (refusal, broken answer) come back as answers with `finish="error"`; faults of the
        service (no network, wrong key) are raised as `ServiceUnavailable`.
        """


class EmbeddingModel(Protocol):
    """Turns text into unit vectors."""

    @property
    def model_id(self) -> str:
        """Name and hash of the weights: vectors of different ids are never mixed."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, shape (len(texts), dimensions), float32."""


class EntailmentModel(Protocol):
    """Says what a text says of a claim, and how sure it is."""

    @property
    def model_id(self) -> str:
        """Name and hash of the weights."""

    @property
    def thresholds(self) -> Thresholds:
        """From which probabilities on it may speak against a claim; below them it abstains."""

    def judge(self, readings: Sequence[Reading]) -> npt.NDArray[np.float64]:
        """Probabilities, shape (len(readings), 3): the text supports the statement, refutes it, does not say enough."""


class CitationSource(Protocol):
    """PubMed, or anything that speaks its E-utilities."""

    @property
    def name(self) -> str:
        """Database and interface, as a report names them."""

    @property
    def url(self) -> str:
        """Base address."""

    def count(self, query: str, *, number: int = 1) -> LineResult:
        """How many records match, with the source's translation and warnings."""

    def search(self, query: str, *, max_records: int | None = None) -> tuple[LineResult, tuple[str, ...]]:
        """The count and every matching PMID, ascending; at most the newest `max_records` where a person set it."""

    def fetch(
        self, pmids: Sequence[str], *, on_batch: Callable[[Sequence[FetchedRecord]], None] | None = None
    ) -> tuple[list[FetchedRecord], FetchReport]:
        """Every record asked for, in the order asked, and an account of each PMID. `on_batch` gets each batch as it comes."""


class Limiter(Protocol):
    """Spaces requests out, for all threads and processes that share it."""

    def wait(self) -> None:
        """Block until the next request may be sent."""

    def pause(self, seconds: float) -> None:
        """Let nobody go for so long, as a service's Retry-After asks; returns at once."""


class PassageIndex(Protocol):
    """Finds the passages nearest to a text."""

    def add(self, passages: Sequence[Passage]) -> None:
        """Take in passages; one that is there already is not added twice."""

    def nearest(self, text: str, limit: int, *, pmids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Passage ids with scores, best first, among the given records if any."""


class Progress(Protocol):
    """Tells the person what is done, what is left and what it costs."""

    def stage(self, name: str, detail: str = "") -> None:
        """A stage begins."""

    def update(self, done: int, total: int, unit: str, detail: str = "") -> None:
        """How far the stage is."""

    def note(self, message: str) -> None:
        """Something worth a line: a warning, a reuse, a wait."""


class Citations(Protocol):
    """Looks records up by PMID."""

    def get(self, pmid: str) -> Citation | None:
        """The record, or None if it is not in this run."""


class MeshVocabulary(Protocol):
    """The MeSH headings there are, from a local descriptor file or from the live vocabulary."""

    @property
    def version(self) -> str:
        """Which release this is, as a report names it."""

    def find(self, name: str) -> Descriptor | None:
        """The heading that is called so or that this entry term leads to, whatever its case; None if there is none."""

    def narrower(self, heading: str) -> tuple[str, ...]:
        """The heading itself and every heading below it in any tree, as explosion searches them; empty if unknown."""

    def nearest(self, name: str, limit: int = 3) -> tuple[str, ...]:
        """The headings most like a name that is none, best first, for a message."""
