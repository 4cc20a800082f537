"""`evidence search translate`: a strategy for other databases, as text to paste, with what could not be said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TextIO

import click

from evidence.errors import InvalidInput
from evidence.translated_strategy import TranslatedStrategy
from searching.ovid.detect_syntax import Syntax, detect_syntax
from searching.ovid.read_strategy import read_ovid_strategy
from searching.ovid.to_pubmed import ovid_to_pubmed
from searching.read_strategy import read_strategy
from searching.translate.platforms import PLATFORMS
from searching.translate.translate_strategy import find_platform, translate_strategy

MOST_CHARACTERS = 1_000_000


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--to", "targets", default="all", show_default=True, help="Platforms, by comma, or `all`; `pubmed` from Ovid.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list, one entry a platform.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of the screen.")
def translate(file: TextIO, targets: str, as_json: bool, out: Path | None) -> None:
    """Write the strategy in FILE (- for standard input) for Ovid, EBSCO and the Cochrane Library; an Ovid one for PubMed."""
    strategies = _translate(_read(file), [name.strip() for name in targets.split(",") if name.strip()])
    if as_json:
        entries = [strategy.model_dump(mode="json") for strategy in strategies]
        text = json.dumps(entries, ensure_ascii=False, indent=2)
    else:
        text = "\n\n".join(page(strategy) for strategy in strategies)
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(f"{text}\n", encoding="utf-8")
    except OSError as fault:
        raise InvalidInput(f"{out} cannot be written ({fault.strerror}): give another place for --out.") from None
    click.echo(f"Written to {out}.")


def _read(file: TextIO) -> str:
    try:
        text = file.read(MOST_CHARACTERS + 1)
    except UnicodeDecodeError:
        raise InvalidInput(f"{file.name} is not text in UTF-8: save the strategy as plain text.") from None
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(f"{file.name} is longer than {MOST_CHARACTERS:,} characters: give one strategy.")
    return text.removeprefix("\ufeff")


def _translate(text: str, targets: Sequence[str]) -> list[TranslatedStrategy]:
    if not targets:
        raise InvalidInput("--to names no platform: give one, such as ovid-embase, or `all`.")
    ovid = detect_syntax(text).syntax is Syntax.OVID
    if ovid:
        if [target.lower() for target in targets] not in (["pubmed"], ["all"]):
            raise InvalidInput("The strategy is written for Ovid: translate it with `--to pubmed` first, check it, then go on.")
        return [ovid_to_pubmed(read_ovid_strategy(text))]
    if "pubmed" in (target.lower() for target in targets):
        raise InvalidInput("The strategy is written for PubMed already: name another platform after --to.")
    strategy = read_strategy(text)
    names = list(PLATFORMS) if "all" in (target.lower() for target in targets) else targets
    platforms = dict.fromkeys(find_platform(name).key for name in names)
    return [translate_strategy(strategy, PLATFORMS[key], this_year=date.today().year) for key in platforms]


def page(strategy: TranslatedStrategy) -> str:
    """One platform's translation for reading: the lines to paste, then what to check, line by line."""
    width = len(str(len(strategy.lines)))
    parts = [strategy.platform_name, "=" * len(strategy.platform_name), ""]
    parts += [f"{line.number:>{width}}  {line.text}" for line in strategy.lines]
    parts += ["", "To check", *(f"  - {note}" for note in strategy.notes)]
    for line in strategy.lines:
        parts += [f"  - line {line.number}: {note}" for note in line.notes]
    if strategy.headings_to_check:
        parts += ["", f"Headings to look up in {strategy.vocabulary}"]
        parts += [f"  - {heading}" for heading in strategy.headings_to_check]
    return "\n".join(parts)
