"""The limit holds for all processes together, as a server that counts sees it."""

from __future__ import annotations

import itertools
import math
import socket
import socketserver
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from connectors.rate_limit import SharedLimiter, _Moment, _passed
from connectors.store import Store
from tests.connectors.store.children import start
from tests.connectors.store.conftest import postgresql_server, postgresql_url  # noqa: F401 - fixtures
from tests.connectors.store.samples import file_url

RATE = 100


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store's address, once for each database."""
    address: str = file_url(tmp_path) if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    Store.open(address).close()
    return address


@pytest.fixture
def limiter(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SharedLimiter]:
    """A limiter of a file of its own; its rate is the test's parameter."""
    with SharedLimiter(file_url(tmp_path), per_second=request.param, name="alone") as opened:
        yield opened


@contextmanager
def counting_server() -> Iterator[tuple[int, list[float]]]:
    """A server on loopback that notes when each request arrives."""
    arrivals: list[float] = []

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1000)
            arrivals.append(time.monotonic())
            self.request.sendall(b"HTTP/1.0 204 No Content\r\n\r\n")

    class Server(socketserver.ThreadingTCPServer):
        request_queue_size = 128
        daemon_threads = True

    with Server(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], arrivals
        server.shutdown()


def ask(url: str, port: int, requests: int) -> None:
    """What each process does: wait, ask, again."""
    with SharedLimiter(url, per_second=RATE, name="counted") as limiter:
        for _ in range(requests):
            limiter.wait()
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
                connection.recv(1000)


def breaches(arrivals: list[float], rate: int) -> int:
    """How many windows of `rate` + 1 requests are shorter than a second."""
    moments = sorted(arrivals)
    return sum(later - earlier < 1.0 for earlier, later in zip(moments, moments[rate:], strict=False))


def test_the_counter_counts() -> None:
    assert breaches([0.0, 0.5, 0.99], 2) == 1
    assert breaches([0.0, 0.5, 1.0], 2) == 0


def test_eight_processes_keep_one_limit(url: str) -> None:
    with counting_server() as (port, arrivals):
        children = [start(ask, url, port, 40) for _ in range(8)]
        for child in children:
            child.join(timeout=120)
        assert [child.exitcode for child in children] == [0] * 8
    assert len(arrivals) == 320
    assert breaches(arrivals, RATE) == 0
    # With nothing else to do it is 9 tenths of the limit; a machine under load wakes late and loses slots.
    assert len(arrivals) / (max(arrivals) - min(arrivals)) > RATE / 10


def test_a_process_that_is_killed_leaves_nothing_locked(url: str) -> None:
    with counting_server() as (port, arrivals):
        child = start(ask, url, port, 10_000)
        while len(arrivals) < 20:
            time.sleep(0.01)
        child.kill()
        child.join()
        started = time.monotonic()
        with SharedLimiter(url, per_second=RATE, name="counted") as limiter:
            limiter.wait()
        assert time.monotonic() - started < 5


def test_threads_share_one_limiter(url: str) -> None:
    moments: list[float] = []
    with Store.open(url) as store, SharedLimiter(store, per_second=RATE, name="threads") as limiter:

        def go(_: int) -> None:
            limiter.wait()
            moments.append(time.monotonic())

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(go, range(150)))
    assert len(moments) == 150
    assert breaches(moments, RATE) == 0


def test_a_pause_holds_those_who_sleep_already(url: str) -> None:
    gone: list[float] = []

    def go(limiter: SharedLimiter) -> None:
        limiter.wait()
        gone.append(time.monotonic())

    with SharedLimiter(url, per_second=2, name="p") as first, SharedLimiter(url, per_second=2, name="p") as second:
        first.wait()
        sleeper = threading.Thread(target=go, args=(first,))
        sleeper.start()
        time.sleep(0.1)
        announced = time.monotonic()
        second.pause(1.0)
        go(second)
        sleeper.join(timeout=10)
    assert all(moment - announced >= 1.0 for moment in gone)
    assert abs(gone[0] - gone[1]) >= 0.4


@pytest.mark.parametrize("limiter", [100], indirect=True)
def test_a_shorter_pause_does_not_end_a_longer_one(limiter: SharedLimiter) -> None:
    started = time.monotonic()
    limiter.pause(0.6)
    limiter.pause(0.1)
    limiter.wait()
    assert time.monotonic() - started >= 0.6


def test_limits_of_different_names_do_not_meet(tmp_path: Path) -> None:
    url = file_url(tmp_path)
    with SharedLimiter(url, per_second=100, name="a") as held, SharedLimiter(url, per_second=100, name="b") as free:
        held.pause(3_000)
        started = time.monotonic()
        free.wait()
    assert time.monotonic() - started < 200


@pytest.mark.parametrize("limiter", [1000], indirect=True)
def test_waiting_costs_little_beside_the_wait(limiter: SharedLimiter) -> None:
    times = []
    for _ in range(200):
        time.sleep(0.0012)  # the slot is free by then, so that nothing but the transaction is measured
        started = time.perf_counter()
        limiter.wait()
        times.append(time.perf_counter() - started)
    assert sorted(times)[100] < 0.01


@pytest.mark.parametrize("limiter", [20], indirect=True)
def test_requests_are_spaced_evenly(limiter: SharedLimiter) -> None:
    moments = []
    for _ in range(8):
        limiter.wait()
        moments.append(time.monotonic())
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert min(gaps) > 0.02
    assert sum(gaps) / len(gaps) >= 0.05


@pytest.mark.parametrize("rate", [0, -1, 1001, math.nan, math.inf])
def test_a_limit_that_is_none_is_refused(tmp_path: Path, rate: float) -> None:
    with pytest.raises(ValueError, match="per_second"):
        SharedLimiter(file_url(tmp_path), per_second=rate, name="x")


@pytest.mark.parametrize("limiter", [1], indirect=True)
@pytest.mark.parametrize("seconds", [-1, math.nan, math.inf])
def test_a_pause_that_is_none_is_refused(limiter: SharedLimiter, seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds"):
        limiter.pause(seconds)


@pytest.mark.parametrize(
    ("now", "seconds", "what_happened"),
    [
        (_Moment(1000.5, 50.5), 0.5, "half a second passed"),
        (_Moment(4600.5, 50.5), 0.5, "the wall clock was put forward by an hour"),
        (_Moment(-2600.0, 50.5), 0.5, "the wall clock was put back by an hour"),
        (_Moment(1000.5, 3.0), 0.5, "the machine was started anew"),
        (_Moment(900.0, 3.0), 0.0, "both went back: as if no time had passed"),
    ],
)
def test_a_clock_that_jumps_frees_no_slot(now: _Moment, seconds: float, what_happened: str) -> None:
    assert _passed(_Moment(1000.0, 50.0), now) == pytest.approx(seconds), what_happened


@pytest.mark.parametrize("limiter", [100], indirect=True)
def test_a_row_from_the_future_blocks_nobody(limiter: SharedLimiter, tmp_path: Path) -> None:
    limiter.wait()
    with closing(sqlite3.connect(tmp_path / "home" / "evidence.sqlite")) as connection, connection:
        connection.execute("UPDATE rate_limits SET wall = 9e12, monotonic = 9e12")
    started = time.monotonic()
    for _ in range(20):
        limiter.wait()
    assert 0.2 <= time.monotonic() - started < 5
