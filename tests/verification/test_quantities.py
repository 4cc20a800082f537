from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.text import normalise
from verification.numbers import same_quantity
from verification.quantities import Kind, Quantity, read_quantities


def read(text: str) -> list[tuple[str, str, str]]:
    """Value, kind and unit (or `%`) of each number."""
    return [(str(item.value), item.kind.value, "%" if item.percent else item.unit) for item in read_quantities(text)]


def only(text: str) -> Quantity:
    (quantity,) = read_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234 patients", "1234"),
        ("25\u2009685 patients", "25685"),
        ("0·82", "0.82"),
        ("·05", "0.05"),
        (".05", "0.05"),
        ("a change of −3.9", "-3.9"),
        ("a change of - 3.9", "3.9"),
        ("(−0.5)", "-0.5"),
        ("six hundred and eighteen women", "618"),
        ("twenty-five", "25"),
        ("twelve", "12"),
        ("two thousand three hundred", "2300"),
        ("0,82", "0.82"),
        ("1,234,567", "1234567"),
    ],
)
def test_values(text: str, value: str) -> None:
    assert only(text).value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "95% CI, 0·70–0·95",
            [("95", "confidence level", "%"), ("0.70", "confidence interval", ""), ("0.95", "confidence interval", "")],
        ),
        (
            "95% confidence interval [CI] −5.2 to −1.1",
            [("95", "confidence level", "%"), ("-5.2", "confidence interval", ""), ("-1.1", "confidence interval", "")],
        ),
        ("(P<.001)", [("0.001", "p value", "")]),
        ("p for trend = 0.03", [("0.03", "p value", "")]),
        ("people with dementia 0.07", [("0.07", "number", "")]),
        ("12/345 (3.5%)", [("12", "part of a total", ""), ("345", "part of a total", ""), ("3.5", "number", "%")]),
        ("10, 20 and 40 mg", [("10", "number", "mg"), ("20", "number", "mg"), ("40", "number", "mg")]),
        ("5-10%", [("5", "range", "%"), ("10", "range", "%")]),
        ("aged 5 to 10 years", [("5", "range", "years"), ("10", "range", "years")]),
        ("mean 3.9 ± 1.2 kg", [("3.9", "number", "kg"), ("1.2", "standard deviation or error", "kg")]),
        ("a 12-week course", [("12", "number", "weeks")]),
        ("at week 12", [("12", "number", "weeks")]),
        ("type 2 diabetes", [("2", "number in a name", "")]),
        ("COVID-19 and IL-6 and HbA1c", []),
        ("in 2010", [("2010", "year", "")]),
        ("n = 2010", [("2010", "number", "people")]),
        ("the 2nd dose", [("2", "ordinal", "")]),
        ("two thirds of women", [(str(Decimal(2) / Decimal(3)), "fraction", "")]),
        ("twice daily", [("2", "number", "times")]),
        ("odds ratio 1.8", [("1.8", "effect estimate", "")]),
        ("12 percentage points", [("12", "number", "percentage points")]),
        ("once they were seen", []),
    ],
)
def test_kinds_and_units(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("claimed", "quoted", "same"),
    [
        ("12%", "12 per cent", True),
        ("12%", "12 patients", False),
        ("12", "12%", False),
        ("20 mg", "20 mg/day", True),
        ("20 mg", "20 ml", False),
        ("20 mg", "20", False),
        ("20", "20 mg", True),
        ("0.50", "0.5", True),
        ("0.5", "0.49", False),
        ("p = 0.03", "P=.03", True),
        ("p < 0.05", "p = 0.05", False),
        ("p = 0.03", "0.03", False),
        ("0.03", "p = 0.03", False),
        ("RR 0.8", "relative risk 0.80", True),
        ("RR 0.8", "OR 0.8", False),
        ("0.8", "OR 0.8", True),
        ("HR 0.8", "(0.8)", True),
        ("more than 50 people", "fewer than 50 people", False),
        ("twelve women", "12 women", True),
        ("-3.9 kg", "3.9 kg", False),
        ("two-fold", "2 fold", True),
        ("12 months", "12 weeks", False),
        ("SD 4.5", "± 4.5", True),
        ("SD 4.5", "SE 4.5", False),
        ("4.5", "12.3 ± 4.5", False),
    ],
)
def test_two_numbers_are_the_same_only_if_value_and_kind_agree(claimed: str, quoted: str, same: bool) -> None:
    assert any(same_quantity(only(claimed), other) for other in read_quantities(quoted)) is same


def test_both_bounds_of_an_interval_go_together() -> None:
    low, high = [item for item in read_quantities("95% CI 0.2 to 0.7 in one, 95% CI 0.3 to 0.8") if item.kind is Kind.INTERVAL][
        :2
    ]
    assert (low.partner, high.partner) == (Decimal("0.7"), Decimal("0.2"))
    claimed = read_quantities("95% CI 0.2 to 0.8")[1]
    assert not same_quantity(claimed, low)
    assert not same_quantity(claimed, high)


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_spans_are_true(text: str) -> None:
    plain = normalise(text).text
    for item in read_quantities(text):
        assert plain[item.start : item.end] == item.text


@given(st.decimals(min_value=0, max_value=99999, places=2, allow_nan=False))
def test_every_decimal_is_found_again(value: Decimal) -> None:
    assert only(f"a mean of {value} here").value == value
