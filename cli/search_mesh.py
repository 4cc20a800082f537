"""`evidence search mesh` and `evidence search filters`: the controlled vocabulary and the published filters."""

from __future__ import annotations

import json
import textwrap

import click

from connectors.settings import Settings
from evidence.errors import InvalidInput, NotConfigured
from evidence.mesh import Descriptor
from evidence.services import MeshVocabulary

_SHOWN = 12
_WIDTH = 100


@click.command()
@click.argument("name")
@click.option("--live", is_flag=True, help="Ask NCBI instead of the file loaded with `evidence mirror load-mesh`.")
@click.option("--email", metavar="ADDRESS", help="Your address, for --live: NCBI asks who is searching.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def mesh(name: str, live: bool, email: str | None, as_json: bool) -> None:
    """Look NAME up in MeSH: the heading, its entry terms, its places, what explosion takes in; else the nearest."""
    if not name.strip():
        raise InvalidInput('There is no name to look up: give one in quotes, for example "heart attack".')
    vocabulary = _vocabulary(Settings.load(email=email), live=live)
    found = vocabulary.find(name)
    nearest = () if found else vocabulary.nearest(name)
    narrower = vocabulary.narrower(found.heading)[1:] if found else ()
    if as_json:
        content = {
            "asked": name,
            "vocabulary": vocabulary.version,
            "found": found.model_dump(mode="json") if found else None,
            "narrower": list(narrower),
            "nearest": list(nearest),
        }
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
    elif found:
        _show(name, found, narrower)
        click.echo(f"\n{vocabulary.version}")
    else:
        names = ", ".join(f"“{heading}”" for heading in nearest) or "none is like it"
        click.echo(f"MeSH has no heading or entry term “{name}”. Nearest: {names}.\n\n{vocabulary.version}")


@click.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def filters(name: str | None, as_json: bool) -> None:
    """List the search filters, or show NAME with its version, citation and text."""
    from searching.filters import FILTERS, find_filter

    chosen = (find_filter(name),) if name else FILTERS
    if as_json:
        entries = [entry.model_dump(mode="json") for entry in chosen]
        click.echo(json.dumps(entries[0] if name else entries, ensure_ascii=False, indent=2))
        return
    if not name:
        for entry in chosen:
            click.echo(f"{entry.id:<36} {entry.name}")
        return
    entry = chosen[0]
    click.echo(f"{entry.name}\n")
    _field("id", entry.id)
    _field("version", entry.version)
    _field("citation", entry.citation)
    if entry.sensitivity is not None and entry.specificity is not None:
        _field("published", f"sensitivity {entry.sensitivity:.0%}, specificity {entry.specificity:.0%}")
    if entry.note:
        _field("note", entry.note)
    _field("joined by", entry.operator)
    click.echo(f"\n{entry.query}")


def _vocabulary(settings: Settings, *, live: bool) -> MeshVocabulary:
    from cli.services import build_live_mesh, build_mesh

    if live:
        return build_live_mesh(settings)
    found = build_mesh(settings)
    if found is None:
        raise NotConfigured(
            "No MeSH file is loaded here: get NLM's desc20XX.xml and run `evidence mirror load-mesh FILE`, or ask with --live."
        )
    return found


def _show(name: str, found: Descriptor, narrower: tuple[str, ...]) -> None:
    click.echo(f'"{found.heading}"[mh]   {found.ui}')
    if found.heading.casefold() != name.strip().casefold():
        click.echo(f"“{name}” leads to this heading.")
    _field("entry terms", "; ".join(found.entry_terms) or "none")
    _field("in the trees", "; ".join(found.tree_numbers) or "nowhere: it is not exploded")
    if narrower:
        more = f"; and {len(narrower) - _SHOWN} more" if len(narrower) > _SHOWN else ""
        _field("explodes to", f"{len(narrower)} narrower headings: {'; '.join(narrower[:_SHOWN])}{more}")
    else:
        _field("explodes to", "nothing narrower")


def _field(name: str, text: str) -> None:
    click.echo(textwrap.fill(text, _WIDTH, initial_indent=f"  {name:<13}", subsequent_indent=" " * 15))
