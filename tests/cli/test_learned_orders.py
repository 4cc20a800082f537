"""Orders to screen in, learned in a process beside the workbench's: real store, real process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cli.learned_orders import LearnedOrders
from connectors.settings import Settings
from connectors.store import Store
from evidence.screening import ScreeningStatement
from pipelines.screening import decide, open_screening
from pipelines.screening_order import LearnedOrder, ReadingOrder, order_shown, standing_of
from tests.review.test_search_pages import PMIDS, searched
from tests.review.workbench import Workbench, open_workbench

PATIENT = 240.0


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with open_workbench(tmp_path_factory.mktemp("orders")) as workbench:
        yield workbench


def said(store: Store, run: str, pmid: str, outcome: str) -> None:
    screening = open_screening(store, run)
    criterion = "" if outcome == "include" else screening.criteria[0].id
    statement = ScreeningStatement(pmid=pmid, outcome=outcome, criterion=criterion, reason="Read.")
    decide(store, screening, [statement], by="Ann")


def test_orders_are_learned_anew_also_after_their_process_died_and_it_ends_with_its_input(bench: Workbench) -> None:
    run = searched(bench)
    orders = LearnedOrders(bench.services.settings, wait=PATIENT)
    with closing(orders):
        first = orders.of(open_screening(bench.store, run))
        assert set(first.pmids) == set(PMIDS)
        assert first.says == "The order follows the question, because nothing has been decided yet."
        process = orders._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        said(bench.store, run, PMIDS[0], "include")
        said(bench.store, run, PMIDS[1], "exclude")
        second = orders.of(open_screening(bench.store, run))
        assert second.pmids == (PMIDS[2],)
        assert second.says == "The order is learned from 2 decisions, 1 of them inclusions."
        process = orders._process
    assert process is not None
    assert process.returncode == 0


def test_where_nothing_can_be_learned_the_page_says_why(bench: Workbench, tmp_path: Path) -> None:
    run = searched(bench)
    with closing(LearnedOrders(Settings.load(home=tmp_path, model="extractive"), wait=PATIENT)) as lost:
        found = lost.of(open_screening(bench.store, run))
    assert found.pmids == open_screening(bench.store, run).open
    assert f'none could be learned: No run has the id "{run}"' in found.says


def test_what_was_decided_since_is_out_of_the_order_which_says_that_it_is_older(bench: Workbench) -> None:
    run = searched(bench)
    before = open_screening(bench.store, run)
    assert order_shown(before, None).pmids == before.open
    assert "search's own ranking" in order_shown(before, None).says
    learned = LearnedOrder(standing_of(before), ReadingOrder(PMIDS[::-1], "The order is learned."))
    assert order_shown(before, learned) == ReadingOrder(PMIDS[::-1], "The order is learned.")
    said(bench.store, run, PMIDS[1], "include")
    after = order_shown(open_screening(bench.store, run), learned)
    assert after.pmids == (PMIDS[2], PMIDS[0])
    assert after.says == "The order is learned. What changed since then is being learned from."
