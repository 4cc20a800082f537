"""A sample of what leaves the house: the demonstration run, reviewed and signed by nobody real, as a guideline dossier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.export import make_files
from cli.progress import TerminalProgress
from connectors.settings import Settings
from evidence.claim import Verdict
from evidence.review import ReviewDecision, ReviewOutcome, SignedSummary

if TYPE_CHECKING:
    from connectors.store import Store

NOBODY, ROLE = "Sample Reader (nobody real)", "sample signature"
_REASON = "The checks did not pass it; a sample keeps no such sentence."


def write_example(settings: Settings, run_id: str, folder: Path) -> Path:
    """Accept what the checks passed, reject the rest, sign, and write `dossier.docx` into the folder."""
    from connectors.store import Store
    from reporting.export import Exported, write_exports

    with Store.open(settings.store_url) as store:
        signed = _signed(store, settings, run_id)
        (made,) = make_files(signed, [("dossier", "docx")], store.run(run_id), settings, offline=False)
    (place,) = write_exports([Exported("dossier.docx", made.content, made.media_type)], folder)
    return place


def _signed(store: Store, settings: Settings, run_id: str) -> SignedSummary:
    from cli.services import DEMONSTRATION, build_source, source_address
    from review.actions.review import decide, read_review
    from review.actions.sign import Signing, content_to_sign, recheck_sources, sign

    known = store.reviews.signed(run_id)
    if known is not None:
        return known
    for claim in read_review(store, run_id).claims:
        if claim.decision is None:
            passed = claim.verdict is Verdict.SUPPORTED
            outcome = ReviewOutcome.ACCEPT if passed else ReviewOutcome.REJECT
            decision = ReviewDecision(claim_id=claim.id, outcome=outcome, reason="" if passed else _REASON)
            decide(store, run_id, decision, slot="first", seen=0, by=NOBODY)
    with source_address(settings, DEMONSTRATION, TerminalProgress(quiet=True)) as address:
        recheck_sources(store, run_id, build_source(settings, DEMONSTRATION, address), by=NOBODY)
    content = content_to_sign(store, read_review(store, run_id)).content_hash()
    sign(store, run_id, Signing(content=content, name=NOBODY, role=ROLE, confirmed=True), by=NOBODY)
    signed = store.reviews.signed(run_id)
    assert signed is not None  # noqa: S101 - it was signed on the line before
    return signed
