"""What a run works with: its request, the services passed in, and the store in which every step is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import Field, TypeAdapter

from connectors.retrieval import HybridIndex
from connectors.store import Store
from evidence import __version__
from evidence.base import EvidenceModel, content_hash
from evidence.citation import Citation, FetchedRecord
from evidence.ledger import RunLedger
from evidence.question import Request
from evidence.run import RunSummary
from evidence.services import CitationSource, EmbeddingModel, EntailmentModel, LanguageModel, MeshVocabulary, Progress
from reporting.documents import document_places, write_documents

Result = TypeVar("Result")


TOOL = f"evidence {__version__}"
"""Who acts where no person does."""


class RunOptions(EvidenceModel):
    """How much a run reads. Part of the run's identity."""

    draft_from: int = Field(default=20, ge=1, le=200, description="Records read for the draft: the best ranked.")
    screen_at_most: int = Field(default=40, ge=1, le=2000, description="Records that the model screens: the best ranked.")
    max_records: int | None = Field(default=None, ge=1, description="Cap a person set on the records retrieved; unset: all.")


@dataclass(frozen=True, kw_only=True)
class Services:
    """What a run asks: where its records come from, what reads them, what ranks them."""

    source: CitationSource
    model: LanguageModel
    embeddings: EmbeddingModel
    open_index: Callable[[], AbstractContextManager[HybridIndex]]
    mesh: MeshVocabulary | None = None
    entailment: EntailmentModel | None = None


class Work:
    """One run with its services. Not a dataclass: Prefect would walk through every record it holds."""

    def __init__(
        self, run: RunSummary, options: RunOptions, services: Services, *, store: Store, home: Path, progress: Progress
    ) -> None:
        self.run = run
        self.options = options
        self.services = services
        self.store = store
        self.home = home
        self.progress = progress
        self._citations: dict[str, Citation] | None = None

    @property
    def request(self) -> Request:
        """What was asked."""
        return self.run.request

    def step(self, name: str, inputs: object, compute: Callable[[], Result], adapter: TypeAdapter[Result]) -> Result:
        """The step's stored result for these inputs, or `compute()`, committed before it is given back.

        `inputs` is hashed with the tool's version and the model, so a change of either never meets an old result.
        """
        key = content_hash([name, __version__, self.services.model.identity.model_dump(mode="json"), inputs])
        stored = self.store.step(self.run.id, name, key)
        if stored is None:
            stored = self.store.commit_step(self.run.id, name, key, adapter.dump_python(compute(), mode="json"), by=TOOL)
        else:
            self.progress.note(f"{name.replace('_', ' ')}: taken from the store")
        return adapter.validate_python(stored)

    def citations(self) -> dict[str, Citation]:
        """The run's records by PMID, as the store holds them."""
        if self._citations is None:
            self._citations = {record.citation.pmid: record.citation for record in self.store.records(self.run.id)}
        return self._citations

    def save_records(self, batch: Sequence[FetchedRecord]) -> None:
        """Store a batch of records with the run."""
        self.store.save_records(self.run.id, batch, self.services.source.url, by=TOOL)

    def publish(self, ledger: RunLedger) -> RunLedger:
        """Write the draft's documents, then store the ledger with their places."""
        folder = self.home / "runs" / self.run.id
        places = {kind: path.relative_to(self.home).as_posix() for kind, path in document_places(folder).items()}
        whole = ledger.model_copy(update={"documents": places})
        write_documents(whole, folder)
        self.store.save_ledger(self.run.id, whole, by=TOOL)
        return whole

    def forget_citations(self) -> None:
        """Read the records anew at the next call: more have been stored."""
        self._citations = None


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)
