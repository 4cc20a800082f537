"""The rate limit: how many requests too many does a server see in any second when eight processes ask at once?

Data: none. What runs: eight processes, each with a `PubMed` client of its own, sharing one store as the workers of a team do,
against a server that notes when each request arrives. A breach is a window of one second, wherever it begins, with more
requests than the limit.

`python -m evaluation.bench.rate_limit REQUESTS PER_SECOND` takes the figures at any size: 1000 3 is NCBI's own limit (six
minutes), 100000 300 the same at a hundred times the rate.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from connectors.pubmed.client import PubMed
from connectors.rate_limit import SharedLimiter
from connectors.store import Store
from evaluation.bench.figure import Figure
from evaluation.bench.progress import BenchProgress
from evidence.errors import InvalidInput, ServiceUnavailable

PROCESSES = 8
SCALED = 300
"""Requests a second: a hundred times what NCBI allows without a key."""
_REQUESTS = 6_000
_QUICK_REQUESTS = 1_200
_START_SECONDS = 60.0
_ANSWER = b"<eSearchResult><Count>1</Count><RetMax>0</RetMax><IdList/><QueryTranslation>made</QueryTranslation></eSearchResult>"
_HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(_ANSWER)


def run(_data: Path | None, *, quick: bool = False) -> list[Figure]:
    """Breaches and the rate reached, at the scaled limit."""
    return measure(_QUICK_REQUESTS if quick else _REQUESTS, SCALED)


def measure(requests: int, per_second: int, *, processes: int = PROCESSES) -> list[Figure]:
    """The figures of `requests` requests, shared by these processes, at a limit of `per_second`."""
    BenchProgress().stage("rate limit", f"{requests:,} requests from {processes} processes, {per_second} a second")
    with TemporaryDirectory() as folder, counting_server() as (address, arrivals):
        store_url = f"sqlite:///{Path(folder, 'evidence.sqlite')}"
        Store.open(store_url).close()
        shares = [requests // processes + (place < requests % processes) for place in range(processes)]
        _run_processes(store_url, address, shares, per_second)
    return figures(arrivals, requests, per_second, processes=processes)


def figures(arrivals: Sequence[float], requests: int, per_second: int, *, processes: int = PROCESSES) -> list[Figure]:
    """Breaches and the rate reached, of arrivals in seconds."""
    took = max(arrivals) - min(arrivals)
    most = most_in_a_second(arrivals)
    name = f"{requests:,} requests from {processes} processes at {per_second} a second"
    count = breaches(arrivals, per_second)
    return [
        Figure(
            name=f"{name}: seconds with more",
            value=count,
            n=len(arrivals),
            target=0,
            met=count == 0 and len(arrivals) == requests,
            note=f"counted at the server over every window of a second; the fullest one held {most}",
        ),
        Figure(
            name=f"{name}: rate reached",
            value=len(arrivals) / took,
            unit="requests/s",
            n=len(arrivals),
            compared_with="the limit",
            compared_value=per_second,
            ratio=len(arrivals) / took / per_second,
            note=f"{took:.0f} s",
        ),
    ]


def breaches(arrivals: Sequence[float], per_second: int) -> int:
    """How many runs of `per_second` + 1 arrivals lie within less than a second."""
    moments = sorted(arrivals)
    return sum(later - earlier < 1.0 for earlier, later in zip(moments, moments[per_second:], strict=False))


def most_in_a_second(arrivals: Sequence[float]) -> int:
    """The most arrivals in any window of one second, its end left out."""
    moments, most, first = sorted(arrivals), 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def ask_in_turn(store_url: str, address: str, requests: int, per_second: int) -> None:
    """What each process does: the same question again and again, as fast as the limiter lets it."""
    with SharedLimiter(store_url, per_second=per_second, name="bench") as limiter:
        source = PubMed(base_url=address, email="bench@example.org", limiter=limiter)
        for _ in range(requests):
            source.count("made")


@contextmanager
def counting_server() -> Iterator[tuple[str, list[float]]]:
    """A server's address and when each request arrived, in seconds of the monotonic clock."""
    arrivals: list[float] = []
    ready, address = threading.Event(), list[str]()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        arrivals.append(time.monotonic())
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        await reader.readexactly(int(length.partition(b":")[2]))
        writer.write(_HEAD + _ANSWER)
        await writer.drain()
        writer.close()

    async def serve(stop: asyncio.Event) -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=256)
        address.append(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        ready.set()
        async with server:
            await stop.wait()

    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(stop),), daemon=True)
    thread.start()
    if not ready.wait(_START_SECONDS):
        raise ServiceUnavailable("The counting server did not start: try again on a quieter machine.")
    try:
        yield address[0], arrivals
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(_START_SECONDS)
        loop.close()


def _run_processes(store_url: str, address: str, shares: Sequence[int], per_second: int) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=ask_in_turn, args=(store_url, address, share, per_second)) for share in shares]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise ServiceUnavailable("A process of the rate limit bench ended with a fault: see above.")


def main(arguments: list[str]) -> None:
    """Print the figures for a number of requests and a limit, as one JSON object a line."""
    if len(arguments) != 2 or not all(argument.isdigit() and int(argument) for argument in arguments):
        raise InvalidInput("Give the number of requests and the limit a second, for example 1000 3.")
    for figure in measure(int(arguments[0]), int(arguments[1])):
        click.echo(figure.model_dump_json(exclude_none=True))


if __name__ == "__main__":
    main(sys.argv[1:])
