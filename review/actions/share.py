"""Links by which a guideline team or requester reads a signed summary and checks it, without an account."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from connectors.store import Store
from evidence.errors import InvalidInput
from evidence.shared_link import SharedLink

LONGEST_DAYS = 366
_BYTES = 32


def make_link(store: Store, run_id: str, made_for: str, days: int, *, by: str) -> tuple[SharedLink, str]:
    """A new link and its token, which is shown once: the store keeps its hash alone."""
    if not store.reviews.versions(run_id) and store.reviews.released(run_id) is None:
        raise InvalidInput("Nothing is signed or released yet, so there is nothing to share: sign the summary first.")
    clean = " ".join(made_for.split())
    if not clean or len(clean) > 200 or not clean.isprintable():
        raise InvalidInput("Say whom the link is for, in 1 to 200 printable characters, so that it can be revoked knowingly.")
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(f"A link opens for 1 to {LONGEST_DAYS} days.")
    token = secrets.token_urlsafe(_BYTES)
    expires_at = datetime.now(UTC) + timedelta(days=days)
    return store.reviews.make_link(run_id, token, made_for=clean, expires_at=expires_at, by=by), token


def revoke_link(store: Store, run_id: str, link_id: str, *, by: str) -> None:
    """Closes a link for good."""
    store.reviews.revoke_link(run_id, link_id, by=by)


def open_link(store: Store, token: str, moment: datetime) -> SharedLink | None:
    """The link of this token where it still opens; None where there is none, or it expired or was revoked."""
    found = store.reviews.link(token) if 20 <= len(token) <= 100 else None
    return found if found is not None and found.opens(moment) else None
