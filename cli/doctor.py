"""`evidence doctor`: what is configured, reachable and missing, and the one command that mends each."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

import click
from pydantic import Field

from connectors.settings import LIVE_PUBMED, Settings, unknown_variables
from evidence.base import EvidenceModel
from evidence.errors import EvidenceError

_LEAST_FREE = 3_000_000_000
_ASK_SECONDS = 3.0


class Finding(EvidenceModel):
    """One thing looked at."""

    name: str = Field(description="What was looked at.")
    good: bool = Field(description="Whether it is as it should be.")
    needed: bool = Field(default=True, description="Whether a run cannot do without it.")
    detail: str = Field(description="What was seen.")
    mend: str = Field(default="", description="The command that mends it; empty: nothing to mend.")


@click.command()
@click.option("--offline", is_flag=True, help="Ask no server.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
@click.pass_context
def doctor(context: click.Context, offline: bool, as_json: bool) -> None:
    """Look at everything a run needs. Ends with 2 where something it cannot do without is missing."""
    settings = Settings.load()
    findings = [
        *_machine(settings),
        *_settings(settings),
        *_retraction_watch(settings),
        *_store(settings),
        *_model(settings),
        *_source(settings, offline),
    ]
    if as_json:
        click.echo(json.dumps([finding.model_dump(mode="json") for finding in findings], ensure_ascii=False, indent=2))
    for finding in [] if as_json else findings:
        state = "ok" if finding.good else "MISSING" if finding.needed else "note"
        click.echo(f"{state:8} {finding.name:18} {finding.detail}")
        if finding.mend:
            click.echo(f"{'':8} {'':18} to mend: {finding.mend}")
    context.exit(0 if all(finding.good or not finding.needed for finding in findings) else 2)


def _machine(settings: Settings) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding(name="Python", good=(3, 11) <= sys.version_info[:2] <= (3, 13), detail=version)
    home = settings.home
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    writable = os.access(place, os.W_OK)
    mend = "" if writable else "export EVIDENCE_HOME=/a/folder/you/may/write"
    yield Finding(
        name="EVIDENCE_HOME", good=writable, detail=f"{home}{'' if home.exists() else ' (made at the first run)'}", mend=mend
    )
    free = shutil.disk_usage(place).free
    enough = free > _LEAST_FREE
    yield Finding(
        name="Disk",
        good=enough,
        needed=False,
        detail=f"{free / 1e9:.1f} GB free; the embedded model takes 2.4 GB once",
        mend="" if enough else "make room, or set EVIDENCE_HOME and XDG_CACHE_HOME to a larger disk",
    )


def _settings(settings: Settings) -> Iterator[Finding]:
    for name in unknown_variables(os.environ):
        yield Finding(name=name, good=False, needed=False, detail="no such setting", mend=f"unset {name}")
    live = settings.source == LIVE_PUBMED
    yield Finding(
        name="E-mail",
        good=bool(settings.email) or not live,
        needed=False,
        detail="set" if settings.email else "not set; PubMed asks who is searching",
        mend="" if settings.email or not live else "export EVIDENCE_EMAIL=you@trust.nhs.uk",
    )
    yield Finding(
        name="NCBI key",
        good=True,
        needed=False,
        detail="set: 10 requests a second" if settings.ncbi_api_key else "not set: 3 requests a second",
    )


def _retraction_watch(settings: Settings) -> Iterator[Finding]:
    from connectors.retraction_watch import RetractionWatch

    file = settings.retraction_watch
    if file is None:
        detail = "no file set: retractions are known from PubMed's own data alone"
        yield Finding(name="Retraction Watch", good=True, needed=False, detail=detail)
        return
    try:
        entries = RetractionWatch.read(file).entries
    except EvidenceError as fault:
        yield Finding(name="Retraction Watch", good=False, detail=fault.message, mend="unset EVIDENCE_RETRACTION_WATCH")
        return
    taken = date.fromtimestamp(file.stat().st_mtime)
    yield Finding(name="Retraction Watch", good=True, needed=False, detail=f"{entries:,} notices, file of {taken:%d %B %Y}")


def _store(settings: Settings) -> Iterator[Finding]:
    from connectors.store import Store

    if settings.store is None and not (settings.home / "evidence.sqlite").exists():
        yield Finding(name="Store", good=True, detail="made at the first run")
        return
    try:
        with Store.open(settings.store_url) as store:
            runs, chain = len(store.runs()), store.verify_chain()
    except EvidenceError as fault:
        yield Finding(name="Store", good=False, detail=fault.message)
        return
    detail = f"{runs} runs, {chain.events} log entries, " + ("the log is whole" if chain.valid else chain.reason)
    yield Finding(name="Store", good=chain.valid, detail=detail, mend="" if chain.valid else "evidence history")


def _model(settings: Settings) -> Iterator[Finding]:
    from connectors.language_model.choose import available_models

    for choice in available_models(api_key=settings.openai_api_key, base_url=settings.base_url):
        chosen = settings.model == choice.name
        state = "ready" if choice.ready else "not ready"
        yield Finding(
            name=f"Model {choice.name}"[:30],
            good=choice.ready,
            needed=chosen,
            detail=f"{state}{', the one in use' if chosen else ''}: {choice.what}",
            mend=choice.mend,
        )


def _source(settings: Settings, offline: bool) -> Iterator[Finding]:
    from cli.services import build_source
    from connectors.pubmed.transport import PUBLIC_BASE_URL

    address = PUBLIC_BASE_URL if settings.source == LIVE_PUBMED else settings.source
    host = urlsplit(address).hostname or address
    if offline:
        yield Finding(name="Source", good=True, needed=False, detail=f"{host}, not asked")
        return
    try:
        source = build_source(
            settings, settings.source if settings.email else address, address, timeout=_ASK_SECONDS, retries=0
        )
        count = source.count("humans").count
    except EvidenceError as fault:
        yield Finding(name="Source", good=False, needed=False, detail=fault.message, mend="evidence demo (needs no network)")
        return
    yield Finding(name="Source", good=True, needed=False, detail=f"{host} answers ({count:,} records match a test query)")
