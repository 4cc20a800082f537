"""Planted errors: the generators are frozen on made sentences, and the suite counts what the checks say of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.harness.data import SuiteData
from evaluation.harness.result import Row
from evaluation.harness.suite import Systems
from evaluation.mutations.plant import KINDS, plant
from evaluation.mutations.true_claim import TrueClaim
from evaluation.suites.mutations import SUITE
from tests.evaluation.suite_files import TRIALS, write_lines, write_pool


def _claim(text: str) -> TrueClaim:
    return TrueClaim(
        text=text,
        pmid="90000001",
        intervention="zinc",
        comparator="placebo",
        outcome="duration of colds",
        other_outcomes=("nausea",),
        other_pmids=("90000002",),
    )


@pytest.mark.parametrize(
    ("kind", "true", "planted"),
    [
        ("arm swap", "Colds were shorter with zinc than with placebo.", "Colds were shorter with placebo than with zinc."),
        ("direction", "Zinc reduced colds.", "Zinc increased colds."),
        ("negation", "Zinc was better.", "Zinc was not better."),
        ("negation", "Colds did not change with zinc.", "Colds did change with zinc."),
        ("significance", "There was no significant difference in colds.", "There was significant difference in colds."),
        ("significance", "Zinc significantly shortened colds.", "Zinc non-significantly shortened colds."),
        ("population widened", "Zinc helped in adults with asthma.", "Zinc helped in adults."),
        ("population widened", "Zinc helped elderly patients.", "Zinc helped patients."),
        ("hedge dropped", "Zinc may be better.", "Zinc is better."),
        ("hedge dropped", "These data suggest that zinc helps.", "These data prove that zinc helps."),
        ("tense", "Zinc reduced colds.", "Zinc reduces colds."),
        ("outcome swap", "Zinc cut the duration of colds.", "Zinc cut the nausea."),
    ],
)
def test_each_kind_changes_what_it_says(kind: str, true: str, planted: str) -> None:
    found = plant(kind, _claim(true))
    assert found is not None
    assert (found.text, found.quote, found.pmid) == (planted, true, "90000001")


def test_figures_change_and_keep_their_shape() -> None:
    text = "Colds lasted 4.1 days with zinc (95% CI 3.2 to 5.0; P = 0.012)."
    number, level = plant("number", _claim(text)), plant("p or CI", _claim(text))
    assert number is not None
    assert level is not None
    assert "95% CI 3.2 to 5.0; P = 0.012" in number.text
    assert "4.1" not in number.text
    assert "lasted 4.1 days" in level.text
    assert level.text != text


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_without_room_for_an_error_gets_none(kind: str) -> None:
    bare = TrueClaim(text="Zinc.", pmid="90000001")
    found = plant(kind, bare)
    assert (found is not None) == (kind == "retracted source")


def test_the_suite_counts_by_kind_and_untouched_claims_apart(tmp_path: Path) -> None:
    write_pool(tmp_path)
    cases = SUITE.read(SuiteData(given=write_lines(tmp_path / "dev.jsonl", TRIALS), shared=None))
    rows = [Row(id=case.id, cluster=case.cluster, made=SUITE.answer(case, Systems())) for case in cases]
    figures = SUITE.measure(rows)
    assert len([name for name in figures if name.startswith("caught_")]) == len(KINDS) == 13
    for sure in ("caught_wrong_PMID", "caught_altered_quote", "caught_retracted_source"):
        assert figures[sure].value == 1.0
    assert figures["untouched_own_sentence_flagged"].n == 2
    again = SUITE.read(SuiteData(given=tmp_path / "dev.jsonl", shared=None))
    assert [case.given for case in again] == [case.given for case in cases]
