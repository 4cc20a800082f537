from __future__ import annotations

import json
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from connectors.language_model.json_grammar import UnsupportedSchema, json_grammar


class Part(BaseModel):
    name: str = Field(max_length=5)


class Whole(BaseModel):
    kind: Literal["a", 'b"c']
    size: int = Field(ge=0, le=3)
    total: int = Field(ge=0)
    share: float | None
    parts: list[Part] = Field(max_length=3)
    first: Part
    sure: bool


def test_a_grammar_a_reader_can_check_by_hand() -> None:
    schema = {"type": "object", "properties": {"x": {"type": "integer", "minimum": 1, "maximum": 2}}}
    assert json_grammar(schema).splitlines()[0] == r'''root ::= "{" "\"x\": " ("1" | "2") "}"'''


def test_every_kind_of_field_has_its_rule() -> None:
    rules = dict(line.split(" ::= ", 1) for line in json_grammar(Whole.model_json_schema()).splitlines())
    assert r'("\"a\"" | "\"b\\\"c\"")' in rules["root"]
    assert '("0" | "1" | "2" | "3")' in rules["root"]
    assert r'"\"total\": " natural' in rules["root"]
    assert "(number | null)" in rules["root"]
    assert r'("[]" | "[" item0 (", " item0){0,2} "]")' in rules["root"]
    assert rules["item0"] == "def0_Part"
    assert rules["def0_Part"] == r'"{" "\"name\": " "\"" text0_5 "\"" "}"'
    assert rules["text0_5"] == "char{0,5}"
    assert rules["root"].count("def0_Part") == 1


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        {"type": "object", "properties": {"x": {"type": "string", "pattern": "a+"}}},
        {"type": "object", "properties": {"x": {"type": ["string", "null"]}}},
        {"type": "object", "properties": {"x": {"$ref": "#/$defs/Absent"}}},
        {"type": "array"},
        {},
    ],
)
def test_what_a_grammar_cannot_hold_is_refused(schema: dict[str, object]) -> None:
    with pytest.raises(UnsupportedSchema):
        json_grammar(schema)


def test_numbers_of_items_are_held_to() -> None:
    schema = {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 4}
    assert json_grammar(schema).splitlines()[0] == 'root ::= "[" item0 (", " item0){1,3} "]"'
    assert json_grammar(json.loads(json.dumps(schema | {"minItems": 0, "maxItems": 0}))).startswith('root ::= "[]"')


@pytest.mark.parametrize(("least", "most", "text"), [(0, 45, "text2_5"), (1, 41, "char{1,1} text2_0"), (0, None, "char*")])
def test_lengths_of_texts_are_counted_in_blocks(least: int, most: int | None, text: str) -> None:
    bounds = {"minLength": least} | ({} if most is None else {"maxLength": most})
    rules = dict(line.split(" ::= ", 1) for line in json_grammar({"type": "string"} | bounds).splitlines())
    assert rules["root"] == rf'"\"" {text} "\""'
    if most is not None:
        rest = text[-1]
        assert rules[f"text2_{rest}"] == f"block text1_{rest} | part"
        assert rules[f"text1_{rest}"] == f"block text0_{rest} | part"
        assert rules[f"text0_{rest}"] == ("char{0,5}" if rest == "5" else '""')
        assert (rules["block"], rules["part"]) == ("char{20,20}", "char{0,19}")
