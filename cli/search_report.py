"""`evidence search report`: the evidence search report of a run as it stands now, imports and screening included."""

from __future__ import annotations

from pathlib import Path

import click

from cli.answering import current_user
from cli.search_run import check_formats, tell, write_reports
from connectors.settings import Settings
from evidence.errors import InvalidInput


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("places", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--contact", help="Whom to ask about the search: name, service, address. Kept with the run.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: counts, red flags and where the reports are.")
def report(run_id: str, places: tuple[Path, ...], contact: str | None, as_json: bool) -> None:
    """Write the search report of RUN to each FILE (.docx, .html or .md), with what was imported and decided since."""
    from connectors.store import Store
    from pipelines.stages.assemble_search import assemble_search, keep_extras, read_extras

    check_formats(places)
    with Store.open(Settings.load().store_url) as store:
        run = store.run(run_id)
        if contact is not None:
            extras = read_extras(store, run.id)
            keep_extras(store, run.id, extras.model_copy(update={"contact": contact}), by=current_user())
        ledger = assemble_search(store, run)
        if ledger is None:
            raise InvalidInput(f"Run {run.id} has fetched nothing yet: go on with `evidence resume {run.id}`.")
        ledger = write_reports(store, ledger, places)
    tell(ledger, as_json=as_json)
