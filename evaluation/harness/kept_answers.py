"""The answers of a suite's run, kept as they are made, so that a run which was stopped goes on."""

from __future__ import annotations

import json
import os
from pathlib import Path

from evaluation.harness.suite import Made
from evidence.base import canonical_json
from evidence.errors import BudgetExceeded


class KeptAnswers:
    """Answers as they were made, one JSON line each: what was paid for is not paid for again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made: dict[str, tuple[Made, list[str]]] = {}
        self.stopped: BudgetExceeded | None = None
        """Why no more are made: cases that cannot be paid for are not cases that the model failed on."""
        if path.is_file():
            whole, end, cut_off = path.read_bytes().rpartition(b"\n")
            if cut_off:  # in the midst of a line, which the next answer must not be added to
                os.truncate(path, len(whole + end))
            for line in whole.splitlines():
                entry = json.loads(line)
                self._made[entry["id"]] = entry["made"], entry["prompts"]

    def get(self, id_: str) -> tuple[Made, list[str]] | None:
        """What was made of a case and the prompts that it asked, or None where it is still to be answered."""
        return self._made.get(id_)

    def keep(self, id_: str, made: Made, prompts: list[str]) -> None:
        """Keeps an answer; it is on file when this returns."""
        self._made[id_] = made, prompts
        with self._path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(canonical_json({"id": id_, "made": made, "prompts": prompts}) + "\n")
