"""The benches of the search: that they count what they say."""

from __future__ import annotations

import socket
import time

import pytest

from evaluation.bench import duplicates, rate_limit
from evaluation.bench.check import demonstration_records
from evaluation.bench.planted_duplicates import plant
from evidence.errors import InvalidInput


def test_breaches_are_counted_over_every_window() -> None:
    assert rate_limit.breaches([0.0, 0.9, 1.1, 1.8], 2) == 0 + sum(b - a < 1 for a, b in ((0.0, 1.1), (0.9, 1.8)))
    assert rate_limit.breaches([0.0, 0.5, 1.0], 2) == 0
    assert rate_limit.most_in_a_second([0.0, 0.5, 0.99, 1.0, 1.4]) == 4
    assert rate_limit.most_in_a_second([0.0, 1.0, 2.0]) == 1


def test_figures_of_made_arrivals() -> None:
    kept, rate = rate_limit.figures([n * 0.4 for n in range(11)], 11, 3)
    assert (kept.value, kept.met, rate.value) == (0, True, 11 / 4.0)
    broken, _ = rate_limit.figures([0.0, 0.1, 0.2, 0.3, 5.0], 5, 3)
    assert (broken.value, broken.met) == (1, False)
    lost, _ = rate_limit.figures([0.0, 5.0], 5, 3)
    assert lost.met is False, "requests that never came are no kept limit"


def test_the_server_notes_when_a_request_comes() -> None:
    with rate_limit.counting_server() as (address, arrivals):
        port = int(address.rpartition(":")[2])
        for _ in range(3):
            before = time.monotonic()
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(b"POST / HTTP/1.0\r\nContent-Length: 4\r\n\r\nmade")
                assert b"<Count>1</Count>" in connection.recv(4096)
            assert before <= arrivals[-1] <= time.monotonic()
    assert len(arrivals) == 3


def test_processes_are_measured_with_the_client_as_it_is_shipped() -> None:
    kept, _ = rate_limit.measure(121, 100, processes=2)
    assert (kept.value, kept.n, kept.met) == (0, 121, True)


@pytest.mark.parametrize("arguments", [[], ["10"], ["10", "x"], ["0", "3"]])
def test_arguments_that_are_none(arguments: list[str]) -> None:
    with pytest.raises(InvalidInput):
        rate_limit.main(arguments)


@pytest.fixture(scope="module")
def planted() -> object:
    return plant(demonstration_records(), seed=7)


def test_planted_records_have_known_works(planted: object) -> None:
    from evaluation.bench.planted_duplicates import Planted

    assert isinstance(planted, Planted)
    assert len(planted.records) == len(planted.works)
    pairs = planted.pairs()
    assert len(pairs) > 5
    assert all(planted.works[first] == planted.works[second] for first, second in pairs)
    assert len({planted.works.index(work) for work in planted.works}) > len(demonstration_records()) // 2
    again = plant(demonstration_records(), seed=7)
    assert again.works == planted.works


def test_ours_is_at_least_as_good_in_the_same_run() -> None:
    pytest.importorskip("bib_dedupe")
    recall, precision = duplicates.measure(plant(demonstration_records(), seed=11))
    for figure in (recall, precision):
        assert figure.value is not None
        assert figure.compared_value is not None
        assert figure.met is True
        assert figure.low is not None
        assert figure.low <= figure.value


def test_a_pair_that_is_missed_and_one_that_is_none_both_count(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = plant(demonstration_records(), seed=7)
    truth = sorted(planted.pairs())
    wrong = next((0, b) for b in range(1, len(planted.works)) if planted.works[b] != planted.works[0])
    monkeypatch.setattr(duplicates, "our_pairs", lambda _records: {*truth[1:], wrong})
    monkeypatch.setattr(duplicates, "their_pairs", lambda _records: set(truth))
    recall, precision = duplicates.measure(planted)
    assert recall.value == pytest.approx((len(truth) - 1) / len(truth))
    assert precision.value == pytest.approx((len(truth) - 1) / len(truth))
    assert (recall.met, precision.met) == (False, False)
