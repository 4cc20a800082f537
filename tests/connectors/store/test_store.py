"""What is saved comes back, once, in order, from either database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.store import Store
from evidence.errors import RunNotFound
from evidence.ledger import RunStatus
from tests.connectors.store.samples import IDENTITY, MODEL, PROMPT, REQUEST, answer, ledger, record


def new_run(store: Store, identity: str = IDENTITY) -> str:
    return store.create_run(identity_key=identity, request=REQUEST, settings={"model": "embedded"}, by="Ann Reed").id


def test_a_run_comes_back_as_it_was_made(store: Store) -> None:
    made = store.create_run(identity_key=IDENTITY, request=REQUEST, settings={"model": "embedded", "rate": 3.0}, by="Ann Reed")
    assert store.run(made.id) == made
    assert made.request == REQUEST
    assert made.question == REQUEST.question
    assert (made.status, made.by, made.settings) == (RunStatus.RUNNING, "Ann Reed", {"model": "embedded", "rate": 3.0})
    assert abs((datetime.now(UTC) - made.created_at).total_seconds()) < 60


def test_run_ids_are_short_and_sort_by_time(store: Store) -> None:
    ids = [new_run(store) for _ in range(20)]
    assert ids == sorted(set(ids))
    assert all(len(run_id) == len("20261122-7f3ac2") for run_id in ids)
    assert [run.id for run in store.runs()] == ids[::-1]


def test_the_latest_run_of_an_identity_is_found(store: Store) -> None:
    assert store.find_run(IDENTITY) is None
    new_run(store)
    latest = new_run(store)
    new_run(store, identity="another")
    found = store.find_run(IDENTITY)
    assert found is not None
    assert found.id == latest


def test_the_beginning_of_an_id_is_enough_where_it_is_the_only_one(store: Store) -> None:
    first, second = new_run(store), new_run(store)
    assert store.run(second[:15]).id == second
    with pytest.raises(RunNotFound, match="More than one run has an id that begins with"):
        store.run(first[:8])


@pytest.mark.parametrize("typed", ["", "20990101-000000", "%", "_" * 15, "x'; DROP TABLE runs; --", "\0\n", "é" * 500])
def test_an_unknown_run_is_refused_in_one_sentence(store: Store, typed: str) -> None:
    new_run(store)
    with pytest.raises(RunNotFound, match=r'^No run has the id ".{0,40}": run "evidence runs" to see the runs there are\.$'):
        store.run(typed)


def test_writing_to_an_unknown_run_is_refused_and_leaves_nothing(store: Store) -> None:
    with pytest.raises(RunNotFound):
        store.commit_step("20990101-000000", "plan", "k", 1, by="Ann Reed")
    with pytest.raises(RunNotFound):
        store.save_records("20990101-000000", [record(1)], "mirror", by="Ann Reed")
    with pytest.raises(RunNotFound):
        store.set_status("20990101-000000", RunStatus.FAILED, by="Ann Reed")
    with pytest.raises(RunNotFound):
        store.save_ledger("20990101-000000", ledger("20990101-000000"))
    with pytest.raises(RunNotFound):
        store.save_call("k", PROMPT, MODEL, answer(), "20990101-000000")
    with pytest.raises(RunNotFound):
        store.append_event("20990101-000000", "note", {}, by="Ann Reed")
    assert store.events() == []


def test_a_status_is_set_with_its_entry_in_the_log(store: Store) -> None:
    run_id = new_run(store)
    before = store.run(run_id)
    store.set_status(run_id, RunStatus.FAILED, by="Bo Lund", detail="the source did not answer")
    after = store.run(run_id)
    assert after.status is RunStatus.FAILED
    assert after.updated_at > before.updated_at
    last = store.events(run_id)[-1]
    assert (last.kind, last.by) == ("status set", "Bo Lund")
    assert last.detail == {"status": "failed", "detail": "the source did not answer"}


@pytest.mark.parametrize("result", [0, False, "", [], {}, {"b": 1, "a": [1.5, None, "é\ud800\x00"]}, ["z"] * 20_000])
def test_a_step_result_comes_back_exactly(store: Store, result: object) -> None:
    run_id = new_run(store)
    assert store.step(run_id, "plan", "k1") is None
    returned = store.commit_step(run_id, "plan", "k1", result, by="Ann Reed")  # type: ignore[arg-type]
    kept = store.step(run_id, "plan", "k1")
    assert returned == result
    assert kept == result
    assert type(kept) is type(result)
    if isinstance(kept, dict) and isinstance(result, dict):
        assert list(kept) == list(result)
    assert store.step(run_id, "plan", "k2") is None
    assert store.step(run_id, "search", "k1") is None


def test_the_first_result_of_a_step_stands(store: Store) -> None:
    run_id = new_run(store)
    store.commit_step(run_id, "plan", "k", {"lines": 1}, by="Ann Reed")
    events = len(store.events())
    assert store.commit_step(run_id, "plan", "k", {"lines": 2}, by="Ann Reed") == {"lines": 1}
    assert store.step(run_id, "plan", "k") == {"lines": 1}
    assert len(store.events()) == events


@pytest.mark.parametrize("result", [None, float("nan")])
def test_a_result_that_json_cannot_tell_is_refused(store: Store, result: float | None) -> None:
    run_id = new_run(store)
    with pytest.raises(ValueError):
        store.commit_step(run_id, "plan", "k", result, by="Ann Reed")
    assert [event.kind for event in store.events()] == ["run created"]


def test_records_come_back_in_order_and_once(store: Store) -> None:
    run_id = new_run(store)
    fetched = [record(number) for number in (7, 3, 900, 1)]
    assert store.save_records(run_id, fetched[:3], "mirror", by="Ann Reed") == 3
    assert store.save_records(run_id, fetched, "mirror", by="Ann Reed") == 1
    assert store.save_records(run_id, fetched, "mirror", by="Ann Reed") == 0
    assert store.records(run_id) == fetched
    assert store.record_pmids(run_id) == [each.citation.pmid for each in fetched]
    assert [event.kind for event in store.events()].count("records saved") == 2


def test_a_record_that_the_run_has_stays_and_another_run_takes_the_new_one(store: Store) -> None:
    first, second = new_run(store), new_run(store)
    store.save_records(first, [record(1)], "mirror", by="Ann Reed")
    store.save_records(first, [record(1, wording=" later")], "mirror", by="Ann Reed")
    store.save_records(second, [record(1, wording=" later"), record(1)], "mirror", by="Ann Reed")
    assert store.records(first) == [record(1)]
    assert store.records(second) == [record(1, wording=" later")]


def test_more_records_than_one_batch(store: Store) -> None:
    run_id = new_run(store)
    fetched = [record(number) for number in range(1201)]
    assert store.save_records(run_id, fetched, "mirror", by="Ann Reed") == 1201
    assert store.records(run_id) == fetched


def test_an_answer_is_kept_once_and_comes_back_as_reused(store: Store) -> None:
    key = PROMPT.call_key(MODEL)
    assert store.find_call(key) is None
    said = answer('{"design": "trial \x00 \u2028"}')
    for _ in range(2):
        store.save_call(key, PROMPT, MODEL, said, new_run(store))
    store.save_call(key, PROMPT, MODEL, answer("another answer"))
    assert store.find_call(key) == said.model_copy(update={"reused": True})


def test_a_fault_is_kept_but_never_given_back_as_an_answer(store: Store) -> None:
    store.save_call("k", PROMPT, MODEL, answer("", finish="error", error="refused"))
    assert store.find_call("k") is None
    store.save_call("k", PROMPT, MODEL, answer("good"))
    found = store.find_call("k")
    assert found is not None
    assert found.text == "good"


def test_a_reused_answer_is_not_kept_again(store: Store) -> None:
    store.save_call("k", PROMPT, MODEL, answer(reused=True))
    assert store.find_call("k") is None


def test_the_newest_ledger_stands_and_names_its_documents(store: Store) -> None:
    run_id = new_run(store)
    assert store.ledger(run_id) is None
    store.save_ledger(run_id, ledger(run_id))
    store.save_ledger(run_id, ledger(run_id, bottom_line="Tea helps."), by="Ann Reed")
    assert store.ledger(run_id) == ledger(run_id, bottom_line="Tea helps.")
    assert store.run(run_id).documents == {"html": f"runs/{run_id}/draft.html"}


def test_a_store_that_is_opened_again_has_everything(url: str) -> None:
    with Store.open(url) as store:
        run_id = new_run(store)
        store.save_records(run_id, [record(1)], "mirror", by="Ann Reed")
    with Store.open(url) as again:
        assert again.record_pmids(run_id) == ["90000001"]
        assert again.verify_chain().events == 2
