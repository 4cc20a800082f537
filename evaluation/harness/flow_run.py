"""Runs the product's own flow on one question, each stage timed: its very code, in this process, without an orchestrator."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from types import FunctionType
from typing import Any

from pydantic import JsonValue

from connectors.language_model.recorded import RecordedModel
from connectors.lexical import LexicalIndex
from connectors.retrieval import HybridIndex
from connectors.store import Store
from evaluation.bench.pool import ExactIndex, cached_minilm
from evaluation.harness.served_pool import ServedPool
from evidence.ledger import RunLedger
from evidence.model_call import CallTotals
from evidence.question import Request
from evidence.services import CitationSource, EmbeddingModel, LanguageModel
from pipelines.work import RunOptions, Services, Work


@dataclass(frozen=True)
class StageCost:
    """What one stage took. Seconds of wall time; tokens as the model counted them."""

    stage: str
    seconds: float
    calls: int
    tokens: int


@dataclass(frozen=True)
class FlowRun:
    """What the flow made of a question, what each stage of it took, and what its model calls came to."""

    ledger: RunLedger
    stages: tuple[StageCost, ...]
    totals: CallTotals


class _Unpublished(Work):
    """Work whose ledger is given back and not written as documents: what is measured is what it says."""

    def publish(self, ledger: RunLedger) -> RunLedger:
        """The ledger as it is."""
        return ledger


@dataclass
class Silent:
    """Progress of one question; the suite tells its own."""

    notes: list[str] = field(default_factory=list)

    def stage(self, name: str, detail: str = "") -> None:
        """Nothing."""

    def update(self, done: int, total: int, unit: str, detail: str = "") -> None:
        """Nothing."""

    def note(self, message: str) -> None:
        """Kept."""
        self.notes.append(message)


@dataclass(frozen=True)
class FlowDesk:
    """The services that every question of a run shares."""

    pool: ServedPool
    store: Store
    model: LanguageModel
    embeddings: EmbeddingModel
    home: Path

    def ask(self, request: Request, *, draft_from: int = 20, source: CitationSource | None = None) -> FlowRun:
        """The flow from the question to its ledger. `source` unset: the pool. Raises what its stages raise."""
        source = source or self.pool.source
        asked: dict[str, JsonValue] = {
            "source": source.name,
            "model": self.model.identity.name,
            "draft_from": draft_from,
        }
        run = self.store.create_run(identity_key=request.content_hash(), request=request, settings=asked, by="evaluation")
        services = Services(
            source=source,
            model=RecordedModel(self.model, self.store, run_id=run.id),
            embeddings=self.embeddings,
            open_index=self._index,
            mesh=self.pool.mesh,
        )
        options = RunOptions(draft_from=draft_from, screen_at_most=2 * draft_from)
        work = _Unpublished(run, options, services, store=self.store, home=self.home, progress=Silent())
        costs: list[StageCost] = []
        ledger = _flow(lambda name, stage: _timed(name, stage, work, costs))(work)
        return FlowRun(ledger=ledger, stages=tuple(costs), totals=self.store.call_totals(run.id))

    @contextmanager
    def _index(self) -> Iterator[HybridIndex]:
        # Exact vectors: an approximate index's own loss is measured by its bench.
        yield HybridIndex(LexicalIndex(), ExactIndex(self.embeddings))


@contextmanager
def flow_desk(pool: ServedPool, model: LanguageModel) -> Iterator[FlowDesk]:
    """A desk with a store of its own, which is gone afterwards; answers are kept by the harness."""
    with tempfile.TemporaryDirectory(prefix="evidence-evaluation-") as folder:
        # The flows' module brings Prefect with it, which must neither be asked nor write into the person's home.
        os.environ.setdefault("PREFECT_HOME", folder)
        os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        with Store.open(f"sqlite:///{folder}/evidence.sqlite") as store:
            yield FlowDesk(pool=pool, store=store, model=model, embeddings=cached_minilm(), home=Path(folder))


def _flow(wrapped: Callable[[str, Callable[..., Any]], Callable[..., Any]]) -> Callable[[Work], RunLedger]:
    """`pipelines.flows.draft_summary` itself, its tasks replaced by their plain functions as `wrapped` gives them.

    It is the flow's own code that runs, so that what is measured cannot drift from what people use.
    """
    from pipelines import flows

    stages = {name: wrapped(name, task.fn) for name, task in vars(flows).items() if hasattr(task, "fn")}
    code = flows.draft_summary.fn
    assert isinstance(code, FunctionType)  # noqa: S101 - for the type checker
    return FunctionType(code.__code__, {**vars(flows), **stages}, code.__name__)


def _timed(name: str, stage: Callable[..., Any], work: Work, costs: list[StageCost]) -> Callable[..., Any]:
    def timed(*given: Any) -> Any:
        before, began = work.store.call_totals(work.run.id), perf_counter()
        made = stage(*given)
        seconds, after = perf_counter() - began, work.store.call_totals(work.run.id)
        tokens = after.tokens_in + after.tokens_out - before.tokens_in - before.tokens_out
        costs.append(StageCost(stage=name, seconds=seconds, calls=after.calls - before.calls, tokens=tokens))
        return made

    return timed
