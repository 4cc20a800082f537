"""`evidence runs`, `show`, `schema` and `history`: what the store holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from cli.answering import Asking, tell
from connectors.settings import Settings
from evidence.errors import StorageFailure
from evidence.ledger import RunStatus

if TYPE_CHECKING:
    from connectors.store import Store


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON list, the newest first.")
def runs(as_json: bool) -> None:
    """List the runs, the newest first."""
    with _store() as store:
        found = store.runs()
    if as_json:
        entries = [
            run.model_dump(mode="json", include={"id", "question", "status", "created_at", "updated_at"}) for run in found
        ]
        click.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo('There are no runs yet: ask one with `evidence ask "…"`, or try `evidence demo`.')
    for run in found:
        click.echo(f"{run.id}  {run.status.value:<11}  {run.created_at:%Y-%m-%d %H:%M}  {run.question}")


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--json", "as_json", is_flag=True, help="The whole ledger, by `evidence schema`.")
def show(run_id: str, as_json: bool) -> None:
    """Show RUN: where its draft is, or with --json the whole ledger."""
    from cli.search_run import stored_search
    from cli.search_run import tell as tell_search
    from reporting.documents import render_json

    settings = Settings.load()
    with _store() as store:
        run = store.run(run_id)
        ledger = store.ledger(run.id)
        searched = stored_search(store, run)
    if searched is not None:
        click.echo(searched.model_dump_json(indent=2)) if as_json else tell_search(searched, as_json=False)
        return
    if ledger is None:
        raise StorageFailure(f"Run {run.id} has no draft yet ({run.status.value}): go on with `evidence resume {run.id}`.")
    if as_json:
        click.echo(render_json(ledger), nl=False)
        return
    tell(ledger, Asking(settings=settings, source=str(run.settings.get("source", ""))), run.status.value)
    if run.status is not RunStatus.FINISHED:
        click.echo(f"The run is {run.status.value}: `evidence resume {run.id}` goes on with it.")


@click.command()
def schema() -> None:
    """Print the JSON schema (draft 2020-12) of what `evidence show RUN --json` gives."""
    from reporting.documents import ledger_schema

    click.echo(json.dumps(ledger_schema(), ensure_ascii=False, indent=2))


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
def history(run_id: str | None) -> None:
    """Who did what when, and whether the log is as it was written."""
    with _store() as store:
        events = store.events(store.run(run_id).id if run_id else None)
        report = store.verify_chain()
    for event in events:
        detail = ", ".join(f"{name} {value}" for name, value in event.detail.items() if value not in ("", None))
        click.echo(f"{event.number:5}  {event.at:%Y-%m-%d %H:%M:%S}  {event.by:<16}  {event.kind:<16}  {detail[:120]}")
    if not report.valid:
        raise StorageFailure(f"The log is not as it was written, from entry {report.first_broken} on: {report.reason}")
    click.echo(f"The log is whole: {report.events} entries, head {report.head[:16]}.")


def _store() -> Store:
    from connectors.store import Store

    return Store.open(Settings.load().store_url)
