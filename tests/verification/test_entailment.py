"""The learned check: asked last, of claims in words of their own, and heard only where it is sure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from evidence.claim import CheckOutcome, Claim, ClaimCheck, DraftSummary, Support, Verdict
from evidence.entailment import Part, Reading, Thresholds
from tests.verification.build import RUN
from verification import verify_claim, verify_draft
from verification.readings import LONGEST, nearest_sentences, read_claim

FALLS = "Exercise classes reduced falls among older people living at home."
STAY = "Hospital stay was shorter in the exercise group than in the usual care group."
OWN_WORDS = "Among older people living at home, exercise classes reduced falls."


class Scripted:
    """An entailment model that gives what it is told to, by the text read, and remembers what it was asked."""

    def __init__(self, **by_word: tuple[float, float, float]) -> None:
        self.by_word = by_word
        self.calls: list[list[Reading]] = []

    @property
    def model_id(self) -> str:
        return "scripted"

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(refuted=0.9, not_enough=0.95)

    def judge(self, readings: Sequence[Reading]) -> npt.NDArray[np.float64]:
        self.calls.append(list(readings))
        return np.array([next(shares for word, shares in self.by_word.items() if word in reading.text) for reading in readings])


def claim(text: str, *quotes: str, pmid: str = "90000003") -> Claim:
    support = tuple(Support(pmid=pmid, quote=quote) for quote in quotes)
    return Claim(id="c1", text=text, section="finding", support=support, written_by="test")


def said(item: Claim, model: Scripted) -> tuple[Verdict, ClaimCheck]:
    verified = verify_claim(item, RUN, entailment=model)
    return verified.verdict, next(check for check in verified.checks if check.name == "entailment")


@pytest.mark.parametrize(
    ("shares", "verdict", "outcome"),
    [
        ((0.95, 0.03, 0.02), Verdict.SUPPORTED, CheckOutcome.PASSED),
        ((0.05, 0.90, 0.05), Verdict.CONTRADICTED, CheckOutcome.FAILED),
        ((0.05, 0.89, 0.06), Verdict.SUPPORTED, CheckOutcome.NOT_APPLICABLE),
        ((0.02, 0.02, 0.96), Verdict.UNSUPPORTED, CheckOutcome.FAILED),
        ((0.04, 0.02, 0.94), Verdict.SUPPORTED, CheckOutcome.NOT_APPLICABLE),
    ],
)
def test_it_is_heard_only_beyond_its_thresholds(
    shares: tuple[float, float, float], verdict: Verdict, outcome: CheckOutcome
) -> None:
    found, check = said(claim(OWN_WORDS, FALLS), Scripted(falls=shares))
    assert (found, check.outcome) == (verdict, outcome)
    if outcome is CheckOutcome.FAILED:
        assert check.claim_words == OWN_WORDS
        assert check.record_words == FALLS
        assert FALLS in check.reason


def test_a_claim_that_is_the_records_own_sentence_is_not_asked_about() -> None:
    model = Scripted(falls=(0.0, 1.0, 0.0))
    found, check = said(claim(FALLS, FALLS), model)
    assert found is Verdict.SUPPORTED
    assert check.outcome is CheckOutcome.NOT_APPLICABLE
    assert model.calls == []


def test_a_claim_that_another_check_stands_against_is_not_asked_about() -> None:
    model = Scripted(falls=(1.0, 0.0, 0.0))
    found, check = said(claim("Exercise classes increased falls in older people.", FALLS), model)
    assert found is Verdict.CONTRADICTED
    assert check.outcome is CheckOutcome.NOT_APPLICABLE
    assert model.calls == []


def test_the_quote_that_bears_the_claim_out_best_counts() -> None:
    model = Scripted(Hospital=(0.0, 0.99, 0.01), falls=(0.9, 0.05, 0.05))
    assert said(claim(OWN_WORDS, STAY, FALLS), model)[0] is Verdict.SUPPORTED


def test_a_draft_is_one_call() -> None:
    model = Scripted(Hospital=(0.9, 0.05, 0.05), falls=(0.0, 0.99, 0.01))
    one = claim(OWN_WORDS, FALLS)
    other = claim("Hospital stay was shorter in the exercise group than with usual care.", STAY).model_copy(update={"id": "c2"})
    verified = verify_draft(DraftSummary(findings=(one, other)), RUN, entailment=model)
    assert [item.verdict for item in verified.claims] == [Verdict.CONTRADICTED, Verdict.SUPPORTED]
    assert len(model.calls) == 1


def test_a_model_that_breaks_leaves_the_claim_unchecked() -> None:
    found, check = said(claim(OWN_WORDS, FALLS), Scripted())
    assert (found, check.outcome) == (Verdict.UNCHECKED, CheckOutcome.UNCHECKED)


def test_shared_words_and_words_of_the_claim_alone_are_marked() -> None:
    reading = read_claim("Yoga reduced falls.", [FALLS])
    marked = {reading.statement[start:end]: part for start, end, part in reading.statement_marks}
    assert marked == {"Yoga": Part.ALONE, "falls": Part.SHARED}
    assert {reading.text[start:end] for start, end, _ in reading.text_marks} == {"falls"}


def test_of_much_evidence_the_nearest_is_read() -> None:
    beside = "Attendance at the classes was recorded by the staff of each centre on paper forms."
    sentences = [beside] * 12 + [FALLS]
    kept = nearest_sentences(OWN_WORDS, sentences)
    assert FALLS in kept
    assert sum(len(sentence.split()) for sentence in kept) <= LONGEST
