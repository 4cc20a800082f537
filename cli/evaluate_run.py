"""`evidence evaluate run` and `list`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from cli.options import grouped
from cli.progress import TerminalProgress
from connectors.settings import Settings
from evidence.errors import InvalidInput, NotConfigured

if TYPE_CHECKING:
    from evaluation.harness.counted_model import Spent
    from evaluation.harness.result import Metric, SuiteResult
    from evaluation.harness.suite import Suite
    from evidence.services import LanguageModel, Progress


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The options that say what is run, beside the suite and its prompts."""

    data: Path | None
    model: str | None
    base_url: str | None
    limit: int | None
    budget: str | None


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
@click.option(
    "--prompt",
    "prompts",
    multiple=True,
    metavar="NAME@VERSION",
    help="A version of a prompt that stands for the one in use in this run; may be given for several prompts.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Only N cases, of as many clusters as can be.")
@click.option("--budget", metavar="LIMIT", help='Most that model calls may cost: an amount of money, or "50000 tokens".')
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object: suite, settings, and per metric value, low, high, n."
)
@click.option("--quiet", is_flag=True, help="No progress.")
@grouped(asked=_Asked)
def run(suite: str, prompts: tuple[str, ...], asked: _Asked, *, as_json: bool, quiet: bool) -> None:
    """Run SUITE on its data; answers already made are kept and not made again."""
    chosen, result = _measured(suite, asked, _versions(prompts), TerminalProgress(quiet=quiet))
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
        return
    click.echo(f"{chosen}: {result.cases} cases, {result.unscored} unscored   (run {result.id})")
    for name, metric in result.metrics.items():
        click.echo(f"  {name:<44} {_shown(metric)}")
    click.echo(f'Browse runs and cases: inspect view start --log-dir "{Path(result.log).parent.parent}"')


def _measured(name: str, asked: _Asked, prompts: Mapping[str, int], progress: TerminalProgress) -> tuple[str, SuiteResult]:
    if find_spec("inspect_ai") is None:
        raise NotConfigured('The harness needs its libraries: run "pip install evidence-ledger[evaluation]".')
    from cli.services import build_model, read_budget
    from evaluation.bench.__main__ import SHARED
    from evaluation.harness.data import SuiteData
    from evaluation.harness.suite import Systems, spread
    from evaluation.suites import load_suite

    if asked.data is not None and not asked.data.exists():
        raise InvalidInput(f"There is nothing at {asked.data}: give a file or folder with --data.")
    suite = load_suite(name)
    if prompts and not suite.needs_model:
        raise InvalidInput(f"The suite {suite.name} asks no language model: leave --prompt out.")
    # Without a model no prompt is read, so a prompt alone asks for the model of the settings.
    settings = Settings.load(model=asked.model or (None if prompts else suite.default_model), base_url=asked.base_url)
    given = SuiteData(given=asked.data, shared=SHARED if SHARED.is_dir() else None)
    cases = spread(suite.read(given), asked.limit)
    progress.stage(f"Suite {suite.name}", f"{len(cases)} cases")
    under_test = build_model(settings, progress) if suite.needs_model else None
    _refuse_unread(prompts, under_test)
    limits = read_budget(asked.budget, settings)
    from evaluation.harness.run_suite import run_suite  # brings Inspect, which takes seconds: faults are said before

    with _costed(suite, under_test, len(cases), limits, settings, progress) as model:
        result = run_suite(
            suite,
            cases,
            Systems(model=model, prompts=prompts),
            settings={
                "data": str(asked.data) if asked.data else "shared",
                "files": dict(given.hashes()),
                "limit": asked.limit,
                "model": under_test.identity.model_dump(mode="json") if under_test else None,
            },
            folder=settings.home / "evaluations",
            progress=progress,
        )
    rendered = result.provenance["prompts"]
    for prompt in (f"{name}@{version}" for name, version in prompts.items()):
        if isinstance(rendered, dict) and prompt not in rendered:
            progress.note(f"No case of this suite asked {prompt}: the figures say nothing about it.")
    return suite.name, result


@contextmanager
def _costed(
    suite: Suite, model: LanguageModel | None, cases: int, limits: dict[str, Any], settings: Settings, progress: Progress
) -> Iterator[LanguageModel | None]:
    """The model with its answers kept and its cost told before and after; rules cost nothing and are asked as they are."""
    from connectors.language_model.prices import Budget
    from evaluation.harness.counted_model import cost_of_earlier, counted

    if model is None or model.identity.provider.startswith("no model"):
        yield model
        return
    folder, currency = settings.home / "evaluations", settings.currency
    progress.note(f"Before: {_expected(cost_of_earlier(folder, suite.name, model.identity.name), cases, currency)}")
    with (
        TemporaryDirectory() if suite.anew else nullcontext(folder) as kept,
        counted(model, Path(kept), Budget(**limits)) as counting,
    ):
        try:
            yield counting
        finally:
            progress.note(f"Cost: {_told(counting.spent, currency)}")


def _expected(earlier: Spent | None, cases: int, currency: str) -> str:
    """What a run of this many cases is likely to cost, by an earlier one."""
    if earlier is None:
        return f"{cases:,} cases; no kept run of this suite and model tells what they cost; --budget sets a limit."
    share = cases / earlier.cases
    likely = replace(
        earlier,
        calls=round((earlier.calls - earlier.kept) * share),
        kept=0,
        tokens_in=round(earlier.tokens_in * share),
        tokens_out=round(earlier.tokens_out * share),
        cost=None if earlier.cost is None else earlier.cost * share,
    )
    return f"{cases:,} cases, by an earlier run of {earlier.cases:,} about {_told(likely, currency)}."


def _told(spent: Spent, currency: str) -> str:
    kept = f", {spent.kept:,} of them answered in earlier runs" if spent.kept else ""
    money = "price not known" if spent.cost is None else f"{spent.cost:.4f} {currency}" if spent.cost else "nothing to pay"
    return f"{spent.calls:,} model calls{kept}; {spent.tokens_in:,} tokens read, {spent.tokens_out:,} written; {money}"


def _versions(keys: Sequence[str]) -> dict[str, int]:
    """The versions asked for, by prompt. Raises InvalidInput for one that there is not, and for two of one prompt."""
    from prompts.registry import named_prompt

    found: dict[str, int] = {}
    for prompt in map(named_prompt, keys):
        if found.setdefault(prompt.name, prompt.version) != prompt.version:
            raise InvalidInput(f"--prompt names two versions of {prompt.name}: run the suite once with each, then compare.")
    return found


def _refuse_unread(prompts: Mapping[str, int], model: LanguageModel | None) -> None:
    if prompts and model is not None and model.identity.provider == "no model":
        raise InvalidInput(f"The model {model.identity.name} reads no prompt: name another with --model.")


def _shown(metric: Metric) -> str:
    if metric.value is None:
        return f"too few to say   n={metric.n}"
    interval = f"[{metric.low:.3f}, {metric.high:.3f}]" if metric.low is not None and metric.high is not None else "no interval"
    clusters = f" in {metric.clusters} clusters" if metric.clusters else ""
    return f"{metric.value:.3f} {interval}   n={metric.n}{clusters}   {metric.note}"
