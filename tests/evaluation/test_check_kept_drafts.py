"""Kept drafts are checked again by whatever checks are on the path, whatever more their ledgers hold."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from evaluation.check_kept_drafts import check_kept
from evidence.claim import StudyExtract
from tests.verification.build import CHOLERA

ROOT = Path(__file__).resolve().parents[2]
TRUE = "Headache was reported by 41 people."


def ledger() -> dict[str, Any]:
    def claim(number: int, text: str, section: str) -> dict[str, Any]:
        support = [{"pmid": CHOLERA.pmid, "quote": TRUE, "start": 3, "end": 9}]
        return {
            "id": f"c{number}",
            "text": text,
            "section": section,
            "support": support,
            "written_by": "made",
            "verdict": "supported",
        }

    return {
        "citations": [CHOLERA.model_dump(mode="json") | {"use": "read", "of_a_later_revision": True}],
        "claims": [claim(1, TRUE, "finding"), claim(2, TRUE.replace("41", "47"), "bottom_line")],
        "extracts": [StudyExtract(pmid=CHOLERA.pmid, read_by="made").model_dump(mode="json")],
    }


def test_each_claim_gets_its_verdict_of_now() -> None:
    found = check_kept(ledger())
    assert {claim: verdict for claim, (verdict, _) in found.items()} == {"c1": "supported", "c2": "number_unbound"}


def test_as_a_script_it_takes_the_checks_of_the_path(tmp_path: Path) -> None:
    (tmp_path / "7.json").write_text(json.dumps(ledger()), encoding="utf-8")
    command = [sys.executable, "-P", str(ROOT / "evaluation" / "check_kept_drafts.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path)
    assert [line.split("\t")[:3] for line in done.stdout.splitlines()] == [
        ["7", "c2", "number_unbound"],
        ["7", "c1", "supported"],
    ]
