from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from evaluation.metrics.alce import StatementScore, score_statement
from evaluation.suites.citations import SUITE
from tests.evaluation.made_data import made_data, measured


def needs(*sets: str) -> object:
    """A judge: the statement is supported by citations that hold one of these sets of letters."""

    def supports(citations: Sequence[str]) -> bool:
        return any(set(one) <= set("".join(citations)) for one in sets)

    return supports


@pytest.mark.parametrize(
    ("citations", "enough", "score"),
    [
        ([], ["a"], StatementScore(recalled=False, precise=0, citations=0)),
        (["b"], ["a"], StatementScore(recalled=False, precise=0, citations=1)),
        (["a"], ["a"], StatementScore(recalled=True, precise=1, citations=1)),
        # b supports nothing, and a does without it: irrelevant.
        (["a", "b"], ["a"], StatementScore(recalled=True, precise=1, citations=2)),
        # Neither supports alone, together they do: both are needed.
        (["a", "b"], ["ab"], StatementScore(recalled=True, precise=2, citations=2)),
        # Either supports alone: neither is irrelevant.
        (["a", "b"], ["a", "b"], StatementScore(recalled=True, precise=2, citations=2)),
        # c supports nothing alone and is not needed.
        (["a", "b", "c"], ["ab"], StatementScore(recalled=True, precise=2, citations=3)),
    ],
)
def test_recall_and_precision_are_those_of_alce(citations: list[str], enough: list[str], score: StatementScore) -> None:
    assert score_statement(citations, needs(*enough)) == score  # type: ignore[arg-type]


def test_drafts_are_judged_by_the_checker_and_claims_by_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    result, rows = measured(SUITE, made_data(tmp_path / "data"), tmp_path / "home")
    assert (result.cases, result.unscored) == (7, 0)
    statements = rows["draft-1"].made["statements"]
    assert isinstance(statements, list)
    assert statements
    drafted = [row.made["statements"] for row in rows.values() if "statements" in row.made]
    assert result.metrics["draft.as drafted.recall"].n == sum(len(one) for one in drafted if isinstance(one, list))
    supported, opposed = rows["claim-1-71"].made, rows["claim-2-71"].made
    assert (supported["quoted"], supported["recalled"], supported["precise"]) == ([[1]], True, 1)
    assert opposed["recalled"] is False, "no sentence supports what people found refuted"
    assert opposed["tried"] == [{"supports": False, "said": False}]
    assert result.metrics["claim.people's judgement.recall"].value == 1.0
    assert result.metrics["checker as judge.false positive rate"].value == 0.0
