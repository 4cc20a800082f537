"""`evidence search QUESTION|STRATEGY`: a search, its records, and the evidence search report. No language model."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.answering import alone_with, current_user
from cli.options import grouped
from cli.progress import TerminalProgress, take_warnings
from cli.search_request import Intake
from connectors.settings import Settings
from evidence.errors import InvalidInput

if TYPE_CHECKING:
    from connectors.store import Store
    from evidence.question import Request
    from evidence.run import RunSummary
    from evidence.search_ledger import SearchLedger
    from evidence.services import Progress
    from pipelines.work import Work

FORMATS = (".docx", ".html", ".md")
KIND = "search"
"""What a run's settings say of it, where it only searches."""


@dataclass(frozen=True, kw_only=True)
class Output:
    """The options that say where the results go."""

    reports: tuple[Path, ...] = ()
    save_strategy: Path | None = None
    as_json: bool = False
    quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class Searching:
    """What a search was called with, beside the request."""

    settings: Settings
    source: str
    max_records: int | None = None
    output: Output = Output()
    progress: Progress | None = None
    """Who is told how far the run is; unset: the terminal."""

    def kept(self) -> dict[str, Any]:
        """What the run keeps of it, without secrets."""
        return {
            "kind": KIND,
            "source": self.source,
            "max_records": self.max_records,
            "settings_hash": self.settings.settings_hash(),
        }


@click.command()
@click.argument("asked", metavar="[QUESTION|STRATEGY]", required=False, default="")
@click.option(
    "--report", "reports", multiple=True, type=click.Path(path_type=Path), help="Write the report: .docx, .html or .md."
)
@click.option("--question", help="What a strategy is for, in one sentence; it heads the report and orders the records.")
@click.option("--email", help="Your address, which PubMed asks for.")
@click.option("--source", help="`pubmed`, or the address of a server that speaks E-utilities.  [default: pubmed]")
@click.option("--known", multiple=True, metavar="FILE|PMID", help="Papers you know; they test the search. Repeatable.")
@click.option("--since", metavar="DATE", help="Only records published since, as 2019, 2019-06 or 2019-06-30.")
@click.option("--language", "languages", multiple=True, help="Only records in this language, as `english`. Repeatable.")
@click.option("--type", "types", multiple=True, help="Only this publication type, as `Systematic Review`. Repeatable.")
@click.option("--filter", "filters", multiple=True, help="A search filter by its id; `evidence search filters` lists them.")
@click.option("--max-records", type=click.IntRange(min=1), help="Take the newest N records; above 20,000 it is asked for.")
@click.option("--request", "request_file", type=click.Path(path_type=Path), help="The whole intake as a YAML file.")
@click.option("--save-strategy", type=click.Path(path_type=Path), help="Write the strategy here, to edit and give back.")
@click.option("--plan", "plan_only", is_flag=True, help="Show the strategy with its counts, and fetch nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: counts, red flags and where the reports are.")
@click.option("--quiet", is_flag=True, help="No progress.")
@grouped(intake=Intake, output=Output)
def run(
    email: str | None, source: str | None, max_records: int | None, intake: Intake, output: Output, *, plan_only: bool
) -> None:
    """Run a QUESTION or a STRATEGY (text, a file, or - for the input stream) and write the evidence search report.

    A question is taken apart and put into lines by rules; a strategy is run as it is written. No language model is used.
    """
    check_formats(output.reports)
    request = intake.request(quiet=output.quiet)
    settings = Settings.load(email=email, source=source)
    searching = Searching(settings=settings, source=settings.source, max_records=max_records, output=output)
    if plan_only:
        _plan(request, searching)
    else:
        search(request, searching)


def check_formats(reports: Sequence[Path]) -> None:
    """Refuse a report's name that names no format, before anything is searched."""
    for report in reports:
        if report.suffix.lower() not in FORMATS:
            raise InvalidInput(f"--report {report}: end the file's name with {', '.join(FORMATS)}.")


def search(request: Request, searching: Searching, *, run: RunSummary | None = None) -> None:
    """Make a search and tell what came of it. `run`: one that was stopped, to go on with."""
    from pipelines.ask_question import keep_status
    from pipelines.search_records import search_records

    started = time.monotonic()
    with _work(request, searching, run) as work, keep_status(work.store, work.run.id, by=current_user()):
        work.progress.note(f"Run {work.run.id}; if it is stopped, `evidence resume {work.run.id}` goes on with it")
        ledger = search_records(work)
        folder = searching.settings.home / "runs" / ledger.id
        places = searching.output.reports or (folder / "search-report.html",)
        ledger = write_reports(work.store, ledger, places)
    if searching.output.save_strategy is not None:
        _save(ledger.search.strategy, searching.output.save_strategy)
    tell(ledger, as_json=searching.output.as_json, seconds=time.monotonic() - started)


def tell(ledger: SearchLedger, *, as_json: bool, seconds: float | None = None) -> None:
    """Say what a search found: one JSON object, or the terminal's page."""
    from reporting.search_text import render_search, search_summary

    if as_json:
        click.echo(json.dumps(search_summary(ledger), ensure_ascii=False, indent=2))
    else:
        click.echo(render_search(ledger, seconds=seconds), nl=False)


def resume_search(run: RunSummary, settings: Settings, *, as_json: bool, quiet: bool, progress: Progress | None = None) -> None:
    """Go on with a search that was stopped."""
    kept: dict[str, Any] = dict(run.settings)
    searching = Searching(
        settings=settings,
        source=kept["source"],
        max_records=kept.get("max_records"),
        output=Output(as_json=as_json, quiet=quiet),
        progress=progress,
    )
    search(run.request, searching, run=run)


def stored_search(store: Store, run: RunSummary) -> SearchLedger | None:
    """The ledger of a run that only searches, as it stands now; None for any other run, and before anything is fetched."""
    if run.settings.get("kind") != KIND:
        return None
    from pipelines.stages.assemble_search import assemble_search

    return assemble_search(store, run)


def write_reports(store: Store, ledger: SearchLedger, places: Sequence[Path]) -> SearchLedger:
    """Write a search's reports and keep with its run where they lie; gives the ledger with them."""
    from pipelines.stages.assemble_search import keep_extras, read_extras
    from reporting.search_report import write_search_report

    written = {path.suffix.lower().lstrip("."): str(write_search_report(ledger, path).absolute()) for path in places}
    documents = {**ledger.documents, **written}
    extras = read_extras(store, ledger.id)
    keep_extras(store, ledger.id, extras.model_copy(update={"documents": documents}), by=current_user())
    return ledger.model_copy(update={"documents": documents})


def _plan(request: Request, searching: Searching) -> None:
    from cli.services import build_mesh, build_source, source_address
    from pipelines.search_records import count_lines, plan_strategy
    from reporting.search_text import plan_summary, render_plan

    progress = TerminalProgress(quiet=searching.output.quiet)
    take_warnings(progress)
    with source_address(searching.settings, searching.source, progress) as address:
        source = build_source(searching.settings, searching.source, address)
        _, strategy = plan_strategy(request, source, build_mesh(searching.settings), progress)
        counts = count_lines(strategy, source, progress)
    if searching.output.save_strategy is not None:
        _save(strategy.as_text(), searching.output.save_strategy)
    if searching.output.as_json:
        click.echo(json.dumps(plan_summary(strategy, counts), ensure_ascii=False, indent=2))
    else:
        click.echo(render_plan(strategy, counts), nl=False)


@contextmanager
def _work(request: Request, searching: Searching, run: RunSummary | None) -> Iterator[Work]:
    """The services of a search, and its run, which no other process works on meanwhile."""
    from cli.services import build_embeddings, build_mesh, build_source, open_index, source_address
    from connectors.language_model.extractive import ExtractiveModel
    from connectors.store import Store
    from evidence.base import content_hash
    from pipelines.work import RunOptions, Services, Work

    settings, progress = searching.settings, searching.progress or TerminalProgress(quiet=searching.output.quiet)
    take_warnings(progress)
    with Store.open(settings.store_url) as store, source_address(settings, searching.source, progress) as address:
        source = build_source(settings, searching.source, address)
        if run is None:
            key = content_hash([KIND, request.model_dump(mode="json"), source.name, searching.max_records])
            run = store.create_run(identity_key=key, request=request, settings=searching.kept(), by=current_user())
        embeddings = build_embeddings(settings)
        services = Services(
            source=source,
            model=ExtractiveModel(),
            embeddings=embeddings,
            open_index=lambda: open_index(settings, embeddings),
            mesh=build_mesh(settings),
        )
        options = RunOptions(max_records=searching.max_records)
        with alone_with(run, settings):
            yield Work(run, options, services, store=store, home=settings.home, progress=progress)


def _save(strategy: str, file: Path) -> None:
    """The strategy as plain text, to edit and give back: what is read from it is what was run."""
    try:
        file.write_text(f"{strategy}\n", encoding="utf-8")
    except OSError as fault:
        raise InvalidInput(f"{file} cannot be written ({fault.strerror}): give another place for --save-strategy.") from None
