"""`evidence screen RUN` and `evidence screen status`: what to read next, and where the screening stands."""

from __future__ import annotations

import json
import shutil
import textwrap
from typing import TYPE_CHECKING

import click

from cli.screen_decide import open_store, told
from connectors.settings import Settings
from evidence.screening import ScreeningCounts

if TYPE_CHECKING:
    from pipelines.screening import Screening
    from pipelines.screening_order import ReadingOrder

_WIDEST = 100


@click.command(name="next")
@click.argument("run_id", metavar="RUN")
@click.option("--next", "count", type=click.IntRange(1, 500), default=10, show_default=True, help="Records to show.")
@click.option("--criteria", is_flag=True, help="List the eligibility criteria with their ids instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def next_records(run_id: str, count: int, *, criteria: bool, as_json: bool) -> None:
    """Show the records of RUN to read next, best first. The order is learned again from every decision people made."""
    from connectors.embeddings import MiniLm
    from connectors.vector_cache import CachedEmbeddings
    from pipelines.screening import open_screening
    from pipelines.screening_order import order_unread

    with open_store() as store:
        screening = open_screening(store, run_id)
    if criteria:
        _show_criteria(screening, as_json=as_json)
        return
    order = order_unread(screening, CachedEmbeddings(MiniLm(), Settings.load().cache_dir / "vectors"))
    if as_json:
        shown = [_entry(screening, place, pmid) for place, pmid in enumerate(order.pmids[:count], 1)]
        click.echo(json.dumps({"order": order.says, "left": len(order.pmids), "records": shown}, ensure_ascii=False, indent=2))
        return
    _show_records(screening, order, count)


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--stopping", is_flag=True, help="Apply the stopping rule, which is off otherwise, and say what it promises.")
@click.option("--history", is_flag=True, help="Everything that people decided and took back, oldest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(run_id: str, *, stopping: bool, history: bool, as_json: bool) -> None:
    """Say how many records of RUN were seen, by whom, how many by no person, and by which criteria people excluded."""
    from evidence.screening import differing
    from pipelines.screening import name_of, open_screening

    with open_store() as store:
        screening = open_screening(store, run_id)
    verdict = _verdict(screening) if stopping else None
    if as_json:
        said = [entry.model_dump(mode="json") for entry in screening.history] if history else None
        click.echo(
            json.dumps(
                {
                    "run": screening.run.id,
                    "counts": screening.counts.model_dump(mode="json"),
                    "differing": sorted(differing(screening.history)),
                    **({"stopping": verdict} if verdict else {}),
                    **({"history": said} if said is not None else {}),
                },
                ensure_ascii=False,
                indent=2,
            )
        )
        return
    click.echo(counts_text(screening.counts))
    for pmid, entries in differing(screening.history).items():
        said_by = ", ".join(f"{entry.by}: {entry.decision.outcome.value}" for entry in entries if entry.decision)
        click.echo(f"People differ on {name_of(pmid)} ({said_by}); the last word stands.")
    if history:
        for entry in screening.history:
            click.echo(f"{entry.number:5}  {entry.at:%Y-%m-%d %H:%M}  {told(entry)}")
    if verdict:
        click.echo(f"Stopping rule: {verdict['says']}")


def counts_text(counts: ScreeningCounts) -> str:
    """The counts in lines that add up."""
    lines = [
        f"{counts.records:,} records to screen, one for each work.",
        f"{counts.seen:,} seen by a person: {counts.included:,} included, {counts.excluded:,} excluded, "
        f"{counts.unsure:,} unsure.",
        f"{counts.seen_by_no_person:,} seen by no person; a rule keeps {counts.excluded_by_rule:,} of them out, "
        f"a model suggests to include {counts.suggested:,}.",
    ]
    lines += [f"  excluded for {criterion}: {number:,}" for criterion, number in counts.excluded_by_criterion.items()]
    return "\n".join(lines)


def _show_criteria(screening: Screening, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([item.model_dump(mode="json") for item in screening.criteria], ensure_ascii=False, indent=2))
        return
    width = max(len(item.id) for item in screening.criteria)
    for item in screening.criteria:
        click.echo(f"{item.id:<{width}}  {item.text}")


def _show_records(screening: Screening, order: ReadingOrder, count: int) -> None:
    from pipelines.screening import name_of

    counts = screening.counts
    click.echo(f"{counts.seen:,} of {counts.records:,} records seen by a person. {order.says}")
    width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    for place, pmid in enumerate(order.pmids[:count], 1):
        citation, said = screening.citations[pmid], screening.machine.get(pmid)
        click.echo(f"\n{place:>3}. {name_of(pmid)}  {citation.label}")
        click.echo(textwrap.fill(citation.title, width, initial_indent="     ", subsequent_indent="     "))
        if said is not None and said.made_by == "model":
            words = f': "{said.words}"' if said.words else ""
            text = f"{said.by} suggests {said.outcome.value}, criterion {said.criterion}{words}"
            click.echo(textwrap.fill(text, width, initial_indent="     ", subsequent_indent="     "))
    if not order.pmids:
        click.echo("Nothing is left to read.")


def _entry(screening: Screening, place: int, pmid: str) -> dict[str, object]:
    citation, said = screening.citations[pmid], screening.machine.get(pmid)
    return {
        "place": place,
        "pmid": pmid,
        "title": citation.title,
        "label": citation.label,
        "abstract": citation.abstract_text,
        "suggestion": said.model_dump(mode="json", exclude_none=True) if said else None,
    }


def _verdict(screening: Screening) -> dict[str, object]:
    from searching.screening.stopping import StoppingRule, may_stop

    relevant = [kept for _, kept in screening.read_in_order]
    total = len(relevant) + len(screening.open)
    return may_stop(relevant, total, StoppingRule()).model_dump(mode="json")
