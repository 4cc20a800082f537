from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.harness.data import SuiteData
from evaluation.suites.number_answers import State, answers_of, reading_of, right
from evaluation.suites.numbers import SUITE
from evidence.errors import InvalidInput
from pipelines.number_models import load_number_checker, packed
from tests.evaluation.made_data import lines, measured
from tests.verification.test_numbers_in_reports import REPORT
from verification.reported import Arm, Asked, Binding, Field, read_report

RIGHT = """```yaml
intervention:
    mean: 4.1
    standard_deviation: x
    group_size: 49
comparator:
    mean: 5.9
    group_size: '50'
```"""
SWAPPED = RIGHT.replace("4.1", "5.90").replace("mean: 5.9\n    group_size: '50'", "mean: 777.7\n    group_size: about 50")


def _row(model: str, output: str, number: int, **more: Any) -> dict[str, Any]:
    row = {
        "model": model, "id": number, "pmcid": 1, "outcome": "duration of cold", "intervention": "zinc 10 mg (Z1)",
        "comparator": "placebo", "output": output, "intervention_mean": 4.1, "comparator_mean": 5.9,
        "intervention_standard_deviation": 1.2, "comparator_standard_deviation": "", "intervention_group_size": 49,
        "comparator_group_size": 50,
    }  # fmt: skip
    return row | more


def _data(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = lines(folder / "made_rows.jsonl", rows)
    (folder / "texts.jsonl.gz").write_bytes(gzip.compress(json.dumps({"pmcid": 1, "text": REPORT}).encode()))
    return path


def test_answers_are_read_and_what_is_no_number_is_told_apart() -> None:
    found = answers_of(SWAPPED)
    assert found[Arm.INTERVENTION, Field.STANDARD_DEVIATION] == (State.X, None)
    assert found[Arm.COMPARATOR, Field.GROUP_SIZE] == (State.UNREADABLE, None)
    assert reading_of(RIGHT)[Arm.COMPARATOR, Field.GROUP_SIZE] == 50
    assert answers_of("intervention:\n  events: 1,234  # all\n  mean: \ncomparator:\n  events: 12%")[
        Arm.INTERVENTION, Field.EVENTS
    ] == (State.NUMBER, 1234)
    assert reading_of("no yaml at all") == {}


@pytest.mark.parametrize(
    ("value", "gold", "same"),
    [(4.1, 4.1, True), (42.66, 42.7, True), (42.66, 42.6, False), (28, 28.4, True), (-4.1, 4.1, False)],
)
def test_right_is_equal_up_to_printed_rounding(value: float, gold: float, same: bool) -> None:
    assert right(value, gold) is same


def test_the_suite_counts_flags_by_reader_and_field(tmp_path: Path) -> None:
    rows = [_row("gpt4", RIGHT, 1), _row("gpt35", SWAPPED, 1), _row("olmo7B", "I cannot say.", 1)]
    result, made = measured(SUITE, _data(tmp_path, rows), tmp_path / "home")
    assert result.cases == 3
    metrics = result.metrics
    assert (metrics["reported.flagged_wrong"].n, metrics["reported.flagged_right"].n) == (2, 5)
    assert metrics["reported.presence_flagged_wrong"].value == 0.5
    assert metrics["gpt4.flagged_right"].n == 4
    assert (metrics["gpt4.x"].value, metrics["gpt35.unreadable"].value, metrics["olmo7B.blank"].value) == (1, 1, 5)
    assert "olmo7B.flagged_wrong" not in metrics
    told = next(iter(made.values())).made["fields"]
    assert isinstance(told, list)
    assert "gold" not in json.dumps(told)


def test_gold_is_no_input_of_the_check(tmp_path: Path) -> None:
    one, _ = measured(SUITE, _data(tmp_path / "a", [_row("gpt4", RIGHT, 1)]), tmp_path / "home")
    _, rows = measured(SUITE, _data(tmp_path / "b", [_row("gpt4", RIGHT, 1, intervention_mean=9.9)]), tmp_path / "home2")
    _, before = measured(SUITE, _data(tmp_path / "c", [_row("gpt4", RIGHT, 1)]), tmp_path / "home3")
    risks = [[field.get("risk") for field in next(iter(found.values())).made["fields"]] for found in (rows, before)]  # type: ignore[union-attr]
    assert one.cases == 1
    assert risks[0] == risks[1]


def test_a_row_without_its_text_is_named(tmp_path: Path) -> None:
    path = _data(tmp_path, [_row("gpt4", RIGHT, 1), _row("gpt4", RIGHT, 2, pmcid=7)])
    with pytest.raises(InvalidInput, match=r"made_rows.jsonl, line 2: texts.jsonl.gz has no text 7"):
        SUITE.read(SuiteData(given=path, shared=None))


def test_verdicts_say_why_in_the_words_of_both_sides() -> None:
    checker = load_number_checker()
    asked = Asked("zinc 10 mg (Z1)", "placebo", "duration of cold")
    verdicts = checker.check(
        read_report(REPORT), asked, {(Arm.INTERVENTION, Field.MEAN): 4.1, (Arm.COMPARATOR, Field.MEAN): 77777.0}
    )
    printed, absent = verdicts[Arm.INTERVENTION, Field.MEAN], verdicts[Arm.COMPARATOR, Field.MEAN]
    assert "4.1" in printed.report_words
    assert "zinc" in printed.claim_words
    assert absent.binding in {Binding.NOWHERE, Binding.CANNOT_SAY}
    assert absent.risk > printed.risk


def test_the_shipped_weights_are_packed_as_they_were_read() -> None:
    checker = load_number_checker()
    assert packed(checker) == packed(load_number_checker())
    assert len(packed(checker)) < 1_000_000
    assert 0 < checker.threshold < 1
