"""Each verdict by worked cases a reader can check by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from evidence.citation import Citation
from evidence.claim import CheckOutcome, Claim, Direction, DraftSummary, Support, Verdict
from evidence.text import normalise
from tests.verification.build import CHOLERA_RESULT, RUN, claim, judged
from verification import CHECKS, PRECEDENCE, verify_claim, verify_draft

FEVER = "Fever was not significantly more common with vaccine than with placebo (p = 0.33)."
TITRES = "Vaccine recipients had higher antibody titres than placebo recipients at 12 months."
FALLS = "Exercise classes reduced falls among older people living at home."


@pytest.mark.parametrize(
    ("text", "pmid", "quote"),
    [
        (
            "Cholera was less common with vaccine: 12/1200 (1.0%) against 30/1200 (2.5%) with placebo.",
            "90000001",
            CHOLERA_RESULT,
        ),
        ("The vaccine lowered the risk of cholera (RR 0.4, 95% CI 0.21 to 0.78; p < .001).", "90000001", CHOLERA_RESULT),
        ("Fever did not differ significantly between vaccine and placebo.", "90000001", FEVER),
        ("Antibody titres were higher with vaccine than with placebo at 12 months.", "90000001", TITRES),
        ("Antibody titres were lower with placebo than with vaccine at 12 months.", "90000001", TITRES),
        (
            "One dose may prevent cholera for 2 years in adults.",
            "90000001",
            "One dose may prevent cholera for two years in adults",
        ),
        ("Exercise classes reduced falls in older people at home.", "90000003", FALLS),
        (
            "Exercise classes reduced falls in older people at home.",
            "90000003",
            FALLS + " Hospital stay was shorter in the exercise group than in the usual care group.",
        ),
        (
            "In 618 women, quality of life was similar.",
            "90000003",
            "Quality of life was similar in both groups. Six hundred and eighteen women took part.",
        ),
        (
            "Weight fell by 3.9 kg (±1.2) after 20 mg zinc for six weeks.",
            "90000002",
            "Mean change in weight was -3.9 ± 1.2 kg after 20 mg of zinc daily for 6 weeks",
        ),
        (
            "In adults with type 2 diabetes, vaccine recipients had higher antibody titres at 12 months (2019).",
            "90000001",
            TITRES,
        ),
    ],
)
def test_supported(text: str, pmid: str, quote: str) -> None:
    verified = judged(text, (pmid, quote))
    assert verified.verdict is Verdict.SUPPORTED, verified.reason
    support = verified.claim.support[0]
    assert support.start is not None
    anchored = RUN[pmid].abstract_text[support.start : support.end]
    assert normalise(anchored).text.rstrip(".").lower() == quote.rstrip(".").lower()
    assert all(check.verdict is None for check in verified.checks)


@pytest.mark.parametrize(
    ("text", "pmid", "quote", "verdict", "words"),
    [
        # fabricated: altered, joined by dots, invented, in no record
        (
            FALLS,
            "90000003",
            "Exercise classes greatly reduced falls among older people.",
            Verdict.QUOTE_FABRICATED,
            "no record",
        ),
        (
            FALLS,
            "90000003",
            "Exercise classes reduced falls ... Six hundred and eighteen women took part.",
            Verdict.QUOTE_FABRICATED,
            "pieces",
        ),
        (FALLS, "90000009", "Exercise classes greatly reduced falls among older people.", Verdict.QUOTE_FABRICATED, "90000009"),
        (
            FALLS,
            "90000006",
            "Exercise classes greatly reduced falls among older people.",
            Verdict.QUOTE_FABRICATED,
            "no abstract",
        ),
        (FALLS, "90000003", "Exercise classes reduced f\u0430lls among older people", Verdict.QUOTE_FABRICATED, "look like"),
        # misattributed: in another record of the run
        (FALLS, "90000002", FALLS, Verdict.QUOTE_MISATTRIBUTED, "90000003"),
        (FALLS, "90000009", FALLS, Verdict.QUOTE_MISATTRIBUTED, "90000003"),
        (FALLS, "PMID 90000003", FALLS, Verdict.QUOTE_MISATTRIBUTED, "not a PMID"),
        # a quote that stands and cannot carry the claim
        ("Exercise reduced falls.", "90000003", "reduced falls", Verdict.UNSUPPORTED, "too short"),
        (FALLS, "90000003", "older people living at home. Hospital stay was shorter", Verdict.UNSUPPORTED, "joins parts"),
        (
            "One dose may prevent cholera.",
            "90000001",
            "Headache was reported by 41 people. CONCLUSIONS: One dose may prevent cholera for two years in adults.",
            Verdict.UNSUPPORTED,
            "two sections",
        ),
        (
            "Oral cholera vaccine was studied.",
            "90000006",
            "A record without abstract on oral cholera vaccine",
            Verdict.UNSUPPORTED,
            "title",
        ),
        # numbers
        ("Cholera occurred in 12% of those given vaccine.", "90000001", CHOLERA_RESULT, Verdict.NUMBER_UNBOUND, "1.0%"),
        ("Cholera occurred in 1.0 of those given vaccine.", "90000001", CHOLERA_RESULT, Verdict.NUMBER_UNBOUND, "1.0%"),
        ("Cholera occurred in 12/1300 given vaccine.", "90000001", CHOLERA_RESULT, Verdict.NUMBER_UNBOUND, "12/1,200"),
        (
            "Cholera occurred in 12/1,200 given vaccine (odds ratio 0.40).",
            "90000001",
            CHOLERA_RESULT,
            Verdict.NUMBER_UNBOUND,
            "risk",
        ),
        ("Cholera was rarer with vaccine (RR 0.78).", "90000001", CHOLERA_RESULT, Verdict.NUMBER_UNBOUND, "0.21-0.78"),
        ("Cholera was rarer with vaccine (95% CI 0.21 to 0.87).", "90000001", CHOLERA_RESULT, Verdict.NUMBER_UNBOUND, "0.78"),
        ("Cholera was rarer with vaccine (p = 0.001).", "90000001", CHOLERA_RESULT, Verdict.NUMBER_UNBOUND, "P<0.001"),
        ("Antibody titres were higher at 12 weeks.", "90000001", TITRES, Verdict.NUMBER_UNBOUND, "12 months"),
        ("Antibody titres were higher at one year.", "90000001", TITRES, Verdict.NUMBER_UNBOUND, "12 months"),
        (
            "Antibody titres in type 1 diabetes were higher at 12 months.",
            "90000001",
            TITRES,
            Verdict.NUMBER_UNBOUND,
            "12 months",
        ),
        ("Two trials of exercise classes reduced falls at home.", "90000003", FALLS, Verdict.NUMBER_UNBOUND, "no number"),
        (
            "After 20 g of zinc daily weight fell.",
            "90000002",
            "after 20 mg of zinc daily for 6 weeks",
            Verdict.NUMBER_UNBOUND,
            "20 mg",
        ),
        # direction
        ("Exercise classes increased falls among older people.", "90000003", FALLS, Verdict.CONTRADICTED, "reduced"),
        ("Exercise classes did not reduce falls among older people.", "90000003", FALLS, Verdict.CONTRADICTED, "reduced"),
        ("Fever was more common with vaccine than with placebo.", "90000001", FEVER, Verdict.CONTRADICTED, "not significantly"),
        (
            "Fever was more common with vaccine than with placebo.",
            "90000001",
            "more common with vaccine than with placebo",
            Verdict.CONTRADICTED,
            "not significantly",
        ),
        (
            "Placebo recipients had higher antibody titres than vaccine recipients.",
            "90000001",
            TITRES,
            Verdict.CONTRADICTED,
            "other way round",
        ),
        (
            "Zinc reduced the duration of diarrhoea in infants.",
            "90000002",
            "Zinc did not reduce the duration of diarrhoea in infants.",
            Verdict.CONTRADICTED,
            "not reduce",
        ),
        (
            "Headache was more common with vaccine.",
            "90000001",
            "Headache was reported by 41 people.",
            Verdict.UNSUPPORTED,
            "direction",
        ),
        # subject
        ("Aspirin lowered stroke mortality in smokers.", "90000003", FALLS, Verdict.UNSUPPORTED, "Aspirin"),
        # certainty
        (
            "One dose prevents cholera for two years in adults.",
            "90000001",
            "One dose may prevent cholera for two years in adults.",
            Verdict.CERTAINTY_MISMATCHED,
            "may",
        ),
        (
            "Exercise classes reduce falls among older people living at home.",
            "90000003",
            FALLS,
            Verdict.CERTAINTY_MISMATCHED,
            "in general",
        ),
        (
            "The trial proves that exercise classes reduced falls among older people living at home.",
            "90000003",
            FALLS,
            Verdict.CERTAINTY_MISMATCHED,
            "proves",
        ),
        (
            "Oral vaccine is safe in adults and well tolerated in this setting.",
            "90000001",
            "Vaccination was well tolerated in this setting.",
            Verdict.CERTAINTY_MISMATCHED,
            "is safe",
        ),
        # integrity
        (
            "The invented drug lowered blood pressure in every patient.",
            "90000004",
            "The invented drug lowered blood pressure in every patient who took it for four weeks.",
            Verdict.SOURCE_COMPROMISED,
            "retracted",
        ),
    ],
)
def test_withheld_with_the_words_on_both_sides(text: str, pmid: str, quote: str, verdict: Verdict, words: str) -> None:
    verified = judged(text, (pmid, quote))
    assert verified.verdict is verdict, verified.reason
    assert words in verified.reason
    assert verified.reason.endswith(".")
    assert [check.name for check in verified.checks] == list(CHECKS)


def test_a_claim_that_names_nothing_is_unsupported() -> None:
    assert judged("Exercise classes reduced falls.").verdict is Verdict.UNSUPPORTED


def test_a_claim_filed_under_the_opposite_direction_is_contradicted() -> None:
    verified = judged(FALLS, ("90000003", FALLS), direction=Direction.HIGHER)
    assert verified.verdict is Verdict.CONTRADICTED
    assert judged(FALLS, ("90000003", FALLS), direction=Direction.LOWER).verdict is Verdict.SUPPORTED


def test_a_corrected_source_passes_and_the_reason_says_so() -> None:
    quote = "Text message reminders reduced missed appointments in three outpatient clinics."
    verified = judged("Text message reminders reduced missed appointments in 3 clinics.", ("90000005", quote))
    assert verified.verdict is Verdict.SUPPORTED
    assert "corrected" in verified.reason


def test_every_support_must_stand() -> None:
    verified = judged(FALLS, ("90000003", FALLS), ("90000002", "Zinc greatly reduced falls among infants at home."))
    assert verified.verdict is Verdict.QUOTE_FABRICATED
    assert verified.claim.support[0].start is not None
    assert verified.claim.support[1].start is None


def test_a_bottom_line_over_two_studies_counts_its_own_studies() -> None:
    supports = (
        ("90000003", FALLS),
        ("90000005", "Text message reminders reduced missed appointments in three outpatient clinics."),
    )
    assert judged(
        "In two studies, exercise classes reduced falls and reminders reduced missed appointments.", *supports
    ).verdict is (Verdict.SUPPORTED)
    three = judged("In three studies, exercise classes reduced falls and reminders reduced missed appointments.", *supports)
    assert three.verdict is Verdict.NUMBER_UNBOUND


def test_a_study_that_says_the_opposite_does_not_stand_behind_a_bottom_line() -> None:
    verified = judged(
        "Exercise classes and zinc reduced falls and diarrhoea.",
        ("90000003", FALLS),
        ("90000002", "Zinc did not reduce the duration of diarrhoea in infants."),
    )
    assert verified.verdict is Verdict.CONTRADICTED


def test_spans_that_come_with_a_draft_are_not_believed() -> None:
    drafted = Claim(
        id="c1",
        text=FALLS,
        section="finding",
        written_by="a model",
        support=(Support(pmid="90000003", quote="Nothing of the kind was ever written.", start=0, end=40),),
    )
    support = verify_claim(drafted, RUN).claim.support[0]
    assert (support.start, support.end) == (None, None)


def test_a_draft_is_checked_claim_by_claim_in_its_order() -> None:
    first = claim(FALLS, ("90000003", FALLS)).model_copy(update={"id": "b1", "section": "bottom_line"})
    draft = DraftSummary(bottom_line=(first,), findings=(claim("Aspirin lowered mortality.", ("90000003", FALLS)),))
    verification = verify_draft(draft, RUN)
    assert [item.claim.id for item in verification.claims] == ["b1", "c1"]
    assert [item.claim.id for item in verification.supported] == ["b1"]
    assert [item.claim.id for item in verification.withheld] == ["c1"]


class BrokenRun(Mapping[str, Citation]):
    """A run whose records cannot be read."""

    def __getitem__(self, pmid: str) -> Citation:
        raise OSError("the disk is gone")

    def __iter__(self) -> Iterator[str]:
        return iter(RUN)

    def __len__(self) -> int:
        return len(RUN)


def test_a_check_that_cannot_be_made_leaves_the_claim_unchecked() -> None:
    verified = verify_claim(claim(FALLS, ("90000003", FALLS)), BrokenRun())
    assert verified.verdict is Verdict.UNCHECKED
    assert "the disk is gone" in verified.reason
    assert verified.checks[0].outcome is CheckOutcome.UNCHECKED


def test_a_record_under_another_records_pmid_is_not_in_the_run() -> None:
    assert verify_claim(claim(FALLS, ("90000002", FALLS)), {"90000002": RUN["90000003"]}).verdict is not Verdict.SUPPORTED


def test_what_is_too_long_to_be_a_claim_is_unchecked() -> None:
    assert judged("Falls were fewer. " * 1000, ("90000003", FALLS)).verdict is Verdict.UNCHECKED


def test_precedence_names_every_verdict_once_and_unchecked_never_beats_a_fault() -> None:
    assert sorted(PRECEDENCE) == sorted(Verdict)
    assert PRECEDENCE[-2:] == (Verdict.UNCHECKED, Verdict.SUPPORTED)
