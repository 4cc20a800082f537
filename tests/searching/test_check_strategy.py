from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import InvalidInput
from evidence.question import Framework, Protocol, QuestionElement
from evidence.search import LineResult
from evidence.strategy_check import NOT_PEER_REVIEW, PressElement, Severity, StrategyFinding, StrategyReport
from searching.check_strategy import MOST_COUNTED, check_strategy, countable_queries
from tests.searching.check_cases import CLEAN, PLANTED, Planted, SmallMesh

PROTOCOL = Protocol(
    question="Does exercise reduce fatigue in people with anaemia?",
    framework=Framework.PICO,
    elements=(
        QuestionElement(name="population", text="people with anaemia"),
        QuestionElement(name="intervention", text="exercise"),
        QuestionElement(name="outcome", text="fatigue"),
    ),
    proposed_by="person",
)


def check(text: str) -> StrategyReport:
    return check_strategy(text, vocabulary=SmallMesh())


def of_rule(report: StrategyReport, rule: str) -> list[StrategyFinding]:
    return [finding for finding in report.findings if finding.rule == rule]


def place(report: StrategyReport, finding: StrategyFinding) -> str:
    text = next(line.text for line in report.lines if line.number == finding.line)
    return text[finding.start : finding.end]


def test_a_clean_strategy_has_no_finding() -> None:
    report = check(CLEAN)
    assert report.findings == ()
    assert report.result == "no revision"
    assert report.counts == dict.fromkeys(PressElement, 0)
    assert report.statement == NOT_PEER_REVIEW
    assert "item 14" in report.statement


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.rule}: {planted.new[:40]}")
def test_a_planted_fault_is_found_in_its_place_and_nothing_else(planted: Planted) -> None:
    assert CLEAN.count(planted.old) == 1
    report = check(CLEAN.replace(planted.old, planted.new))
    found = of_rule(report, planted.rule)
    assert planted.points_at in [place(report, finding) for finding in found], report.findings
    first = next(finding for finding in found if place(report, finding) == planted.points_at)
    assert first.severity == planted.severity
    if planted.suggestion is not None:
        assert first.suggestion == planted.suggestion
    echoes = {"concept-without-heading", "heading-without-text", "spelling-variant", "singular-or-plural"}
    assert {finding.rule for finding in report.findings} - {planted.rule} - planted.also <= echoes


def test_every_rule_has_a_planted_fault_or_a_test_of_its_own() -> None:
    from searching import checks
    from searching.checks.rule import Rule

    rules = set()
    for file in Path(next(iter(checks.__path__))).glob("*.py"):
        module = __import__(f"searching.checks.{file.stem}", fromlist=["x"])
        rules |= {value.name for value in vars(module).values() if isinstance(value, Rule)}
    own_tests = {
        "duplicate-line",
        "element-not-searched",
        "line-goes-on",
        "line-numbering",
        "line-without-hits",
        "lines-not-joined",
        "many-concepts",
        "outcome-or-comparator-required",
        "source-warning",
    }
    assert rules == {planted.rule for planted in PLANTED} | own_tests


def test_the_reading_from_left_to_right_is_shown() -> None:
    (finding,) = of_rule(check("stroke[ti] OR apoplexy[ti] AND exercise[ti] AND fatigue[ti]"), "mixed-operators")
    assert "(stroke[ti] OR apoplexy[ti]) AND exercise[ti] AND fatigue[ti]" in finding.message


def test_a_heading_is_suggested_as_authors_write_it() -> None:
    (finding,) = of_rule(check('"Anemia, Sickle Cell"[mh] AND exercise[ti]'), "heading-without-text")
    assert finding.suggestion == '"Anemia, Sickle Cell"[mh] OR "sickle cell anemia"[tiab]'


def test_a_tag_on_a_group_is_rewritten_term_by_term() -> None:
    (finding,) = of_rule(check('("hip pain" OR (sore AND hips))[tiab]'), "tag-on-group")
    assert '("hip pain"[tiab] OR (sore[tiab] AND hips[tiab]))' in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "a stroke[tiab] NOT (Animals[Mesh] not (Animals[Mesh] AND Humans[Mesh]))",
        "stroke[tiab] NOT (female[mh] NOT (female[mh] AND male[mh]))",
        "(child[mh] OR infant[mh]) NOT ((child[mh] OR infant[mh]) AND adult[mh])",
    ],
)
def test_a_not_that_spares_what_is_about_both_is_no_fault(text: str) -> None:
    assert {f.rule for f in check(text).findings} & {"not-loses-records", "not-animals", "humans-limit"} == set()


def test_lines_are_followed_into_limits() -> None:
    report = check('#1 stroke[tiab]\n#2 "Humans"[Mesh]\n#3 2010:2020[dp]\n#4 #1 AND #2\n#5 #1 AND #3\n#6 #4 OR #5')
    (humans,) = of_rule(report, "humans-limit")
    assert (humans.line, place(report, humans)) == (2, '"Humans"[Mesh]')
    assert {(f.line, place(report, f)) for f in of_rule(report, "filter-in-sub-clause")} == {(4, "#2"), (5, "#3")}


def test_one_fault_does_not_hide_the_others() -> None:
    report = check('("Strokee"[mh] OR ab*[tiab] OR stroke[tiba]) AND (exercise or sport)[tiab] AND (#7 AND “gym”[ti]')
    assert {"unknown-heading", "short-truncation", "unknown-tag", "tag-on-group", "missing-line", "syntax-error"} <= {
        finding.rule for finding in report.findings if finding.severity is Severity.ERROR
    }
    assert of_rule(report, "smart-quotes")
    assert report.result == "revision required"


def test_a_place_counts_the_printed_number() -> None:
    report = check("1. stroke[tiab]\n2) ab*[tiab]\n#3 #1 OR #2")
    (finding,) = of_rule(report, "short-truncation")
    assert (finding.line, finding.start, finding.end) == (2, 3, 6)


def test_line_numbers_that_are_not_the_lines() -> None:
    report = check("#1 stroke[tiab]\nexercise[tiab]\n#7 #1 AND #2")
    (finding,) = of_rule(report, "line-numbering")
    assert (finding.line, place(report, finding)) == (3, "#7 ")


def test_gaps_in_the_numbers_are_kept() -> None:
    report = check("#1 stroke[tiab]\n#3 exercise[tiab]\n#5 #1 AND #3")
    assert [line.number for line in report.lines] == [1, 3, 5]
    assert of_rule(report, "missing-line") == of_rule(report, "line-numbering") == []


def test_titles_are_no_lines_and_a_broken_line_goes_on() -> None:
    report = check(
        "1. Population: adults\nstroke[tiab]\nOR apoplexy[tiab]\n"
        "2. Exposure: movement\nexercise[tiab]\nSearch combination\n#1 AND #2"
    )
    assert [line.text for line in report.lines] == ["stroke[tiab] OR apoplexy[tiab]", "exercise[tiab]", "#1 AND #2"]
    (finding,) = of_rule(report, "line-goes-on")
    assert (finding.line, place(report, finding)) == (1, "OR")


def test_lines_that_nothing_joins() -> None:
    (finding,) = of_rule(check("stroke[tiab]\nexercise[tiab]\nfatigue[tiab]"), "lines-not-joined")
    assert finding.line == 3


def test_a_line_that_stands_twice() -> None:
    (finding,) = of_rule(check("#1 stroke[tiab]\n#2  Stroke[tiab]\n#3 #1 OR #2"), "duplicate-line")
    assert finding.line == 2


def test_a_strategy_for_ovid_is_said_once() -> None:
    report = check("1. exp Stroke/\n2. (strok$ or apoplex$).ti,ab.\n3. 1 or 2\n4. limit 3 to english language")
    assert [finding.rule for finding in report.findings] == ["ovid-syntax"]
    assert "evidence search translate" in report.findings[0].message


def test_counts_and_what_the_source_says() -> None:
    results = [
        LineResult(number=1, query="a", count=0),
        LineResult(number=2, query="b", count=3, warnings=("QuotedPhrasesNotFound: physical activity",)),
    ]
    report = check_strategy(CLEAN, vocabulary=SmallMesh(), results=results, source="a source")
    (empty,) = of_rule(report, "line-without-hits")
    assert empty.line == 1
    (said,) = of_rule(report, "source-warning")
    assert place(report, said) == '"physical activity"[tiab]'
    assert [line.count for line in report.lines] == [0, 3, None, None, None]
    assert not any("counted" in sentence for sentence in report.not_checked)


def test_the_question_is_held_against_the_concepts() -> None:
    without_exercise = '#1 "Anemia"[mh] OR anaemi*[tiab] OR anemi*[tiab]\n#2 fatigue[tiab] OR "Fatigue"[mh]\n#3 #1 AND #2'
    report = check_strategy(without_exercise, vocabulary=SmallMesh(), protocol=PROTOCOL)
    assert [("intervention" in f.message, f.line) for f in of_rule(report, "element-not-searched")] == [(True, 3)]
    (required,) = of_rule(report, "outcome-or-comparator-required")
    assert (required.line, required.severity) == (2, Severity.ADVICE)
    assert of_rule(check_strategy(CLEAN, vocabulary=SmallMesh(), protocol=PROTOCOL), "element-not-searched") == []


def test_too_many_concepts() -> None:
    report = check(" AND ".join(f"{word}*[tiab]" for word in ("stroke", "exerc", "fatig", "anem", "sleep", "quality")))
    (finding,) = of_rule(report, "many-concepts")
    assert finding.message.startswith("6 concepts")


def test_what_could_not_be_checked_is_said() -> None:
    said = check_strategy(CLEAN).not_checked
    assert [word for word in ("question", "MeSH", "counted") if any(word in sentence for sentence in said)] == [
        "question",
        "MeSH",
        "counted",
    ]
    assert check_strategy(CLEAN).vocabulary == ""


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff"])
def test_nothing_to_check(text: str) -> None:
    with pytest.raises(InvalidInput, match="no line"):
        check_strategy(text)


def test_too_much_to_check() -> None:
    with pytest.raises(InvalidInput, match="characters"):
        check_strategy("a" * 200_001)


def test_what_can_be_counted() -> None:
    text = "#1 stroke[tiab]\n#2 (broken[tiab]\n#3 #1 AND #2\n#4 #1 OR apoplexy[tiab]"
    assert countable_queries(text) == [(1, "stroke[tiab]"), (4, "(stroke[tiab]) OR apoplexy[tiab]")]
    assert len(countable_queries("\n".join(["stroke[tiab]"] * (MOST_COUNTED + 9)))) == MOST_COUNTED


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='ab* ()[]"“”#12?$:~/\n.,–é\u200bANDORmhti', max_size=80).filter(lambda text: text.strip("\ufeff \n")))
def test_any_text_gives_a_report_whose_places_lie_in_their_lines(text: str) -> None:
    try:
        report = check(text)
    except InvalidInput:
        return
    lengths = {line.number: len(line.text) for line in report.lines}
    assert all(0 <= f.start <= f.end <= lengths[f.line] for f in report.findings)


def test_hostile_strategies_take_no_long_time() -> None:
    doubling = "\n".join(["#1 stroke[tiab]"] + [f"#{n} #{n - 1} OR #{n - 1}" for n in range(2, 300)])
    started = time.process_time()
    for text in (doubling, "(" * 3000 + "a" + ")" * 3000, '"' * 5001, "a* " * 3000, "[x]" * 2000, "a OR b AND " * 900 + "c"):
        check(text)
    assert time.process_time() - started < 20


def test_real_strategies_have_few_errors(shared_data: Path) -> None:
    """PubMed strategies that specialists ran: what is called an error must be rare (each was read by eye)."""
    counts: Counter[str] = Counter()
    with (shared_data / "boolean_queries" / "sysrev_seed.jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["query"] for line in lines]
    for text in texts:
        counts.update({finding.rule for finding in check_strategy(text).findings if finding.severity is Severity.ERROR})
    assert len(texts) == 40
    assert sum(counts.values()) <= 6, counts
