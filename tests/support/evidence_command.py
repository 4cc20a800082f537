"""The `evidence` command as real processes: what it is given, what it says, how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = "http://127.0.0.1:9"
"""A port of this machine that nothing listens on: what would leave the machine ends there."""
LONGEST = 150.0


@dataclass(frozen=True)
class Ended:
    """How a process ended. `code` below 0 is minus the signal that ended it."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def complaints(self) -> list[str]:
        """The sentences that say what is wrong; the rest of the error stream is progress."""
        return [line.removeprefix("evidence: ") for line in self.err.splitlines() if line.startswith("evidence: ")]

    @property
    def answer(self) -> Any:
        """The one JSON object on the output stream."""
        return json.loads(self.out)


@dataclass
class Running:
    """A process under way."""

    pid: int
    folder: Path
    ended: Callable[[float], int]
    started: float = field(default_factory=time.monotonic)

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> Ended:
        """As `kill -9` does."""
        self.signal(signal.SIGKILL)
        return self.end()

    def end(self, longest: float = LONGEST) -> Ended:
        """Wait for the end. A process that does not end is killed and fails the test."""
        try:
            code = self.ended(longest)
        except (subprocess.TimeoutExpired, queue.Empty):
            # With fault handling on, this makes it say where it stands.
            self.signal(signal.SIGABRT)
            time.sleep(0.5)
            self.signal(signal.SIGKILL)
            raise AssertionError(f"no end after {longest} seconds: {_read(self.folder / 'err')}") from None
        seconds = time.monotonic() - self.started
        return Ended(code, _read(self.folder / "out"), _read(self.folder / "err"), seconds)


@dataclass
class Evidence:
    """The command with a home of its own. `start` makes a process and `run` waits for its end."""

    folder: Path
    environment: dict[str, str]
    warm: WarmProcess | None = None
    prefix: tuple[str, ...] = ()
    """Words before the command, for example `prlimit --fsize=…`; only without `warm`."""
    _number: int = 0

    @property
    def home(self) -> Path:
        return Path(self.environment["EVIDENCE_HOME"])

    def with_environment(self, **more: str) -> Evidence:
        return Evidence(self.folder, {**self.environment, **more}, self.warm, self.prefix)

    def run(self, *arguments: str) -> Ended:
        return self.start(*arguments).end()

    def start(self, *arguments: str) -> Running:
        self._number += 1
        place = self.folder / f"process-{time.monotonic_ns()}-{self._number}"
        place.mkdir(parents=True)
        if self.warm is not None:
            return self.warm.start(arguments, self.environment, place)
        with (place / "out").open("wb") as out, (place / "err").open("wb") as err:
            process = subprocess.Popen(
                [*self.prefix, sys.executable, "-P", "-c", "from cli.main import main; main()", *arguments],
                cwd=place,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        return Running(process.pid, place, process.wait)


class WarmProcess:
    """Makes processes of the command that need not import anything first (see `warm_process.py`)."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.warm_process"],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._started: queue.Queue[int] = queue.Queue()
        self._ended: dict[int, queue.Queue[int]] = {}
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start(self, arguments: tuple[str, ...], environment: Mapping[str, str], place: Path) -> Running:
        order = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "out": str(place / "out"),
            "err": str(place / "err"),
            "folder": str(place),
        }
        assert self._process.stdin is not None
        with self._lock:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            pid = self._started.get(timeout=LONGEST)
        return Running(pid, place, lambda longest: self._end_of(pid).get(timeout=longest))

    def _end_of(self, pid: int) -> queue.Queue[int]:
        return self._ended.setdefault(pid, queue.Queue())

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if "started" in said:
                self._started.put(said["started"])
            elif "ended" in said:
                self._end_of(said["ended"]).put(said["code"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._reader.join(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


def clean_environment(folder: Path, cache: Path, prefect_api: str) -> dict[str, str]:
    """What a person's shell has, with every way out of this machine closed."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONFAULTHANDLER": "1",
        "XDG_CACHE_HOME": str(cache),
        "EVIDENCE_HOME": str(folder / "home"),
        "PREFECT_API_URL": prefect_api,
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
        "NO_PROXY": "127.0.0.1,localhost",
    }


@contextlib.contextmanager
def running_prefect_server(home: Path) -> Iterator[str]:
    """A Prefect server for the whole test session, started as the product starts its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "EVIDENCE_"))}
    settings = {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "connectors.orchestration"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**environment, **settings},
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert process.stdout.readline().strip() == "ready", (home / "server.log").read_text()
        yield address
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def children_of(pid: int) -> list[int]:
    """Processes that this one started and that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
