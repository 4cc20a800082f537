"""`evidence models`: what there is, and fetching one."""

from __future__ import annotations

import json

import click

from cli.progress import TerminalProgress
from connectors.settings import Settings
from evidence.errors import InvalidInput


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
@click.pass_context
def models(context: click.Context, as_json: bool) -> None:
    """List the language models there are; `fetch` gets one."""
    if context.invoked_subcommand is not None:
        return
    from connectors.language_model.choose import available_models

    settings = Settings.load()
    found = available_models(api_key=settings.openai_api_key, base_url=settings.base_url)
    if as_json:
        click.echo(json.dumps([choice.model_dump(mode="json") for choice in found], ensure_ascii=False, indent=2))
        return
    for choice in found:
        click.echo(f"{choice.name:16} {'ready' if choice.ready else 'not ready':10} {choice.what}")
        if choice.mend:
            click.echo(f"{'':16} {'':10} to mend: {choice.mend}")


@models.command()
@click.argument("name")
@click.option("--url", help="Where the weights (GGUF) are, for a model of your own.")
@click.option("--sha256", help="Their SHA-256, which decides whether they are accepted.")
def fetch(name: str, url: str | None, sha256: str | None) -> None:
    """Fetch the model NAME: `embedded`, or your own by --url and --sha256. Accepted by its hash alone."""
    from connectors.language_model.weights import ensure_weights, fetch_model

    progress = TerminalProgress()
    if name == "embedded" and url is None:
        click.echo(f"In place: {ensure_weights(progress)}")
        return
    if url is None or sha256 is None:
        raise InvalidInput(f"To fetch {name}, say where it is and what it must be: --url URL --sha256 HASH.")
    click.echo(f"In place: {fetch_model(url, sha256, progress)}")
