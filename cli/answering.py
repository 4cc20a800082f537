"""Answers a request with a run: the same one given back where nothing changed, a stopped one gone on with, or a new one."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from cli.progress import TerminalProgress, take_warnings
from connectors.settings import Settings
from evidence.errors import InvalidInput
from evidence.ledger import RunLedger, RunStatus
from evidence.question import Request
from evidence.run import RunSummary
from evidence.services import CitationSource, LanguageModel, Progress


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What an `ask` was called with, beside the request."""

    settings: Settings
    source: str
    max_records: int | None = None
    draft_from: int = 20
    budget: str | None = None
    again: bool = False
    as_json: bool = False
    quiet: bool = False
    progress: Progress | None = None
    """Who is told how far the run is; unset: the terminal."""

    @classmethod
    def of_run(
        cls,
        run: RunSummary,
        *,
        email: str | None,
        budget: str | None,
        as_json: bool,
        quiet: bool,
        progress: Progress | None = None,
    ) -> Asking:
        """As the run was asked, with its own settings."""
        kept: dict[str, Any] = dict(run.settings)
        settings = Settings.load(email=email, model=kept["model"], base_url=kept.get("base_url"))
        return cls(
            settings=settings,
            source=kept["source"],
            max_records=kept.get("max_records"),
            draft_from=kept["draft_from"],
            budget=budget,
            as_json=as_json,
            quiet=quiet,
            progress=progress,
        )

    def kept(self) -> dict[str, Any]:
        """What the run keeps of it, without secrets."""
        return {
            "source": self.source,
            "model": self.settings.model,
            "base_url": self.settings.base_url,
            "max_records": self.max_records,
            "draft_from": self.draft_from,
            "budget": self.budget,
            "currency": self.settings.currency,
            "settings_hash": self.settings.settings_hash(),
        }


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """The services that decide what to do with a request, before anything heavy is loaded."""

    store: Any
    source: CitationSource
    model: LanguageModel
    progress: Progress


def answer_request(request: Request, asking: Asking, *, run: RunSummary | None = None) -> RunLedger:
    """Answer a request. `run` unset: the same question over an unchanged source gets its run back."""
    from cli.services import read_budget
    from pipelines.ask_question import check_request

    check_request(request)
    read_budget(asking.budget, asking.settings)
    with _desk(asking) as desk:
        key = _identity(request, asking, desk)
        if run is None and not asking.again:
            ledger, run = _earlier(key, desk)
            if ledger is not None:
                tell(ledger, asking, "unchanged since it was asked before: the same run, no model call")
                return ledger
        if run is None:
            run = desk.store.create_run(identity_key=key, request=request, settings=asking.kept(), by=current_user())
        ledger = _draft(run, asking, desk)
    tell(ledger, asking, "new")
    return ledger


def tell(ledger: RunLedger, asking: Asking, what: str) -> None:
    """Say where the draft is: one JSON object, or a few lines."""
    home = asking.settings.home
    documents = {kind: str(home / path) for kind, path in ledger.documents.items()}
    passed = sum(1 for claim in ledger.claims if claim.verdict == "supported")
    if asking.as_json:
        summary = {
            "id": ledger.id,
            "status": ledger.status.value,
            "result": what,
            "claims": len(ledger.claims),
            "supported": passed,
            "documents": documents,
        }
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    counts, made = ledger.search.counts, ledger.provenance
    cost = f"{made.cost:.2f} {made.currency}" if made.cost is not None else "price not known"
    lines = (
        "",
        f"Run {ledger.id} ({what})",
        f"  {counts.identified:,} records found, {counts.read} read, {len(ledger.claims)} claims drafted,"
        f" {passed} passed their checks, {len(ledger.claims) - passed} kept out",
        f"  {made.model_calls} model calls, {made.tokens_in:,} tokens read and {made.tokens_out:,} written, {cost}",
        f"  Bottom line: {ledger.bottom_line}",
        "",
        "DRAFT, NOT SIGNED. Open it in a browser:",
        f"  {documents.get('html', '')}",
    )
    click.echo("\n".join(lines))


@contextmanager
def _desk(asking: Asking) -> Iterator[_Desk]:
    from cli.services import build_model, build_source, source_address
    from connectors.store import Store

    progress = asking.progress or TerminalProgress(quiet=asking.quiet)
    take_warnings(progress)
    model = build_model(asking.settings, progress)
    with (
        Store.open(asking.settings.store_url) as store,
        source_address(asking.settings, asking.source, progress) as address,
    ):
        source = build_source(asking.settings, asking.source, address)
        yield _Desk(store=store, source=source, model=model, progress=progress)


def _identity(request: Request, asking: Asking, desk: _Desk) -> str:
    from cli.services import build_mesh
    from connectors.embeddings import MiniLm
    from pipelines.ask_question import identity_key

    vocabulary = build_mesh(asking.settings)
    return identity_key(
        request,
        _options(asking),
        source=desk.source.name,
        model=desk.model.identity,
        embedding_model=MiniLm().model_id,
        mesh=vocabulary.version if vocabulary else "",
    )


def _options(asking: Asking) -> Any:
    from pipelines.work import RunOptions

    return RunOptions(draft_from=asking.draft_from, screen_at_most=2 * asking.draft_from, max_records=asking.max_records)


def _earlier(key: str, desk: _Desk) -> tuple[RunLedger | None, RunSummary | None]:
    """The finished run of the same question if its source is unchanged, or the stopped one to go on with."""
    from pipelines.ask_question import unchanged

    earlier = desk.store.find_run(key)
    if earlier is None:
        return None, None
    if earlier.status is not RunStatus.FINISHED:
        desk.progress.note(f"Run {earlier.id} asked the same and did not finish: it goes on.")
        return None, earlier
    ledger = desk.store.ledger(earlier.id)
    desk.progress.stage("Asked before", f"run {earlier.id}; looking whether the source has changed")
    if ledger is not None and unchanged(ledger, desk.source):
        return ledger, None
    desk.progress.note("The source has changed since: a new run is made.")
    return None, None


def _draft(run: RunSummary, asking: Asking, desk: _Desk) -> RunLedger:
    from connectors.orchestration import prepare_prefect, run_flow
    from pipelines.ask_question import keep_status

    with alone_with(run, asking.settings), keep_status(desk.store, run.id, by=current_user()):
        desk.progress.note(f"Run {run.id}; if it is stopped, `evidence resume {run.id}` goes on with it")
        wait_for_prefect = prepare_prefect(asking.settings, desk.progress)
        from cli.services import build_embeddings, build_mesh, open_index
        from pipelines.flows import draft_summary  # imported while the server starts
        from pipelines.work import Services, Work

        embeddings = build_embeddings(asking.settings)
        services = Services(
            source=desk.source,
            model=_recorded(run, asking, desk),
            embeddings=embeddings,
            open_index=lambda: open_index(asking.settings, embeddings),
            mesh=build_mesh(asking.settings),
        )
        home = asking.settings.home
        work = Work(run, _options(asking), services, store=desk.store, home=home, progress=desk.progress)
        wait_for_prefect()
        return run_flow(draft_summary, work)


def _recorded(run: RunSummary, asking: Asking, desk: _Desk) -> LanguageModel:
    """The model, every answer kept, within what is left of the budget: the one given now, else the run's own."""
    from cli.services import read_budget
    from connectors.language_model.prices import Budget
    from connectors.language_model.recorded import RecordedModel

    limits = read_budget(asking.budget or str(run.settings.get("budget") or "") or None, asking.settings)
    totals = desk.store.call_totals(run.id)
    budget = Budget(**limits, spent_tokens=totals.tokens_in + totals.tokens_out, spent_cost=totals.cost or 0.0)
    return RecordedModel(desk.model, desk.store, budget=budget, run_id=run.id)


@contextmanager
def alone_with(run: RunSummary, settings: Settings) -> Iterator[None]:
    """One process works on a run at a time. The system lets go of the lock when a process ends, however it ends."""
    from filelock import FileLock, Timeout

    folder = settings.home / "runs" / run.id
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".at-work")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InvalidInput(f"Another process is at work on run {run.id}: wait for it, or stop it first.") from None
    try:
        yield
    finally:
        lock.release()


def current_user() -> str:
    """Who is asking, as this machine calls them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown user"
