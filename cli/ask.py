"""`evidence ask` and `evidence resume`: from a request to a checked draft."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from cli.answering import Asking, answer_request, tell
from cli.options import ServiceOptions, grouped
from cli.progress import TerminalProgress
from cli.requests import parse_since, read_request
from connectors.settings import Settings
from evidence.ledger import RunStatus
from evidence.question import Request


@dataclass(frozen=True, kw_only=True)
class _Intake:
    """The options that say what is asked."""

    question: str
    known: tuple[str, ...]
    since: str | None
    request_file: Path | None

    def request(self) -> Request:
        """The request, checked."""
        given = {"question": self.question, "known_pmids": self.known, "since": parse_since(self.since) if self.since else None}
        return read_request(self.request_file, given)


@dataclass(frozen=True, kw_only=True)
class _Extent:
    """The options that say how much is read, and what it may cost."""

    max_records: int | None
    draft_from: int
    budget: str | None


@click.command()
@click.argument("question", required=False, default="")
@click.option("--email", help="Your address, which PubMed asks for.")
@click.option("--source", help="`pubmed`, or the address of a server that speaks E-utilities.  [default: pubmed]")
@click.option("--model", help="`embedded`, `extractive`, `openai:NAME`, or NAME with --base-url.  [default: embedded]")
@click.option("--base-url", help="Address of an OpenAI-compatible server (Azure OpenAI, vLLM, Ollama, llama.cpp, …).")
@click.option("--known", "known", multiple=True, metavar="PMID", help="A paper you know; it tests the search. Repeatable.")
@click.option("--max-records", type=click.IntRange(min=1), help="Take only the newest N records.")
@click.option("--since", metavar="DATE", help="Only records published since, as 2019, 2019-06 or 2019-06-30.")
@click.option("--budget", metavar="LIMIT", help='Most that model calls may cost: an amount of money, or "50000 tokens".')
@click.option("--request", "request_file", type=click.Path(path_type=Path), help="The whole intake as a YAML file.")
@click.option("--draft-from", type=click.IntRange(1, 200), default=20, show_default=True, help="Records read for the draft.")
@click.option("--again", is_flag=True, help="A new run even if the same question has one and nothing changed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: the run's id and where its draft is.")
@click.option("--quiet", is_flag=True, help="No progress.")
@grouped(intake=_Intake, services=ServiceOptions, extent=_Extent)
def ask(intake: _Intake, services: ServiceOptions, extent: _Extent, *, again: bool, as_json: bool, quiet: bool) -> None:
    """Ask QUESTION: search, screen, read, draft, and check every claim against its record."""
    settings = services.settings()
    asking = Asking(
        settings=settings,
        source=settings.source,
        max_records=extent.max_records,
        draft_from=extent.draft_from,
        budget=extent.budget,
        again=again,
        as_json=as_json,
        quiet=quiet,
    )
    answer_request(intake.request(), asking)


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--email", help="Your address, which PubMed asks for.")
@click.option("--budget", metavar="LIMIT", help='Most that model calls may cost: an amount of money, or "50000 tokens".')
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: the run's id and where its draft is.")
@click.option("--quiet", is_flag=True, help="No progress.")
def resume(run_id: str, email: str | None, budget: str | None, as_json: bool, quiet: bool) -> None:
    """Go on with RUN where it stands. What was fetched and paid for is not fetched or paid for again."""
    from cli.search_run import KIND, resume_search, stored_search
    from cli.search_run import tell as tell_search
    from connectors.store import Store

    with Store.open(Settings.load().store_url) as store:
        run = store.run(run_id)
        ledger = store.ledger(run.id) if run.status is RunStatus.FINISHED else None
        searched = stored_search(store, run)
    if run.settings.get("kind") == KIND:
        if searched is not None and run.status is RunStatus.FINISHED:
            TerminalProgress(quiet=quiet).note("This search is finished.")
            tell_search(searched, as_json=as_json)
        else:
            resume_search(run, Settings.load(email=email), as_json=as_json, quiet=quiet)
        return
    asking = Asking.of_run(run, email=email, budget=budget, as_json=as_json, quiet=quiet)
    if ledger is not None:
        TerminalProgress(quiet=quiet).note("This run is finished.")
        tell(ledger, asking, "finished before")
        return
    answer_request(run.request, asking, run=run)
