"""The workbench: how long do its pages take with twenty people at work over a hundred reviews of five hundred records each?

Data: none; the desk is made (`evaluation.bench.made_desk`). What runs: `evidence serve` as a process of its own, and twenty
people in this one, who walk through the rooms of reviews drawn at random, decide on claims and screen. Server and people share
two cores, also where the machine has more. People read for two seconds on the mean before they go on, exponentially spread.
That is a hurried reader: a claim beside its abstract takes longer, and TPC-W, the benchmark of shops on the web, has a mean of
seven seconds at least. Then once more without any pause: nobody works so, and twenty pages are being made at every moment.
Beside the times there is the server's own processor time a page, one person alone: it does not depend on what else runs.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from connectors.store import Store
from connectors.store.people import new_account
from evaluation.bench.figure import Figure
from evaluation.bench.made_desk import CLAIMS, RECORDS, MadeDesk, MadeReview, librarians
from evaluation.bench.processes import installed_command, own_environment
from evaluation.bench.progress import BenchProgress
from evaluation.bench.workbench_people import Person, Times, Walks, walk_together
from evidence.errors import ServiceUnavailable
from evidence.people import Role
from review.sessions import hash_of

LIMIT_MS = 300.0
REVIEWS = 100
_QUICK_REVIEWS = 20
_ROUNDS = 10
"""Walks of each person: 200 of each page."""
_PAUSE = 2.0
_CORES = 2
_START_SECONDS = 120.0
_SIGNED_EVERY = 10
_TICKS = os.sysconf("SC_CLK_TCK")


def run(_data: Path | None, *, quick: bool = False) -> list[Figure]:
    """The 95th percentile of each page against the limit, and the processor time of each."""
    return measure(_QUICK_REVIEWS if quick else REVIEWS, rounds=1 if quick else _ROUNDS)


def measure(reviews: int, *, rounds: int, records: int = RECORDS, pause: float = _PAUSE) -> list[Figure]:
    """The figures over a desk of `reviews`, each person walking `rounds` times; `pause` in seconds."""
    progress = BenchProgress()
    with TemporaryDirectory() as folder, _on_two_cores():
        progress.stage("workbench", f"making {reviews} reviews of {records} records")
        desk, tokens = make_desk(Path(folder), reviews, records=records)
        with serving(Path(folder)) as server:
            progress.stage("workbench", f"{len(tokens)} people, {rounds} rounds each, {pause:g} s to read a page")
            walks = Walks(desk)
            walks.walk(server.person(tokens[0], 99, 0.0))  # templates are compiled and modules loaded now
            reading = walk_together([server.person(*each, pause) for each in _seeded(tokens)], walks, rounds)
            progress.stage("workbench", "without pause")
            hurried = walk_together([server.person(*each, 0.0) for each in _seeded(tokens)], walks, -(-rounds // 3))
            progress.stage("workbench", "one person alone")
            alone = server.person(tokens[0], 7, 0.0)
            for _ in range(rounds + 2):
                walks.walk(alone)
    setting = f"{len(tokens)} people, {reviews} reviews of {records} records and {CLAIMS} claims"
    return [
        *_figures(reading, f"{setting}, {pause:g} s of reading a page"),
        _hurried(hurried, f"{setting}, none of whom ever reads"),
        *_cpu_figures(alone.cpu),
    ]


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
        """Processor seconds so far, without its other processes; 0 where the system does not say."""
        if not self._stat.exists():
            return 0.0
        fields = self._stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def person(self, token: str, seed: int, pause: float) -> Person:
        """Somebody at its pages."""
        return Person(self.address, token, seed=seed, pause=pause, cpu=self.cpu)


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


@contextmanager
def _on_two_cores() -> Iterator[None]:
    """This process, and those that it starts, on two of its cores; where the system cannot, on all."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:_CORES])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _seeded(tokens: Sequence[str]) -> list[tuple[str, int]]:
    return [(token, seed) for seed, token in enumerate(tokens)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * round(share * 1000) // 1000) - 1)]


def _figures(times: Times, setting: str) -> list[Figure]:
    everything = [time for each in times.values() for time in each]
    return [_figure(name, values, setting) for name, values in {"all pages": everything, **times}.items()]


def _hurried(times: Times, setting: str) -> Figure:
    everything = [time for each in times.values() for time in each]
    slowest = max(times, key=lambda name: percentile(times[name], 0.95))
    slow = f"the slowest page, {slowest}, {percentile(times[slowest], 0.95):.0f} ms (95th percentile, n {len(times[slowest])})"
    return _figure("all pages, no pause between them", everything, f"{slow}; {setting}")


def _figure(name: str, values: Sequence[float], setting: str) -> Figure:
    value = percentile(values, 0.95)
    return Figure(
        name=f"workbench: {name}, 95th percentile",
        value=value,
        unit="ms",
        n=len(values),
        compared_with="the limit",
        compared_value=LIMIT_MS,
        ratio=value / LIMIT_MS,
        target=LIMIT_MS,
        met=value < LIMIT_MS,
        note=f"half within {percentile(values, 0.5):.0f} ms, the slowest {max(values):.0f} ms; {setting}",
    )


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
