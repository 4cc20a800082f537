"""`evidence mirror`: a local PubMed."""

from __future__ import annotations

from pathlib import Path

import click

from cli.progress import TerminalProgress
from connectors.settings import Settings
from evidence.errors import InvalidInput

_FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path), help="Where the mirror lies.  [default: EVIDENCE_HOME/mirror]"
)


@click.group()
def mirror() -> None:
    """A local PubMed: load PubMed XML into it, serve it under /entrez/eutils/."""


@mirror.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_FOLDER
def load(files: tuple[Path, ...], folder: Path | None) -> None:
    """Load FILES of PubMed XML (plain or .gz; baseline and update files) in the order given."""
    from connectors.mirror import load_files

    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise InvalidInput(f"There is no file {missing[0]}: nothing was loaded.")
    report = load_files(folder or Settings.load().mirror_dir, list(files), progress=TerminalProgress())
    click.echo(f"{report.records:,} records loaded, {len(report.unreadable)} could not be read")
    for record in report.unreadable[:20]:
        click.echo(f"  PMID {record.pmid or 'unknown'} (record {record.position + 1}): {record.reason}")


@mirror.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="Port on this machine.")
@click.option("--demonstration", is_flag=True, help="Serve the demonstration collection.")
@_FOLDER
def serve(port: int, demonstration: bool, folder: Path | None) -> None:
    """Serve the mirror on this machine until Ctrl-C."""
    from cli.demonstration import load_demonstration
    from connectors.mirror import serve_mirror

    settings = Settings.load()
    directory = load_demonstration(settings, TerminalProgress()) if demonstration else folder or settings.mirror_dir
    click.echo(f"The local PubMed answers at http://127.0.0.1:{port}/entrez/eutils/ until Ctrl-C.", err=True)
    serve_mirror(directory, port=port)


@mirror.command()
@_FOLDER
def status(folder: Path | None) -> None:
    """How many records the mirror holds, from which files, and its size."""
    from connectors.mirror import mirror_status

    found = mirror_status(folder or Settings.load().mirror_dir)
    click.echo(f"{found.records:,} records, {found.bytes_on_disk / 1e6:,.1f} MB")
    for file in found.files:
        click.echo(f"  {file.name}: {file.records:,} records")
