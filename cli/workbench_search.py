"""The tools of the workbench's search and screening pages, built from the pipelines."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from connectors.settings import LIVE_PUBMED, Settings
from connectors.store import Store
from evidence.errors import QuerySyntaxError
from evidence.run import RunSummary
from evidence.screening import ScreeningEntry, ScreeningStatement
from evidence.seed_test import SeedTest
from evidence.services import MeshVocabulary
from review.search_tools import ScreeningView

if TYPE_CHECKING:
    from connectors.vector_cache import CachedEmbeddings
    from pipelines.screening_order import KeptFeatures


class StoredSearchTools:
    """`review.search_tools.SearchTools` over the store."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    @cached_property
    def _cached_vectors(self) -> CachedEmbeddings | None:
        """Loaded once: the encoder takes seconds, and a person waits for the next record."""
        from cli.services import build_embeddings
        from connectors.vector_cache import CachedEmbeddings

        embeddings = build_embeddings(self._settings)
        return embeddings if isinstance(embeddings, CachedEmbeddings) else None

    @cached_property
    def _features(self) -> KeptFeatures:
        from pipelines.screening_order import KeptFeatures

        return KeptFeatures()

    def vocabulary(self) -> MeshVocabulary | None:
        """MeSH as it was loaded on this machine."""
        from cli.services import build_mesh

        return build_mesh(self._settings)

    def test(self, run: RunSummary, strategy: str, known: str) -> SeedTest:
        """The seed test at the source that the run was made from."""
        from cli.progress import TerminalProgress
        from cli.services import build_source, source_address
        from pipelines.seed_test import run_seed_test
        from searching.seed_lines import pointing, read_given
        from searching.seed_papers import read_known

        try:
            given = read_given(strategy)
        except QuerySyntaxError as fault:
            raise pointing(fault) from None
        progress = TerminalProgress(quiet=True)
        name = str(run.settings.get("source") or LIVE_PUBMED)
        with source_address(self._settings, name, progress) as address:
            source = build_source(self._settings, name, address)
            return run_seed_test(given, read_known(known), source, progress, mesh=self.vocabulary())

    def screening(self, run_id: str) -> ScreeningView:
        """The records of the run in the order learned from what people decided."""
        from pipelines.screening import open_screening
        from pipelines.screening_order import order_unread

        found = open_screening(self._store, run_id)
        order = order_unread(found, self._cached_vectors, self._features)
        return ScreeningView(
            run=found.run,
            criteria=found.criteria,
            counts=found.counts,
            citations=found.citations,
            order=order.pmids,
            order_says=order.says,
            machine=found.machine,
            history=found.history,
            seen=found.seen,
        )

    def decide(self, run_id: str, said: ScreeningStatement, *, by: str) -> ScreeningEntry:
        """One decision of one person."""
        from pipelines.screening import decide, open_screening

        return decide(self._store, open_screening(self._store, run_id), [said], by=by)[0]

    def take_back(self, run_id: str, record_id: str, *, by: str) -> ScreeningEntry:
        """One decision less."""
        from pipelines.screening import open_screening, take_back

        return take_back(self._store, open_screening(self._store, run_id), record_id, by=by)
