"""Claims of one draft are held against one another, against the table of studies, and a study counts once."""

from __future__ import annotations

from typing import Literal

import pytest

from evidence.citation import Citation, Reference, RegistryNumber
from evidence.claim import AnchoredValue, Claim, ClaimCheck, DraftSummary, StudyExtract, Support, Verdict
from tests.verification.build import CHOLERA_RESULT, RUN, record
from verification import verify_draft
from verification.same_study import not_independent

ANTIBODY = "Vaccine recipients had higher antibody titres than placebo recipients at 12 months."


def sentence(id_: str, text: str, *supports: tuple[str, str], section: Literal["finding", "bottom_line"] = "finding") -> Claim:
    named = tuple(Support(pmid=pmid, quote=quote) for pmid, quote in supports)
    return Claim(id=id_, text=text, section=section, support=named, written_by="a model")


def between(*claims: Claim, run: dict[str, Citation] = RUN, extracts: tuple[StudyExtract, ...] = ()) -> dict[str, ClaimCheck]:
    bottom = tuple(claim for claim in claims if claim.section == "bottom_line")
    findings = tuple(claim for claim in claims if claim.section == "finding")
    verified = verify_draft(DraftSummary(bottom_line=bottom, findings=findings), run, extracts)
    return {item.claim.id: item.checks[-1] for item in verified.claims}


def test_claims_that_agree_pass() -> None:
    found = between(
        sentence("b1", "Antibody titres were higher with vaccine.", ("90000001", ANTIBODY), section="bottom_line"),
        sentence("c1", ANTIBODY, ("90000001", ANTIBODY)),
    )
    assert {check.name for check in found.values()} == {"between claims"}
    assert not any(check.verdict for check in found.values())


def test_the_same_number_told_twice_differently_is_withheld() -> None:
    first, second = (
        "Colds lasted 4.1 days with zinc in office workers.",
        "Colds lasted 5.9 days with zinc in the office workers.",
    )
    zinc = record("90000011", ("RESULTS", first), ("CONCLUSIONS", second), title="Zinc and colds in office workers")
    claims = (sentence("c1", first, ("90000011", first)), sentence("c2", second, ("90000011", second)))
    found = between(*claims, run={"90000011": zinc})
    assert found["c1"].verdict is found["c2"].verdict is Verdict.CONTRADICTED
    assert "4.1 days" in found["c2"].reason
    assert "5.9 days" in found["c2"].reason
    at = (sentence("c1", first, ("90000011", first)), sentence("c2", first, ("90000011", first)))
    assert not any(check.verdict for check in between(*at, run={"90000011": zinc}).values())


def test_a_bottom_line_against_its_finding_is_withheld() -> None:
    first, second = (
        "Antibody titres of recipients were higher with vaccine.",
        "Antibody titres of recipients were lower with vaccine.",
    )
    study = record("90000012", ("RESULTS", first), ("CONCLUSIONS", second), title="Antibody titres of recipients")
    found = between(
        sentence("b1", first, ("90000012", first), section="bottom_line"),
        sentence("c1", second, ("90000012", second)),
        run={"90000012": study},
    )
    assert found["b1"].verdict is Verdict.CONTRADICTED
    assert "finding c1" in found["b1"].reason


def test_a_claim_that_failed_speaks_against_nobody() -> None:
    found = between(
        sentence("b1", "Antibody titres were higher with vaccine.", ("90000001", ANTIBODY), section="bottom_line"),
        sentence("c1", "Antibody titres were lower with vaccine.", ("90000001", ANTIBODY)),
    )
    assert found["b1"].verdict is None
    assert found["c1"].outcome == "not_applicable"


@pytest.mark.parametrize(
    ("text", "size", "design", "wrong"),
    [
        ("A trial of 2,400 adults compared vaccine with placebo.", "2400", "randomised trial", False),
        ("A trial of 2,400 adults compared vaccine with placebo.", "1200", "randomised trial", True),
        ("In a cohort study, 12/1,200 given vaccine had cholera.", "2400", "randomised trial", True),
        ("In a randomised trial, 12/1,200 given vaccine had cholera.", "2400", "retrospective cohort", True),
    ],
)
def test_a_finding_agrees_with_the_table_of_studies(text: str, size: str, design: str, wrong: bool) -> None:
    quotes = (("90000001", CHOLERA_RESULT), ("90000001", RUN["90000001"].abstract[0].text))
    support = Support(pmid="90000001", quote="We randomised 2,400 adults", start=9, end=35)
    row = StudyExtract(
        pmid="90000001",
        sample_size=AnchoredValue(value=size, support=support),
        design=AnchoredValue(value=design, support=support),
        read_by="a model",
    )
    verified = verify_draft(DraftSummary(findings=(sentence("c1", text, *quotes),)), RUN, (row,)).claims[0]
    alone = verify_draft(DraftSummary(findings=(sentence("c1", text, *quotes),)), RUN).claims[0]
    assert (verified.verdict is Verdict.CONTRADICTED) is (wrong and alone.verdict is Verdict.SUPPORTED)
    if alone.verdict is Verdict.SUPPORTED and wrong:
        assert verified.checks[-1].record_words == support.quote


def test_a_trial_in_an_included_review_and_two_reports_of_one_trial_are_no_independent_support() -> None:
    trial = record(
        "90000021", (None, "Zinc shortened colds in office workers."), title="Zinc and colds in office workers: a trial"
    )
    registered = trial.model_copy(
        update={"registrations": (RegistryNumber(databank="ClinicalTrials.gov", number="NCT00000001"),)}
    )
    again = registered.model_copy(update={"pmid": "90000022"})
    review = record("90000023", (None, "Zinc shortened colds."), title="Zinc for colds: a systematic review")
    for reference in (
        Reference(pmid="90000021"),
        Reference(text="Maker A. Zinc and colds in office workers: a trial. 2020."),
    ):
        citing = review.model_copy(update={"reference_list": (reference,)})
        assert "is a review that already has PMID 90000021" in not_independent(trial, citing)
    naming = review.model_copy(update={"registrations": registered.registrations})
    assert "NCT00000001" in not_independent(registered, naming)
    assert "report one study" in not_independent(registered, again)
    assert not_independent(trial, review) == ""
    assert not_independent(trial, RUN["90000002"]) == ""


def test_one_study_counted_as_two_is_withheld_and_named_without_a_count_is_not() -> None:
    text = "Zinc shortened colds in office workers by one day."
    registration = (RegistryNumber(databank="ClinicalTrials.gov", number="NCT00000001"),)
    run = {
        pmid: record(pmid, ("RESULTS", text), title=title, registrations=registration)
        for pmid, title in (("90000021", "Zinc and colds in office workers"), ("90000022", "Zinc and colds: a longer report"))
    }
    quotes = (("90000021", text), ("90000022", text))
    counted = between(sentence("c1", "Two trials found that zinc shortened colds in office workers.", *quotes), run=run)
    assert counted["c1"].verdict is Verdict.SCOPE_INFLATED
    assert "report one study" in counted["c1"].reason
    plain = between(sentence("c1", text, *quotes), run=run)
    assert plain["c1"].verdict is None
    assert "report one study" in plain["c1"].reason
