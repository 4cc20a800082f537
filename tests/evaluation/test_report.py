"""The report's page and the table: what they count, what they escape, what they refuse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.evaluate import evaluate
from evaluation.harness.result import Metric, Row, SuiteResult
from evaluation.report.names import HEADLINES, read_name
from evaluation.report.outcomes import failures
from evaluation.report.page import render_report
from evaluation.report.plots import Scale, figure_words, mark_of, number_words, scale_of
from evaluation.report.table import BEGINS, ENDS, command_of, write_table
from evaluation.suites import SUITES
from evidence.errors import InvalidInput

HOSTILE = "<script>alert('x')</script> & \u202egnp.exe"


def metric(value: float | None, low: float | None = None, high: float | None = None, n: int = 40) -> Metric:
    return Metric(value=value, low=low, high=high, n=n, clusters=12 if low is not None else None)


def row(number: int, target: str, answer: str, **more: Any) -> Row:
    return Row(
        id=f"c{number}", cluster=f"q{number // 2}", target=target, shown=f"Claim {number}", made={"answer": answer}, **more
    )


def result(name: str = "pubmedqa-1", suite: str = "pubmedqa", rows: list[Row] | None = None, **more: Any) -> SuiteResult:
    of = rows or []
    return SuiteResult(
        id=name,
        suite=suite,
        settings={"data": "shared", "limit": None, "model": {"name": "extractive"}, "prompts": {"answer_question@1": "ab12"}},
        metrics={
            "accuracy": metric(0.6, 0.5, 0.7),
            "majority_accuracy": metric(0.55, 0.4, 0.7),
            "turned_difference": metric(-0.25, -0.5, 0.0),
        },
        tables={"confusion": {"yes": {"yes": 3, "no": 1}, "no": {"yes": 2, "no": 4}}},
        cases=len(of),
        unscored=sum(one.problem is not None for one in of),
        errors=sum(one.error for one in of),
        provenance={"revision": "abc+12", "seed": 7, "versions": {"numpy": "2"}},
        **more,
    )


ROWS = [
    *(row(number, "yes", "yes") for number in range(30)),
    *(row(number, "no", "yes") for number in range(30, 36)),
    *(row(number, "no", "no") for number in range(36, 38)),
    Row(id="c38", cluster="q19", target="no", shown=HOSTILE, problem="The answer is no JSON."),
    Row(id="c39", cluster="q19", target="no", problem="There is no record.", error=True),
]


def keep(home: Path, kept: SuiteResult, rows: list[Row]) -> None:
    place = home / "evaluations" / kept.id
    place.mkdir(parents=True)
    (place / "rows.jsonl").write_text("".join(one.model_dump_json() + "\n" for one in rows), encoding="utf-8")
    (place / "result.json").write_text(kept.model_dump_json(), encoding="utf-8")


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(evaluate, list(arguments), env={"EVIDENCE_HOME": str(home)}, standalone_mode=False)


def test_the_page_counts_shows_and_names_what_made_it() -> None:
    page = render_report([(result(rows=ROWS), ROWS)])
    bars = re.findall(r'class="name">([^<]+)</span>.*?class="count">([^<]+)<', page, re.DOTALL)
    assert bars == [
        ("no, said to be yes", "6 of 8 (75 %)"),
        ("error, no answer", "1 of 40 (2.5 %)"),
        ("unreadable answer, not scored", "1 of 40 (2.5 %)"),
    ]
    counted = re.search(r"<tbody>\s*<tr>(.*?)</tr>", page, re.DOTALL)
    assert counted is not None
    assert re.findall(r'class="figure">(\d+)<', counted[1]) == ["40", "38", "1", "1"]
    assert "0.600 (0.500 to 0.700)" in page
    assert "−0.250 (−0.500 to +0.000)" in page
    assert "always the commonest answer" in page
    for words in ("abc+12", "numpy: 2", "answer_question@1: ab12", "There is no record.", "Claim 30", "Seed"):
        assert words in page
    assert re.findall(r'class="right"[^>]*>(\d+)<', page) == ["3", "4"]


def test_hostile_words_are_escaped_and_shown() -> None:
    rows = [*ROWS, row(40, "yes", HOSTILE)]
    page = render_report([(result(rows=rows), rows)])
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; [U+202E]gnp.exe" in page
    assert "http-equiv" not in page
    assert re.findall(r'(?:src|href)="(?!#)', page) == []


def test_several_runs_stand_side_by_side_and_are_compared() -> None:
    better = [one.model_copy(update={"made": {"answer": one.target}, "problem": None, "error": False}) for one in ROWS]
    page = render_report([(result(rows=ROWS), ROWS), (result("pubmedqa-2", rows=better), better)])
    assert page.count('class="said"') == 1
    assert re.search(r'class="badge-run run-B">B</span> (better|cannot tell)</p>', page)
    assert "6 cases better, 0 worse, of 38" in page
    other = result("claims-1", "claims", rows=ROWS)
    with pytest.raises(InvalidInput, match="give runs of one suite"):
        render_report([(result(rows=ROWS), ROWS), (other, ROWS)])
    elsewhere = [row(99, "yes", "yes")]
    apart = render_report([(result(rows=ROWS), ROWS), (result("pubmedqa-3", rows=elsewhere), elsewhere)])
    assert "have no case in common" in apart


def test_kinds_of_failure_are_those_of_the_suite() -> None:
    fields = [
        {"arm": "intervention", "field": "events", "value": 3.0, "right": False, "flagged": False, "reason": "printed so"},
        {"arm": "intervention", "field": "mean", "value": 2.5, "right": True, "flagged": True, "reason": "not printed"},
        {"arm": "comparator", "field": "mean", "value": 2.0, "right": True, "flagged": False, "reason": ""},
        {"arm": "comparator", "field": "events", "state": "x"},
    ]
    of = {
        "numbers": {"fields": fields},
        "mutations": {"planted": {"number": "supported", "tense": "contradicted"}, "own_sentence": "unsupported"},
        "retrieval": {"relevant": ["1", "2", "3"], "first": ["9"]},
        "search": {"compiled": {"recall": 0.25, "found": 1200}, "strategy": "1 x"},
        "citations": {"statements": [{"sentence": "S", "recalled": False, "precise": 0, "citations": 2, "verdict": "v"}]},
        "extraction": {"size_right": False, "values_right": [True, False], "extract": {"sample_size": {"value": "12"}}},
        "fabrications": {"fabricated": {"wrong PMID": 50, "quote": 50}, "passed": {"quote": 1}, "leaked": []},
        "cost": {"stages": {}},
    }
    found = {
        suite: [(one.kind, len(one.cases), one.of) for one in failures(suite, [Row(id="a-1", cluster="q", made=made)])]
        for suite, made in of.items()
    }
    assert found == {
        "numbers": [("right mean, flagged", 1, 2), ("wrong events, passed", 1, 1)],
        "mutations": [("number: not caught", 1, 1), ("untouched, own sentence: flagged", 1, 1)],
        "retrieval": [("a: none of what belongs to it in the first ten", 1, 1)],
        "search": [("a: less than half of the known studies found", 1, 1)],
        "citations": [("drafted sentence: not supported by its citations", 1, 1)],
        "extraction": [("number of participants: not as in the report", 1, 1), ("outcome value: not told", 1, 2)],
        "fabrications": [("quote: passed", 1, 1)],
        "cost": [],
    }


def test_figures_of_one_measure_share_an_axis() -> None:
    names = {
        "scifact_majority_accuracy": ("SciFact: accuracy", "always the commonest answer", False, True),
        "scifact_accuracy": ("SciFact: accuracy", "the product", False, False),
        "accuracy": ("Accuracy", "the product", False, False),
        "given.baseline random.accuracy": ("Sources given: accuracy", "drawn at random", False, True),
        "medevidence.nDCG@10.fusion less BM25": ("MedEvidence: nDCG@10: fusion less BM25", "the product", True, False),
        "medevidence.nDCG@10.BM25": ("MedEvidence: nDCG@10", "BM25", False, True),
        "caught_wrong_PMID": ("Planted errors caught, by kind", "wrong PMID", False, False),
        "gpt4.presence_flagged_wrong": ("Wrong numbers flagged, by reader", "gpt4, is it printed at all", False, True),
        "tokens a record.whole flow": ("Tokens a record", "whole flow", False, False),
    }
    for name, told in names.items():
        read = read_name(name)
        assert (read.measure, read.system, read.is_difference, read.is_baseline) == told
    assert HEADLINES.keys() <= SUITES.keys()


def test_marks_stand_where_their_values_are() -> None:
    assert scale_of([metric(0.3, 0.1, 0.9)], is_difference=False) == Scale(0.0, 1.0)
    assert scale_of([metric(-0.03, -0.07, 0.01)], is_difference=True) == Scale(-0.1, 0.1)
    assert scale_of([metric(31.0), metric(4.0)], is_difference=False) == Scale(0.0, 50.0)
    mark = mark_of(metric(0.25, 0.1, 0.5), Scale(0.0, 1.0))
    assert mark is not None
    assert (mark.at, mark.low, mark.high) == (25.0, 10.0, 50.0)
    assert mark_of(metric(None), Scale(0.0, 1.0)) is None
    assert [tick.label for tick in Scale(-0.1, 0.1).ticks] == ["−0.1", "−0.05", "0", "0.05", "0.1"]
    assert [number_words(value) for value in (0.8734, 12.34, 1204.4, -0.5)] == ["0.873", "12.3", "1,204", "−0.500"]
    assert figure_words(metric(None)) == "too few to say"


def test_the_command_writes_the_page_beside_the_run(tmp_path: Path) -> None:
    keep(tmp_path, result(rows=ROWS), ROWS)
    done = run(tmp_path, "report", "pubmedqa-1")
    assert done.exception is None, done.exception
    assert Path(done.stdout.strip()) == tmp_path / "evaluations" / "pubmedqa-1" / "report.html"
    with pytest.raises(InvalidInput, match="give another --out"):
        raise run(tmp_path, "report", "pubmedqa-1", "--out", str(tmp_path / "no" / "page.html")).exception or AssertionError
    with pytest.raises(InvalidInput, match="There is no run"):
        raise run(tmp_path, "report", "claims-9").exception or AssertionError


def test_the_table_holds_the_fullest_run_and_its_command(tmp_path: Path) -> None:
    few = [*ROWS[:10]]
    limited = result("pubmedqa-9", rows=few).model_copy(
        update={"settings": {"data": "shared", "limit": 10, "model": {"name": "embedded"}}}
    )
    keep(tmp_path, result(rows=ROWS), ROWS)
    keep(tmp_path, limited, few)
    keep(tmp_path, result("pubmedqa-0", rows=few), few)
    page = tmp_path / "figures.md"
    page.write_text(f"before\n{BEGINS}\nold\n{ENDS}\nafter\n", encoding="utf-8")
    done = run(tmp_path, "table", "--into", str(page))
    assert done.exception is None, done.exception
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGINS}\n| suite |")
    assert text.endswith(f"{ENDS}\nafter\n")
    assert "old" not in text
    assert "| pubmedqa | Accuracy | extractive | 0.600 | 0.500 to 0.700 | 40 | 12 |" in text
    assert (
        "| pubmedqa | Accuracy, turned less as it was | extractive: difference | −0.250 | −0.500 to +0.000 | 40 | 12 |" in text
    )
    assert "`evidence evaluate pubmedqa --model embedded --limit 10`" in text
    assert "pubmedqa-0" not in text
    page.write_text("no place", encoding="utf-8")
    with pytest.raises(InvalidInput, match="no place for the table"):
        raise run(tmp_path, "table", "--into", str(page)).exception or AssertionError
    with pytest.raises(InvalidInput, match="No run of a suite"):
        raise run(tmp_path / "empty", "table").exception or AssertionError


def test_a_cell_cannot_break_the_table() -> None:
    odd = result().model_copy(update={"settings": {"data": "a|b `c`\nd", "model": {"name": "x | y"}}})
    assert "`" not in command_of(odd)
    lines = write_table([odd]).splitlines()
    assert all(line.startswith("|") for line in lines if line)
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines if line} == {8}
