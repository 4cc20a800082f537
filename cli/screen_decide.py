"""`evidence screen decide`, `undo`, `export` and `import`: what people decide on records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import TypeAdapter, ValidationError

from connectors.settings import Settings
from evidence.citation import RecordId
from evidence.errors import InvalidInput
from evidence.screening import ScreeningEntry, ScreeningOutcome, ScreeningStatement

if TYPE_CHECKING:
    from connectors.store import Store

_ID: TypeAdapter[str] = TypeAdapter(RecordId)
_BY = click.option("--by", required=True, help="Your name: it stands with the decision.")


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("pmid")
@click.argument("outcome", type=click.Choice([outcome.value for outcome in ScreeningOutcome]))
@click.option(
    "--criterion", default="", help="Id of the criterion it rests on; `evidence screen next RUN --criteria` lists them."
)
@click.option("--reason", default="", help="Why, in one sentence.")
@click.option("--words", default="", help="Words of the title or abstract it rests on, copied from the record.")
@_BY
def decide(  # noqa: PLR0913, PLR0917 - one parameter an option
    run_id: str, pmid: str, outcome: str, criterion: str, reason: str, words: str, by: str
) -> None:
    """Decide on record PMID of RUN: include, exclude or unsure. What a person says is final; the last word stands."""
    from pipelines.screening import decide as keep
    from pipelines.screening import open_screening

    statement = ScreeningStatement(
        pmid=_pmid(pmid), outcome=ScreeningOutcome(outcome), criterion=criterion, reason=reason, words=words
    )
    with open_store() as store:
        (entry,) = keep(store, open_screening(store, run_id), [statement], by=by)
    click.echo(told(entry))


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("pmid")
@_BY
def undo(run_id: str, pmid: str, by: str) -> None:
    """Take back the decision that stands on record PMID of RUN; the one before it, if any, stands again."""
    from pipelines.screening import name_of, open_screening, take_back

    with open_store() as store:
        take_back(store, open_screening(store, run_id), _pmid(pmid), by=by)
        left = open_screening(store, run_id).seen.get(pmid)
    click.echo(f"Taken back. {told(left)}" if left else f"Taken back: no person's decision stands on {name_of(pmid)}.")


@click.command()
@click.argument("run_id", metavar="RUN")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(run_id: str, file: Path) -> None:
    """Write every record of RUN with its decision to FILE, by its ending .csv or .ris."""
    from connectors.screening_files import ScreenedRecord, write_csv, write_ris
    from pipelines.screening import open_screening

    write = {".csv": write_csv, ".ris": write_ris}.get(file.suffix.lower())
    if write is None:
        raise InvalidInput(f"{file} ends in neither .csv nor .ris: choose one of them.")
    with open_store() as store:
        screening = open_screening(store, run_id)
    rows = [
        ScreenedRecord(
            place=place,
            id=pmid,
            citation=screening.citations[pmid],
            suggestion=screening.machine.get(pmid),
            entry=screening.seen.get(pmid),
        )
        for place, pmid in enumerate(screening.works, 1)
    ]
    write(rows, file)
    click.echo(f"{len(rows):,} records written to {file}, {screening.counts.seen:,} of them with a person's decision.")


@click.command(name="import")
@click.argument("run_id", metavar="RUN")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--by", default="", help="Whose decisions these are, where the file names nobody.")
def import_decisions(run_id: str, file: Path, by: str) -> None:
    """Read decisions for RUN from FILE (.csv or .ris), all of it or, where a row does not fit, nothing."""
    from connectors.screening_files import read_statements
    from pipelines.screening import decide as keep
    from pipelines.screening import news, open_screening

    statements = read_statements(file)
    with open_store() as store:
        screening = open_screening(store, run_id)
        new = news(screening, statements, by=by)
        kept = keep(store, screening, new, by=by)
    same = len(statements) - len(new)
    click.echo(f"{len(kept):,} decisions kept{f'; {same:,} stood already' if same else ''}.")


def open_store() -> Store:
    """The store that the settings name."""
    from connectors.store import Store

    return Store.open(Settings.load().store_url)


def told(entry: ScreeningEntry) -> str:
    """An entry as one sentence."""
    from pipelines.screening import name_of

    said = entry.decision
    if said is None:
        return f"{name_of(entry.pmid)}: {entry.by} took the decision back."
    words = f' Words ({said.words_in}, {said.start}-{said.end}): "{said.words}".' if said.words else ""
    return f"{name_of(entry.pmid)}: {said.outcome.value} by {entry.by}, criterion {said.criterion}. {said.reason}{words}"


def _pmid(text: str) -> str:
    """The id of a record, as typed."""
    try:
        return _ID.validate_python(text)
    except ValidationError:
        raise InvalidInput(f"{text[:60]!r} is no PMID (1 to 9 digits) and no id of an imported record.") from None
