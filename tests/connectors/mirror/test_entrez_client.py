"""The unmodified Bio.Entrez against the mirror, over HTTP."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from Bio import Entrez, Medline
from lxml import etree

from connectors.mirror import load_files, running_mirror
from tests.connectors.mirror.conftest import ask, read
from tests.connectors.mirror.records import record, write

OFFICIAL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"


@pytest.fixture
def entrez(small_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Bio.Entrez with the one place where it opens an address pointed at the mirror."""

    def urlopen(request: urllib.request.Request | str) -> Any:
        asked = urllib.request.Request(request) if isinstance(request, str) else request
        assert asked.full_url.startswith(OFFICIAL)
        asked.full_url = asked.full_url.replace(OFFICIAL, small_url)
        return urllib.request.urlopen(asked, timeout=20)

    monkeypatch.setattr(Entrez, "urlopen", urlopen)
    monkeypatch.setattr(Entrez, "email", "tests@example.org")
    monkeypatch.setattr(Entrez, "sleep_between_tries", 0)
    return Entrez


def answered(handle: Any) -> Any:
    client: Any = Entrez
    with handle:
        return client.read(handle)


def test_search_and_fetch_by_history(entrez: Any) -> None:
    search = answered(entrez.esearch(db="pubmed", term="rhinitis[mh]", usehistory="y"))
    assert (search["Count"], search["IdList"]) == ("3", ["104", "102", "101"])
    fetched = answered(
        entrez.efetch(db="pubmed", WebEnv=search["WebEnv"], query_key=search["QueryKey"], retmode="xml", retstart=1, retmax=5)
    )
    assert [str(article["MedlineCitation"]["PMID"]) for article in fetched["PubmedArticle"]] == ["102", "101"]
    assert fetched["PubmedArticle"][1]["MedlineCitation"]["Article"]["ArticleTitle"].startswith("Oral tablets")


def test_fetch_by_post_keeps_the_order_and_leaves_out_what_is_not_there(entrez: Any) -> None:
    asked = ["105", *map(str, range(5000, 5300)), "101", "105"]
    fetched = answered(entrez.efetch(db="pubmed", id=asked, retmode="xml"))
    assert [str(article["MedlineCitation"]["PMID"]) for article in fetched["PubmedArticle"]] == ["105", "101"]
    nothing = answered(entrez.efetch(db="pubmed", id="5000", retmode="xml"))
    assert nothing["PubmedArticle"] == []


def test_search_warnings_and_errors_are_read(entrez: Any) -> None:
    search = answered(entrez.esearch(db="pubmed", term='nosuchword AND "no phrase"[tiab]'))
    assert search["ErrorList"]["PhraseNotFound"] == ["nosuchword"]
    assert search["WarningList"]["QuotedPhraseNotFound"] == ['"no phrase"[tiab]']
    assert search["WarningList"]["OutputMessage"] == ["No items found."]
    with pytest.raises(RuntimeError, match="not closed"):
        answered(entrez.esearch(db="pubmed", term="(rhinitis"))
    with pytest.raises(RuntimeError, match="Invalid db name specified: nucleotide"):
        answered(entrez.esearch(db="nucleotide", term="x"))


def test_summaries(entrez: Any) -> None:
    first, second = answered(entrez.esummary(db="pubmed", id="107,105"))
    assert (first["Id"], first["Title"], first["PubDate"], first["LastAuthor"]) == (
        "107",
        "Score of the pain",
        "2018 May",
        "O'Brien JA",
    )
    assert (second["HasAbstract"], second["Source"], second["SO"]) == (0, "J Invent", "2019 Nov-Dec;7(2):11-9")


def test_database_information(entrez: Any) -> None:
    assert answered(entrez.einfo())["DbList"] == ["pubmed"]
    about = answered(entrez.einfo(db="pubmed"))["DbInfo"][0]
    assert (about["DbName"], about["Count"]) == ("pubmed", "10")
    assert {"TIAB", "MESH", "PDAT"} <= {field["Name"] for field in about["FieldList"]}
    assert [link["Name"] for link in about["LinkList"]] == ["pubmed_pmc", "pubmed_pubmed_citedin", "pubmed_pubmed_refs"]


def test_medline_and_abstract_text(entrez: Any) -> None:
    with entrez.efetch(db="pubmed", id="101,107", rettype="medline", retmode="text") as handle:
        medline: Any = Medline
        first, second = medline.parse(io.StringIO(handle.read()))
    assert (first["PMID"], first["TI"], first["AB"]) == ("101", "Oral tablets for hay fever in children", "An abstract.")
    assert first["MH"] == ["*Rhinitis/drug therapy", "Child", "Humans"]
    assert (second["AU"], second["FAU"], second["DP"]) == (["O'Brien JA"], ["O'Brien, Jane Alice"], "2018 May")
    with entrez.efetch(db="pubmed", id="105", rettype="medline", retmode="text") as handle:
        assert next(iter(medline.parse(io.StringIO(handle.read()))))["EDAT"] == "2021/03/04 00:00"
    with entrez.efetch(db="pubmed", id="107,101", rettype="abstract", retmode="text") as handle:
        text = handle.read()
    assert text.startswith("1. J Invent. 2018 May;7(2):11-9.")
    assert "\n2. J Invent. 2020" in text


def test_a_fetch_without_ids_is_a_bad_request(small_url: str) -> None:
    for query, words in (
        ("db=pubmed", "Empty id list - nothing todo"),
        ("db=pubmed&id=abc", "ID list is empty!"),
        ("db=pmc&id=101", "Invalid db name specified: pmc"),
        ("db=pubmed&WebEnv=gone&query_key=1", "Unable to obtain query #1"),
        ("db=pubmed&id=101&rettype=docsum", "rettype 'docsum' is unknown"),
        ("db=pubmed&id=101&retmode=json", "EFetch gives XML"),
    ):
        status, body = read(f"{small_url}efetch.fcgi?{query}")
        assert (status, words in body) == (400, True), (query, body)


def test_pubmeds_limit_of_9999(tmp_path: Path) -> None:
    """11,000 one-word records: the tenth thousand cannot be reached by paging, in PubMed's own words."""
    load_files(
        tmp_path / "mirror", [write(tmp_path / "many.xml", *(record(pmid, "Word", abstract=None) for pmid in range(1, 11_001)))]
    )
    with running_mirror(tmp_path / "mirror") as url:
        page = ask(url, term="word", retmax=20_000, usehistory="y")["esearchresult"]
        assert (page["count"], page["retmax"], len(page["idlist"])) == ("11000", "9999", 9999)
        assert page["warninglist"]["outputmessages"] == ["Restrictions achieved. start and count adjusted to 0, 9999"]
        last = ask(url, term="word", retstart=9_998, retmax=1_000)["esearchresult"]
        assert (last["retmax"], last["idlist"]) == ("1", [str(11_000 - 9_998)])
        beyond = ask(url, term="word", retstart=9_999)["esearchresult"]["ERROR"]
        assert "'retstart' cannot be larger than 9998" in beyond
        history = f"db=pubmed&WebEnv={page['webenv']}&query_key=1&rettype=uilist&retstart=9999"
        assert "cannot be larger than 9998" in read(f"{url}efetch.fcgi?{history}")[1]
        halves = [ask(url, term=f"word AND {part}[uid]", retmax=9_999)["esearchresult"] for part in ("1:5500", "5501:11000")]
    assert sorted(int(pmid) for half in halves for pmid in half["idlist"]) == list(range(1, 11_001))


def test_many_clients_at_once_get_the_same_answer(small_url: str) -> None:
    def one(_number: int) -> tuple[list[str], int]:
        found = ask(small_url, term="rhinitis[mh] OR pain", usehistory="y")["esearchresult"]
        body = read(f"{small_url}efetch.fcgi?db=pubmed&WebEnv={found['webenv']}&query_key=1&retmode=xml")[1]
        return found["idlist"], len(body)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(40)))
    assert all(answer == answers[0] for answer in answers)


def test_answers_have_the_shape_of_recorded_ones(small_url: str, shared_data: Path) -> None:
    """The same elements in the same order, and the same error texts, as the service was recorded to give."""
    recorded = shared_data / "pubmed" / "real"

    def shape(xml: bytes) -> list[str]:
        names = [element.tag for element in etree.fromstring(xml)]
        return list(dict.fromkeys(names))

    def ours(query: str) -> bytes:
        return read(f"{small_url}esearch.fcgi?db=pubmed&{query}")[1].encode()

    entrez_folder = recorded / "biopython" / "Tests" / "Entrez"
    assert shape(ours("term=rhinitis"))[:6] == shape((entrez_folder / "esearch1.xml").read_bytes())
    assert shape(ours("term=rhinitis%5Bmh:noexp%5D&usehistory=y")) == shape((entrez_folder / "esearch2.xml").read_bytes())
    assert shape(ours("term=abcXYZ")) == shape((entrez_folder / "esearch8.xml").read_bytes())
    none_theirs, none_ours = (
        etree.fromstring((entrez_folder / "esearch8.xml").read_bytes()),
        etree.fromstring(ours("term=abcXYZ")),
    )
    for path in ("ErrorList/PhraseNotFound", "WarningList/OutputMessage", "Count", "RetMax"):
        assert none_ours.findtext(path) == none_theirs.findtext(path)
    samples = recorded / "klortho_eutils_json" / "samples"
    for utility, sample in (("esearch", "esearch.baderror"), ("einfo", "einfo.error"), ("esummary", "esummary.error")):
        theirs = json.loads((samples / f"{sample}.json").read_text())
        assert ask(small_url, utility=utility, db="fleegle", term="cat", id="1") == theirs
        body = read(f"{small_url}{utility}.fcgi?db=fleegle&term=cat&id=1")[1].encode()
        assert etree.fromstring(body).findtext("ERROR") == etree.fromstring((samples / f"{sample}.xml").read_bytes()).findtext(
            "ERROR"
        )
