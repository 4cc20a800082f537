"""`evidence mirror`: a local PubMed."""

from __future__ import annotations

from pathlib import Path

import click

from cli.progress import TerminalProgress
from connectors.settings import Settings
from evidence.services import MeshVocabulary

_SHOWN = 20
_FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path), help="Where the mirror lies.  [default: EVIDENCE_HOME/mirror]"
)


@click.group()
def mirror() -> None:
    """A local PubMed: load PubMed XML into it, serve it under /entrez/eutils/."""


@mirror.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--allow-gaps", is_flag=True, help="Load what there is where numbered files are missing.")
@_FOLDER
def load(files: tuple[Path, ...], allow_gaps: bool, folder: Path | None) -> None:
    """Load FILES of PubMed XML (plain or .gz), or a folder of baseline and update files, each once and in order."""
    from connectors.mirror import load_files

    directory = folder or Settings.load().mirror_dir
    report = load_files(directory, list(files), allow_gaps=allow_gaps, progress=TerminalProgress())
    click.echo(f"{report.records:,} records loaded, {len(report.unreadable)} could not be read")
    deleted = sum(file.deleted for file in report.files)
    if deleted:
        click.echo(f"{deleted:,} records deleted, as the files ask")
    if report.passed_over:
        click.echo(f"{len(report.passed_over):,} files passed over: they are loaded already")
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
    serve_mirror(directory, port=port, vocabulary=_vocabulary(directory))


@mirror.command()
@click.option("--json", "as_json", is_flag=True, help="Everything that is known of the mirror as one JSON object.")
@_FOLDER
def status(as_json: bool, folder: Path | None) -> None:
    """How many records the mirror holds, from which files, what is missing, and its size."""
    from connectors.mirror import mirror_status

    directory = folder or Settings.load().mirror_dir
    vocabulary = _vocabulary(directory)
    found = mirror_status(directory, mesh_release=vocabulary.version if vocabulary else None)
    if as_json:
        click.echo(found.model_dump_json(indent=2))
        return
    click.echo(f"{found.records:,} records, {found.bytes_on_disk / 1e6:,.1f} MB")
    click.echo(f"{found.retracted:,} of them retracted; {found.retraction_notices:,} retraction notices")
    click.echo(f"MeSH: {found.mesh_release or 'none loaded, so headings are not exploded (evidence mirror load-mesh FILE)'}")
    if found.last_update:
        checked = sum(file.verified is True for file in found.files)
        missing = ", ".join(found.missing_files[:_SHOWN]) + (" …" if len(found.missing_files) > _SHOWN else "")
        click.echo(f"Last file of the yearly sequence: {found.last_update}; missing: {missing or 'none'}")
        click.echo(f"{checked:,} of {len(found.files):,} files agreed with a published MD5")
    if found.last_loaded_at:
        click.echo(f"Last loaded: {found.last_loaded_at:%Y-%m-%d %H:%M} UTC")
    if found.deleted or found.unreadable:
        click.echo(f"{found.deleted:,} deletions asked for; {found.unreadable:,} records could not be read")
    for file in found.files[-_SHOWN:]:
        click.echo(f"  {file.name}: {file.records:,} records")
    if len(found.files) > _SHOWN:
        click.echo(f"  and {len(found.files) - _SHOWN:,} files before them (--json lists all)")


def _vocabulary(directory: Path) -> MeshVocabulary | None:
    """The MeSH headings loaded into a mirror's folder."""
    from connectors.mesh import open_mesh

    return open_mesh(directory / "mesh")


@mirror.command("load-mesh")
@click.argument("file", type=click.Path(path_type=Path))
@_FOLDER
def load_mesh(file: Path, folder: Path | None) -> None:
    """Load FILE of MeSH descriptors: NLM's desc20XX.xml or d20XX.bin, or a table; plain or .gz."""
    from connectors.mesh import load_mesh as take_in

    loaded = take_in((folder or Settings.load().mirror_dir) / "mesh", file, TerminalProgress())
    click.echo(f"{loaded.headings:,} headings with {loaded.names:,} names loaded: {loaded.version}")
