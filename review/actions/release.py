"""Releasing the evidence search report: one named searcher puts a name to exactly one search. No model takes part."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.run import RunSummary
from evidence.search_ledger import SearchLedger
from evidence.signed_parts import Release, ReleasedSearch
from reporting.search_report.release import build_released_search
from review.actions.sign import named
from review.services import Services


@dataclass(frozen=True, kw_only=True)
class Releasing:
    """What the form of a release says. `content` is the hash of the search that the page showed."""

    content: str
    name: str
    role: str
    confirmed: bool


def search_to_release(services: Services, run: RunSummary) -> SearchLedger:
    """The search as it would be released now. Raises `InvalidInput` before its records are fetched."""
    ledger = services.tools.search_ledger(run)
    if ledger is None:
        raise InvalidInput("This run has no search to report yet: let it search first.")
    return ledger


def release(services: Services, run: RunSummary, form: Releasing, *, by: str) -> ReleasedSearch:
    """Puts a name to exactly the search that the page showed. The same form sent twice gives one release.

    Raises `ChangedMeanwhile` where the search is no longer that one, `InvalidInput` where name, role or statement is missing,
    and `StorageFailure` where the numbers of its flow do not add up.
    """
    before = services.store.reviews.released(run.id)
    if before is not None and before.release.content == form.content:
        return before
    name, role = named(form.name, "name"), named(form.role, "role")
    if not form.confirmed:
        raise InvalidInput("Tick the statement to release: a release without it says nothing.")
    ledger = search_to_release(services, run)
    if ledger.content_hash() != form.content:
        raise ChangedMeanwhile("The search is no longer what the page showed, so nothing was released: look, then release it.")
    moment = services.clock()
    released = ReleasedSearch(ledger=ledger, release=Release(content=form.content, name=name, role=role, at=moment))
    build_released_search(released)  # what cannot be printed is not released
    services.store.reviews.release(released, by=by)
    return released
