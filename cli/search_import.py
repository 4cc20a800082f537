"""`evidence search import`: records that a librarian exported from other databases, brought into a run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from connectors.settings import Settings
from evidence.errors import InvalidInput

if TYPE_CHECKING:
    from evidence.imported import ImportedFile
    from pipelines.stages.import_records import Joined

_SHOWN = 5
_LARGEST_STRATEGY = 1_000_000


@click.command("import")
@click.argument("run_id", metavar="RUN")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--database", required=True, metavar="NAME", help="The database that was searched, for example Embase.")
@click.option("--platform", default="", metavar="NAME", help="Where it was searched, for example Ovid.")
@click.option("--searched-on", metavar="DATE", help="When it was searched: 2026-11-20.")
@click.option("--strategy", metavar="FILE", type=click.Path(path_type=Path), help="The strategy exactly as run there.")
@click.option("--by", default="librarian", show_default=True, metavar="NAME", help="Who imports, for the log.")
def import_records(  # noqa: PLR0913 - the options of the command
    *,
    run_id: str,
    files: tuple[Path, ...],
    database: str,
    platform: str,
    searched_on: str | None,
    strategy: Path | None,
    by: str,
) -> None:
    """Read RIS and nbib FILEs of another database into RUN, join them with what it has, and count what each brought."""
    from connectors.reference_files.read import read_file
    from connectors.store import Store
    from pipelines.stages.import_records import imported_files, join_records, keep_file

    if not database.strip():
        raise InvalidInput("--database needs the name of the database that was searched, for example Embase.")
    settings = Settings.load()
    with Store.open(settings.store_url) as store:
        run = store.run(run_id)
        about: dict[str, Any] = {
            "database": database.strip(),
            "platform": platform,
            "searched_on": _day(searched_on),
            "strategy": _strategy(strategy),
        }
        read = [read_file(file, **about) for file in files]  # all of them, before any is stored
        for file in read:
            if not keep_file(store, run.id, file, by=by):
                click.echo(f"{file.file_name} is in run {run.id} already: it was not imported twice.")
        joined = join_records([record.citation for record in store.records(run.id)], imported_files(store, run.id))
    for file in read:
        _tell_faults(file)
    _tell(joined, run.id, settings)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput(f"--searched-on {text!r} is no date: write it as 2026-11-20.") from None


def _strategy(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        if file.stat().st_size > _LARGEST_STRATEGY:
            raise InvalidInput(f"{file} is larger than a strategy can be: give the strategy as plain text.")
        return file.read_text(encoding="utf-8")
    except OSError as fault:
        raise InvalidInput(f"{file} cannot be read ({fault.strerror}): check the name and that you may read it.") from None
    except UnicodeDecodeError:
        raise InvalidInput(f"{file} is no plain text in UTF-8: save the strategy as a text file.") from None


def _tell_faults(file: ImportedFile) -> None:
    for note in file.notes:
        click.echo(f"{file.file_name}: {note}")
    for entry in file.unreadable[:_SHOWN]:
        click.echo(f"{file.file_name}, record {entry.position} could not be read: {entry.reason}")
    if len(file.unreadable) > _SHOWN:
        click.echo(f"{file.file_name}: {len(file.unreadable) - _SHOWN} more could not be read.")


def _tell(joined: Joined, run_id: str, settings: Settings) -> None:
    width = max(len(_named(source.name, source.interface)) for source in joined.sources)
    click.echo(f"{'source':{width}}  {'records':>8}  {'unreadable':>10}  {'duplicates':>10}  {'new':>6}  file")
    for source in joined.sources:
        new = source.records - source.unreadable - source.duplicates
        click.echo(
            f"{_named(source.name, source.interface):{width}}  {source.records:>8,}  {source.unreadable:>10,}  "
            f"{source.duplicates:>10,}  {new:>6,}  {source.file_name}"
        )
    from_pubmed = joined.records - len(joined.imported)
    click.echo(
        f"Run {run_id} has {joined.records:,} records, {from_pubmed:,} of them its own: "
        f"{len(joined.groups):,} works of {len(joined.studies):,} studies. Nothing was deleted."
    )
    from evidence.imported import database_key

    permitted = {database_key(name) for name in settings.permitting_databases}
    for name in dict.fromkeys(source.name for source in joined.sources if source.licensed):
        if database_key(name) in permitted:
            click.echo(f"{name}: the settings record that its licence permits giving records to an external language model.")
        else:
            click.echo(f"{name} is licensed: its records go to no external language model (EVIDENCE_LICENCE_PERMITS).")


def _named(name: str, interface: str) -> str:
    return f"{name} ({interface})" if interface else name
