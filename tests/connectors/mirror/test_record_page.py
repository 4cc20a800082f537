from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest

from connectors.mirror import load_files, running_mirror
from evidence.errors import ServiceUnavailable
from tests.connectors.mirror.conftest import read
from tests.connectors.mirror.records import author, record, write

_LINKS = (
    "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionIn'><RefSource>J Invent. 2021</RefSource>"
    "<PMID Version='1'>90000002</PMID></CommentsCorrections><CommentsCorrections RefType='UpdateOf'><RefSource>Source"
    "</RefSource><PMID Version='1'>123</PMID></CommentsCorrections></CommentsCorrectionsList>"
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    hostile = '<script>alert(1)</script> & "quotes"'
    first = record(90000001, hostile, abstract=hostile, extra=_LINKS, authors=author("O'Brien", "Jane", "J"), mesh=("Pain",))
    load_files(folder / "mirror", [write(folder / "a.xml", first, record(12, "Twelve", abstract=None))])
    return folder / "mirror"


def test_a_record_can_be_read_and_nothing_in_it_is_markup(pages: Path) -> None:
    with running_mirror(pages) as url:
        root = url.removesuffix("entrez/eutils/")
        with urllib.request.urlopen(f"{root}90000001", timeout=10) as response:
            assert response.url == f"{root}90000001/"
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            page = response.read().decode()
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;") == 3
    assert '<html lang="en">' in page
    assert page.count("<h1>") == 1
    assert "O&#x27;Brien J" in page
    assert '<a href="/90000002/">PMID 90000002</a>' in page
    assert '<a href="https://pubmed.ncbi.nlm.nih.gov/123/">PMID 123</a>' in page
    assert "This record in PubMed" not in page, "a local number is nobody's at PubMed"


def test_a_notice_that_was_loaded_is_shown_before_the_record_itself_is_revised(tmp_path: Path) -> None:
    notice = _LINKS.replace("RetractionIn", "RetractionOf").replace(">90000002<", ">90000001<")
    files = [write(tmp_path / "a.xml", record(90000001, "A trial")), write(tmp_path / "b.xml", record(90000002, extra=notice))]
    load_files(tmp_path / "mirror", files)
    with running_mirror(tmp_path / "mirror") as url:
        page = read(f"{url.removesuffix('entrez/eutils/')}90000001/")[1]
    assert '<li>RetractionIn <a href="/90000002/">PMID 90000002</a></li>' in page


def test_other_pages(pages: Path) -> None:
    with running_mirror(pages) as url:
        root = url.removesuffix("entrez/eutils/")
        status, page = read(f"{root}12/")
        assert (status, "This record has no abstract." in page) == (200, True)
        assert 'href="https://pubmed.ncbi.nlm.nih.gov/12/"' in page
        assert read(f"{root}13/")[0] == 404
        assert "Look for PMID 13 in PubMed" in read(f"{root}13/")[1]
        assert read(f"{root}{'9' * 6000}/")[0] == 404
        assert read(f"{root}etc/passwd")[0] == 404
        assert "2 records are loaded" in read(root)[1]


def test_a_taken_port_is_said_in_one_sentence(pages: Path) -> None:
    with running_mirror(pages) as url:
        port = int(url.split(":")[2].split("/")[0])
        with pytest.raises(ServiceUnavailable, match=f"Port {port}"), running_mirror(pages, port=port):
            pass
    with running_mirror(pages, port=port) as again:
        assert read(f"{again}einfo.fcgi")[0] == 200
