"""`evidence search test`: which line of a strategy loses which known paper. No model, no account, no run."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.errors import InvalidInput, QuerySyntaxError

if TYPE_CHECKING:
    from evidence.seed_test import KnownPapers, SeedTest

_LARGEST = 64_000_000
_LARGEST_STRATEGY = 1_000_000
_LONGEST_NAME = 1024


@click.command(name="test")
@click.argument("strategy")
@click.option("--known", multiple=True, required=True, metavar="FILE|PMID", help="Papers the search should find. Repeatable.")
@click.option("--used-to-build", multiple=True, metavar="FILE|PMID", help="Of them, those the search was built with.")
@click.option("--source", help="`pubmed`, or the address of a server that speaks E-utilities.  [default: pubmed]")
@click.option("--email", help="Your address, which PubMed asks for.")
@click.option("--html", type=click.Path(path_type=Path), help="Write the test as a page to this file as well.")
@click.option("--json", "as_json", is_flag=True, help="Print the test as one JSON object.")
@click.option("--quiet", is_flag=True, help="No progress.")
def test(  # noqa: PLR0913, PLR0917 - one parameter an option
    strategy: str,
    known: tuple[str, ...],
    used_to_build: tuple[str, ...],
    source: str | None,
    email: str | None,
    html: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Test STRATEGY (a file, a query, or - for the input stream) against papers known to be relevant.

    --known takes PMIDs and files of PMIDs, addresses, nbib, RIS, CSV, BibTeX or PubMed XML. Each missed paper is followed
    to the line that loses it, with the reason and the smallest change that would catch it, tried on the source.
    """
    from cli.progress import TerminalProgress
    from cli.services import build_mesh, build_source, source_address
    from connectors.settings import Settings
    from pipelines.seed_test import run_seed_test
    from searching.seed_lines import pointing, read_given
    from searching.seed_papers import joined

    settings = Settings.load(email=email, source=source)
    try:
        given = read_given(read_strategy_text(strategy))
    except QuerySyntaxError as fault:
        raise pointing(fault) from None
    building = read_papers(used_to_build, "--used-to-build")
    papers = joined([read_papers(known, "--known"), building])
    progress = TerminalProgress(quiet=quiet)
    progress.take_warnings()
    with source_address(settings, settings.source, progress) as address:
        tested = run_seed_test(
            given,
            papers.model_copy(update={"repeated": papers.repeated - _named_twice(known, building)}),
            build_source(settings, settings.source, address),
            progress,
            used_to_build={*building.pmids, *building.identifiers},
            mesh=build_mesh(settings),
        )
    if html is not None:
        _write_page(tested, html)
    _show(tested, html, as_json=as_json)


def read_strategy_text(given: str) -> str:
    """The text of a strategy: of the file of this name, of the input stream for `-`, else the argument itself."""
    if given == "-":
        return sys.stdin.read(_LARGEST_STRATEGY)
    file = existing_file(given)
    return given if file is None else read_text(file, _LARGEST_STRATEGY, "a strategy")


def existing_file(given: str) -> Path | None:
    """The file of this name, or None where the argument names none."""
    if "\n" in given or len(given) > _LONGEST_NAME or "\0" in given:
        return None
    try:
        return Path(given) if Path(given).is_file() else None
    except OSError:
        return None


def read_text(file: Path, largest: int, what: str) -> str:
    """The text of a file. Raises InvalidInput where it cannot be read, is no text, or is larger than `what` can be."""
    try:
        if file.stat().st_size > largest:
            raise InvalidInput(f"{file} is larger than {what} can be ({largest // 1_000_000} MB): give a smaller file.")
        data = file.read_bytes()
    except OSError as fault:
        raise InvalidInput(f"{file} cannot be read ({fault.strerror}): check the name and that you may read it.") from None
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidInput(f"{file} is not a text file: save it as plain text (UTF-8).")


def read_papers(given: Sequence[str], option: str) -> KnownPapers:
    """The papers in files and in what was written after the option. Raises InvalidInput where one names no paper at all."""
    from searching.seed_papers import joined, read_known

    lists = []
    for one in given:
        file = existing_file(one)
        papers = read_known(read_text(file, _LARGEST, "a list of papers"), place=file.name) if file else read_known(one)
        if not papers.pmids and not papers.identifiers:
            what = f"{file} names no paper" if file else f"{one[:60]!r} is no file and no PMID"
            raise InvalidInput(f"{option}: {what}: give PMIDs, or a file of PMIDs, nbib, RIS, CSV or PubMed XML.")
        lists.append(papers)
    return joined(lists)


def _named_twice(known: Sequence[str], building: KnownPapers) -> int:
    """Papers that stand in both lists, as they should: they are no repetition."""
    testing = read_papers(known, "--known")
    return len(set(testing.pmids) & set(building.pmids)) + len(set(testing.identifiers) & set(building.identifiers))


def _write_page(tested: SeedTest, html: Path) -> None:
    from reporting.seed_test_page import render_page

    try:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(render_page(tested), encoding="utf-8")
    except OSError as fault:
        raise InvalidInput(f"{html} cannot be written ({fault.strerror}): give another place.") from None


def _show(tested: SeedTest, html: Path | None, *, as_json: bool) -> None:
    from reporting.seed_test_text import render_text

    if as_json:
        click.echo(tested.model_dump_json(indent=2))
        return
    click.echo(render_text(tested, width=min(shutil.get_terminal_size((100, 24)).columns, 120)), nl=False)
    if html is not None:
        click.echo(f"\nThe page: {html}")
