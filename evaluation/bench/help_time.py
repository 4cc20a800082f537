"""Help: does `evidence --help` answer at once?

What runs: the installed command, as a whole process, in turn with a Python that does nothing. Bytecode is in place.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from evaluation.bench.arithmetic import median_interval, ratio_of_medians, spread
from evaluation.bench.figure import Figure
from evaluation.bench.processes import installed_command, own_environment, run_measured

LIMIT_SECONDS = 0.3
_REPEATS = 15


def run(_data: Path | None, *, quick: bool = False) -> list[Figure]:
    """The median wall time of the command, and its ratio to `python -c pass`."""
    command, nothing = [installed_command("evidence"), "--help"], [sys.executable, "-c", "pass"]
    environment = own_environment()
    run_measured(command, environment)
    helped, empty = [], []
    for _ in range(3 if quick else _REPEATS):
        helped.append(run_measured(command, environment))
        empty.append(run_measured(nothing, environment))
    walls, bare = [ended.wall for ended in helped], [ended.wall for ended in empty]
    low, high = median_interval(walls) or (None, None)
    cpu = median(ended.cpu for ended in helped)
    return [
        Figure(
            name="evidence --help",
            value=median(walls),
            unit="s",
            low=low,
            high=high,
            n=len(walls),
            compared_with="python -c pass",
            compared_value=median(bare),
            ratio=ratio_of_medians(walls, bare),
            target=LIMIT_SECONDS,
            met=median(walls) < LIMIT_SECONDS,
            note=f"{spread(walls, 's')}; processor time {cpu:.2f} s",
        )
    ]
