"""`evidence mirror load-mesh`, `evidence search mesh` and `evidence search filters`, as a person meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.mirror import mirror
from cli.search_mesh import filters, mesh
from connectors.mesh import load_mesh
from evidence.errors import EvidenceError, InvalidInput, NotConfigured
from searching.filters import FILTERS
from tests.support.small_mesh import HEADINGS, table


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVIDENCE_HOME", str(tmp_path))
    monkeypatch.delenv("EVIDENCE_EMAIL", raising=False)
    return tmp_path


@pytest.fixture
def loaded(home: Path) -> Path:
    file = home / "desc2031.tsv"
    file.write_text(table(), encoding="utf-8")
    load_mesh(home / "mirror" / "mesh", file)
    return home


def run(*arguments: str) -> Result:
    command = {"mesh": mesh, "filters": filters, "mirror": mirror}[arguments[0]]
    result = CliRunner().invoke(command, list(arguments[1:]))
    if isinstance(result.exception, EvidenceError):
        raise result.exception
    return result


def test_a_descriptor_file_is_loaded_and_asked(home: Path) -> None:
    file = home / "desc2031.tsv"
    file.write_text(table(), encoding="utf-8")
    said = run("mirror", "load-mesh", str(file)).output
    assert f"{len(HEADINGS)} headings" in said
    assert "MeSH 2031" in said
    assert '"Hypertension"[mh]' in run("mesh", "high blood pressure").output


def test_what_a_heading_is_and_what_it_takes_in(loaded: Path) -> None:
    said = run("mesh", "high blood pressure").output
    assert "“high blood pressure” leads to this heading." in said
    assert "Blood Pressure, High; High Blood Pressure" in said
    assert "C14.907.489" in said
    assert "2 narrower headings: Hypertension, Renal; Hypertension, Renovascular" in said
    assert "MeSH 2031 (desc2031.tsv" in said
    assert "leads to" not in run("mesh", "Zinc").output


def test_a_name_that_is_none_gets_the_nearest(loaded: Path) -> None:
    said = run("mesh", "Hypertention").output
    assert said.startswith("MeSH has no heading or entry term “Hypertention”. Nearest: “Hypertension”")
    assert "none is like it" in run("mesh", "qqqq").output


def test_the_same_as_json(loaded: Path) -> None:
    found = json.loads(run("mesh", "heart attack", "--json").output)
    assert found["found"]["heading"] == "Myocardial Infarction"
    assert (found["narrower"], found["nearest"]) == ([], [])
    missing = json.loads(run("mesh", "Hypertention", "--json").output)
    assert (missing["found"], missing["nearest"][0]) == (None, "Hypertension")


def test_without_a_file_it_says_what_to_do(home: Path) -> None:
    with pytest.raises(NotConfigured, match="load-mesh"):
        run("mesh", "zinc")
    with pytest.raises(NotConfigured, match="--email"):
        run("mesh", "zinc", "--live")
    with pytest.raises(InvalidInput, match="no name"):
        run("mesh", " ")


def test_filters_are_listed_and_shown_with_version_and_citation(home: Path) -> None:
    listed = run("filters").output.splitlines()
    assert [line.split()[0] for line in listed] == [entry.id for entry in FILTERS]
    shown = run("filters", "cochrane-rct-sensitive").output
    assert "2008 revision" in shown
    assert "Lefebvre C" in shown
    assert shown.splitlines()[-1] == FILTERS[0].query
    assert "sensitivity 99%, specificity 70%" in run("filters", "clinical-queries-therapy-broad").output
    assert "sensitivity" not in run("filters", "systematic-reviews").output
    assert json.loads(run("filters", "systematic-reviews", "--json").output)["query"] == "systematic[sb]"
    with pytest.raises(InvalidInput, match="evidence search filters"):
        run("filters", "nonsense")
