"""Checks kept drafts again by the checks of whatever revision is on the path, and prints a verdict a claim.

`PYTHONPATH=REVISION python -P evaluation/check_kept_drafts.py OUT`: only `evidence` and `verification` are imported, and of
what a ledger holds only what that revision knows, so that an older revision reads drafts of a newer one.
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any

from evidence.citation import Citation
from evidence.claim import Claim, DraftSummary, StudyExtract, Support
from verification.verify import verify_draft


def check_kept(ledger: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Verdict and reason of each claim of a ledger, by the claim's id; quotes are looked up anew."""
    citations = {record["pmid"]: Citation.model_validate(_known(Citation, record)) for record in ledger["citations"]}
    claims = [_claim(stored) for stored in ledger["claims"]]
    draft = DraftSummary(
        bottom_line=tuple(claim for claim in claims if claim.section == "bottom_line"),
        findings=tuple(claim for claim in claims if claim.section == "finding"),
    )
    rows: list[Any] = []
    if "extracts" in inspect.signature(verify_draft).parameters:
        rows = [tuple(StudyExtract.model_validate(stored) for stored in ledger["extracts"])]
    verified = verify_draft(draft, citations, *rows)
    return {item.claim.id: (item.verdict.value, item.reason) for item in verified.claims}


def _claim(stored: dict[str, Any]) -> Claim:
    support = tuple(Support(pmid=one["pmid"], quote=one["quote"]) for one in stored["support"])
    return Claim.model_validate(_known(Claim, stored) | {"support": support})


def _known(model: Any, stored: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stored.items() if name in model.model_fields}


def main(folder: Path) -> None:
    """Print one line a claim: question, claim, verdict, reason."""
    for path in sorted(folder.glob("*.json")):
        for claim, (verdict, reason) in check_kept(json.loads(path.read_text(encoding="utf-8"))).items():
            sys.stdout.write(f"{path.stem}\t{claim}\t{verdict}\t{reason}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
