"""What people read in full counts as kept by a person, and nothing fills a full-text box but what a person said."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from evidence.claim import Claim
from evidence.prisma import FullTextDecision, kept_by_reading
from evidence.review import ClaimState, ReviewedClaim
from evidence.screening import ScreeningDecision, ScreeningOutcome
from evidence.signed_parts import Certainty, CertaintyRating, Domain, DomainJudgement, Reader, Rewording
from reporting.prisma_flow import flow_of
from reporting.readers.reword import obstacle_to
from tests.reporting.sample import sample_ledger
from tests.reporting.search_sample import screened_ledger
from verification.verify import verify_claim

READ = FullTextDecision(pmid="90000001", outcome="included", by="Anna Smith", on=date(2026, 11, 20))


def test_a_machines_word_gives_way_to_the_person_who_sought_the_report() -> None:
    before = sample_ledger().screening
    after = kept_by_reading(before, (READ,))
    assert {one.pmid for one in after} == {one.pmid for one in before}
    changed = [one for one in after if one not in before]
    assert [(one.pmid, one.outcome, one.made_by, one.by) for one in changed] == [
        ("90000001", ScreeningOutcome.INCLUDE, "person", "Anna Smith")
    ]
    assert kept_by_reading(before, ()) == before


@pytest.mark.parametrize("made_by", ["person", "rule"])
def test_what_a_person_or_a_rule_decided_stands(made_by: str) -> None:
    said = ScreeningDecision.model_validate(
        {"pmid": "90000001", "outcome": "exclude", "criterion": "x", "reason": "x", "made_by": made_by, "by": "x"}
    )
    assert kept_by_reading((said,), (READ,)) == (said,)


def test_the_flow_counts_a_report_that_was_read_though_only_a_machine_had_screened_it() -> None:
    ledger = screened_ledger()
    machine = next(one.pmid for one in ledger.screening if one.made_by in ("model", "ranking"))
    read = (*ledger.full_text, READ.model_copy(update={"pmid": machine}))
    screening = kept_by_reading(ledger.screening, read)
    before, after = flow_of(ledger), flow_of(ledger.model_copy(update={"full_text": read, "screening": screening}))
    assert after.screened == before.screened + 1
    assert after.assessed == before.assessed + 1
    assert after.included_reports == before.included_reports + 1
    assert after.retrieval_open == before.retrieval_open


def test_a_rewording_by_another_certainty_does_not_pass_rated_or_not() -> None:
    ledger, at = sample_ledger(), datetime(2026, 11, 20, tzinfo=UTC)
    drafted = next(claim for claim in ledger.claims if claim.id == "c3")
    told = Claim(id="c3", text=drafted.text, section="finding", outcome="Nausea", support=drafted.support, written_by="x")
    signed = ReviewedClaim(
        drafted=drafted, id="c3", text=told.text, claim=told, verdict=drafted.verdict, reason="", state=ClaimState.STANDS
    )
    may = "Brillamine may result in more nausea."
    low = CertaintyRating(outcome="Nausea", rating=Certainty.LOW, reason="x", by="Anna Smith", at=at)
    records = {citation.pmid: citation for citation in ledger.citations}

    def why(text: str, claim: ReviewedClaim, rating: CertaintyRating | None) -> str:
        wording = Rewording(claim_id="c3", reader=Reader.PLAIN, text=text, by="Anna Smith", at=at)
        return obstacle_to(wording, claim, records, verify_claim, rating)

    assert "a low certainty that nobody recorded" in why(may, signed, None)
    assert "rated it moderate" in why(may, signed, low.model_copy(update={"rating": Certainty.MODERATE}))
    worded = signed.model_copy(update={"text": may, "claim": told.model_copy(update={"text": may})})
    surer = "Brillamine probably results in more nausea."
    assert "the wording of a moderate certainty, while Anna Smith rated it low" in why(surer, worded, low)
    assert "that nobody recorded" in why(surer, worded, None)


def test_a_judgement_that_changes_the_level_carries_its_reason() -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        DomainJudgement(domain=Domain.IMPRECISION, levels=-1)
    with pytest.raises(ValueError, match="cannot change a rating that way"):
        DomainJudgement(domain=Domain.IMPRECISION, levels=1, reason="Large.")
    assert DomainJudgement(domain=Domain.LARGE_EFFECT, levels=1, reason="Large.").levels == 1
