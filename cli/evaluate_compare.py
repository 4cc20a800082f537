"""`evidence evaluate compare` and `gate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.settings import Settings
from evidence.errors import NotConfigured

if TYPE_CHECKING:
    from evaluation.statistics.compare_runs import Comparison
    from evaluation.statistics.kept_runs import KeptRun

_WORSE = 1


@click.command()
@click.argument("run", nargs=-1, required=True)
@click.option(
    "--once", is_flag=True, help="This comparison was planned and is made a single time: it shows smaller differences."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: suite, rule, and each comparison.")
def compare(run: tuple[str, ...], once: bool, as_json: bool) -> None:
    """Compare each RUN with the first, on the cases that both have: better, worse, or cannot tell."""
    from_home = _runs(run)
    from evaluation.statistics.compare_runs import compare_runs

    found = compare_runs(from_home, once=once)
    suite = from_home[0].suite
    if as_json:
        rule = "one look" if once else "any look"
        made = {"suite": suite, "rule": rule, "comparisons": [each.model_dump(mode="json") for each in found]}
        click.echo(json.dumps(made, ensure_ascii=False))
        return
    click.echo(f"{suite}: compared with {found[0].first}")
    for each in found:
        click.echo("\n".join(_lines(each, once=once)))
    if len(found) > 1:
        click.echo(f"{len(found)} runs were compared at once; the verdicts are corrected for that.")


@click.command()
@click.argument("run")
@click.option("--baseline", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The stored baseline.")
@click.option("--write", is_flag=True, help="Store RUN as the baseline, in place of what is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: passes, why, and the comparison.")
def gate(run: str, baseline: Path, write: bool, as_json: bool) -> int:
    """Is RUN worse than the stored baseline beyond chance? Exit code 0: no; 1: yes; 2: it cannot be read."""
    (kept,) = _runs((run,))
    from evaluation.statistics.gate import judge
    from evaluation.statistics.kept_runs import read_baseline, write_baseline

    if write:
        write_baseline(kept, baseline)
        said = {"written": str(baseline), "run": kept.id, "cases": len(kept.cases)}
        click.echo(json.dumps(said) if as_json else f"{kept.id} is the baseline now: {len(kept.cases)} cases in {baseline}")
        return 0
    found = judge(read_baseline(baseline), kept)
    if as_json:
        click.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False))
    else:
        click.echo(f"{'passes' if found.passes else 'WORSE'}: {found.why}")
        click.echo("\n".join(_lines(found.comparison, once=False)))
    return 0 if found.passes else _WORSE


def kept_folder() -> Path:
    """Where the harness keeps its runs. Raises NotConfigured where its libraries are missing."""
    try:
        import scipy as _scipy  # noqa: F401 - only to say what is missing
    except ModuleNotFoundError:
        raise NotConfigured('The harness needs its libraries: run "pip install evidence-ledger[evaluation]".') from None
    return Settings.load().home / "evaluations"


def _runs(names: tuple[str, ...]) -> list[KeptRun]:
    folder = kept_folder()
    from evaluation.statistics.kept_runs import read_run

    return [read_run(name, folder) for name in names]


def _lines(found: Comparison, *, once: bool) -> list[str]:
    difference = found.difference
    one_look = (
        f"95 % interval {difference.low:+.3f} to {difference.high:+.3f}"
        if difference.low is not None and difference.high is not None
        else "too few to say how sure"
    )
    lines = [
        f"{found.second}: {found.verdict.value.upper()}",
        f"  mean score {found.first_mean:.3f}, then {found.second_mean:.3f}: difference {difference.value:+.3f}, {one_look}",
        f"  n={difference.n} cases in {difference.clusters} clusters; {found.better_cases} better, {found.worse_cases} worse",
        _rule(found, once=once),
        "  smallest difference that this many cases could show (power 80 %): "
        + ("too few to say" if found.smallest is None else f"{found.smallest:.3f}"),
    ]
    left_out = (
        (found.only_first, "only in the first run"),
        (found.only_second, "only in the second"),
        (found.unscored_first, "unscored in the first"),
        (found.unscored_second, "unscored in the second"),
    )
    if any(count for count, _ in left_out):
        lines.append("  not compared: " + ", ".join(f"{count} {why}" for count, why in left_out if count))
    if found.fails_more:
        lines.append("  the second fails on more cases than the first, beyond chance: look at them before you believe the rest")
    return lines


def _rule(found: Comparison, *, once: bool) -> str:
    if once:
        return f"  judged once, as planned: p = {found.p_value:.2g} (below 0.05 there is a difference)"
    return (
        f"  however often looked at: {found.low_at_any_look:+.3f} to {found.high_at_any_look:+.3f}, "
        f"e-value {found.e_value:.3g} (from 20 on there is a difference)"
    )
