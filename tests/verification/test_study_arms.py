"""Arms are read with their sizes and places; counts of events, of labels and of the whole study are no arms."""

from __future__ import annotations

import pytest

from verification.study_arms import arm_asked, compared_arms, other_arm, sized_arms


@pytest.mark.parametrize(
    ("text", "arms"),
    [
        ("Adults were randomised to zinc (n = 61) or placebo (n = 1,059).", [("zinc", "61"), ("placebo", "1059")]),
        ("Of 40 adults, 19 received zinc and 21 received placebo.", [("zinc", "19"), ("placebo", "21")]),
        ("We allocated 38 to the zinc group and 37 to the honey group.", [("zinc", "38"), ("honey", "37")]),
        ("Either zinc 1,000 mg daily (n=17) or placebo (n=15) was given.", [("zinc 1,000 mg daily", "17"), ("placebo", "15")]),
        ("Adults with tarnish fever (n = 120) were studied.", []),
        ("Adverse events were nausea (n = 4) and cough (n = 3).", []),
        ("Group 1 received zinc and group 2 received placebo.", []),
        ("Walking time rose by 23 seconds in the zinc group and 21 seconds in the placebo group.", []),
        ("Of these, 12 in the zinc group and 14 in the placebo group died.", []),
    ],
)
def test_arms_are_read_with_their_sizes(text: str, arms: list[tuple[str, str]]) -> None:
    found = sized_arms(text)
    assert [(name, size.value) for name, size in found] == arms
    assert all(text[size.start : size.end].replace(",", "") == size.value for _, size in found)


def test_the_two_arms_that_were_compared_are_read_and_the_other_of_them_follows() -> None:
    text = "Forty adults were randomly assigned to receive zinc lozenges or honey for 7 days."
    two = compared_arms(text)
    assert two is not None
    assert [arm.value for arm in two] == ["zinc lozenges", "honey"]
    other = other_arm(two, "zinc")
    assert other is not None
    assert text[other.start : other.end] == "honey"
    assert other_arm(two, "aspirin") is None
    assert compared_arms("We assessed whether the effect was better or worse.") is None


def test_what_was_asked_for_is_found_where_people_were_treated_and_not_in_the_background() -> None:
    text = "Zinc is common in soil. Adults were randomised to oral zinc lozenges or to no treatment."
    found = arm_asked(text, "zinc lozenges", against="no treatment")
    assert found is not None
    assert text[found.start : found.end] == "zinc lozenges"
    assert arm_asked(text, "vitamin C") is None


def test_an_arm_without_what_tells_it_apart_or_with_a_denial_is_not_the_arm_asked_for() -> None:
    text = "Adults were given attention training by faces, and others syrup without honey."
    assert arm_asked(text, "word attention training", against="face attention training") is None
    assert arm_asked(text, "syrup with honey") is None
    assert arm_asked(text, "syrup without honey") is not None
    assert arm_asked("A dose of 400 mg was given.", "dose 400 mg zinc", against="placebo") is None


def test_what_people_had_beside_an_arm_is_no_part_of_its_name() -> None:
    text = "There were 12 asthma attacks with salbutamol and 20 with placebo. Inhaled salbutamol for asthma was safe."
    found = arm_asked(text, "inhaled asthma salbutamol", against="placebo")
    assert found is not None
    assert found.value == "Inhaled salbutamol for asthma"
