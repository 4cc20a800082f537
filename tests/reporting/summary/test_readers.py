"""One claim set, many readers: every sentence keeps its claim, and no rewording changes number, direction or certainty."""

from __future__ import annotations

import io

import pypdf
import pytest

from evidence.signed_parts import Reader
from reporting.readers.frequencies import denominator_of, frequencies_of
from reporting.readers.glossary import terms_in
from reporting.readers.reading_age import reading_age, syllables
from reporting.readers.reword import obstacle_to
from tests.reporting.summary.opening import css, made, page, read_text
from tests.reporting.summary.signed_sample import rewording, signed_sample
from verification.verify import verify_claim

SIGNED = signed_sample()
CLAIMS = {claim.id: claim for claim in SIGNED.content.standing}
RECORDS = {record.pmid: record for record in SIGNED.content.ledger.citations}
PASSES = {
    "c1": "The middle time to get well was 6.5 days with brillamine and 9.0 days with placebo.",
    "c3": "Nausea came in 31 of 206 with brillamine and in 12 of 206 with placebo.",
    "c4": "Within 60 days, relapse was similar in the two groups.",
    "c5": "In hospital, fewer relapsed within 60 days with high-dose brillamine: lower, 4% against 17%.",
}
CHANGES = {
    "another number": ("c1", "The middle time to get well was 5.5 days with brillamine and 9.0 days with placebo."),
    "the arms' numbers as another kind": ("c3", "Nausea came in 31% with brillamine and in 12% with placebo."),
    "a number turned into people": (
        "c5",
        "In hospital, relapse was lower with high-dose brillamine (4 of 100 against 17 of 100).",
    ),
    "the other direction": ("c5", "In hospital, relapse within 60 days was higher with high-dose brillamine (4% versus 17%)."),
    "a difference where there was none": ("c4", "Relapse within 60 days was lower in the brillamine group."),
    "proof": ("c4", "It is proven that relapse within 60 days was similar in both groups."),
    "a doubt that was not signed": (
        "c5",
        "In hospital, relapse within 60 days might possibly be lower with brillamine (4% versus 17%).",
    ),
}


def why_not(claim_id: str, text: str) -> str:
    return obstacle_to(rewording(claim_id, text), CLAIMS[claim_id], RECORDS, verify_claim)


@pytest.mark.parametrize("claim_id", PASSES)
def test_plain_words_pass_where_nothing_changes(claim_id: str) -> None:
    assert why_not(claim_id, PASSES[claim_id]) == ""


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_number_direction_or_certainty_does_not_pass(change: str) -> None:
    claim_id, text = CHANGES[change]
    assert why_not(claim_id, text)


def test_a_signed_sentence_passes_as_its_own_rewording() -> None:
    # c2 is a sentence that only the sample calls supported: it drops the minus sign that its record prints.
    kept = {claim_id: claim.text for claim_id, claim in CLAIMS.items() if claim_id != "c2"}
    assert {claim_id: why_not(claim_id, text) for claim_id, text in kept.items()} == dict.fromkeys(kept, "")


def test_a_rewording_that_passes_is_printed_with_the_claims_own_notes() -> None:
    text = PASSES["c4"]
    signed = signed_sample(rewordings=(rewording("c4", text), rewording("c1", "It works for everybody.", Reader.BOARD)))
    tree = page(made(signed, "plain", "html"))
    (item,) = (one for one in css(tree, "li") if text in one.text_content())
    (mark,) = css(item, "sup a")
    quote = tree.get_element_by_id(mark.get("href")[1:]).getnext()
    assert quote.text_content() == "Relapse within 60 days was similar in both groups (8 of 94 versus 9 of 94)."
    assert text not in read_text(made(signed, "clinician", "html"), "html")


def test_a_rewording_that_does_not_pass_is_not_printed_and_its_writer_is_told_why() -> None:
    claim_id, text = CHANGES["another number"]
    signed = signed_sample(rewordings=(rewording(claim_id, text),))
    shown = read_text(made(signed, "plain", "html"), "html")
    assert "5.5 days with brillamine and" not in shown
    assert CLAIMS[claim_id].text in shown
    assert f"Claim {claim_id}: a rewording by Anna Smith was not used." in shown


@pytest.mark.parametrize("reader", Reader)
def test_every_sentence_carries_its_claim(reader: Reader) -> None:
    tree = page(made(SIGNED, reader.value, "html"))
    texts = {claim.text for claim in CLAIMS.values()}
    found = [one for one in (*css(tree, "li"), *css(tree, "tbody th")) if any(one.text_content().startswith(t) for t in texts)]
    assert found
    assert all(css(one, "sup a") for one in found)


def test_the_board_gets_one_page() -> None:
    assert len(pypdf.PdfReader(io.BytesIO(made(SIGNED, "board", "pdf"))).pages) == 1


def test_plain_language_says_that_it_is_not_for_patients_on_every_page() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(made(SIGNED, "plain", "pdf")))
    for sheet in pdf.pages:
        assert "Not for patients until clinically reviewed and tested with readers" in " ".join(sheet.extract_text().split())
    assert "Reading age: about" in read_text(made(SIGNED, "plain", "html"), "html")


def test_people_are_counted_only_where_the_record_counts_them() -> None:
    text = read_text(made(SIGNED, "plain", "html"), "html")
    assert "31 of 206 is about 15 in every 100; 12 of 206 is about 6 in every 100." in text
    assert "8 of 94 is about 9 in every 100; 9 of 94 is about 10 in every 100." in text
    assert "4 in every 100" not in text  # 4 % is printed as a percentage, and stays one
    assert "17 in every 100" not in text


@pytest.mark.parametrize(
    ("quote", "size", "told"),
    [
        ("3 of 200 died with drug and 1 of 2,000 with placebo", 10_000,
         ("3 of 200 is 150 in every 10,000", "1 of 2,000 is 5 in every 10,000")),
        ("0 of 50 fell and 1 of 50 did", 100, ("0 of 50 is 0 in every 100", "1 of 50 is 2 in every 100")),
        ("the risk was 12% (95% CI 3 to 20)", 100, ()),
        ("2 of 3 trials agreed", 100, ()),
    ],
)  # fmt: skip
def test_one_denominator_serves_all(quote: str, size: int, told: tuple[str, ...]) -> None:
    assert denominator_of([quote]) == size
    assert frequencies_of([quote], size) == told


def test_reading_age_by_hand() -> None:
    # 6 words, 1 sentence, 6 syllables: 0.39 * 6 + 11.8 * 1 - 15.59 = -1.45; no word of three syllables: SMOG 3.1291.
    measured = reading_age(["The cat sat on the mat."])
    assert measured is not None
    assert (measured.words, measured.sentences, measured.flesch_kincaid, measured.smog) == (6, 1, -1.4, 3.1)
    assert measured.ages == (5, 8)
    assert reading_age(["12 (3.4)."]) is None


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("table", 2), ("randomised", 3), ("placebo", 3), ("vaccinated", 4), ("the", 1), ("times", 1), ("severe", 2)],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_glossary_explains_the_words_that_are_used() -> None:
    terms = dict(terms_in(["A randomized trial: 14% (95% CI 3 to 20; p<0.01) with placebo."]))
    assert list(terms) == ["confidence interval", "p value", "placebo", "randomised", "trial"]
