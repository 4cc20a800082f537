from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from verification.reported.arms import read_arms
from verification.reported.candidates import NAMES, Candidates
from verification.reported.cells import Role, read_cell
from verification.reported.fields import Arm, Asked, Field
from verification.reported.prose import read_sentence
from verification.reported.report import Number, Report, read_report
from verification.reported.sentence_arms import arms_in_sentence
from verification.reported.sentence_roles import TwoArms, numbers_of_the_other_arm, size_of_one_arm
from verification.reported.signs import NAMES as SIGN_NAMES
from verification.reported.signs import Held, signs
from verification.reported.tables import read_table
from verification.reported.trees import Forest
from verification.reported.words import abbreviations, labels

TABLE = """
::: caption
Outcomes at week 12. Z1 = zinc 10 mg
:::

                              Group Z1 (*n* = 49)   Group P (*n* = 50)   *P*
  --------------------------- --------------------- -------------------- -------
  Nights with cough, n (%)    12 (24 %)             20 (40 %)            0.04
  Symptoms
   Duration of cold (days)    4.1 ± 1.2             5.9 ± 1.4            <0.001
   Adverse effects, n/N (%)   3/48 (6)              5/50 (10)            0.7

Z1 = zinc 10 mg; P = placebo."""

SPANNED = """
::: caption
Weights
:::

  -----------------------------------------------------
               Zinc            Placebo
               (*n* = 30)      (*n* = 31)
  ------------ --------------- ------------------------
  Weight (kg)  −5.8 (1.8)      −0.2 (1.0)

  Height (cm)  170 (7)         171 (8)
  -----------------------------------------------------
"""

ROWSPAN = """
::: caption
Visits
:::

  Outcome   Arm       Clusters      n/N (%)        Mean (SD)
  --------- --------- ------------- -------------- ------------
  Tested    Control   12            43/153 (28)    33.9 (29)
  Zinc      14        41/183 (23)   48.3 (33)
  Iron      13        40/180 (22)   47.1 (30)
  Treated   Control   12            45/66 (68)     61.9 (34)
  Zinc      14        51/70 (73)    60.0 (31)
"""

ROWSPAN_AT_BOTH_ENDS = """
  Outcome   Arm       Clusters      n/N (%)        Mean (SD)     P
  --------- --------- ------------- -------------- ------------- -----
  Tested    Control   12            43/153 (28)    33.9 (29)     0.47
  Zinc      14        41/183 (23)   48.3 (33)
  Iron      13        40/180 (22)   47.1 (30)
  Treated   Control   12            45/66 (68)     61.9 (34)     0.71
  Zinc      14        51/70 (73)    60.0 (31)
"""

SHIFTED = """
  Adverse event   Zinc (mg)
  --------------- ----------- --------- ---------
  1               5           Placebo
  Headache        0           2         3
  Back pain       0           1         1
  Nausea          0           2         0
"""

REPORT = (
    "# Abstract ## Background Zinc may shorten colds. ## Methods Patients were randomised to zinc 10 mg (group Z1, n = 49) or "
    "placebo (group P, n = 50). ## Results Colds lasted 4.1 days with zinc and 5.9 days with placebo. # Results Cough at "
    f"night was seen in 24 and 40 % in groups Z1 and P, respectively. ::::table-wrap{TABLE}:::: Fever lasted 2.1 (SD 0.4) vs "
    "2.6 (0.5) days."
)

ASKED = Asked("zinc 10 mg (Z1)", "placebo", "duration of cold")


@pytest.fixture(scope="module")
def report() -> Report:
    return read_report(REPORT)


def _in_table(report: Report, text: str) -> list[Number]:
    return [number for number in report.numbers if number.place.table == 0 and number.printed.text == text]


def test_a_simple_table_gives_headers_sections_sizes_and_notes() -> None:
    table = read_table(TABLE)
    assert table is not None
    assert table.headers[1] == ("Group Z1 (n = 49)",)
    assert table.rows[0].cells == ("Nights with cough, n (%)", "12 (24 %)", "20 (40 %)", "0.04")
    assert table.rows[2].sections == ("Symptoms",)
    assert table.rows[2].sizes == (None, 49, 50, None)
    assert "placebo" in table.notes


def test_a_framed_table_joins_its_header_lines() -> None:
    table = read_table(SPANNED)
    assert table is not None
    assert table.headers[1] == ("Zinc (n = 30)",)
    assert [row.cells for row in table.rows] == [
        ("Weight (kg)", "-5.8 (1.8)", "-0.2 (1.0)"),
        ("Height (cm)", "170 (7)", "171 (8)"),
    ]


def test_rows_under_a_spanning_cell_are_moved_back() -> None:
    table = read_table(ROWSPAN)
    assert table is not None
    assert table.rows[1].cells == ("Tested", "Zinc", "14", "41/183 (23)", "48.3 (33)")
    assert table.rows[4].cells[:2] == ("Treated", "Zinc")


def test_rows_under_two_spanning_cells_at_both_ends_are_moved_back_by_one() -> None:
    table = read_table(ROWSPAN_AT_BOTH_ENDS)
    assert table is not None
    assert [row.cells for row in table.rows[1:3]] == [
        ("Tested", "Zinc", "14", "41/183 (23)", "48.3 (33)", ""),
        ("Tested", "Iron", "13", "40/180 (22)", "47.1 (30)", ""),
    ]


def test_a_picture_is_no_table() -> None:
    assert read_table("\n::: caption\nA graph\n:::\n\n![]()") is None


@pytest.mark.parametrize(
    ("cell", "words", "roles"),
    [
        ("4.1 ± 1.2", "", [Role.MEAN, Role.SPREAD]),
        ("12 (24 %)", "", [Role.COUNT, Role.PERCENT]),
        ("3/48 (6)", "adverse effects, n/n (%)", [Role.COUNT, Role.TOTAL, Role.PERCENT]),
        ("45.2 (9.5)", "age mean (sd)", [Role.MEAN, Role.SPREAD]),
        ("-5.6 (-6.2, -5.1)", "difference", [Role.MEAN, Role.BOUND, Role.BOUND]),
        ("0.04", "p value", [Role.P]),
        ("n = 49", "", [Role.SIZE]),
    ],
)
def test_a_cell_says_what_its_numbers_are(cell: str, words: str, roles: list[Role]) -> None:
    assert [number.role for number in read_cell(cell, words)] == roles


def test_a_sentence_says_what_its_numbers_are() -> None:
    found = read_sentence("Forty patients (n = 40) had 29/40 (73%) events, 4.1 ± 1.2 days, 2.1 (SD 0.4), P = 0.03.")
    assert [(number.value, number.role) for number in found] == [
        (40, Role.COUNT), (40, Role.SIZE), (29, Role.COUNT), (40, Role.TOTAL), (73, Role.PERCENT), (4.1, Role.MEAN),
        (1.2, Role.SPREAD), (2.1, Role.MEAN), (0.4, Role.SPREAD), (0.03, Role.P),
    ]  # fmt: skip


def test_abbreviations_and_group_labels_are_read() -> None:
    found = abbreviations("an intensive lifestyle intervention (ILI) was given. NRS: numeric rating scale.")
    assert {"ili", "nrs"} <= set(found)
    assert labels("Group A and arm 2 and the B group") == {"group:a", "group:2", "group:b"}


@pytest.mark.parametrize(
    ("sentence", "number", "arm"),
    [
        ("Pain was less with zinc (2.1) than with placebo (3.4).", "2.1", 0),
        ("Pain was less with zinc (2.1) than with placebo (3.4).", "3.4", 1),
        ("There were 29 events in the zinc group and 40 in the placebo group.", "29", 0),
        ("There were 29 events in the zinc group and 40 in the placebo group.", "40", 1),
        ("Zinc was compared with placebo (6.6 ± 4.4 versus 23.4 ± 8.9).", "23.4", 1),
        ("Relapse was seen in 24 and 40 % in the placebo and zinc groups, respectively.", "24", 1),
        ("More people in the zinc group weighed themselves (79% vs. 29%).", "29", 1),
        ("In comparison to the placebo group, events were fewer (1 vs 5).", "1", 0),
        ("There were 64 placebo, 59 zinc participants.", "59", 0),
        ("Of 30 patients, 14 (47%) had zinc and 16 (53%) received placebo.", "16", 1),
        ("Pain was 34.5 ± 14.6 in the zinc group and 32.7 ± 14.3 in the placebo group.", "32.7", 1),
        ("The rate was higher in the zinc group (61.9%) compared to the placebo group (46.8%).", "46.8", 1),
        ("Relapse was seen in 50, 49 and 48 patients on iron, zinc and placebo, respectively.", "49", 0),
    ],
)
def test_a_number_takes_the_arm_of_its_place_in_the_sentence(sentence: str, number: str, arm: int) -> None:
    arms = read_arms("zinc", "placebo", "", "")
    bound = arms_in_sentence(arms.mentions(sentence), read_sentence(sentence), sentence)[sentence.index(number)]
    assert bound[arm] > bound[1 - arm]


@pytest.mark.parametrize(
    ("first", "second", "text", "arm"),
    [
        ("gum", "no gum", "Gum group (n = 36)", 0),
        ("gum", "no gum", "No gum group (n = 37)", 1),
        ("glucose with quinine", "glucose without quinine", "Without quinine", 1),
        ("before the programme", "after the programme", "Study site, preintervention phase", 0),
        ("before the programme", "after the programme", "Study site, postintervention phase", 1),
        ("zinc", "zinc and iron", "Zinc", 0),
        ("zinc", "zinc and iron", "Zinc and iron", 1),
    ],
)
def test_an_arm_is_told_by_what_it_has_not_by_its_time_and_by_its_parts(first: str, second: str, text: str, arm: int) -> None:
    bound = read_arms(first, second, "", "").match(text)
    assert bound[arm] > bound[1 - arm]


def test_the_outcomes_own_words_name_no_arm() -> None:
    row = "Treatment according to guidelines"
    assert read_arms("zinc", "iron", "treatment according to guidelines", "").match(row) == (0.0, 0.0)
    assert read_arms("zinc", "iron", "cough", "").match(row)[0] > 0


def test_the_number_of_a_dose_that_was_not_asked_for_is_no_arms() -> None:
    sentence = "Seizures fell with placebo by 13.3, with 1200 mg by 34.5 and with 2400 mg by 52.7."
    arms = read_arms("drug 1200 mg", "placebo", "", "")
    found = arms_in_sentence(arms.mentions(sentence), read_sentence(sentence), sentence)
    bound = [found[sentence.index(number)] for number in ("13.3", "34.5", "52.7")]
    assert [one.index(max(one)) if max(one) else None for one in bound] == [1, 0, None]


@pytest.mark.parametrize(
    ("sentence", "zeros"),
    [
        ("There were no serious adverse events in either group.", 1),
        ("None of the patients in the zinc group died.", 1),
        ("There was no significant difference between the patients.", 0),
        ("There was no evidence that events differed.", 0),
    ],
)
def test_that_nothing_happened_is_a_printed_zero(sentence: str, zeros: int) -> None:
    assert [(found.value, found.role) for found in read_sentence(sentence)] == [(0.0, Role.COUNT)] * zeros


def test_a_header_under_a_spanning_one_is_moved_under_it() -> None:
    table = read_table(SHIFTED)
    assert table is not None
    assert [words[-1] for words in table.headers[1:]] == ["1", "5", "Placebo"]
    assert table.rows[0].cells == ("Headache", "0", "2", "3")


TWO_ROWS = """
::: caption
Adverse events
:::

  Event        Placebo (n = 40)   Zinc, mg/day
  ------------ ------------------ -------------- ------------
  10 (n = 41)  20 (n = 42)
  Any event    12 (30)            15 (37)        18 (43)
  Nausea       3 (8)              4 (10)         6 (14)
  Headache     2 (5)              3 (7)          4 (10)"""

LABELS_SPAN = """
::: caption
Links
:::

                     Group A (n = 60)   Group B (n = 59)
  ------------------ ------------------ ---------------- ----------
  Clicked            At any time        24 (40%)         51 (86%)
                     Within a day       12 (20%)         30 (51%)
                     Later              12 (20%)         21 (36%)"""


@pytest.mark.parametrize(
    ("block", "headers"),
    [
        (TWO_ROWS, ["Event", "Placebo (n = 40)", "Zinc, mg/day 10 (n = 41)", "Zinc, mg/day 20 (n = 42)"]),
        (LABELS_SPAN, ["", "", "Group A (n = 60)", "Group B (n = 59)"]),
    ],
    ids=["some headers span two rows", "the label spans two columns"],
)
def test_headers_are_put_back_over_their_columns(block: str, headers: list[str]) -> None:
    table = read_table(block)
    assert table is not None
    assert [" ".join(words) for words in table.headers] == headers


def test_the_second_of_two_group_labels_is_the_other_arms() -> None:
    arms = read_arms("zinc", "watchful care", "", "Zinc was given (Group I). Group II had nothing.")
    assert arms.match("Group I")[0] > 0.5
    assert arms.match("Group II")[1] > 0.5


RECORD = "Of 120 people, 61 received zinc and 59 placebo. Colds lasted 4.1 days with zinc and 5.9 days with placebo."
ZINC = TwoArms("zinc lozenges", "placebo", RECORD)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("Colds lasted 5.9 days in the zinc group and 4.1 days in the placebo group.", ["5.9", "4.1"]),
        ("Colds lasted 4.1 days in the zinc group and 5.9 days in the placebo group.", []),
        ("The placebo group had colds of 5.9 days, against 4.1 days with zinc.", []),
        ("Colds lasted 5.9 days.", []),
    ],
)
def test_a_number_said_of_the_other_arm_is_found(said: str, wrong: list[str]) -> None:
    sentence = RECORD.partition(". ")[2]
    assert [number for number, _ in numbers_of_the_other_arm(said, sentence, ZINC)] == wrong


@pytest.mark.parametrize(("number", "arm"), [(61, Arm.INTERVENTION), (59, Arm.COMPARATOR), (120, None), (7, None)])
def test_the_size_of_one_arm_is_told_from_the_whole(number: int, arm: Arm | None) -> None:
    assert size_of_one_arm(number, "Of 120 people, 61 people received zinc and 59 people received placebo.", ZINC) is arm


def test_columns_are_bound_to_arms_by_group_labels_and_notes(report: Report) -> None:
    candidates = Candidates(report, ASKED)
    towards = candidates.towards(Arm.INTERVENTION)
    at = {number.printed.text: towards[place] for place, number in enumerate(report.numbers) if number.place.table == 0}
    assert at["4.1"] > 0.2 > -0.2 > at["5.9"]


def test_the_row_of_the_outcome_fits_it_best(report: Report) -> None:
    candidates = Candidates(report, ASKED)
    fits = dict(zip(report.numbers, candidates.outcome_fit, strict=True))
    (right,) = _in_table(report, "4.1")
    (other,) = _in_table(report, "12")
    assert fits[right] > fits[other]


def test_events_may_be_a_percentage_of_the_group(report: Report) -> None:
    candidates = Candidates(report, ASKED)
    printed, derived = candidates.equal(12, Field.EVENTS, 49)
    assert printed.sum() == 1
    assert derived.any()
    percent_itself, _ = candidates.equal(24, Field.EVENTS, 49)
    assert not percent_itself.any(), "24 % is not 24 events"


def test_signs_and_features_are_named_and_finite(report: Report) -> None:
    candidates = Candidates(report, ASKED)
    features = candidates.features(Arm.COMPARATOR)
    assert features.shape == (len(report.numbers), len(NAMES))
    assert np.isfinite(features).all()
    scores = {(arm, field): np.full(len(report.numbers), 0.5) for arm in Arm for field in Field}
    reading = {
        (Arm.INTERVENTION, Field.MEAN): 4.1,
        (Arm.COMPARATOR, Field.MEAN): 5.9,
        (Arm.INTERVENTION, Field.GROUP_SIZE): 49.0,
    }
    for arm, field in reading:
        found = signs(Held(candidates, scores, reading, arm, field))
        assert set(found) <= set(SIGN_NAMES)
        assert all(isinstance(value, float) for value in found.values())
    assert signs(Held(candidates, scores, reading, Arm.INTERVENTION, Field.MEAN))["row with other arm"] == 1.0


def test_a_forest_follows_its_branches_and_missing_values() -> None:
    forest = Forest(
        names=("x",),
        feature=np.array([[[0, -1, -1]]], dtype=np.int16),
        threshold=np.array([[[1.5, 0, 0]]], dtype=np.float32),
        left=np.array([[[1, 0, 0]]], dtype=np.int16),
        right=np.array([[[2, 0, 0]]], dtype=np.int16),
        missing_left=np.array([[[False, False, False]]]),
        value=np.array([[[0, -2, 3]]], dtype=np.float32),
        base=np.array([1.0], dtype=np.float32),
    )
    found = forest.probability(np.array([[1.0], [2.0], [np.nan]]))
    assert found == pytest.approx([1 / (1 + np.exp(1.0)), 1 / (1 + np.exp(-4.0)), 1 / (1 + np.exp(-4.0))])
    assert len(forest.probability(np.zeros((0, 1)))) == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("::::table-wrap", 0),
        ("::::table-wrap ::::", 0),
        ("1" * 5000, 0),
        ("  --- ---\n  1   2\n", 2),
        ("(" * 2000 + "n = 3", 1),
    ],
)
def test_any_text_is_read_without_a_fault(text: str, count: int) -> None:
    report = read_report(text)
    assert len(report.numbers) == count
    features = Candidates(report, ASKED).features(Arm.INTERVENTION)
    assert features.shape == (count, len(NAMES))
    assert np.isfinite(features).all()


@pytest.mark.shared
def test_every_report_of_the_shared_data_is_read(shared_data: Path) -> None:
    with gzip.open(shared_data / "numeric_extraction" / "texts.jsonl.gz", "rt", encoding="utf-8") as stream:
        texts = [json.loads(line)["text"] for line in stream]
    read = [read_report(text) for text in texts]
    assert all(report.numbers for report in read)
    assert sum(number.place.table >= 0 for report in read for number in report.numbers) > 5_000
