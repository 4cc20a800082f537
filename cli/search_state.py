"""`evidence search state|group|fulltext`: what only a person can say of a search. `evidence search report` then tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import click

from connectors.settings import Settings
from evidence.errors import InvalidInput

if TYPE_CHECKING:
    from connectors.store import Store

_BY = click.option("--by", required=True, metavar="NAME", help="Who says so.")
_ON = click.option("--on", "day", metavar="DATE", help="When, as 2026-11-20.  [default: today]")


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("item", type=click.IntRange(1, 16))
@click.option("--reported", metavar="TEXT", help="What to report on the item, in your words.")
@click.option("--not-done", is_flag=True, help="It was not done.")
@_BY
@_ON
def state(run_id: str, item: int, reported: str | None, not_done: bool, by: str, day: str | None) -> None:
    """State PRISMA-S ITEM (1 to 16) of RUN: what to report, or that it was not done."""
    from evidence.search_ledger import PrismaStatement
    from pipelines.statements import read_day

    if bool(reported and reported.strip()) == not_done:
        raise InvalidInput("Give either --reported with what to report, or --not-done.")
    kind: Literal["reported", "not done"] = "not done" if not_done else "reported"
    statement = PrismaStatement(item=item, state=kind, text=(reported or "").strip(), by=by, on=read_day(day))
    _keep(run_id, lambda _store, _run: statement)
    click.echo(f"PRISMA-S item {item} of run {run_id}: {kind}, said by {by}.")


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("records", nargs=-1, required=True, metavar="RECORD RECORD...")
@click.option("--apart", "kind", flag_value="apart", help="No two of them are the same work.")
@click.option("--together", "kind", flag_value="together", help="All of them are the same work.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, one sentence.")
@_BY
@_ON
def group(run_id: str, records: tuple[str, ...], kind: str | None, reason: str, by: str, day: str | None) -> None:
    """Say of RECORDs (PMIDs, or ids of imported records) of RUN that they belong together or apart. A later word undoes it."""
    from evidence.citation import GroupingDecision
    from pipelines.stages.import_records import imported_files
    from pipelines.statements import read_day

    if kind is None or len(set(records)) < 2 or not reason.strip():
        raise InvalidInput("Name two records or more, say --apart or --together, and give the reason.")

    def decide(store: Store, run: str) -> GroupingDecision:
        here = {record.citation.pmid for record in store.records(run)}
        here |= {record.id for file in imported_files(store, run) for record in file.records}
        _refuse_strangers(records, here, run)
        return GroupingDecision.model_validate(
            {"records": records, "kind": kind, "reason": reason.strip(), "by": by, "on": read_day(day)}
        )

    _keep(run_id, decide)
    click.echo(f"{', '.join(records)}: {kind}, said by {by}. Nothing was deleted; a later word undoes it.")


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("pmid")
@click.argument("outcome", type=click.Choice(["included", "excluded", "not-retrieved"]))
@click.option("--reason", default="", metavar="TEXT", help="Why it was excluded or could not be had.")
@_BY
@_ON
def fulltext(run_id: str, pmid: str, outcome: str, reason: str, by: str, day: str | None) -> None:
    """Say what became of the full text of PMID in RUN."""
    from evidence.prisma import FullTextDecision
    from pipelines.statements import read_day

    if outcome != "included" and not reason.strip():
        raise InvalidInput("Give the --reason: the PRISMA flow counts excluded and missing full texts by it.")

    def decide(store: Store, run: str) -> FullTextDecision:
        _refuse_strangers([pmid], {record.citation.pmid for record in store.records(run)}, run)
        return FullTextDecision.model_validate(
            {"pmid": pmid, "outcome": outcome.replace("-", " "), "reason": reason.strip(), "by": by, "on": read_day(day)}
        )

    _keep(run_id, decide)
    click.echo(f"Full text of PMID {pmid}: {outcome.replace('-', ' ')}, said by {by}.")


def _keep(run_id: str, decide: Callable[[Store, str], Any]) -> None:
    from connectors.store import Store
    from pipelines.statements import keep_statement

    with Store.open(Settings.load().store_url) as store:
        run = store.run(run_id)
        keep_statement(store, run.id, decide(store, run.id))


def _refuse_strangers(records: tuple[str, ...] | list[str], here: set[str], run_id: str) -> None:
    strangers = [record for record in records if record not in here]
    if strangers:
        raise InvalidInput(f"Run {run_id} has no record {strangers[0]}: `evidence search report` lists those it has.")
