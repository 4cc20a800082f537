from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import evaluation.bench
from evaluation.bench.__main__ import main
from evaluation.bench.benches import BENCHES, NEEDS_VECTORS
from evaluation.bench.figure import Figure
from evaluation.bench.table import Machine, closing_line, figure_row, render_table, shown

FOLDER = Path(evaluation.bench.__file__).parent
MET = Figure(name="fast enough", value=0.25, unit="s", low=0.2, high=0.31, n=15, target=0.3, met=True)
MISSED = Figure(
    name="too slow",
    value=1500.0,
    unit="records/s",
    n=4000,
    compared_with="the peer",
    compared_value=1000.0,
    ratio=1.5,
    target=3000.0,
    met=False,
    note="three repeats",
)
UNMEASURED = Figure(name="no data", value=None, target=1.0, note="NOT MEASURED: the shared data is not here")


def test_every_module_that_measures_is_run_by_make_bench_under_its_own_name() -> None:
    modules = {path.stem for path in FOLDER.glob("*.py") if "\ndef run(" in path.read_text(encoding="utf-8")}
    assert modules == {bench.name for bench in BENCHES}
    assert modules >= NEEDS_VECTORS
    for bench in BENCHES:
        assert callable(importlib.import_module(bench.module).run)
        assert bench.command == f".venv/bin/python -m evaluation.bench --only {bench.name}"
        assert bench.measures
        assert bench.minutes > 0


def test_the_whole_bench_is_meant_to_take_less_than_25_minutes() -> None:
    assert sum(bench.minutes for bench in BENCHES if not bench.only_by_name) < 25


def test_a_row_has_the_value_with_its_unit_beside_what_it_is_compared_with() -> None:
    assert figure_row(MET) == ("fast enough", "0.250 s", "0.200 to 0.310", "15", "", "", "0.300 s", "yes")
    assert figure_row(MISSED) == (
        *("too slow", "1,500 records/s", "", "4,000"),
        *("the peer 1,000 records/s", "1.50", "3,000 records/s", "NO"),
    )
    assert figure_row(UNMEASURED)[1] == "not measured"
    assert figure_row(UNMEASURED)[-1] == ""


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.0581, "0.058"), (2.071, "2.07"), (45.67, "45.7"), (12345.6, "12,346"), (-1.5, "-1.50")]
)
def test_a_number_is_shown_with_the_digits_that_count(value: float, text: str) -> None:
    assert shown(value) == text


def test_a_table_has_each_bench_with_its_command_and_each_note() -> None:
    table = render_table({BENCHES[0]: [MET], BENCHES[1]: [MISSED, UNMEASURED]})
    for words in (BENCHES[0].command, BENCHES[1].command, "fast enough", "three repeats", "NOT MEASURED"):
        assert words in table
    header, value = table.splitlines()[0], next(line for line in table.splitlines() if "1,500" in line)
    assert header.index("value") == value.index("1,500")


def test_the_last_line_says_what_was_missed_and_what_was_not_measured() -> None:
    assert closing_line([MET, MISSED, UNMEASURED]) == "1 of 2 targets met; MISSED: too slow; NOT MEASURED: no data."
    assert closing_line([MET]) == "1 of 1 targets met."
    assert closing_line([]) == "0 of 0 targets met."


def test_a_busy_machine_is_said_to_be_noisy() -> None:
    quiet = Machine(processor="p", cores=2, python="3.11", tool="1", load=0.4)
    assert not quiet.busy
    assert "noisy" not in quiet.line()
    assert "noisy" in quiet.model_copy(update={"load": 7.5}).line()


def test_one_bench_as_json_has_the_machine_and_every_figure_with_its_command() -> None:
    done = CliRunner().invoke(main, ["--only", "help_time", "--quick", "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    figure = Figure.model_validate(said["figures"]["help_time"][0])
    assert figure.command == ".venv/bin/python -m evaluation.bench --only help_time"
    assert figure.n == 3
    assert figure.value is not None
    assert figure.compared_value is not None
    assert figure.ratio == pytest.approx(figure.value / figure.compared_value)
    assert figure.target == 0.3
    assert said["quick"] is True
    assert said["machine"]["cores"] >= 1


def test_a_bench_without_a_quick_form_says_so() -> None:
    done = CliRunner().invoke(main, ["--only", "retrieval", "--quick"])
    assert done.exit_code == 0
    assert "SKIPPED" in done.stderr
    assert "no quick form" in done.stderr
    assert done.stdout.rstrip().endswith("0 of 0 targets met; NOT MEASURED: ranking on the MedEvidence questions.")


def test_an_unknown_bench_is_refused() -> None:
    done = CliRunner().invoke(main, ["--only", "everything"])
    assert done.exit_code == 2
    assert "help_time" in done.stderr


def test_data_that_is_not_there_is_a_fault_of_the_bench_in_one_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--only", "check", "--quick", "--data", str(tmp_path)])
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    assert "bench: check failed: " in done.stderr
    assert "NOT MEASURED" in done.stdout
