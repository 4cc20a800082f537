"""`evidence export`: the documents of a signed summary. A run that nobody signed has none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import JsonValue

from cli.answering import current_user
from cli.progress import TerminalProgress
from connectors.settings import LIVE_PUBMED, Settings
from evidence.errors import EvidenceError, InvalidInput, StorageFailure
from evidence.review import SignedSummary

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.store import Store
    from evidence.run import RunSummary
    from reporting.export import Exported, Recheck

_ASK_AGAIN = 1
_PATIENCE = 15.0
"""Seconds that a document waits for a source which does not answer."""


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--version", type=click.IntRange(min=1), help="Which signed version.  [default: the newest]")
@click.option(
    "--for", "documents", default="summary", show_default=True, metavar="NAMES",
    help="summary, dossier, clinician, board, teaching, plain, references, matrix, full-texts, or all; commas between.",
)  # fmt: skip
@click.option(
    "--format",
    "formats",
    metavar="NAMES",
    help="docx, pdf, html, md, json, ris, nbib, bib, csl.json, xlsx, csv; commas between.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write to.  [default: the run's own]")
@click.option("--offline", is_flag=True, help="Do not look at the sources' standing again; the documents say so.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: the version and where each file is.")
def export(  # noqa: PLR0913 - one parameter an option
    run_id: str, version: int | None, documents: str, formats: str | None, out: Path | None, *, offline: bool, as_json: bool
) -> None:
    """Write documents of RUN's signed summary: what was signed, to the letter, and nothing that was not."""
    from connectors.store import Store
    from reporting.export import write_exports

    settings = Settings.load()
    with Store.open(settings.store_url) as store:
        run = store.run(run_id)
        signed = read_signed(store, run.id, version)
        asked = chosen(documents, formats)
        files = make_files(signed, asked, run, settings, offline=offline)
        places = write_exports(files, out or settings.runs_dir / run.id / f"version-{signed.content.version}")
        told: dict[str, JsonValue] = {"version": signed.content.version, "files": [file.name for file in files]}
        store.append_event(run.id, "documents exported", told, by=current_user())
    if as_json:
        click.echo(json.dumps({"run": run.id, "version": signed.content.version, "files": [str(place) for place in places]}))
        return
    for place in places:
        click.echo(place)


def read_signed(store: Store, run_id: str, version: int | None) -> SignedSummary:
    """The signed version. Raises `InvalidInput` where there is none, `StorageFailure` where it is not what was signed."""
    try:
        signed = store.reviews.signed(run_id, version)
    except ValueError as fault:
        reason = str(fault).splitlines()[0]
        raise StorageFailure(
            f"The signed summary of run {run_id} is not as it was signed ({reason}): look with `evidence history {run_id}`."
        ) from None
    if signed is None:
        which = f"Version {version} of run {run_id} is" if version else f"Run {run_id} is"
        raise InvalidInput(f"{which} not signed, so there is nothing to export: review and sign it with `evidence serve`.")
    return signed


def chosen(documents: str, formats: str | None) -> list[tuple[str, str]]:
    """Pairs of document and format. Raises `InvalidInput` for a name there is not, or a format that no document has."""
    from reporting.export import FORMATS

    names = list(FORMATS) if documents.strip() == "all" else _parts(documents)
    wanted = _parts(formats or "")
    for name in names:
        if name not in FORMATS:
            raise InvalidInput(f"--for {name[:40]!r} is no document: choose of {', '.join(FORMATS)}, or all.")
    known = {one for name in names for one in FORMATS[name]}
    for one in wanted:
        if one not in known:
            raise InvalidInput(
                f"--format {one[:20]!r} does not go with --for {documents[:60]}: choose of {', '.join(sorted(known))}."
            )
    pairs = [(name, one) for name in names for one in (wanted or FORMATS[name][:1]) if one in FORMATS[name]]
    return list(dict.fromkeys(pairs))


def make_files(
    signed: SignedSummary, asked: list[tuple[str, str]], run: RunSummary, settings: Settings, *, offline: bool
) -> list[Exported]:
    """Every file asked for, made in memory: a fault in one leaves none behind."""
    from datetime import UTC, datetime

    from reporting.export import Edition, Library, Recheck, export

    moment = datetime.now(UTC)
    unasked = Recheck(why_not="the person who exported asked for none")
    edition = Edition(
        made_at=moment,
        recheck=unasked if offline else _recheck(signed, run, settings, moment),
        library=Library(libkey=settings.libkey_library or "", resolver=settings.link_resolver or ""),
    )
    return [export(signed, name, one, edition) for name, one in asked]


def _recheck(signed: SignedSummary, run: RunSummary, settings: Settings, moment: datetime) -> Recheck:
    from cli.services import build_source, source_address
    from reporting.export import Recheck, recheck_sources

    name = str(run.settings.get("source") or LIVE_PUBMED)
    try:
        with source_address(settings, name, TerminalProgress(quiet=True)) as address:
            source = build_source(settings, name, address, timeout=_PATIENCE, retries=_ASK_AGAIN)
            return recheck_sources(signed.content, source, moment)
    except InvalidInput:
        raise
    except EvidenceError as fault:
        return Recheck(why_not=fault.message)


def _parts(text: str) -> list[str]:
    return [part for part in (one.strip().lower() for one in text.split(",")) if part]
