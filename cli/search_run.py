"""`evidence search QUESTION|STRATEGY`: a search, its records, and the evidence search report. No language model."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.answering import alone_with, current_user
from cli.progress import TerminalProgress, take_warnings
from cli.requests import parse_since, read_request
from cli.search_test import existing_file, read_papers, read_strategy_text
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
_FILE_NAME = re.compile(r"[^\s\"()\[\]*]+\.[A-Za-z]{1,5}|\S+/\S+\.\w+")
KIND = "search"
"""What a run's settings say of it, where it only searches."""


@dataclass(frozen=True, kw_only=True)
class Searching:
    """What a search was called with, beside the request."""

    settings: Settings
    source: str
    max_records: int | None = None
    reports: tuple[Path, ...] = ()
    save_strategy: Path | None = None
    as_json: bool = False
    quiet: bool = False
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
def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    asked: str,
    reports: tuple[Path, ...],
    question: str | None,
    email: str | None,
    source: str | None,
    known: tuple[str, ...],
    since: str | None,
    languages: tuple[str, ...],
    types: tuple[str, ...],
    filters: tuple[str, ...],
    max_records: int | None,
    request_file: Path | None,
    save_strategy: Path | None,
    plan_only: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Run a QUESTION or a STRATEGY (text, a file, or - for the input stream) and write the evidence search report.

    A question is taken apart and put into lines by rules; a strategy is run as it is written. No language model is used.
    """
    check_formats(reports)
    limits: dict[str, Any] = {
        "since": parse_since(since) if since else None,
        "languages": languages,
        "publication_types": types,
        "filters": filters,
        "known_pmids": _known(known, quiet=quiet),
    }
    request = _read_request(asked, question, request_file, limits)
    settings = Settings.load(email=email, source=source)
    searching = Searching(
        settings=settings,
        source=settings.source,
        max_records=max_records,
        reports=reports,
        save_strategy=save_strategy,
        as_json=as_json,
        quiet=quiet,
    )
    if plan_only:
        _plan(request, searching)
    else:
        search(request, searching)


def _known(given: Sequence[str], *, quiet: bool) -> tuple[str, ...]:
    """PMIDs of the known papers; those without one are said to be left out."""
    papers = read_papers(given, "--known")
    if papers.identifiers and not quiet:
        named = f"{len(papers.identifiers)} known papers have no PMID and are not looked for"
        click.echo(f"{named}: `evidence search test` looks them up by DOI.", err=True)
    return papers.pmids


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
        places = searching.reports or (folder / "search-report.html",)
        ledger = write_reports(work.store, ledger, places)
    if searching.save_strategy is not None:
        _save(ledger.search.strategy, searching.save_strategy)
    tell(ledger, as_json=searching.as_json, seconds=time.monotonic() - started)


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
        as_json=as_json,
        quiet=quiet,
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

    progress = TerminalProgress(quiet=searching.quiet)
    take_warnings(progress)
    with source_address(searching.settings, searching.source, progress) as address:
        source = build_source(searching.settings, searching.source, address)
        _, strategy = plan_strategy(request, source, build_mesh(searching.settings), progress)
        counts = count_lines(strategy, source, progress)
    if searching.save_strategy is not None:
        _save(strategy.as_text(), searching.save_strategy)
    if searching.as_json:
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
    from pipelines.work import RunOptions, Work

    settings, progress = searching.settings, searching.progress or TerminalProgress(quiet=searching.quiet)
    take_warnings(progress)
    with Store.open(settings.store_url) as store, source_address(settings, searching.source, progress) as address:
        source = build_source(settings, searching.source, address)
        if run is None:
            key = content_hash([KIND, request.model_dump(mode="json"), source.name, searching.max_records])
            run = store.create_run(identity_key=key, request=request, settings=searching.kept(), by=current_user())
        embeddings = build_embeddings(settings)
        with alone_with(run, settings):
            yield Work(
                run=run,
                options=RunOptions(max_records=searching.max_records),
                store=store,
                source=source,
                model=ExtractiveModel(),
                embeddings=embeddings,
                open_index=lambda: open_index(settings, embeddings),
                progress=progress,
                home=settings.home,
                mesh=build_mesh(settings),
            )


def _read_request(asked: str, question: str | None, file: Path | None, given: dict[str, Any]) -> Request:
    """The request: a question, or a strategy with the question it is for. Refuses what must not be sent."""
    from evidence.patient_data import refuse_patient_identifiers
    from pipelines.ask_question import check_request
    from pipelines.search_records import check_strategy
    from searching.seed_lines import looks_like_strategy

    text, named = "", ""
    if asked:
        text, found = read_strategy_text(asked).strip(), existing_file(asked)
        named = found.name if found else ""
        if not found and _FILE_NAME.fullmatch(asked):
            raise InvalidInput(f"There is no file {asked}: give a strategy's file, or a question or strategy in quotes.")
    if text and looks_like_strategy(text):
        given = {**given, "strategy": text, "question": question or _heading(text, named)}
    else:
        given = {**given, "question": question or " ".join(text.split())}
    request = read_request(file, given)
    if request.strategy is None:
        check_request(request)
    else:
        check_strategy(request)
    for said in (request.question, request.strategy or "", *request.synonyms):
        refuse_patient_identifiers(said)
    return request


def _heading(strategy: str, file_name: str) -> str:
    """What stands for the question where only a strategy was given."""
    if file_name:
        return f"PubMed strategy of the file {file_name}"
    words = " ".join(strategy.split())
    return f"PubMed strategy: {words if len(words) <= 100 else f'{words[:97]}…'}"


def _save(strategy: str, file: Path) -> None:
    """The strategy as plain text, to edit and give back: what is read from it is what was run."""
    try:
        file.write_text(f"{strategy}\n", encoding="utf-8")
    except OSError as fault:
        raise InvalidInput(f"{file} cannot be written ({fault.strerror}): give another place for --save-strategy.") from None
