"""Certainty, full texts and rewordings by form: under a name, nothing overwritten, part of what is signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from evidence.people import Role
from evidence.review import ReviewDecision, ReviewOutcome, SecondReview
from evidence.signed_parts import Certainty
from reporting.export import Edition, export
from review.actions.certainty import rated_outcomes
from review.actions.review import Wording, decide, edit, read_review
from review.actions.sign import content_to_sign, recheck_sources, why_not
from tests.review.made_reviews import FAILED, MadeSource, drafted, open_bench, rejecting, served
from tests.review.test_claims_page import words
from tests.review.test_sign_page import form
from tests.review.workbench import Visitor, Workbench, hidden

ANNA = "Anna Smith"
NAUSEA = "/certainty/outcome?name=nausea"
LOW = {
    "starts_at": "High",
    "rating": "Low",
    "level-0": "-1",
    "why-0": "Nobody was blinded.",
    "level-3": "-1",
    "why-3": "43 events",
}
SHORTER = "Brillamine shortened tarnish fever by two and a half days and caused more nausea."


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with open_bench(tmp_path_factory.mktemp("parts")) as opened:
        yield opened


@pytest.fixture
def anna(bench: Workbench) -> Visitor:
    return bench.person(Role.LIBRARIAN, name=ANNA)


@pytest.fixture
def run(bench: Workbench) -> str:
    run_id = drafted(bench.store)
    rejecting(bench.store, run_id, *FAILED)
    return run_id


def post(visitor: Visitor, page: str, place: str, **fields: str) -> Any:
    """Send the form of this page: its token and what it showed, and these fields."""
    shown = visitor.get(page).text
    kept = {name: hidden(shown, name) for name in ("csrf", "seen")}
    return visitor.client.post(place, data={**kept, **fields})


def rate(visitor: Visitor, run: str, **fields: str) -> Any:
    place = f"/runs/{run}/certainty/outcome"
    return post(visitor, f"/runs/{run}{NAUSEA}", place, name="nausea", **{**LOW, **fields})


def reword(visitor: Visitor, run: str, text: str, claim: str = "c1", **fields: str) -> Any:
    place = f"/runs/{run}/rewordings/plain/{claim}"
    return post(visitor, place, place, text=text, **fields)


def read(visitor: Visitor, run: str, pmid: str = "90000001", **fields: str) -> Any:
    place = f"/runs/{run}/full-texts/record"
    said = {"pmid": pmid, "outcome": "included", "on": "2026-11-20", **fields}
    return post(visitor, f"{place}?pmid={pmid}", place, **said)


def sign(bench: Workbench, anna: Visitor, run: str) -> Any:
    post(anna, f"/runs/{run}{NAUSEA}", f"/runs/{run}/sign/recheck")
    return anna.client.post(f"/runs/{run}/sign", data=form(anna, run))


class TestCertainty:
    def test_a_rating_stands_under_a_name_with_its_reasons_and_is_signed(
        self, bench: Workbench, anna: Visitor, run: str
    ) -> None:
        assert "0 of 3 outcomes rated" in words(anna.get(f"/runs/{run}/certainty").text)
        assert rate(anna, run).headers["location"] == f"/runs/{run}/certainty?kept=1"
        seen = words(anna.get(f"/runs/{run}/certainty").text)
        assert "Low. Starts high. Risk of bias (−1): Nobody was blinded. Imprecision (−1): 43 events." in seen
        assert sign(bench, anna, run).headers["location"].endswith("signed=1")
        summary = bench.store.reviews.signed(run)
        assert summary is not None
        assert [(one.by, one.rating) for one in summary.content.ratings] == [(ANNA, Certainty.LOW)]
        received = words(anna.get(f"/runs/{run}/summary").text)
        assert "Certainty: Low (GRADE), rated by Anna Smith" in received
        assert received.count("Certainty: not rated.") == 3
        assert rate(anna, run, rating="Very low", reason="Only one trial.").status_code == 303
        assert "The signed version does not have it" in words(anna.get(f"/runs/{run}/certainty?kept=1").text)
        assert sign(bench, anna, run).headers["location"].endswith("signed=2")

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"rating": ""}, "Choose the certainty."),
            ({"starts_at": "Moderate of a kind"}, "Choose where it starts."),
            ({"why-0": " "}, "Give the reason for risk of bias."),
            ({"level-0": "2"}, "Choose a judgement of the page for risk of bias."),
            ({"level-5": "-1", "why-5": "x"}, "Choose a judgement of the page for large effect."),
            ({"rating": "High"}, "The domains come to low and the rating is high: say why, or change one."),
            ({"why-0": "x" * 2_001}, "The reason for risk of bias is too long"),
        ],
    )
    def test_a_rating_without_its_reason_is_not_kept(
        self, bench: Workbench, anna: Visitor, run: str, change: dict[str, str], sentence: str
    ) -> None:
        answer = rate(anna, run, **change)
        assert answer.status_code == 400
        assert sentence in words(answer.text)
        assert rated_outcomes(bench.store, read_review(bench.store, run))[1].rating is None

    def test_nothing_is_overwritten_and_a_form_sent_twice_counts_once(self, bench: Workbench, anna: Visitor, run: str) -> None:
        before = bench.person(Role.LIBRARIAN, name="Carla Jones")
        shown = before.get(f"/runs/{run}{NAUSEA}").text
        fields = {
            "csrf": hidden(shown, "csrf"),
            "seen": "0",
            "name": "nausea",
            **LOW,
            "rating": "Moderate",
            "reason": "As I see it.",
        }
        assert rate(anna, run).status_code == 303
        answer = before.client.post(f"/runs/{run}/certainty/outcome", data=fields)
        assert answer.status_code == 409
        assert "Anna Smith said something else." in words(answer.text)
        assert rate(anna, run, seen="0").status_code == 303, "the same form once more"
        outcome = rated_outcomes(bench.store, read_review(bench.store, run))[1]
        assert (len(outcome.said), outcome.rating and outcome.rating.rating) == (1, Certainty.LOW)

    def test_a_rating_taken_back_is_none_and_stays_in_the_history(self, bench: Workbench, anna: Visitor, run: str) -> None:
        rate(anna, run)
        assert rate(anna, run, do="take_back").status_code == 303
        assert content_to_sign(bench.store, read_review(bench.store, run)).ratings == ()
        assert "took the rating back" in words(anna.get(f"/runs/{run}{NAUSEA}").text)
        assert rate(anna, run, do="take_back").status_code == 400
        assert bench.store.verify_chain().valid

    def test_words_of_certainty_stand_only_under_a_rating_that_they_fit(
        self, bench: Workbench, anna: Visitor, run: str
    ) -> None:
        store = bench.store
        text = "Brillamine may cause more nausea."
        edit(store, run, Wording(claim_id="c3", text=text, supports=(("90000001", SHORTER),)), slot="first", seen=0, by=ANNA)
        review = read_review(store, run)
        assert "the wording of a low certainty that nobody recorded" in review.by_id["c3"].reviewed.reason
        kept = ReviewDecision(claim_id="c3", outcome=ReviewOutcome.ACCEPT, reason="I am sure.")
        decide(store, run, kept, slot="first", seen=review.seen("c3", "first"), by=ANNA)

        def blocked() -> bool:
            now = read_review(store, run)
            told = why_not(store, now, content_to_sign(store, now), bench.services.clock())
            return any("Claim c3 has words of certainty that no named person rated so" in sentence for sentence in told)

        assert blocked(), "a reason does not stand in for a rating"
        rate(anna, run, rating="Moderate", reason="The trial is large.")
        assert blocked(), "worded low, rated moderate"
        assert "while Anna Smith rated it moderate" in words(anna.get(f"/runs/{run}/claims/c3").text)
        rate(anna, run)
        assert not blocked()

    def test_an_outcome_that_nobody_names_is_no_page(self, anna: Visitor, run: str) -> None:
        assert anna.get(f"/runs/{run}/certainty/outcome?name=hair").status_code == 404

    def test_the_blind_second_reviewer_sees_none_of_it(self, bench: Workbench, run: str) -> None:
        both = bench.person(Role.LIBRARIAN, Role.SECOND_REVIEWER, name="Ben Both")
        chosen = SecondReview(wanted=True, blind=True, reviewer=bench.accounts["Ben Both"].id)
        bench.store.reviews.set_second_review(run, chosen, by=ANNA)
        for page in ("certainty", "rewordings", "sign"):
            assert both.get(f"/runs/{run}/{page}").status_code == 403


class TestFullTexts:
    def test_line_one_says_who_read_what_and_the_flow_counts_it(self, bench: Workbench, anna: Visitor, run: str) -> None:
        assert "Abstracts only: nobody has read a full text" in words(anna.get(f"/runs/{run}/full-texts").text)
        assert read(anna, run).status_code == 303
        assert read(anna, run, "90000003", outcome="not retrieved", reason="Not held anywhere.").status_code == 303
        assert sign(bench, anna, run).status_code == 303
        lead = (
            "Full texts read: Adeyemi 2011, PMID 90000001 (20 November 2026) by Anna Smith. All other records: abstracts only"
        )
        assert lead in words(anna.get(f"/runs/{run}/summary").text)
        summary = bench.store.reviews.signed(run)
        assert summary is not None
        edition = Edition(made_at=bench.services.clock())
        assert export(summary, "summary", "md", edition).content.decode().startswith(lead)
        dossier = export(summary, "dossier", "md", edition).content.decode()
        assert "Reports sought for retrieval" in dossier
        assert "Not held anywhere." in dossier

    @pytest.mark.parametrize(
        ("pmid", "change", "sentence"),
        [
            ("90000001", {"outcome": ""}, "Choose what became of the full text."),
            ("90000001", {"outcome": "excluded"}, "Give the reason"),
            ("90000001", {"on": "2099-01-01"}, "That day is still to come"),
            ("90000001", {"on": "20.11.2026"}, "Give the day as 2026-11-20."),
            ("90000006", {}, "This record was excluded while screening"),
            ("90000010", {}, "say it of that one"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, bench: Workbench, anna: Visitor, run: str, pmid: str, change: dict[str, str], sentence: str
    ) -> None:
        answer = read(anna, run, pmid, **change)
        assert answer.status_code == 400
        assert sentence in words(answer.text)
        assert content_to_sign(bench.store, read_review(bench.store, run)).full_texts == ()

    def test_it_is_taken_back_and_a_stranger_is_no_record(self, bench: Workbench, anna: Visitor, run: str) -> None:
        read(anna, run)
        assert read(anna, run, do="take_back").status_code == 303
        assert content_to_sign(bench.store, read_review(bench.store, run)).full_texts == ()
        assert anna.get(f"/runs/{run}/full-texts/record?pmid=1").status_code == 400


class TestRewordings:
    def test_other_words_are_printed_for_their_reader_alone(self, bench: Workbench, anna: Visitor, run: str) -> None:
        told = "It took 6.5 days to get better with brillamine, and 9.0 days with placebo."
        assert reword(anna, run, told).status_code == 303
        assert told in words(anna.get(f"/runs/{run}/rewordings?reader=plain").text)
        assert told not in words(anna.get(f"/runs/{run}/rewordings?reader=board").text)
        sign(bench, anna, run)
        summary = bench.store.reviews.signed(run)
        assert summary is not None
        edition = Edition(made_at=bench.services.clock())
        assert told in export(summary, "plain", "md", edition).content.decode()
        assert told not in export(summary, "clinician", "md", edition).content.decode()
        assert reword(anna, run, told, do="take_back").status_code == 303
        assert told not in words(anna.get(f"/runs/{run}/rewordings?reader=plain").text)

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("It took 6 days to get better with brillamine, and 9.0 days with placebo.", "its numbers differ from its record"),
            ("Brillamine cures tarnish fever: 6.5 days with it and 9.0 days with placebo.", "its certainty differs from"),
            ("Recovery may be quicker with brillamine: 6.5 days, not 9.0 days with placebo.", "certainty"),
            (" ", "Write the sentence in other words"),
            ("x" * 1_001, "make it shorter than 1,000"),
        ],
    )
    def test_a_change_of_number_or_certainty_is_not_kept_and_says_why(
        self, bench: Workbench, anna: Visitor, run: str, text: str, sentence: str
    ) -> None:
        answer = reword(anna, run, text)
        assert answer.status_code == 400
        assert sentence in words(answer.text)
        assert content_to_sign(bench.store, read_review(bench.store, run)).rewordings == ()

    def test_a_wording_that_its_claim_left_behind_is_shown_and_not_printed(
        self, bench: Workbench, anna: Visitor, run: str
    ) -> None:
        reword(anna, run, "It took 6.5 days to get better with brillamine, and 9.0 days with placebo.")
        quote = "Return to work at 28 days did not differ (91% versus 90%, p=0.74)."
        other = Wording(claim_id="c1", text="Return to work at 28 days did not differ.", supports=(("90000001", quote),))
        edit(bench.store, run, other, slot="first", seen=0, by=ANNA)
        seen = words(anna.get(f"/runs/{run}/rewordings?reader=plain").text)
        assert "Does not pass any more" in seen
        assert "It is not printed." in seen

    def test_no_such_reader_and_no_claim_that_fell(self, anna: Visitor, run: str) -> None:
        assert anna.get(f"/runs/{run}/rewordings?reader=children").status_code == 404
        assert anna.get(f"/runs/{run}/rewordings/plain/c7").status_code == 404


def test_an_abstract_that_changed_opens_the_claims_whose_words_are_gone(bench: Workbench, run: str) -> None:
    store = bench.store
    kept = (
        "<AbstractText>Nausea was reported by 31 of 206 participants with brillamine and 12 of 206 with placebo.</AbstractText>"
    )
    rejecting(store, run, "c6")
    with served(MadeSource(rewritten={"90000001": kept})) as source:
        recheck_sources(store, run, source, by=ANNA)
    review = read_review(store, run)
    assert [item.id for item in review.open] == ["b1", "c1"]
    waits = "The abstract of PMID 90000001 has changed, and the words quoted are gone from it: decide again."
    assert review.by_id["c1"].reviewed.waits_for == waits
    assert [(pmid, [(item.id, lost) for item, lost in on]) for pmid, on in review.changed_abstracts] == [
        ("90000001", [("b1", True), ("c1", True), ("c3", False)])
    ]
    seen = words(bench.person(Role.LIBRARIAN, name=ANNA).get(f"/runs/{run}/sign").text)
    assert "Claim c1, whose quoted words are gone from it: “Median time" in seen
    assert "Claim c3, whose quoted words are still in it: “Nausea" in seen
    told = ReviewDecision(
        claim_id="c1", outcome=ReviewOutcome.ACCEPT, reason="The publisher cut the abstract; the paper says it."
    )
    decide(store, run, told, slot="first", seen=review.seen("c1", "first"), by=ANNA)
    assert [item.id for item in read_review(store, run).open] == ["b1"]
    with served(MadeSource()) as source:
        recheck_sources(store, run, source, by=ANNA)
    assert [item.id for item in read_review(store, run).open] == []
    assert read_review(store, run).changed_abstracts == ()
