from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.suites.search import SUITE, raw_query, read_topics
from evidence.errors import InvalidInput
from tests.evaluation.made_data import made_data, measured


def test_strategies_are_planned_run_and_scored_beside_the_raw_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    data = made_data(tmp_path / "data")
    result, rows = measured(SUITE, data, tmp_path / "home")
    assert (result.cases, result.unscored) == (5, 0)
    zinc = rows["medevidence-1"].made
    assert zinc["compiled"] == {"found": 2, "recall": 1.0, "precision": 1.0}
    assert "[tiab]" in str(zinc["strategy"])
    assert "[" not in str(zinc["raw query"])
    assert rows["cohen-Zinc"].made["compiled"] == {"found": 2, "recall": 1.0, "precision": 1.0}
    assert result.metrics["medevidence.recall.compiled"].value == 1.0
    assert result.metrics["medevidence.recall.compiled"].low is None, "four reviews are too few for an interval"
    # The pool and the headings were loaded once and are kept for the next run.
    assert len(list((tmp_path / "cache" / "evidence" / "collections").iterdir())) == 2


def test_raw_words_are_joined_as_the_model_gave_them() -> None:
    said = json.dumps({"concepts": [{"concept": 2, "synonyms": ["cold", "common cold"], "headings": []}]})
    assert raw_query(["zinc", "colds"], said) == "(zinc) AND (colds OR cold OR common cold)"
    assert raw_query(["zinc"], "no JSON at all") == "(zinc)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Zinc 0 11 1\nZinc 0 12\n", r"line 2: .*mend it"),
        ("Zinc 0 11 7\n", r"line 1: "),
        ("Zinc 0 11 1\nZinc 0 11 0\n", r"line 2: PMID 11 is judged twice in Zinc"),
        ("Zinc 0 11 0\n", "no record is judged 1 or 2 for Zinc"),
        ("\n", "has no entry"),
    ],
)
def test_a_bad_line_of_a_topic_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "Zinc.qrels"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=said):
        read_topics(path)
