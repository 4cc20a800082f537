"""`make bench`: takes every figure, each bench in a process of its own, and prints them as one table.

It is a benchmark and no test: it ends with 0 also where a target is missed, and says so; with 1 where a bench failed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

import click
from pydantic import TypeAdapter

import evaluation
from evaluation.bench.benches import BENCHES, NEEDS_VECTORS, Bench
from evaluation.bench.figure import Figure
from evaluation.bench.progress import BenchProgress
from evaluation.bench.table import closing_line, render_table, this_machine
from evidence.errors import EvidenceError

SHARED = Path(evaluation.__file__).resolve().parents[2] / "shared" / "data"
_FIGURES = TypeAdapter(list[Figure])
_FAILED = "NOT MEASURED: the bench failed; what it said is above"
_BY_NAME = {bench.name: bench for bench in BENCHES}


@click.command()
@click.option("--only", multiple=True, metavar="NAME", type=click.Choice(list(_BY_NAME)), help="Only this bench; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: the machine, and every figure by bench.")
@click.option("--quick", is_flag=True, help="Few repeats on little data: to see that it works, not to quote.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The shared development data.  [default: ../shared/data beside the checkout]",
)
def main(only: Sequence[str], as_json: bool, quick: bool, data: Path | None) -> None:
    """Measure, and print each figure with its interval, what it stands beside, and its target."""
    machine = this_machine()
    data = data or (SHARED if SHARED.is_dir() else None)
    chosen = [_BY_NAME[name] for name in dict.fromkeys(only)] or [bench for bench in BENCHES if quick or not bench.only_by_name]
    if not (as_json and len(chosen) == 1):  # then another process asked for it and has said so
        _say_what_comes(chosen, data, quick=quick)
    taken: dict[Bench, list[Figure]] = {}
    failed = False
    for bench in chosen:
        figures = _take(bench, data, quick=quick) if len(chosen) == 1 else _take_apart(bench, data, quick=quick)
        failed = failed or figures is None
        unmeasured = [Figure(name=bench.measures, value=None, note=_FAILED)]
        taken[bench] = [figure.model_copy(update={"command": bench.command}) for figure in figures or unmeasured]
    if as_json:
        by_bench = {bench.name: _FIGURES.dump_python(figures, mode="json") for bench, figures in taken.items()}
        click.echo(json.dumps({"machine": machine.model_dump(mode="json"), "quick": quick, "figures": by_bench}, indent=2))
    else:
        click.echo(f"\n{machine.line()}{' — QUICK LOOK, NOT TO QUOTE' if quick else ''}\n\n{render_table(taken)}\n")
        click.echo(closing_line([figure for figures in taken.values() for figure in figures]))
    sys.exit(1 if failed else 0)


def _say_what_comes(chosen: Sequence[Bench], data: Path | None, *, quick: bool) -> None:
    minutes = sum(bench.minutes for bench in chosen)
    about = "a few minutes" if quick else f"about {max(minutes, 1):.0f} minutes on a quiet machine"
    click.echo(f"bench: {', '.join(bench.name for bench in chosen)}; {about}", err=True)
    for bench in () if quick or len(chosen) == 1 else BENCHES:
        if bench not in chosen:
            click.echo(f"bench: not taken now, about {bench.minutes:.0f} minutes: {bench.command}", err=True)
    if data is None:
        click.echo(f"bench: THE SHARED DATA IS NOT AT {SHARED.parent.name}/{SHARED.name}: WHAT NEEDS IT IS SKIPPED.", err=True)


def _take(bench: Bench, data: Path | None, *, quick: bool) -> list[Figure] | None:
    """The bench's figures, taken here; None where it failed, which is said."""
    began = perf_counter()
    click.echo(f"bench: {bench.name}: {bench.measures}", err=True)
    try:
        if data is not None and bench.name in NEEDS_VECTORS and not quick:
            from evaluation.bench.warm_vectors import warm_vectors

            warm_vectors(data, BenchProgress())
        figures = bench.run(data, quick=quick)
    except (EvidenceError, OSError) as fault:
        click.echo(f"bench: {bench.name} failed: {fault}", err=True)
        return None
    for figure in figures:
        if figure.value is None:
            click.echo(f"bench: SKIPPED: {figure.name}: {figure.note}", err=True)
    click.echo(f"bench: {bench.name} took {perf_counter() - began:.0f} s", err=True)
    return figures


def _take_apart(bench: Bench, data: Path | None, *, quick: bool) -> list[Figure] | None:
    """The bench's figures, taken in a process of its own, so that none meets what another left in memory."""
    options = [*(["--quick"] if quick else []), *(["--data", str(data)] if data else [])]
    command = [sys.executable, "-m", "evaluation.bench", "--only", bench.name, "--json", *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - this program itself
    if done.returncode != 0:
        return None
    said: Mapping[str, Mapping[str, object]] = json.loads(done.stdout)
    return _FIGURES.validate_python(said["figures"][bench.name])


if __name__ == "__main__":
    main()
