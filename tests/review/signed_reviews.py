"""Made reviews taken as far as a signature, by the product's own steps."""

from __future__ import annotations

from typing import Any

from connectors.store import Store
from review.actions.review import read_review
from review.actions.sign import Signing, content_to_sign, recheck_sources, sign
from tests.review.made_reviews import FAILED, MadeSource, drafted, rejecting, served

ANNA = "Anna Smith"


def ready(store: Store) -> str:
    """A drafted run that nothing keeps from being signed; its id."""
    run_id = drafted(store)
    rejecting(store, run_id, *FAILED)
    look_again(store, run_id)
    return run_id


def look_again(store: Store, run_id: str, **now: Any) -> None:
    """The sources looked at again, as `MadeSource` says they stand now."""
    with served(MadeSource(**now)) as source:
        recheck_sources(store, run_id, source, by=ANNA)


def put_name(store: Store, run_id: str) -> None:
    """Signs what stands."""
    content = content_to_sign(store, read_review(store, run_id))
    signing = Signing(content=content.content_hash(), name=ANNA, role="Librarian", confirmed=True)
    sign(store, run_id, signing, by=ANNA)


def signed(store: Store) -> str:
    """A signed run; its id."""
    run_id = ready(store)
    put_name(store, run_id)
    return run_id
