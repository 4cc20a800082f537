"""A descriptor file becomes a vocabulary: three formats, one answer; a hostile or broken file changes nothing."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from connectors.mesh import LocalMesh, load_mesh, open_mesh
from evidence.errors import EvidenceError, InvalidInput, StorageFailure
from evidence.services import MeshVocabulary
from tests.support.small_mesh import HEADINGS, ascii_mesh, small_mesh, table, xml


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> LocalMesh:
    return small_mesh(tmp_path_factory.mktemp("mesh"))


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("Hypertension", "Hypertension"),
        ("hYPERTENSION", "Hypertension"),
        ("high blood pressure", "Hypertension"),
        ("Blood pressure, high", "Hypertension"),
        ("blood-pressure,  HIGH", "Hypertension"),
        ("renal hypertension", "Hypertension, Renal"),
        ("Renovascular Hypertension", "Hypertension, Renovascular"),
        ("Cholera-Vaccine", "Cholera Vaccines"),
        ("covid 19", "COVID-19"),
        ("“Heart attack”", "Myocardial Infarction"),
        ("polyomavirus & kin", "Polyomavirus & Kin"),
    ],
)
def test_a_heading_is_found_by_any_of_its_names_however_written(mesh: LocalMesh, name: str, heading: str) -> None:
    found = mesh.find(name)
    assert found is not None
    assert found.heading == heading


@pytest.mark.parametrize("name", ["", "  ", "hyper", "Hypertention", "%", "'; DROP TABLE name"])
def test_what_is_no_name_is_not_found(mesh: LocalMesh, name: str) -> None:
    assert mesh.find(name) is None
    assert mesh.narrower(name) == ()


def test_explosion_goes_down_every_tree_and_no_further(mesh: LocalMesh) -> None:
    assert mesh.narrower("high blood pressure") == ("Hypertension", "Hypertension, Renal", "Hypertension, Renovascular")
    assert set(mesh.narrower("Vascular Diseases")) == {entry[1] for entry in HEADINGS[:5]}
    assert mesh.narrower("Polyomavirus & Kin") == ("Polyomavirus & Kin",)


def test_the_nearest_headings_for_a_slip(mesh: LocalMesh) -> None:
    assert mesh.nearest("Hypertention")[0] == "Hypertension"
    assert mesh.nearest("hart atack")[0] == "Myocardial Infarction"
    assert mesh.nearest("oral cholera vaccine")[0] == "Cholera Vaccines"
    assert len(mesh.nearest("Hypertention", 2)) <= 2
    assert mesh.nearest("qqqq") == mesh.nearest("") == ()


@pytest.mark.parametrize(("name", "content"), [("desc2031.xml", xml()), ("d2031.bin", ascii_mesh()), ("mesh.tsv", table())])
@pytest.mark.parametrize("packed", [False, True])
def test_the_three_formats_say_the_same(tmp_path: Path, name: str, content: str, packed: bool) -> None:
    file = tmp_path / f"{name}{'.gz' if packed else ''}"
    file.write_bytes(gzip.compress(content.encode()) if packed else content.encode())
    loaded = load_mesh(tmp_path / "mesh", file)
    mesh: MeshVocabulary | None = open_mesh(tmp_path / "mesh")
    assert mesh is not None
    assert loaded.headings == len(HEADINGS)
    assert file.name in mesh.version
    assert loaded.sha256[:12] in mesh.version
    assert ("MeSH 2031" in mesh.version) == ("2031" in name)
    for ui, heading, terms, trees in HEADINGS:
        found = mesh.find(heading)
        assert found is not None
        assert (found.ui, found.entry_terms, found.tree_numbers) == (ui, terms, trees)


BOMB = '<!DOCTYPE DescriptorRecordSet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE = {
    "bomb": xml(BOMB).replace("Hypertension", "&b;").encode(),
    "file": xml('<!DOCTYPE DescriptorRecordSet [<!ENTITY a SYSTEM "file:///etc/passwd">]>').replace("Zinc", "&a;").encode(),
    "broken off": xml()[:900].encode(),
    "other xml": b"<html><body>sign in</body></html>",
    "empty": b"",
    "binary": bytes(range(256)) * 10,
    "one long line": b"D000001\t" + b"a" * 2_000_000,
    "twice the same": (table() + table()).encode(),
    "no tabs": b"Hypertension, Zinc\n",
    "broken gzip": gzip.compress(table().encode())[:60],
    "subheadings": b"<QualifierRecordSet><QualifierRecord/></QualifierRecordSet>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_used_is_refused_and_the_old_one_stays(tmp_path: Path, name: str) -> None:
    small_mesh(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    file = tmp_path / "bad"
    file.write_bytes(HOSTILE[name])
    with pytest.raises(InvalidInput) as fault:
        load_mesh(tmp_path, file)
    assert "bad" in fault.value.message
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*before, "bad"])
    mesh = open_mesh(tmp_path)
    assert mesh is not None
    assert mesh.find("Zinc") is not None


def test_a_new_release_takes_the_place_of_the_old(tmp_path: Path) -> None:
    small_mesh(tmp_path)
    file = tmp_path / "desc2032.tsv"
    file.write_text("D000099\tOnly Heading\t\tA01\n", encoding="utf-8")
    load_mesh(tmp_path, file)
    mesh = open_mesh(tmp_path)
    assert mesh is not None
    assert (mesh.find("Zinc"), mesh.narrower("only heading")) == (None, ("Only Heading",))


def test_no_file_is_no_vocabulary_and_a_damaged_one_is_said(tmp_path: Path) -> None:
    assert open_mesh(tmp_path) is None
    with pytest.raises(InvalidInput, match="There is no file"):
        load_mesh(tmp_path, tmp_path / "nowhere.xml")
    (tmp_path / "mesh.sqlite").write_bytes(b"not a database, by any measure" * 50)
    with pytest.raises(StorageFailure, match="load-mesh"):
        open_mesh(tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    file = tmp_path / "mesh.tsv"
    file.write_text(table(), encoding="utf-8")
    with pytest.raises(EvidenceError, match="could not be stored"):
        load_mesh(file / "below", file)


def test_the_whole_of_mesh_is_loaded_and_asked_in_time(tmp_path: Path, shared_data: Path) -> None:
    started = time.process_time()
    loaded = load_mesh(tmp_path, shared_data / "mesh" / "mesh_id_label_mappings.tsv")
    assert (loaded.headings, time.process_time() - started < 6) == (30_764, True)
    started = time.process_time()
    mesh = open_mesh(tmp_path)
    assert mesh is not None
    assert mesh.find("heart attack") is not None
    assert time.process_time() - started < 0.3
    started = time.process_time()
    assert mesh.nearest("Hypertention")[0] == "Hypertension"
    assert time.process_time() - started < 0.5
    assert {"Hypertension", "Hypertension, Malignant"} <= set(mesh.narrower("Hypertension"))
    assert all(mesh.find(heading) is not None for heading in mesh.narrower("Neoplasms"))


def test_nlms_own_sample_is_read(tmp_path: Path, shared_data: Path) -> None:
    folder = shared_data / "pubmed" / "real" / "tipplerow" / "pubmed-lib" / "data" / "test"
    load_mesh(tmp_path, folder / "mesh_desc_sample.xml")
    mesh = open_mesh(tmp_path)
    assert mesh is not None
    assert mesh.find("Calcimycin") is not None
    with pytest.raises(InvalidInput, match="holds no MeSH descriptors"):
        load_mesh(tmp_path, folder / "mesh_supp_sample.xml")
