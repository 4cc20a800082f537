"""Runs and measures whole processes, as a person starts them."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Self

from evidence.errors import NotConfigured, ServiceUnavailable

_LONGEST = 900.0
_LOOK = 0.1
_LEFT_OUT = ("EVIDENCE_", "PREFECT_", "OPENAI_", "NCBI_")


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A process that ended well. `wall` and `cpu` in seconds, processor time that of its own children included."""

    wall: float
    cpu: float
    output: str


def own_environment(**given: str) -> dict[str, str]:
    """This environment without settings of the product or its services, and with those given.

    Bytecode is written, as Python does by default: where a machine forbids it, every start would compile every module again,
    and the figures would be about that.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {"DO_NOT_TRACK": "1"} | given


def installed_command(name: str) -> str:
    """The path of a command installed beside this Python. Raises NotConfigured where it is not."""
    path = Path(sys.executable).with_name(name)
    if not path.is_file():
        raise NotConfigured(f"The command {name} is not installed beside this Python: run `make setup`.")
    return str(path)


def run_measured(command: Sequence[str], environment: Mapping[str, str], *, limit: float = _LONGEST) -> Ended:
    """Run a process to its end. Nothing else may be waited for meanwhile: processor time is that of ended children.

    Raises ServiceUnavailable with the last line of its error stream where it ends with another code than 0, or takes more
    than `limit` seconds.
    """
    before = _children_cpu()
    began = perf_counter()
    try:
        done = subprocess.run(  # noqa: S603 - commands of this environment only
            list(command), env=dict(environment), capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ServiceUnavailable(f"`{Path(command[0]).name}` took more than {limit:.0f} s while it was measured.") from error
    wall = perf_counter() - began
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ServiceUnavailable(f"`{Path(command[0]).name}` ended with {done.returncode} while it was measured: {said}")
    return Ended(wall=wall, cpu=_children_cpu() - before, output=done.stdout)


def peak_megabytes() -> float:
    """The most memory that this process has held, in MB of 1,000,000 bytes, memory-mapped files included.

    Linux's own account of the process (VmHWM) where there is one: `getrusage` also counts what the parent held when it
    started the process.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


class OwnMemory:
    """The most memory of its own that this process holds while a block runs, in MB of 1,000,000 bytes.

    Files that are mapped into memory are left out: the system gives them back as soon as others need the room, and an index
    of gigabytes is mapped in whole while its parts are merged. Where the system does not tell them apart, all of it counts.
    """

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._ended = Event()
        self._thread = Thread(target=self._watch, name="memory", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak_mb = max(self.peak_mb, _own_megabytes())
            if self._ended.wait(_LOOK):
                return


def _own_megabytes() -> float:
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.is_file() else []
    own = [line for line in lines if line.startswith("RssAnon")]
    return int(own[0].split()[1]) * 1024 / 1e6 if own else peak_megabytes()


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
