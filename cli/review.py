"""`evidence review`: where the review of a run stands. Decisions are made in the workbench."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from connectors.settings import Settings

if TYPE_CHECKING:
    from connectors.store import Store


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def review(run_id: str, as_json: bool) -> None:
    """Say where the review of RUN stands: which claims are open and why, and what keeps it from being signed."""
    from connectors.store import Store

    with Store.open(Settings.load().store_url) as store:
        found = state_of(store, store.run(run_id).id)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    counts = {state: sum(claim["state"] == state for claim in found["claims"]) for state in ("stands", "falls", "open")}
    click.echo(f"Run {found['id']}: {counts['stands']} claims stand, {counts['falls']} fall, {counts['open']} are open.")
    for claim in found["claims"]:
        if claim["state"] == "open":
            click.echo(f"  {claim['id']} ({claim['verdict']}): {claim['waits_for']}")
    for version in found["versions"]:
        click.echo(f"Version {version['version']} signed by {version['name']}, {version['role']}, {version['at']}")
    click.echo("It can be signed in the workbench." if not found["obstacles"] else "It cannot be signed yet:")
    for sentence in found["obstacles"]:
        click.echo(f"  {sentence}")


def state_of(store: Store, run_id: str) -> dict[str, Any]:
    """The review as one JSON-ready object. Raises `InvalidInput` where there is no draft yet."""
    from datetime import UTC, datetime

    from review.actions.review import read_review
    from review.actions.sign import content_to_sign, why_not

    found = read_review(store, run_id)
    content = content_to_sign(store, found)
    names = ("id", "text", "state", "verdict", "waits_for", "differs")
    return {
        "id": run_id,
        "claims": [{name: getattr(claim, name) for name in names} for claim in content.claims],
        "obstacles": list(why_not(store, found, content, datetime.now(UTC))),
        "content_hash": content.content_hash(),
        "versions": [
            {"version": item.version, **item.sign_off.model_dump(mode="json")} for item in store.reviews.versions(run_id)
        ],
    }
