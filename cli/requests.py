"""Reads what a person asks: the intake file and the options beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from evidence.errors import InvalidInput
from evidence.question import Request

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_LARGEST = 1_000_000
_OPTIONS = {"known_pmids": "--known", "since": "--since"}


def read_request(file: Path | None, given: Mapping[str, Any]) -> Request:
    """The request in a YAML file, with what was given as options before it. Raises InvalidInput in one sentence."""
    intake = _read_file(file) if file else {}
    merged = {**intake, **{name: value for name, value in given.items() if value}}
    merged.setdefault("question", "")
    if not str(merged["question"]).strip():
        from evidence.errors import InvalidQuestion

        raise InvalidQuestion('There is no question: give one in quotes, for example "Does exercise reduce fatigue in …?"')
    try:
        return Request.model_validate(merged)
    except ValidationError as fault:
        first = fault.errors()[0]
        field, place = str(first["loc"][0]), ".".join(str(part) for part in first["loc"])
        where = f"{file}, {place}" if file and field in intake else _OPTIONS.get(field, place)
        raise InvalidInput(f"{where}: {_plain(first)}.") from None


def parse_since(text: str) -> date:
    """The first day of `2019`, `2019-06` or `2019-06-30`. Raises InvalidInput for anything else."""
    match = _DATE.fullmatch(text.strip())
    try:
        if match:
            return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        pass
    raise InvalidInput(f"--since {text!r} is no date: write 2019, 2019-06 or 2019-06-30.")


def _plain(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return f"there is no such field; there are {', '.join(Request.model_fields)}"
    if error["type"] == "string_pattern_mismatch" and "known_pmids" in error["loc"]:
        return f"{error['input']!r} is no PMID: a PMID has 1 to 9 digits"
    if error["type"] in ("tuple_type", "list_type"):
        return "it must be a list, one entry a line"
    if error["type"] == "string_type":
        return "it must be text"
    if error["type"].startswith("date"):
        return "it must be a date such as 2019-06-30"
    return str(error["msg"]).replace("Input should be", "it must be")


def _read_file(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _LARGEST:
            raise InvalidInput(f"{file} is larger than a request can be: give a YAML file with the fields of the intake.")
        loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise InvalidInput(f"{file} cannot be read ({fault.strerror}): check the name and that you may read it.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        mark = getattr(fault, "problem_mark", None)
        raise InvalidInput(
            f"{file} is not YAML{f', line {mark.line + 1}' if mark else ''}: write `field: value` lines."
        ) from None
    if not isinstance(loaded, dict):
        raise InvalidInput(f"{file} has no fields: write `question: …` and what else the intake holds, one a line.")
    if isinstance(loaded.get("known_pmids"), list):
        loaded["known_pmids"] = [str(pmid) for pmid in loaded["known_pmids"]]
    return loaded
