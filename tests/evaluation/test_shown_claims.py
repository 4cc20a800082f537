"""The page of ten claims is what the checks say now."""

from __future__ import annotations

from pathlib import Path

from evaluation.shown_claims import PAGE, checked, page
from evidence.claim import Verdict

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_ten_claims_is_what_the_checks_say_now() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(), "Run `.venv/bin/python -m evaluation.shown_claims`."


def test_right_claims_are_supported_and_wrong_ones_are_not() -> None:
    verdicts = [item.verdict for item in checked()]
    assert len(verdicts) == 10
    assert verdicts[:2] == [Verdict.SUPPORTED] * 2
    assert Verdict.SUPPORTED not in verdicts[2:]
