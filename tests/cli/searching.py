"""The `evidence search` commands in this process, against the demonstration collection."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cli.main import evidence
from evidence.errors import EvidenceError


@dataclass(frozen=True)
class Ended:
    """What a command printed, and the sentence it was refused with, if it was."""

    out: str
    err: str
    refused: str

    @property
    def answer(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Command:
    """The command with a home of its own."""

    home: Path
    mirror: str

    def run(self, *arguments: str, given: str = "") -> Ended:
        environment = {
            "EVIDENCE_HOME": str(self.home),
            "EVIDENCE_SOURCE": self.mirror,
            "EVIDENCE_REQUESTS_PER_SECOND": "500",
            "EVIDENCE_EMAIL": "a@example.org",
        }
        result = CliRunner().invoke(evidence, list(arguments), input=given, env=environment)
        if result.exception is not None and not isinstance(result.exception, EvidenceError | SystemExit):
            raise result.exception
        refused = result.exception.message if isinstance(result.exception, EvidenceError) else ""
        return Ended(result.stdout, result.stderr, refused)
