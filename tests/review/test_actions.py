"""What reviewers do with claims, without the web: each decision checked, kept, logged, and never over somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest

from connectors.store import Store
from evidence.claim import Verdict
from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.review import ClaimState, ReviewDecision, ReviewOutcome, SecondReview
from review.actions.review import (
    Settlement,
    Wording,
    add,
    decide,
    edit,
    read_review,
    set_second_review,
    settle,
    take_back,
)
from tests.review.made_reviews import FAILED, WORST_FIRST, drafted, open_store, rejecting

ANNA, BEN = "Anna Smith", "Ben Okafor"
RECOVERY = ("90000001", "Median time to recovery was 6.5 days with brillamine and 9.0 days with placebo")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def accept(claim_id: str, reason: str = "") -> ReviewDecision:
    return ReviewDecision(claim_id=claim_id, outcome=ReviewOutcome.ACCEPT, reason=reason)


def reject(claim_id: str) -> ReviewDecision:
    return ReviewDecision(claim_id=claim_id, outcome=ReviewOutcome.REJECT, reason="Not what the record says.")


def state(store: Store, run_id: str, claim_id: str) -> ClaimState:
    return read_review(store, run_id).by_id[claim_id].reviewed.state


def test_what_passed_stands_and_what_did_not_is_open_worst_first(store: Store) -> None:
    review = read_review(store, drafted(store))
    assert [item.id for item in review.open] == list(WORST_FIRST)
    assert {item.id for item in review.claims if item.state is ClaimState.STANDS} == {"b1", "c1", "c2", "c3", "c4", "c5", "c6"}
    assert all("did not pass its checks" in item.reviewed.waits_for for item in review.open)


def test_a_claim_that_passed_is_accepted_without_a_reason_and_another_is_not(store: Store) -> None:
    run_id = drafted(store)
    decide(store, run_id, accept("c1"), slot="first", seen=0, by=ANNA)
    with pytest.raises(InvalidInput, match="give the reason"):
        decide(store, run_id, accept("c7"), slot="first", seen=0, by=ANNA)
    decide(store, run_id, accept("c7", "2.5 days, rounded by the group."), slot="first", seen=0, by=ANNA)
    claim = read_review(store, run_id).by_id["c7"].reviewed
    assert claim.state is ClaimState.STANDS
    assert claim.verdict is Verdict.NUMBER_UNBOUND
    assert claim.decision is not None
    assert claim.decision.by == ANNA


def test_an_edit_is_checked_at_once_and_passes(store: Store) -> None:
    run_id = drafted(store)
    words = Wording(claim_id="c7", text="Median time to recovery was 6.5 days with brillamine.", supports=(RECOVERY,))
    edit(store, run_id, words, slot="first", seen=0, by=ANNA)
    item = read_review(store, run_id).by_id["c7"]
    assert item.reviewed.verdict is Verdict.SUPPORTED
    assert item.reviewed.state is ClaimState.STANDS
    assert item.reviewed.text == words.text
    assert item.reviewed.claim.support[0].start is not None
    assert item.reviewed.claim.written_by == "a person"


def test_an_edit_that_does_not_pass_stays_open_until_accepted_with_a_reason(store: Store) -> None:
    run_id = drafted(store)
    wrong = Wording(claim_id="c1", text="Median time to recovery was 4.5 days with brillamine.", supports=(RECOVERY,))
    first = edit(store, run_id, wrong, slot="first", seen=0, by=ANNA)
    item = read_review(store, run_id).by_id["c1"]
    assert (item.reviewed.state, item.reviewed.verdict) == (ClaimState.OPEN, Verdict.NUMBER_UNBOUND)
    with pytest.raises(InvalidInput, match="give the reason"):
        decide(store, run_id, accept("c1"), slot="first", seen=first[-1].number, by=ANNA)
    decide(store, run_id, accept("c1", "Read in the full text, table 2."), slot="first", seen=first[-1].number, by=ANNA)
    item = read_review(store, run_id).by_id["c1"]
    assert item.reviewed.state is ClaimState.STANDS
    assert item.reviewed.text == wrong.text


def test_a_verdict_that_comes_with_an_edit_is_nobodys_word(store: Store) -> None:
    run_id = drafted(store)
    passed = read_review(store, run_id).by_id["c1"].chosen.verified
    claim = passed.claim.model_copy(update={"text": "Brillamine cures everything."})
    forged = passed.model_copy(update={"claim": claim, "verdict": Verdict.SUPPORTED})
    decision = ReviewDecision(claim_id="c1", outcome=ReviewOutcome.EDIT, edited=forged)
    with pytest.raises(InvalidInput, match="Edits are kept by editing"):
        decide(store, run_id, decision, slot="first", seen=0, by=ANNA)
    assert read_review(store, run_id).history == ()


@pytest.mark.parametrize(
    ("text", "supports", "sentence"),
    [
        ("  ", (RECOVERY,), "empty"),
        ("Recovery.", (("", " "),), "rests on no record"),
        ("a" * 3_001, (RECOVERY,), "make it shorter"),
        ("Recovery.", (("90000001", "a" * 20_001),), "more than can be checked"),
    ],
)
def test_a_wording_that_cannot_be_used_is_refused(
    store: Store, text: str, supports: tuple[tuple[str, str], ...], sentence: str
) -> None:
    run_id = drafted(store)
    with pytest.raises(InvalidInput, match=sentence):
        edit(store, run_id, Wording(claim_id="c1", text=text, supports=supports), slot="first", seen=0, by=ANNA)
    assert read_review(store, run_id).history == ()


def test_a_question_to_a_colleague_keeps_the_claim_open_until_answered(store: Store) -> None:
    run_id = drafted(store)
    asked = ReviewDecision(claim_id="c1", outcome=ReviewOutcome.ASK, reason="Is 6.5 days the median?")
    entry = decide(store, run_id, asked, slot="first", seen=0, by=ANNA)[-1]
    waiting = read_review(store, run_id).by_id["c1"].reviewed
    assert waiting.state is ClaimState.OPEN
    assert "Is 6.5 days the median?" in waiting.waits_for
    decide(store, run_id, accept("c1", "Yes, see RESULTS."), slot="first", seen=entry.number, by=BEN)
    assert state(store, run_id, "c1") is ClaimState.STANDS


def test_an_added_claim_is_checked_and_numbered(store: Store) -> None:
    run_id = drafted(store)
    nausea = ("90000001", "Nausea was reported by 31 of 206 participants with brillamine and 12 of 206 with placebo.")
    words = Wording(text="Nausea was reported by 31 of 206 with brillamine.", supports=(nausea,), outcome="Nausea")
    assert add(store, run_id, words, slot="first", by=ANNA).claim_id == "p1"
    assert add(store, run_id, words, slot="first", by=ANNA).claim_id == "p2"
    review = read_review(store, run_id)
    assert review.by_id["p1"].reviewed.state is ClaimState.STANDS
    assert review.by_id["p1"].drafted is None
    assert [item.id for item in review.items][-2:] == ["p1", "p2"]
    take_back(store, run_id, "p1", slot="first", seen=1, by=ANNA)
    review = read_review(store, run_id)
    assert "p1" not in review.by_id
    assert add(store, run_id, words, slot="first", by=ANNA).claim_id == "p3"


def test_taking_back_lets_the_decision_before_stand_again(store: Store) -> None:
    run_id = drafted(store)
    one = decide(store, run_id, reject("c1"), slot="first", seen=0, by=ANNA)[-1]
    two = decide(store, run_id, accept("c1"), slot="first", seen=one.number, by=ANNA)[-1]
    assert two.supersedes == one.number
    three = take_back(store, run_id, "c1", slot="first", seen=two.number, by=ANNA)[-1]
    assert state(store, run_id, "c1") is ClaimState.FALLS
    four = take_back(store, run_id, "c1", slot="first", seen=three.number, by=ANNA)[-1]
    assert state(store, run_id, "c1") is ClaimState.STANDS
    with pytest.raises(InvalidInput, match="no decision to take back"):
        take_back(store, run_id, "c1", slot="first", seen=four.number, by=ANNA)
    assert [entry.number for entry in store.reviews.history(run_id)] == [1, 2, 3, 4]


def test_the_second_of_two_people_sees_what_changed_and_overwrites_nothing(store: Store) -> None:
    run_id = drafted(store)
    decide(store, run_id, reject("c1"), slot="first", seen=0, by=ANNA)
    with pytest.raises(ChangedMeanwhile) as refused:
        decide(store, run_id, accept("c1"), slot="first", seen=0, by=BEN)
    assert len(refused.value.changes) == 1
    assert refused.value.changes[0].startswith("Anna Smith rejected it on ")
    assert "Not what the record says." in refused.value.changes[0]
    assert [entry.by for entry in store.reviews.history(run_id)] == [ANNA]


def test_the_same_form_sent_twice_is_one_decision(store: Store) -> None:
    run_id = drafted(store)
    one = decide(store, run_id, reject("c1"), slot="first", seen=0, by=ANNA)
    assert decide(store, run_id, reject("c1"), slot="first", seen=0, by=ANNA) == one
    assert len(store.reviews.history(run_id)) == 1


def test_two_people_at_once_keep_one_decision(store: Store) -> None:
    run_id = drafted(store)
    barrier, ended = Barrier(2), []

    def one(by: str, decision: ReviewDecision) -> None:
        barrier.wait()
        try:
            decide(store, run_id, decision, slot="first", seen=0, by=by)
            ended.append("kept")
        except ChangedMeanwhile:
            ended.append("refused")

    threads = [Thread(target=one, args=args) for args in ((ANNA, reject("c1")), (BEN, accept("c1")))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["kept", "refused"]
    assert len(store.reviews.history(run_id)) == 1


def test_decisions_are_in_the_chain_and_names_are_not(store: Store) -> None:
    run_id = drafted(store)
    rejecting(store, run_id, *FAILED, by=ANNA)
    assert store.verify_chain().valid
    assert not any(ANNA in str(event.detail) for event in store.events(run_id))
    store.forget_person(ANNA, by="tests")
    assert store.verify_chain().valid
    assert all(ANNA not in entry.by for entry in store.reviews.history(run_id))


def test_one_person_is_not_both_reviewers(store: Store) -> None:
    run_id = drafted(store)
    decide(store, run_id, accept("c1"), slot="first", seen=0, by=ANNA)
    with pytest.raises(InvalidInput, match="must be another person"):
        decide(store, run_id, accept("c2"), slot="second", seen=0, by=ANNA)


def test_a_blind_second_sees_nothing_until_done_and_then_they_settle(store: Store) -> None:
    run_id = drafted(store)
    set_second_review(store, run_id, SecondReview(wanted=True, blind=True), by=ANNA)
    rejecting(store, run_id, *FAILED, by=ANNA)
    claims = [item.id for item in read_review(store, run_id).items]
    review = read_review(store, run_id)
    assert review.hidden
    assert review.seen("c7", "second") == 0
    assert "has not decided on claims" in review.obstacles[0]
    with pytest.raises(InvalidInput, match="works blind"):
        set_second_review(store, run_id, SecondReview(wanted=True, blind=False), by=ANNA)
    for claim_id in claims:
        decision = accept(claim_id, "I would keep it.") if claim_id in ("c7", "b1") else reject(claim_id)
        decide(store, run_id, decision, slot="second", seen=0, by=BEN)
    review = read_review(store, run_id)
    assert not review.hidden
    assert review.obstacles == ()
    assert review.agreement.n == 5
    assert review.agreement.same == 4
    assert review.by_id["c7"].reviewed.differs
    assert {item.id for item in review.open} == {"c7", "c1", "c2", "c3", "c4", "c5", "c6"}
    seen = review.seen("c7", "agreed")
    with pytest.raises(InvalidInput, match="do not differ"):
        settle(
            store, run_id, Settlement(claim_id="c8", side="first", reason="Same."), seen=review.seen("c8", "agreed"), by=ANNA
        )
    with pytest.raises(InvalidInput, match="Give the reason"):
        settle(store, run_id, Settlement(claim_id="c7", side="first", reason=" "), seen=seen, by=ANNA)
    settle(store, run_id, Settlement(claim_id="c7", side="second", reason="The group wants it."), seen=seen, by=ANNA)
    item = read_review(store, run_id).by_id["c7"]
    assert not item.reviewed.differs
    assert item.reviewed.state is ClaimState.STANDS


def test_settling_by_an_edited_wording_takes_the_wording(store: Store) -> None:
    run_id = drafted(store)
    set_second_review(store, run_id, SecondReview(wanted=True, blind=False), by=ANNA)
    words = Wording(claim_id="c1", text="Recovery took 6.5 days with brillamine, 9.0 days with placebo.", supports=(RECOVERY,))
    edit(store, run_id, words, slot="first", seen=0, by=ANNA)
    review = read_review(store, run_id)
    decide(store, run_id, accept("c1"), slot="second", seen=review.seen("c1", "second"), by=BEN)
    review = read_review(store, run_id)
    assert review.by_id["c1"].reviewed.differs
    settle(store, run_id, Settlement(claim_id="c1", side="first", reason="Clearer."), seen=review.seen("c1", "agreed"), by=BEN)
    item = read_review(store, run_id).by_id["c1"].reviewed
    assert (item.text, item.state, item.differs) == (words.text, ClaimState.STANDS, False)
