"""The workbench: how long do its pages take with twenty people at work over a hundred reviews of five hundred records each?

Data: none; the desk is made (`evaluation.bench.made_desk`). What runs: `evidence serve` as a process of its own, and twenty
people, each a thread with a session of its own, who walk through the rooms of a review drawn at random, decide on claims and
screen, and read two seconds on the mean before they go on (exponential). The server and the people share the machine.
Beside the times there is the server's own processor time a page, one person alone: it does not depend on what else runs.
"""

from __future__ import annotations

import os
import random
import re
import secrets
import signal
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import httpx

from connectors.store import Store
from connectors.store.people import new_account
from evaluation.bench.figure import Figure
from evaluation.bench.made_desk import CLAIMS, RECORDS, MadeDesk, MadeReview, librarians
from evaluation.bench.processes import installed_command, own_environment
from evaluation.bench.progress import BenchProgress
from evidence.errors import ServiceUnavailable
from evidence.people import Role
from review.sessions import hash_of

LIMIT_MS = 300.0
REVIEWS = 100
_QUICK_REVIEWS = 20
_ROUNDS = 4
_PAUSE = 2.0
_START_SECONDS = 120.0
_SIGNED_EVERY = 10
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_TICKS = os.sysconf("SC_CLK_TCK")

Times = dict[str, list[float]]
"""Milliseconds by page."""


def run(_data: Path | None, *, quick: bool = False) -> list[Figure]:
    """The 95th percentile of each page against the limit, and the processor time of each."""
    return measure(_QUICK_REVIEWS if quick else REVIEWS, rounds=1 if quick else _ROUNDS)


def measure(reviews: int, *, rounds: int, records: int = RECORDS, pause: float = _PAUSE) -> list[Figure]:
    """The figures over a desk of `reviews`, each person walking `rounds` times; `pause` in seconds."""
    progress = BenchProgress()
    with TemporaryDirectory() as folder:
        progress.stage("workbench", f"making {reviews} reviews of {records} records")
        desk, tokens = make_desk(Path(folder), reviews, records=records)
        with serving(Path(folder)) as server:
            progress.stage("workbench", f"{len(tokens)} people, {rounds} rounds each")
            walk(Person(server, tokens[0], 99, 0.0), desk)  # templates are compiled and modules loaded now
            alone = Person(server, tokens[0], 7, 0.0)
            for _ in range(rounds + 2):
                walk(alone, desk)
            together = walk_together(server, tokens, desk, rounds, pause)
    return [*_figures(together, len(desk), records, len(tokens), pause), *_cpu_figures(alone.cpu)]


def make_desk(home: Path, reviews: int, *, records: int = RECORDS) -> tuple[list[MadeReview], list[str]]:
    """A desk in the store of this home, and the session tokens of its people."""
    made, names = MadeDesk(records=records), librarians()
    tokens = []
    with Store.open(f"sqlite:///{home / 'evidence.sqlite'}") as store:
        for place, name in enumerate(names):
            roles = [Role.LIBRARIAN, *([Role.ADMINISTRATOR] if place == 0 else [])]
            account = store.people.add(new_account(f"made{place}", name, roles), password=None, by="bench")
            tokens.append(secrets.token_urlsafe(32))
            store.people.sign_in(account.id, hash_of(tokens[-1]), by=name)
        desk = [
            made.add(store, number, by=names[number % len(names)], signed=number % _SIGNED_EVERY == 0)
            for number in range(1, reviews + 1)
        ]
    return desk, tokens


class Server:
    """The workbench as a process: its address, and the processor seconds that it has used."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.address = address
        self._stat = Path("/proc") / str(process.pid) / "stat"

    def cpu(self) -> float:
        """Processor seconds so far; 0 where the system does not say."""
        if not self._stat.exists():
            return 0.0
        fields = self._stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """`evidence serve`, without its worker, until the block ends."""
    environment = own_environment(EVIDENCE_HOME=str(home), EVIDENCE_MODEL="extractive", EVIDENCE_SOURCE="http://127.0.0.1:1/")
    command = [installed_command("evidence"), "serve", "--port", "0", "--no-worker"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        yield Server(process, _address(process.stdout))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _address(out: IO[str]) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and (line := out.readline()):
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise ServiceUnavailable("The workbench did not start: run `evidence serve` and see what it says.")


class Person:
    """Somebody at the pages. `times` in milliseconds and `cpu` in processor milliseconds of the server, by page."""

    def __init__(self, server: Server, token: str, seed: int, pause: float) -> None:
        self._server = server
        # Every page on a connection of its own: one that the server closes just then, which a browser would open again, is no
        # fault of the page.
        limits, cookies = httpx.Limits(max_keepalive_connections=0), {"evidence": token}
        self._client = httpx.Client(base_url=server.address, cookies=cookies, timeout=60, trust_env=False, limits=limits)
        self.random = random.Random(seed)
        self._pause = pause
        self.times: Times = defaultdict(list)
        self.cpu: Times = defaultdict(list)

    def page(self, name: str, place: str) -> str:
        """Load a page and read it."""
        return self._timed(name, "GET", place, {})

    def send(self, name: str, place: str, page: str, **fields: str) -> None:
        """Send a form with what the page keeps hidden in it."""
        hidden = {key: unescape(value) for key, value in reversed(_HIDDEN.findall(page))}
        self._timed(name, "POST", place, {**hidden, **fields})

    def _timed(self, name: str, method: str, place: str, form: dict[str, str]) -> str:
        if self._pause:
            time.sleep(self.random.expovariate(1 / self._pause))
        before, began = self._server.cpu(), time.perf_counter()
        answer = self._client.request(method, place, data=form or None)
        self.times[name].append((time.perf_counter() - began) * 1000)
        self.cpu[name].append((self._server.cpu() - before) * 1000)
        if answer.status_code >= 500 or answer.status_code in (400, 403, 404):
            raise ServiceUnavailable(f"The workbench answered {answer.status_code} at {place}: look at its log.")
        return answer.text


def walk(person: Person, desk: Sequence[MadeReview]) -> None:
    """Once through the rooms of a review."""
    review = person.random.choice([made for made in desk if not made.signed] or list(desk))
    run = f"/runs/{review.run_id}"
    person.page("queue", "/requests")
    person.page("request", f"/requests/{review.number}")
    person.page("progress", f"{run}/progress")
    person.page("claims, the list", f"{run}/claims")
    claim = f"{run}/claims/{person.random.choice(review.claims)}"
    page = person.page("one claim", claim)
    person.send("a decision on a claim", claim, page, do="accept", reason="I read the record.")
    page = person.page("screening", f"{run}/screen")
    person.send("a screening decision", f"{run}/screen", page, do="include")
    person.page("search", f"{run}/search")
    person.page("second review", f"{run}/second")
    person.page("sign", f"{run}/sign")
    person.page("history", f"{run}/history")
    signed = person.random.choice([made for made in desk if made.signed])
    person.page("documents", f"/runs/{signed.run_id}/documents")
    person.page("signed summary", f"/runs/{signed.run_id}/summary")


def walk_together(server: Server, tokens: Sequence[str], desk: Sequence[MadeReview], rounds: int, pause: float) -> Times:
    """Everybody at once; the times of all. Raises what a person met."""
    people = [Person(server, token, seed, pause) for seed, token in enumerate(tokens)]
    met: list[Exception] = []

    def work(person: Person) -> None:
        try:
            for _ in range(rounds):
                walk(person, desk)
        except (ServiceUnavailable, httpx.HTTPError) as fault:
            met.append(fault)

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if met:
        raise ServiceUnavailable(f"{len(met)} of {len(people)} people met a fault; the first: {met[0]}")
    return {name: [time for person in people for time in person.times[name]] for name in people[0].times}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * round(share * 1000) // 1000) - 1)]


def _figures(times: Times, reviews: int, records: int, people: int, pause: float) -> list[Figure]:
    everything = [time for each in times.values() for time in each]
    setting = f"{people} people, {reviews} reviews of {records} records and {CLAIMS} claims, {pause:g} s of reading a page"
    return [
        Figure(
            name=f"workbench: {name}, 95th percentile",
            value=percentile(values, 0.95),
            unit="ms",
            n=len(values),
            target=LIMIT_MS,
            met=percentile(values, 0.95) < LIMIT_MS,
            note=f"half within {percentile(values, 0.5):.0f} ms, the slowest {max(values):.0f} ms; {setting}",
        )
        for name, values in {"all pages": everything, **times}.items()
    ]


def _cpu_figures(cpu: Times) -> list[Figure]:
    """The mean processor time of the server a page, one person alone."""
    return [
        Figure(
            name=f"workbench: {name}, processor time of the server",
            value=sum(values) / len(values),
            unit="ms",
            n=len(values),
            note=f"one person alone; the system counts in steps of {1000 / _TICKS:.0f} ms",
        )
        for name, values in cpu.items()
    ]
