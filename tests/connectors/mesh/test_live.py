"""MeSH over E-utilities says what the loaded file says; what it cannot look through it says, and does not guess."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from Bio import Entrez

from connectors.mesh import LiveMesh, LocalMesh
from connectors.mesh.summaries import read_mesh_summaries
from connectors.mirror import load_files, running_mirror
from connectors.pubmed.client import PubMed
from evidence.errors import BadAnswer, IncompleteRetrieval, InvalidInput
from tests.support.small_mesh import HEADINGS, small_mesh

ONE_RECORD = (
    '<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">1</PMID><Article><ArticleTitle>Zinc.</ArticleTitle>'
    "</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
)


class Unlimited:
    """Spaces nothing out: loopback needs no manners."""

    def wait(self) -> None:
        """At once."""

    def pause(self, seconds: float) -> None:
        """Not at all."""


def client(address: str) -> PubMed:
    return PubMed(email="tester@example.org", limiter=Unlimited(), base_url=address, retries=0)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalMesh, str]]:
    """The small vocabulary, and a mirror with one record that serves it."""
    folder = tmp_path_factory.mktemp("mirror")
    record = folder / "one.xml"
    record.write_text(ONE_RECORD, encoding="utf-8")
    load_files(folder, [record])
    mesh = small_mesh(folder / "mesh")
    with running_mirror(folder, vocabulary=mesh) as address:
        yield mesh, address


@pytest.fixture
def live(served: tuple[LocalMesh, str]) -> LiveMesh:
    return LiveMesh(client(served[1]))


@pytest.mark.parametrize("entry", HEADINGS, ids=lambda entry: str(entry[1]))
def test_live_and_local_agree_on_every_heading(served: tuple[LocalMesh, str], live: LiveMesh, entry: Any) -> None:
    _, heading, terms, _ = entry
    local = served[0]
    for name in (heading, heading.upper(), *terms):
        assert live.find(name) == local.find(name)
    assert set(live.narrower(heading)) == set(local.narrower(heading))


def test_a_name_that_is_none(live: LiveMesh) -> None:
    assert live.find("Zincology") is None
    assert live.find('[]"') is None
    assert live.narrower("Zincology") == ()
    assert live.nearest("cholera vaccine oral") == ()
    assert live.nearest("vaccine cholera")[0] == "Cholera Vaccines"


def test_the_version_names_who_answered_and_when(live: LiveMesh) -> None:
    assert live.source.name in live.version
    assert f"{live.asked_on:%Y-%m-%d}" in live.version


def test_too_many_to_look_through_is_said(served: tuple[LocalMesh, str]) -> None:
    with pytest.raises(IncompleteRetrieval, match="load-mesh"):
        LiveMesh(client(served[1]), listed=1).find("disease")
    assert LiveMesh(client(served[1]), listed=1).find("Zincology") is None


def test_bio_entrez_reads_the_mirrors_mesh(served: tuple[LocalMesh, str]) -> None:
    pubmed = client(served[1])
    found = pubmed.ask("esearch", _with_entrez, db="mesh", term='"hypertension"[MeSH Terms]')
    assert found["Count"] == "3"
    summary = pubmed.ask("esummary", json.loads, db="mesh", id=found["IdList"][0], retmode="json")
    assert summary["result"][found["IdList"][0]]["ds_meshterms"][0] == "Hypertension"


@pytest.mark.parametrize(
    "parameters", [{"term": "zinc[au]"}, {"term": "zinc AND (art)"}, {"term": ""}, {"term": '"zinc"[mh] OR "art"[mh]'}]
)
def test_what_the_mirror_cannot_look_up_in_mesh_is_refused(served: tuple[LocalMesh, str], parameters: dict[str, str]) -> None:
    pubmed = client(served[1])
    answer = pubmed.ask("esearch", bytes.decode, db="mesh", **parameters)
    assert "<ERROR>" in answer


def test_a_mirror_without_a_mesh_file_says_so(tmp_path: Path, served: tuple[LocalMesh, str]) -> None:
    record = tmp_path / "one.xml"
    record.write_text(ONE_RECORD, encoding="utf-8")
    load_files(tmp_path, [record])
    with running_mirror(tmp_path) as address, pytest.raises(InvalidInput, match="load-mesh"):
        LiveMesh(client(address)).find("zinc")


def test_the_recorded_answer_of_ncbi_is_no_descriptor(shared_data: Path) -> None:
    file = shared_data / "pubmed" / "real" / "klortho_eutils_json" / "samples" / "esummary.mesh.json"
    assert read_mesh_summaries(file.read_bytes(), host="ncbi") == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"result": {"uids": ["1"]}}', b"<html>", b'{"result": {"uids": [[]]}}'])
def test_an_answer_that_is_none_is_a_fault(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_mesh_summaries(body, host="ncbi")


def _with_entrez(body: bytes) -> Any:
    read: Any = Entrez.read
    return read(BytesIO(body))
