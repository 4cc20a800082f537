"""What the records read say and the draft does not is told; an edit is checked again, with its history."""

from __future__ import annotations

from datetime import UTC, datetime

from evidence.claim import Claim, Direction, DraftSummary, Support, Verdict
from tests.verification.build import record
from verification import verify_draft
from verification.omissions import find_omissions
from verification.recheck import recheck
from verification.reported_outcomes import harm_sentences, primary_outcome, primary_sentences

PRIMARY = "The primary outcome, days with a cold, did not differ significantly (4.1 v 4.3 days, P = 0.60)."
HARM = "Nausea was more common with zinc (12 of 60) than with placebo (3 of 60)."
OTHER = "Sore throat was shorter with zinc lozenges than with placebo lozenges (1.2 v 2.4 days)."
ZINC = record(
    "90000041",
    ("METHODS", "The primary outcome was days with a cold. Adverse events were recorded."),
    ("RESULTS", f"{PRIMARY} {OTHER} {HARM}"),
    title="Zinc lozenges for colds: a trial",
)
SECOND = record("90000042", ("RESULTS", "Zinc prolonged sore throat by one day."), title="Zinc lozenges for sore throat")
WHEN = datetime(2026, 11, 22, tzinfo=UTC)


def said(id_: str, text: str, pmid: str = "90000041", **more: object) -> Claim:
    given = {"section": "finding", "support": (Support(pmid=pmid, quote=text),), "written_by": "a model"}
    return Claim.model_validate({"id": id_, "text": text, **given, **more})


def omitted(*claims: Claim) -> list[str]:
    run = {"90000041": ZINC, "90000042": SECOND}
    bottom = tuple(claim for claim in claims if claim.section == "bottom_line")
    findings = tuple(claim for claim in claims if claim.section == "finding")
    verified = verify_draft(DraftSummary(bottom_line=bottom, findings=findings), run).claims
    assert all(item.verdict is Verdict.SUPPORTED for item in verified), [item.reason for item in verified]
    return [omission.kind for omission in find_omissions(verified, [ZINC])]


def test_sentences_on_harms_and_on_the_primary_outcome_are_found_and_methods_are_not() -> None:
    assert [one.text for one in harm_sentences(ZINC)] == [HARM]
    assert [one.text for one in primary_sentences(ZINC)] == [PRIMARY]
    assert primary_sentences(ZINC)[0].null
    assert primary_outcome(ZINC) == "days with a cold"


def test_a_draft_that_tells_everything_omits_nothing() -> None:
    assert omitted(said("c1", PRIMARY), said("c2", HARM), said("c3", OTHER)) == []


def test_a_dropped_harm_and_a_dropped_null_primary_outcome_are_told() -> None:
    assert omitted(said("c1", PRIMARY), said("c3", OTHER)) == ["harms"]
    assert omitted(said("c2", HARM), said("c3", OTHER)) == ["primary outcome"]


def test_a_study_that_disagrees_with_the_bottom_line_is_brought_out() -> None:
    first = said("c1", OTHER, outcome="sore throat", direction=Direction.LOWER)
    other = said("c2", "Zinc prolonged sore throat by one day.", "90000042", outcome="sore throat", direction=Direction.HIGHER)
    bottom = said("b1", OTHER, section="bottom_line", outcome="sore throat")
    assert "disagreement" in omitted(bottom, first, other, said("c3", PRIMARY), said("c4", HARM))
    assert "disagreement" not in omitted(bottom, first, said("c3", PRIMARY), said("c4", HARM))


def test_an_edit_is_checked_again_and_its_history_grows() -> None:
    run = {"90000041": ZINC}
    item = verify_draft(DraftSummary(findings=(said("c1", HARM, direction=Direction.HIGHER),)), run).claims[0]
    wrong = recheck(item, HARM.replace("12 of 60", "42 of 60"), run, by="A. Person", at=WHEN)
    assert item.verdict is Verdict.SUPPORTED
    assert wrong.verdict is not Verdict.SUPPORTED
    assert [event.kind for event in wrong.history] == ["drafted", "checked", "edited", "checked"]
    assert wrong.history[2].by == wrong.claim.written_by == "A. Person"
    assert wrong.history[-1].verdict is wrong.verdict
    assert wrong.claim.direction is None
    again = recheck(wrong, HARM, run, by="B. Person", at=WHEN)
    assert again.verdict is Verdict.SUPPORTED
    assert len(again.history) == 6
    assert item.history == ()
