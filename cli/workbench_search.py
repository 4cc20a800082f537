"""The tools of the workbench's search and screening pages, built from the pipelines."""

from __future__ import annotations

from cli.learned_orders import Orders, OrdersHere
from connectors.settings import LIVE_PUBMED, Settings
from connectors.store import Store
from evidence.errors import QuerySyntaxError
from evidence.run import RunSummary
from evidence.screening import ScreeningEntry, ScreeningStatement
from evidence.search_ledger import SearchLedger
from evidence.seed_test import SeedTest
from evidence.services import MeshVocabulary
from review.search_tools import ScreeningView


class StoredSearchTools:
    """`review.search_tools.SearchTools` over the store. Without `orders` the order to read in is learned in this process."""

    def __init__(self, store: Store, settings: Settings, orders: Orders | None = None) -> None:
        self._store = store
        self._settings = settings
        self._orders = orders or OrdersHere(settings)

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

    def search_ledger(self, run: RunSummary) -> SearchLedger | None:
        """What the evidence search report is made from."""
        from pipelines.stages.assemble_search import assemble_search

        return assemble_search(self._store, run)

    def screening(self, run_id: str) -> ScreeningView:
        """The records of the run in the order learned from what people decided."""
        from pipelines.screening import open_screening

        found = open_screening(self._store, run_id)
        order = self._orders.of(found)
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

    def decide(self, run_id: str, said: ScreeningStatement, *, seen: int, by: str) -> ScreeningEntry:
        """One decision of one person."""
        from pipelines.screening import decide, open_screening

        screening = open_screening(self._store, run_id)
        return decide(self._store, screening, [said], seen={said.pmid: seen}, by=by)[0]

    def take_back(self, run_id: str, record_id: str, *, seen: int, by: str) -> ScreeningEntry:
        """One decision less."""
        from pipelines.screening import open_screening, take_back

        return take_back(self._store, open_screening(self._store, run_id), record_id, seen={record_id: seen}, by=by)
