"""`evidence demo`: the main job on the demonstration collection."""

from __future__ import annotations

from pathlib import Path

import click

from cli.answering import Asking, answer_request
from cli.demonstration import demonstration_request, demonstration_requests
from cli.progress import TerminalProgress
from connectors.settings import Settings
from evidence.errors import ModelUnavailable


@click.command()
@click.option("--question", default="cholera", show_default=True, help="Id of the demonstration question; `list` shows them.")
@click.option("--model", help="As for `ask`.  [default: embedded]")
@click.option("--base-url", help="Address of an OpenAI-compatible server.")
@click.option(
    "--signed", "example", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Without a model, write here a sample of the guideline dossier, under an invented name.",
)  # fmt: skip
@click.option("--again", is_flag=True, help="A new run even if nothing changed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: the run's id and where its draft is.")
@click.option("--quiet", is_flag=True, help="No progress.")
def demo(  # noqa: PLR0913, PLR0917 - one parameter an option
    question: str, model: str | None, base_url: str | None, example: Path | None, again: bool, as_json: bool, quiet: bool
) -> None:
    """Ask a demonstration question: a local PubMed is served, searched and read; nothing leaves this machine."""
    from cli.services import DEMONSTRATION, build_model

    if question == "list":
        for name, request in demonstration_requests().items():
            click.echo(f"{name:22}{request.question}")
        return
    request = demonstration_request(question)
    settings = Settings.load(model="extractive" if example else model, base_url=base_url)
    progress = TerminalProgress(quiet=quiet)
    try:
        build_model(settings, progress)
    except ModelUnavailable as fault:
        if settings.model != "embedded":
            raise
        click.echo(f"evidence: {fault.message}\nevidence: GOING ON WITHOUT A LANGUAGE MODEL: sentences are copied.", err=True)
        settings = Settings.load(model="extractive")
    asking = Asking(settings=settings, source=DEMONSTRATION, again=again, as_json=as_json, quiet=quiet)
    ledger = answer_request(request, asking)
    if example is not None:
        from cli.example import write_example

        place = write_example(settings, ledger.id, example)
        click.echo(f"A sample dossier, under an invented name: {place}", err=as_json)
