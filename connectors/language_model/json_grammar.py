"""A JSON schema as a grammar without free white space.

The runtime's own translation of a schema allows any white space between tokens, and a small model can fall into
writing blanks until its limit. This one allows exactly the spaces that `json.dumps` writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BASE_RULES = (
    r"char ::= [^" + r'"\\\x00-\x1f\x7f] | "\\" ["\\/bfnrt]',
    'natural ::= "0" | [1-9] [0-9]{0,14}',
    'integer ::= "-"? natural',
    'number ::= integer ("." [0-9]{1,15})? ([eE] [+-]? [0-9]{1,3})?',
    'boolean ::= "true" | "false"',
    'null ::= "null"',
)
_LONGEST_RANGE = 100
_BLOCK = 20
_IGNORED = frozenset({"title", "description", "default", "examples", "$defs", "format", "$comment"})
_KNOWN = {
    "object": frozenset({"type", "properties", "required", "additionalProperties"}),
    "array": frozenset({"type", "items", "minItems", "maxItems"}),
    "string": frozenset({"type", "minLength", "maxLength"}),
    "integer": frozenset({"type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}),
    "number": frozenset({"type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}),
    "boolean": frozenset({"type"}),
    "null": frozenset({"type"}),
}


class UnsupportedSchema(ValueError):
    """Raised when a schema uses a keyword that this grammar cannot express; nothing is dropped in silence."""


def json_grammar(schema: Mapping[str, Any]) -> str:
    """The schema as EBNF whose first rule is `root`.

    Objects have every property, in the schema's order, required or not: a model that may skip a field skips the one
    that was wanted. Lengths of texts and lists and ranges of up to 100 whole numbers are held to; other bounds are
    left to the validation that follows. Raises `UnsupportedSchema` for anything else that the grammar cannot hold.
    """
    builder = _Builder(schema.get("$defs", {}))
    root = builder.expression(schema)
    return "\n".join((f"root ::= {root}", *builder.rules, *builder.lengths.values(), *_BASE_RULES))


class _Builder:
    """Collects one rule a schema, so that a definition used twice is written once."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._names: dict[str, str] = {}
        self.rules: list[str] = []
        self.lengths: dict[str, str] = {}

    def expression(self, schema: Mapping[str, Any]) -> str:
        keys = set(schema) - _IGNORED
        if "$ref" in keys:
            return self._reference(str(schema["$ref"]))
        if "const" in keys:
            return _literal(schema["const"])
        if "enum" in keys:
            return "(" + " | ".join(_literal(value) for value in schema["enum"]) + ")"
        for word in ("anyOf", "oneOf"):
            if word in keys:
                return "(" + " | ".join(self.expression(choice) for choice in schema[word]) + ")"
        if len(schema.get("allOf", ())) == 1:
            return self.expression(schema["allOf"][0])
        return self._typed(schema, keys)

    def _typed(self, schema: Mapping[str, Any], keys: set[str]) -> str:
        kind = schema.get("type")
        if not isinstance(kind, str) or kind not in _KNOWN:
            raise UnsupportedSchema(f"no grammar for type {kind!r}")
        if unknown := keys - _KNOWN[kind]:
            raise UnsupportedSchema(f"no grammar for {', '.join(sorted(unknown))} of {kind}")
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            return self._array(schema)
        if kind == "string":
            return self._text(int(schema.get("minLength", 0)), schema.get("maxLength"))
        if kind == "integer":
            return _integer(schema)
        return kind

    def _text(self, least: int, most: int | None) -> str:
        """Counted in blocks: the runtime prepares every counted character of a rule, 20 ms of processor time each,
        but a rule that is used again only once. A form of ten texts costs half a second so, and ten seconds otherwise.
        """
        begin = f" char{{{least},{least}}}" if least else ""
        if most is None:
            return f'"\\""{begin} char* "\\""'
        if most < least:
            raise UnsupportedSchema("a text cannot be shorter than its least length")
        blocks, rest = divmod(most - least, _BLOCK)
        self.lengths |= {"block": f"block ::= char{{{_BLOCK},{_BLOCK}}}", "part": f"part ::= char{{0,{_BLOCK - 1}}}"}
        self.lengths[f"text0_{rest}"] = f"text0_{rest} ::= " + (f"char{{0,{rest}}}" if rest else '""')
        for number in range(1, blocks + 1):
            name = f"text{number}_{rest}"
            self.lengths[name] = f"{name} ::= block text{number - 1}_{rest} | part"
        return f'"\\""{begin} text{blocks}_{rest} "\\""'

    def _reference(self, reference: str) -> str:
        name = reference.removeprefix("#/$defs/")
        if name not in self._definitions:
            raise UnsupportedSchema(f"no definition {reference!r}")
        if name not in self._names:
            self._names[name] = f"def{len(self._names)}_" + re.sub(r"[^A-Za-z0-9]", "_", name)
            self.rules.append(f"{self._names[name]} ::= {self.expression(self._definitions[name])}")
        return self._names[name]

    def _object(self, schema: Mapping[str, Any]) -> str:
        properties = schema.get("properties", {})
        if not properties or schema.get("additionalProperties", False) not in (False, True):
            raise UnsupportedSchema("an object needs named properties")
        parts = [f"{_quoted(json.dumps(key) + ': ')} {self.expression(value)}" for key, value in properties.items()]
        return '"{" ' + ' ", " '.join(parts) + ' "}"'

    def _array(self, schema: Mapping[str, Any]) -> str:
        if "items" not in schema:
            raise UnsupportedSchema("an array needs items")
        item = f"item{len(self.rules)}"
        self.rules.append("")
        place = len(self.rules) - 1
        self.rules[place] = f"{item} ::= {self.expression(schema['items'])}"
        least, most = int(schema.get("minItems", 0)), schema.get("maxItems")
        if most == 0:
            return '"[]"'
        rest = _repeat(max(least - 1, 0), None if most is None else int(most) - 1)
        filled = f'"[" {item} (", " {item}){rest} "]"'
        return filled if least else f'("[]" | {filled})'


def _integer(schema: Mapping[str, Any]) -> str:
    """A small range is spelt out; other bounds are left to the validation that follows."""
    least, most = schema.get("minimum"), schema.get("maximum")
    if isinstance(least, int) and isinstance(most, int) and least <= most <= least + _LONGEST_RANGE:
        return "(" + " | ".join(f'"{number}"' for number in range(least, most + 1)) + ")"
    return "natural" if isinstance(least, int) and least >= 0 else "integer"


def _repeat(least: int, most: int | None) -> str:
    if most is None:
        return "*" if least == 0 else f"{{{least},}}"
    return f"{{{least},{most}}}"


def _literal(value: object) -> str:
    return _quoted(json.dumps(value, ensure_ascii=False))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def without_lengths(node: Any) -> Any:
    """A schema without the lengths of its texts: some servers refuse them, and the embedded runtime is slow with them."""
    if isinstance(node, Mapping):
        return {key: without_lengths(value) for key, value in node.items() if key not in ("minLength", "maxLength")}
    if isinstance(node, list):
        return [without_lengths(item) for item in node]
    return node
