"""Asking again: what does the same question cost when nothing has changed?

Data: the demonstration collection in a local PubMed that counts its requests. What runs: `evidence ask`, whole processes, the
first with Prefect started for it, as for a person without a server. No model takes part: all of the time is ours and Prefect's.
"""

from __future__ import annotations

from collections import Counter
from importlib import resources
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from connectors.mirror import load_files
from connectors.store import Store
from evaluation.bench.arithmetic import median_interval, spread
from evaluation.bench.asking import Asked, ask_once
from evaluation.bench.figure import Figure
from evaluation.bench.progress import BenchProgress
from evaluation.bench.servers import counting_mirror

LIMIT_SECONDS = 5.0
SEARCHES = 1
QUESTION = "Do oral cholera vaccines prevent cholera at two years compared with placebo?"
_REPEATS = 7


def run(_data: Path | None, *, quick: bool = False) -> list[Figure]:
    """Wall time of asking again beside the first asking, requests to the source, model calls."""
    progress = BenchProgress()
    with TemporaryDirectory() as folder:
        home, mirror = Path(folder, "home"), Path(folder, "mirror")
        with resources.as_file(resources.files("connectors.mirror") / "demonstration.xml") as file:
            load_files(mirror, [file])
        with counting_mirror(mirror) as (address, counted):
            progress.stage("again", "the first asking, with Prefect's start")
            first = ask_once(QUESTION, home, address)
            first_requests, first_calls = Counter(counted.counts), _calls(home, first.run_id)
            later: list[Asked] = []
            for _ in range(2 if quick else _REPEATS):
                counted.counts.clear()
                later.append(ask_once(QUESTION, home, address))
                progress.note(f"  asked again: {later[-1].process.wall:.1f} s")
            calls = _calls(home, first.run_id) - first_calls
    return figures(first, first_requests, first_calls, later, Counter(counted.counts), calls)


def figures(
    first: Asked, first_requests: Counter[str], first_calls: int, later: list[Asked], requests: Counter[str], calls: int
) -> list[Figure]:
    """The figures of a first asking and of those after it."""
    same = all(asked.run_id == first.run_id for asked in later)
    walls = [asked.process.wall for asked in later]
    low, high = median_interval(walls) or (None, None)
    cpu = median(asked.process.cpu for asked in later)
    return [
        Figure(
            name="the same question asked again",
            value=median(walls),
            unit="s",
            low=low,
            high=high,
            n=len(walls),
            compared_with="the first asking",
            compared_value=first.process.wall,
            ratio=median(walls) / first.process.wall,
            target=LIMIT_SECONDS,
            met=same and median(walls) < LIMIT_SECONDS,
            note=f"{spread(walls, 's')}; processor time {cpu:.1f} s, first asking {first.process.cpu:.1f} s; "
            + ("the same run was given back" if same else "ANOTHER RUN WAS MADE"),
        ),
        _counted("requests when asked again", requests.total(), first_requests.total(), SEARCHES, _listed(requests)),
        _counted("model calls when asked again", calls, first_calls, 0, ""),
    ]


def _counted(name: str, count: int, first: int, limit: int, note: str) -> Figure:
    return Figure(
        name=name,
        value=count,
        unit="requests" if name.startswith("requests") else "calls",
        n=1,
        compared_with="the first asking",
        compared_value=first,
        ratio=count / first if first else None,
        target=limit,
        met=count <= limit,
        note=note,
    )


def _listed(requests: Counter[str]) -> str:
    return "counted at the server: " + (", ".join(f"{count} {name}" for name, count in sorted(requests.items())) or "none")


def _calls(home: Path, run_id: str) -> int:
    with Store.open(f"sqlite:///{home / 'evidence.sqlite'}") as store:
        return store.call_totals(run_id).calls
