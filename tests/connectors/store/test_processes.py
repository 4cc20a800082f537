"""Processes that are killed, and processes that write at once."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from connectors.store import Store
from evidence.ledger import RunStatus
from tests.connectors.store.children import start, work_without_end, write_rounds


def noted(notes: Path) -> list[tuple[str, str]]:
    lines = notes.read_text().split("\n")[:-1] if notes.exists() else []
    return [(line.split(" ")[0], line.split(" ")[1]) for line in lines]


def test_a_store_survives_being_killed_at_any_moment(url: str, tmp_path: Path) -> None:
    moments = random.Random(20261122)
    notes = tmp_path / "notes"
    Store.open(url).close()
    for _ in range(10):
        before = len(noted(notes))
        child = start(work_without_end, url, str(notes))
        deadline = time.monotonic() + 30
        while len(noted(notes)) < before + 3:
            assert time.monotonic() < deadline, "the writer did not get going"
            assert child.is_alive(), "the writer died of itself"
            time.sleep(0.005)
        time.sleep(moments.uniform(0, 0.08))
        child.kill()
        child.join()
        with Store.open(url) as store:
            assert store.verify_chain().valid
    with Store.open(url) as store:
        assert_nothing_lost(store, noted(notes))


def assert_nothing_lost(store: Store, acknowledged: list[tuple[str, str]]) -> None:
    runs = {run.id: run for run in store.runs()}
    assert len(acknowledged) > 30
    for what, run_id in acknowledged:
        run = runs[run_id]
        if what == "records":
            assert len(store.record_pmids(run_id)) == 10
        elif what == "call":
            assert store.find_call(run_id) is not None
        elif what == "step":
            assert store.step(run_id, "plan", "k") is not None
        elif what == "ledger":
            assert store.ledger(run_id) is not None
        elif what == "status":
            assert run.status is RunStatus.FINISHED
    for run_id in runs:
        kinds = [event.kind for event in store.events(run_id)]
        assert kinds == ["run created", "records saved", "step committed", "ledger saved", "status set"][: len(kinds)]
        assert ("step committed" in kinds) == (store.step(run_id, "plan", "k") is not None)
        assert len(store.records(run_id)) == (10 if "records saved" in kinds else 0)
    assert store.verify_chain().valid


def test_four_processes_write_at_once_and_nothing_is_lost(url: str) -> None:
    # Nobody has opened the store before: all four make its tables at the same time, and one of them does.
    rounds = 8
    children = [start(write_rounds, url, writer, rounds) for writer in range(4)]
    for child in children:
        child.join(timeout=120)
    assert [child.exitcode for child in children] == [0, 0, 0, 0]
    with Store.open(url) as store:
        runs = store.runs()
        assert len(runs) == 4 * rounds
        assert len({run.id for run in runs}) == 4 * rounds
        assert sorted(run.identity_key for run in runs) == sorted(
            f"w{writer}-{turn}" for writer in range(4) for turn in range(rounds)
        )
        for run in runs:
            writer, turn = run.identity_key[1:].split("-")
            assert store.step(run.id, "plan", "k") == [int(writer), int(turn)]
            assert store.record_pmids(run.id) == [str(90_000_000 + int(turn)), str(90_001_000 + int(writer))]
        assert all(store.find_call(f"shared {turn}") is not None for turn in range(rounds))
        report = store.verify_chain()
        assert (report.valid, report.events) == (True, 4 * rounds * 3)


@pytest.mark.parametrize("threads", [8])
def test_threads_share_one_store(url: str, threads: int) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with Store.open(url) as store:

        def add(number: int) -> None:
            store.append_event(None, "note", {"number": number}, by="thread")

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(add, range(100)))
        assert sorted(str(event.detail["number"]) for event in store.events()) == sorted(str(number) for number in range(100))
        assert store.verify_chain().valid
