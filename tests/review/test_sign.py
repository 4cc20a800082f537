"""Signing: only what may be signed, exactly what was shown, once, whatever happens in between."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from connectors.store import Store
from connectors.store.database import Database
from evidence.claim import Verdict
from evidence.errors import ChangedMeanwhile, InvalidInput, ServiceUnavailable
from evidence.ledger import RunStatus
from evidence.review import (
    ClaimState,
    ReviewDecision,
    ReviewOutcome,
    SignedContent,
    SignedSummary,
    SignOff,
)
from review.actions.review import decide, read_review, take_back
from review.actions.sign import Signing, content_to_sign, differs_from_signed, recheck_sources, sign, why_not
from tests.review.made_reviews import FAILED, MadeSource, drafted, open_store, rejecting, served

ANNA = "Anna Smith"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def looked(store: Store, run_id: str, source: MadeSource | None = None) -> None:
    with served(source or MadeSource()) as pubmed:
        recheck_sources(store, run_id, pubmed, by=ANNA)


def ready(store: Store) -> str:
    """A run on which nothing is open and whose sources were just looked at."""
    run_id = drafted(store)
    rejecting(store, run_id, *FAILED)
    looked(store, run_id)
    return run_id


def content(store: Store, run_id: str) -> SignedContent:
    return content_to_sign(store, read_review(store, run_id))


def form(store: Store, run_id: str, **changes: object) -> Signing:
    shown = content(store, run_id)
    fields = {"content": shown.content_hash(), "name": ANNA, "role": "Clinical librarian", "confirmed": True}
    return Signing(**{**fields, "entries": len(shown.entries), **changes})  # type: ignore[arg-type]


def why(store: Store, run_id: str, moment: datetime | None = None) -> tuple[str, ...]:
    review = read_review(store, run_id)
    return why_not(store, review, content_to_sign(store, review), moment or datetime.now(UTC))


def test_the_whole_way_to_a_signed_summary(store: Store) -> None:
    run_id = ready(store)
    assert why(store, run_id) == ()
    signing = form(store, run_id)
    version = sign(store, run_id, signing, by=ANNA)
    assert (version.version, version.sign_off.name, version.sign_off.content) == (1, ANNA, signing.content)
    summary = store.reviews.signed(run_id)
    assert summary is not None
    assert summary.content.content_hash() == signing.content
    assert [item.id for item in summary.content.standing] == ["b1", "c1", "c2", "c3", "c4", "c5", "c6"]
    assert store.verify_chain().valid
    event = store.events(run_id)[-1]
    assert (event.kind, event.detail["content"]) == ("summary signed", signing.content)
    assert ANNA not in str(event.detail)


def test_what_is_open_is_said_in_plain_sentences_and_nothing_is_signed(store: Store) -> None:
    run_id = drafted(store)
    said = why(store, run_id)
    assert [sentence.split()[1] for sentence in said[:5]] == ["b2", "c7", "c8", "c9", "c10"]
    assert said[5].startswith("The source was not asked for the standing of PMID 90000001")
    with pytest.raises(InvalidInput, match="cannot be signed yet"):
        sign(store, run_id, form(store, run_id), by=ANNA)
    assert store.reviews.versions(run_id) == []


@pytest.mark.parametrize(
    "changes", [{"name": " "}, {"role": ""}, {"name": "x" * 201}, {"name": "A\x00B"}, {"confirmed": False}]
)
def test_a_signature_needs_a_name_a_role_and_the_statement(store: Store, changes: dict[str, object]) -> None:
    run_id = ready(store)
    with pytest.raises(InvalidInput):
        sign(store, run_id, form(store, run_id, **changes), by=ANNA)
    assert store.reviews.versions(run_id) == []


def test_sources_looked_at_more_than_an_hour_ago_do_not_do(store: Store) -> None:
    run_id = ready(store)
    later = datetime.now(UTC) + timedelta(hours=1, seconds=5)
    assert why(store, run_id, later) == ("The sources were last checked more than an hour ago: check them again.",)
    with pytest.raises(InvalidInput, match="more than an hour ago"):
        sign(store, run_id, form(store, run_id), by=ANNA, clock=lambda: later)


def test_a_source_that_cannot_be_reached_is_said_and_nothing_is_kept(store: Store) -> None:
    run_id = drafted(store)
    with pytest.raises(ServiceUnavailable) as fault:
        looked(store, run_id, MadeSource(down=True))
    assert fault.value.message.endswith(".")
    assert store.reviews.rechecks(run_id) == []


def test_a_retraction_found_fails_its_claims_and_opens_them_again(store: Store) -> None:
    run_id = ready(store)
    decision = ReviewDecision(claim_id="c3", outcome=ReviewOutcome.ACCEPT, reason="Well done.")
    decide(store, run_id, decision, slot="first", seen=0, by=ANNA)
    looked(store, run_id, MadeSource(retracted={"90000001"}))
    review = read_review(store, run_id)
    for claim_id in ("b1", "c1", "c3", "c6"):
        claim = review.by_id[claim_id].reviewed
        assert (claim.state, claim.verdict) == (ClaimState.OPEN, Verdict.SOURCE_COMPROMISED)
        assert "no longer in good standing" in claim.waits_for
    assert review.by_id["c2"].reviewed.state is ClaimState.STANDS
    assert review.by_id["c7"].reviewed.state is ClaimState.FALLS
    rejecting(store, run_id, "b1", "c1", "c6")
    again = ReviewDecision(claim_id="c3", outcome=ReviewOutcome.ACCEPT, reason="Said as the history of a retracted trial.")
    decide(store, run_id, again, slot="first", seen=read_review(store, run_id).seen("c3", "first"), by=ANNA)
    assert why(store, run_id) == ()
    sign(store, run_id, form(store, run_id), by=ANNA)
    signed = store.reviews.signed(run_id)
    assert signed is not None
    kept = {item.id: item for item in signed.content.standing}
    assert kept["c3"].verdict is Verdict.SOURCE_COMPROMISED
    assert {check.pmid: check.integrity.status.value for check in signed.content.sources}["90000001"] == "retracted"


def test_a_record_that_the_source_gives_no_more_stops_the_signature(store: Store) -> None:
    run_id = drafted(store)
    rejecting(store, run_id, *FAILED)
    looked(store, run_id, MadeSource(gone={"90000003"}))
    assert store.reviews.rechecks(run_id)[-1].not_given == ("90000003",)
    assert why(store, run_id) == (
        "The source was not asked for the standing of PMID 90000003, or did not give it: check the sources.",
    )


def test_what_changed_since_the_page_was_made_is_refused_with_what_changed(store: Store) -> None:
    run_id = ready(store)
    signing = form(store, run_id)
    rejecting(store, run_id, "c4", by="Ben Okafor")
    with pytest.raises(ChangedMeanwhile) as refused:
        sign(store, run_id, signing, by=ANNA)
    assert refused.value.changes[0].startswith("Claim c4: Ben Okafor rejected it on ")
    assert store.reviews.versions(run_id) == []


def test_the_same_form_sent_twice_gives_one_signature(store: Store) -> None:
    run_id = ready(store)
    signing = form(store, run_id)
    first = sign(store, run_id, signing, by=ANNA)
    assert sign(store, run_id, signing, by=ANNA) == first
    assert len(store.reviews.versions(run_id)) == 1


def test_two_people_at_once_give_one_signature(store: Store) -> None:
    run_id = ready(store)
    signing, barrier, names = form(store, run_id), Barrier(4), []

    def one(name: str) -> None:
        mine = Signing(content=signing.content, name=name, role="Librarian", confirmed=True, entries=signing.entries)
        barrier.wait()
        names.append(sign(store, run_id, mine, by=name).sign_off.name)

    threads = [Thread(target=one, args=(f"Person {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 1
    assert len(names) == 4
    assert [event.kind for event in store.events(run_id)].count("summary signed") == 1


def test_a_change_makes_a_new_version_that_needs_a_signature_of_its_own(store: Store) -> None:
    run_id = ready(store)
    sign(store, run_id, form(store, run_id), by=ANNA)
    assert why(store, run_id)[0].startswith(f"Nothing changed since {ANNA} signed version 1")
    assert not differs_from_signed(store, read_review(store, run_id))
    rejecting(store, run_id, "c4")
    assert differs_from_signed(store, read_review(store, run_id))
    first = store.reviews.versions(run_id)[0]
    second = sign(store, run_id, form(store, run_id), by=ANNA)
    signed = store.reviews.signed(run_id)
    assert signed is not None
    assert (second.version, signed.content.previous) == (2, first.sign_off.content)
    kept = store.reviews.signed(run_id, 1)
    assert kept is not None
    assert "c4" in {item.id for item in kept.content.standing}
    seen = read_review(store, run_id).seen("c4", "first")
    take_back(store, run_id, "c4", slot="first", seen=seen, by=ANNA)
    assert differs_from_signed(store, read_review(store, run_id))


def test_a_run_worked_on_again_after_the_page_was_made_is_refused(store: Store) -> None:
    run_id = ready(store)
    shown = content(store, run_id)
    ledger = store.ledger(run_id)
    assert ledger is not None
    sign_off = SignOff(content=shown.content_hash(), name=ANNA, role="Librarian", at=datetime.now(UTC))
    summary = SignedSummary(content=shown, sign_off=sign_off)
    store.save_ledger(run_id, ledger.model_copy(update={"gaps": ("Something else.",)}))
    with pytest.raises(ChangedMeanwhile) as refused:
        store.reviews.sign(summary, by=ANNA)
    assert refused.value.changes == ("The run was worked on again.",)


def test_an_unfinished_run_is_not_signed(store: Store) -> None:
    run_id = drafted(store, status=RunStatus.INTERRUPTED)
    rejecting(store, run_id, *FAILED)
    looked(store, run_id)
    assert why(store, run_id) == ("The run is interrupted: let it finish.",)


def test_no_summary_is_made_of_what_may_not_be_signed(store: Store) -> None:
    run_id = drafted(store)
    shown = content(store, run_id)
    with pytest.raises(ValueError, match="Claim b2 is open"):
        SignedSummary(content=shown, sign_off=signed_by(shown))
    dropped = shown.model_copy(update={"claims": tuple(item for item in shown.claims if item.state is ClaimState.STANDS)})
    with pytest.raises(ValueError, match="Claim b2 of the draft is not listed"):
        SignedSummary(content=dropped, sign_off=signed_by(dropped))
    turned = shown.model_copy(
        update={"claims": tuple(item.model_copy(update={"state": ClaimState.STANDS}) for item in shown.claims)}
    )
    with pytest.raises(ValueError, match="did not pass its checks, and nobody gave a reason"):
        SignedSummary(content=turned, sign_off=signed_by(turned))
    with pytest.raises(ValueError, match="under another content"):
        SignedSummary(content=shown, sign_off=signed_by(dropped))


def signed_by(shown: SignedContent) -> SignOff:
    return SignOff(content=shown.content_hash(), name=ANNA, role="Librarian", at=datetime.now(UTC))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE signed_summaries SET content = x'789c030000000001'", "the signed summary"),
        ("UPDATE signed_summaries SET sign_off = replace(sign_off, 'Anna', 'Evil')", "the name under version 1"),
    ],
)
def test_a_signature_changed_in_the_store_breaks_the_chain(store: Store, change: str, says: str) -> None:
    run_id = ready(store)
    sign(store, run_id, form(store, run_id), by=ANNA)
    database = Database(store.url)
    with database.write() as connection:
        connection.execute(text(change))
    database.close()
    report = store.verify_chain()
    assert not report.valid
    assert says in report.reason


def sign_and_die(url: str, run_id: str, signing: Signing, told: str) -> None:
    """Signs, noting each beginning and end, until it is killed."""
    with Store.open(url) as store:
        Path(told).write_text("begun")
        sign(store, run_id, signing, by=ANNA)
        Path(told).write_text("ended")
        time.sleep(60)


def test_a_server_killed_while_signing_leaves_one_signature_or_none(store: Store, tmp_path: Path) -> None:
    run_id = ready(store)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    left = []
    for number, delay in enumerate((0.0, 0.01, 0.02, 0.04, 0.06, 0.08, 0.12, 0.2)):
        # Each round needs something new to sign.
        rejecting(store, run_id, f"c{number % 6 + 1}")
        signing, told = form(store, run_id), tmp_path / f"told-{number}"
        before = len(store.reviews.versions(run_id))
        process = context.Process(target=sign_and_die, args=(store.url, run_id, signing, str(told)), daemon=True)
        process.start()
        while not told.exists() or not told.read_text():
            time.sleep(0.002)
        time.sleep(delay)
        ended = told.read_text() == "ended"
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        after = store.reviews.versions(run_id)
        assert len(after) - before in ((1,) if ended else (0, 1))
        assert store.verify_chain().valid
        left.append(len(after) - before)
        # Whoever was told nothing sends the form again: one signature in all.
        assert sign(store, run_id, signing, by=ANNA).sign_off.content == signing.content
        assert len(store.reviews.versions(run_id)) == before + 1
    assert [event.kind for event in store.events(run_id)].count("summary signed") == len(left)
