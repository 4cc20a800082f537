"""`evidence evaluate report`, `table` and `sheet`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.evaluate_compare import kept_folder
from evidence.errors import InvalidInput


@click.command()
@click.argument("run", nargs=-1, required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The page.  [default: report.html beside the run]")
def report(run: tuple[str, ...], out: Path | None) -> None:
    """One HTML page of a RUN, or of several of one suite side by side: figures, what failed with its cases, provenance."""
    folder = kept_folder()
    from evaluation.report.page import render_report
    from evaluation.statistics.kept_runs import place_of, read_result

    places = [place_of(name, folder) for name in run]
    page = render_report([read_result(place) for place in places])
    click.echo(write_out(page, out or places[-1] / "report.html"))


def write_out(text: str, path: Path) -> Path:
    """The path, with the text in it, whole or not at all. Raises InvalidInput where nothing can be written there."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as fault:
        raise InvalidInput(f"Nothing can be written to {path} ({fault.strerror}): give another --out.") from fault
    return path


@click.command()
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Another number gives another sheet.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("spot-the-error.html"),
    show_default=True,
    help="The page.",
)
def sheet(seed: int, out: Path) -> None:
    """Ten claims to print, some with planted errors, with answers and how to read the score: a team tests itself."""
    kept_folder()
    from evaluation.sheet.page import render_sheet

    click.echo(write_out(render_sheet(seed), out))


@click.command()
@click.argument("run", nargs=-1)
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Put the table into this page, between the lines that hold its place.",
)
def table(run: tuple[str, ...], into: Path | None) -> None:
    """The figures of every suite in one table, in Markdown: of each RUN, or of the fullest kept run of each suite and model."""
    folder = kept_folder()
    from evaluation.report.table import fullest_runs, put_table, read_results, write_table
    from evaluation.statistics.kept_runs import place_of

    results = read_results([place_of(name, folder) for name in run]) if run else fullest_runs(folder)
    text = write_table(results)
    if into is None:
        click.echo(text, nl=False)
        return
    put_table(into, text)
    click.echo(into)
