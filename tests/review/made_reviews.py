"""A drafted run over invented papers, kept in a real store, and a source that says how the papers stand now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from connectors.pubmed.client import PubMed
from connectors.store import Store
from evidence.ledger import RunStatus
from evidence.review import ReviewDecision, ReviewOutcome
from review.actions.review import decide, read_review
from review.app import create_app
from tests.connectors.pubmed.clients import client
from tests.connectors.pubmed.made_pubmed import search_answer
from tests.connectors.pubmed.made_records import article, article_set
from tests.reporting.papers import citations
from tests.reporting.sample import sample_ledger
from tests.review.workbench import Workbench, open_workbench
from tests.support.fault_server import Asked, FaultServer, Reply

FAILED = ("b2", "c7", "c8", "c9", "c10")
"""The sample's claims that did not pass, in the draft's order."""

WORST_FIRST = ("c8", "c9", "c7", "b2", "c10")
_ABSTRACTS = {paper.pmid: paper.abstract for paper in citations()}
_RETRACTED = (
    '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>J Made. 2026</RefSource>'
    "<PMID>90000099</PMID></CommentsCorrections></CommentsCorrectionsList>"
)


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """A store of its own in this folder."""
    with Store.open(f"sqlite:///{folder / 'evidence.sqlite'}") as store:
        yield store


def drafted(store: Store, **changes: Any) -> str:
    """A finished run whose draft has 7 claims that passed and 5 that did not; its id."""
    ledger = sample_ledger(**changes)
    settings: dict[str, JsonValue] = {"source": "http://127.0.0.1:1/", "model": "extractive", "draft_from": 20}
    run = store.create_run(identity_key="made", request=ledger.request, settings=settings, by="Asker")
    store.save_ledger(run.id, ledger.model_copy(update={"id": run.id}))
    store.set_status(run.id, RunStatus.FINISHED, by="evidence")
    return run.id


@dataclass
class MadeSource:
    """A source of the sample's papers: what it now says of some of them, which it gives no more, whether it is down."""

    retracted: set[str] = field(default_factory=set)
    rewritten: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    down: bool = False

    def __call__(self, asked: Asked) -> Reply:
        if self.down:
            return Reply(status=503)
        if asked.program == "esearch.fcgi":
            named = re.findall(r"(\d+)\[uid\]", asked.parameters["term"])
            return Reply(search_answer(0, [pmid for pmid in named if pmid not in self.gone], translation=""))
        given = [pmid for pmid in asked.parameters["id"].split(",") if pmid not in self.gone]
        return Reply(article_set(self._article(pmid) for pmid in given))

    def _article(self, pmid: str) -> str:
        abstract = self.rewritten.get(pmid) or "".join(
            f'<AbstractText Label="{part.label or ""}">{escape(part.text)}</AbstractText>' for part in _ABSTRACTS.get(pmid, ())
        )
        inside = f"<Abstract>{abstract}</Abstract>" if abstract else ""
        return article(pmid, inside=inside, after=_RETRACTED if pmid in self.retracted else "")


@contextmanager
def served(source: MadeSource) -> Iterator[PubMed]:
    """The source over HTTP, by the real client."""
    with FaultServer(source) as server:
        yield client(server)


@contextmanager
def open_bench(folder: Path, source: MadeSource | None = None) -> Iterator[Workbench]:
    """The workbench, whose runs' source is the made one."""
    with FaultServer(source or MadeSource()) as server, open_workbench(folder) as bench:

        @contextmanager
        def opened(_settings: Mapping[str, JsonValue]) -> Iterator[PubMed]:
            yield client(server)

        services = replace(bench.services, open_source=opened, entailment=lambda: None)
        yield Workbench(folder, services, create_app(services))


def rejecting(store: Store, run_id: str, *claims: str, by: str = "Anna Smith") -> None:
    """Rejects these claims as the first reviewer."""
    for claim_id in claims:
        decision = ReviewDecision(claim_id=claim_id, outcome=ReviewOutcome.REJECT, reason="It is not what the record says.")
        seen = read_review(store, run_id).seen(claim_id, "first")
        decide(store, run_id, decision, slot="first", seen=seen, by=by)
