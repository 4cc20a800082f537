"""`evidence evaluate run` and `list`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.progress import TerminalProgress
from connectors.settings import Settings
from evidence.errors import InvalidInput, NotConfigured

if TYPE_CHECKING:
    from evaluation.harness.result import Metric, SuiteResult


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: each suite's name and line.")
def list_suites(as_json: bool) -> None:
    """The suites there are."""
    from evaluation.suites import SUITES

    if as_json:
        click.echo(json.dumps(SUITES, indent=2))
        return
    for name, line in SUITES.items():
        click.echo(f"{name:<14} {line}")


@click.command()
@click.argument("suite")
@click.option(
    "--data", type=click.Path(path_type=Path), help="A file or folder of the suite's format.  [default: ../shared/data]"
)
@click.option("--model", help="A language model where the suite needs one, as for `evidence ask`.")
@click.option("--base-url", help="Address of an OpenAI-compatible server.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first N cases.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object: suite, settings, and per metric value, low, high, n."
)
@click.option("--quiet", is_flag=True, help="No progress.")
def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    suite: str, data: Path | None, model: str | None, base_url: str | None, limit: int | None, as_json: bool, quiet: bool
) -> None:
    """Run SUITE on its data; answers already made are kept and not made again."""
    chosen, result = _measured(suite, data, model, base_url, limit, TerminalProgress(quiet=quiet))
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
        return
    click.echo(f"{chosen}: {result.cases} cases, {result.unscored} unscored   (run {result.id})")
    for name, metric in result.metrics.items():
        click.echo(f"  {name:<44} {_shown(metric)}")


def _measured(
    name: str, data: Path | None, model: str | None, base_url: str | None, limit: int | None, progress: TerminalProgress
) -> tuple[str, SuiteResult]:
    try:
        import inspect_ai as _inspect_ai  # noqa: F401 - only to say what is missing
    except ModuleNotFoundError:
        raise NotConfigured('The harness needs its libraries: run "pip install evidence-ledger[evaluation]".') from None
    from cli.services import build_model
    from evaluation.bench.__main__ import SHARED
    from evaluation.harness.data import SuiteData
    from evaluation.harness.run_suite import run_suite
    from evaluation.harness.suite import Systems
    from evaluation.suites import load_suite

    if data is not None and not data.exists():
        raise InvalidInput(f"There is nothing at {data}: give a file or folder with --data.")
    suite = load_suite(name)
    settings = Settings.load(model=model or suite.default_model, base_url=base_url)
    given = SuiteData(given=data, shared=SHARED if SHARED.is_dir() else None)
    cases = list(suite.read(given))[:limit]
    progress.stage(f"Suite {suite.name}", f"{len(cases)} cases")
    under_test = build_model(settings, progress) if suite.needs_model else None
    result = run_suite(
        suite,
        cases,
        Systems(model=under_test),
        settings={
            "data": str(data) if data else "shared",
            "files": dict(given.hashes()),
            "limit": limit,
            "model": under_test.identity.model_dump(mode="json") if under_test else None,
        },
        folder=settings.home / "evaluations",
        progress=progress,
    )
    return suite.name, result


def _shown(metric: Metric) -> str:
    if metric.value is None:
        return f"too few to say   n={metric.n}"
    interval = f"[{metric.low:.3f}, {metric.high:.3f}]" if metric.low is not None and metric.high is not None else "no interval"
    clusters = f" in {metric.clusters} clusters" if metric.clusters else ""
    return f"{metric.value:.3f} {interval}   n={metric.n}{clusters}   {metric.note}"
