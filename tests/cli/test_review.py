"""`evidence review`: where a review stands, in words and as data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.review import review
from connectors.settings import Settings
from connectors.store import Store
from tests.review.made_reviews import FAILED, drafted, rejecting


def test_it_says_what_is_open_and_what_stands_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCE_HOME", str(tmp_path))
    with Store.open(Settings.load().store_url) as store:
        run_id = drafted(store)
        rejecting(store, run_id, *FAILED[:3])
    said = CliRunner().invoke(review, [run_id[:-1]])
    assert said.exit_code == 0, said.output
    assert f"Run {run_id}: 7 claims stand, 3 fall, 2 are open." in said.output
    assert "c9 (source_compromised): It did not pass its checks" in said.output
    assert "It cannot be signed yet:" in said.output
    found = json.loads(CliRunner().invoke(review, [run_id, "--json"]).output)
    assert [claim["id"] for claim in found["claims"] if claim["state"] == "open"] == ["c9", "c10"]
    assert found["versions"] == []
    assert len(found["obstacles"]) == 3
