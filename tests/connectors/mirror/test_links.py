"""ELink, EPost, ESpell and ESummary's shapes, on invented records."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from Bio import Entrez
from lxml import etree

from connectors.mirror import load_files, running_mirror
from tests.connectors.mirror.conftest import ask, read
from tests.connectors.mirror.records import author, record, write


def cites(*pmids: int) -> str:
    return (
        "<CommentsCorrectionsList>"
        + "".join(
            f"<CommentsCorrections RefType='Cites'><PMID Version='1'>{pmid}</PMID></CommentsCorrections>" for pmid in pmids
        )
        + "</CommentsCorrectionsList>"
    )


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("links")
    in_pmc = record(1, "Biopython tools", extra=cites(2, 3, 99), published="<Year>2001</Year>").replace(
        '<ArticleId IdType="doi">', '<ArticleId IdType="pmc">PMC77</ArticleId><ArticleId IdType="doi">'
    )
    records = [
        in_pmc,
        record(2, "Cited by two", extra=cites(3), published="<Year>1999</Year>"),
        record(3, "Cited by all", abstract=None, authors=author("O'Brien", "Jane", "J")),
        record(4, "Alone"),
    ]
    load_files(folder / "mirror", [write(folder / "a.xml", *records)])
    with running_mirror(folder / "mirror") as address:
        yield address


def xml(url: str, utility: str, query: str) -> Any:
    return etree.fromstring(read(f"{url}{utility}.fcgi?{query}")[1].encode())


def links(url: str, query: str) -> list[dict[str, list[str]]]:
    return [
        {
            each.findtext("LinkName"): [identifier.text for identifier in each.findall("Link/Id")]
            for each in linked.findall("LinkSetDb")
        }
        for linked in xml(url, "elink", f"dbfrom=pubmed&{query}").findall("LinkSet")
    ]


def test_neighbours_are_what_records_cite_and_what_cites_them(url: str) -> None:
    assert links(url, "id=1") == [{"pubmed_pmc": ["77"], "pubmed_pubmed_refs": ["99", "3", "2"]}]
    assert links(url, "id=3&db=pubmed") == [{"pubmed_pubmed_citedin": ["2", "1"]}]
    assert links(url, "id=2&linkname=pubmed_pubmed_citedin") == [{"pubmed_pubmed_citedin": ["1"]}]
    assert links(url, "id=4") == [{}]


def test_ids_together_and_apart(url: str) -> None:
    together = links(url, "id=1,2&linkname=pubmed_pubmed_refs")
    apart = links(url, "id=1&id=2&linkname=pubmed_pubmed_refs")
    assert together == [{"pubmed_pubmed_refs": ["99", "3", "2"]}]
    assert apart == [{"pubmed_pubmed_refs": ["99", "3", "2"]}, {"pubmed_pubmed_refs": ["3"]}]


def test_links_within_a_query_and_dates(url: str) -> None:
    assert links(url, "id=1&db=pubmed&term=two%5Bti%5D") == [{"pubmed_pubmed_refs": ["2"]}]
    assert links(url, "id=1&db=pubmed&mindate=2000&datetype=pdat") == [{"pubmed_pubmed_refs": ["3"]}]
    assert links(url, "id=3&db=pubmed&mindate=1990&maxdate=2000") == [{"pubmed_pubmed_citedin": ["2"]}]


def test_links_in_the_history_can_be_fetched(url: str) -> None:
    linked = xml(url, "elink", "dbfrom=pubmed&db=pubmed&id=1&cmd=neighbor_history").find("LinkSet")
    assert linked.findtext("LinkSetDbHistory/LinkName") == "pubmed_pubmed_refs"
    env, key = linked.findtext("WebEnv"), linked.findtext("LinkSetDbHistory/QueryKey")
    assert read(f"{url}efetch.fcgi?db=pubmed&rettype=uilist&WebEnv={env}&query_key={key}")[1] == "3\n2\n"


def test_which_links_there_are(url: str) -> None:
    checked = xml(url, "elink", "dbfrom=pubmed&id=1,4&cmd=acheck")
    names = [[name.text for name in each.iter("LinkName")] for each in checked.iter("IdLinkSet")]
    assert names == [["pubmed_pmc", "pubmed_pubmed_refs"], []]
    neighbours = xml(url, "elink", "dbfrom=pubmed&id=1,4&cmd=ncheck").iter("IdCheckList")
    assert [(each.text, each.get("HasNeighbor")) for each in next(neighbours)] == [("1", "Y"), ("4", "N")]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("dbfrom=pubmed&id=1&linkname=pubmed_pubmed", "has no links pubmed_pubmed"),
        ("dbfrom=pubmed&id=1&cmd=prlinks", "has no LinkOut addresses"),
        ("dbfrom=pubmed&id=1&cmd=neighbor_score", "has no scores of similarity"),
        ("dbfrom=pubmed&id=1&db=protein", "has no links to protein"),
        ("dbfrom=pubmed&id=1&cmd=nonsense", "unknown"),
        ("dbfrom=protein&id=1", "Invalid db name specified: protein"),
        ("dbfrom=pubmed", "Empty id list"),
        ("dbfrom=pubmed&id=x", "ID list is empty!"),
        ("dbfrom=pubmed&id=1&term=(", "not closed"),
    ],
)
def test_what_is_not_known_is_refused(url: str, query: str, words: str) -> None:
    assert words in xml(url, "elink", query).findtext("ERROR")


def test_posted_records_are_a_history(url: str) -> None:
    posted = xml(url, "epost", "db=pubmed&id=4,2,2,5000")
    env, key = posted.findtext("WebEnv"), posted.findtext("QueryKey")
    assert key == "1"
    assert read(f"{url}efetch.fcgi?db=pubmed&rettype=uilist&WebEnv={env}&query_key=1")[1] == "4\n2\n"
    again = xml(url, "epost", f"db=pubmed&id=1&WebEnv={env}")
    assert (again.findtext("WebEnv"), again.findtext("QueryKey")) == (env, "2")
    either = ask(url, term="#1 OR #2", WebEnv=env)["esearchresult"]
    assert either["idlist"] == ["4", "2", "1"]
    status, body = read(f"{url}epost.fcgi?db=pubmed&id=12345")
    assert (status, "None of these records is loaded" in body) == (400, True)
    assert read(f"{url}epost.fcgi", b"db=pubmed&id=" + b",".join(b"%d" % n for n in range(1, 9000)))[0] == 200


@pytest.mark.parametrize(
    ("term", "corrected"),
    [
        ("biopythooon", "biopython"),
        ("biopython tols", "biopython tools"),
        ("cited[ti]", ""),
        ("zzzzzz", ""),
        ("tols[ti] AND (aloone)", "tools[ti] AND (alone)"),
    ],
)
def test_spelling(url: str, term: str, corrected: str) -> None:
    answer = xml(url, "espell", f"db=pubmed&term={quote(term)}")
    assert (answer.findtext("Query"), answer.findtext("CorrectedQuery") or "") == (term, corrected)


def test_summaries_in_their_three_shapes(url: str) -> None:
    first = xml(url, "esummary", "db=pubmed&id=3").find("DocSum")
    items = {item.get("Name"): item.text for item in first.iter("Item")}
    assert (items["Title"], items["LastAuthor"], items["Lang"]) == ("Cited by all", "O'Brien J", "English")
    assert (items["PmcRefCount"], items["HasAbstract"]) == ("2", "0")
    assert items["RecordStatus"] == "PubMed - indexed for MEDLINE"
    second = xml(url, "esummary", "db=pubmed&id=3&version=2.0").find("DocumentSummarySet/DocumentSummary")
    assert (second.get("uid"), second.findtext("SortTitle"), second.findtext("Lang/string")) == ("3", "cited by all", "eng")
    in_json = ask(url, utility="esummary", id=3)["result"]["3"]
    assert in_json["title"] == second.findtext("Title") == items["Title"]
    assert in_json["articleids"][1] == {"idtype": "doi", "idtypen": 3, "value": "10.1000/Invented.3"}
    missing = xml(url, "esummary", "db=pubmed&id=5000&version=2.0").findtext(".//error")
    assert missing == "cannot get document summary"


def test_bio_entrez_reads_links_and_spelling(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def urlopen(request: Any) -> Any:
        asked = request if isinstance(request, urllib.request.Request) else urllib.request.Request(request)
        asked.full_url = asked.full_url.replace("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", url)
        return urllib.request.urlopen(asked, timeout=20)

    monkeypatch.setattr(Entrez, "urlopen", urlopen)
    monkeypatch.setattr(Entrez, "email", "tests@example.org")
    client: Any = Entrez
    with client.elink(dbfrom="pubmed", id=["1", "2"], linkname="pubmed_pubmed_refs") as handle:
        found = client.read(handle)
    assert [[link["Id"] for link in each["LinkSetDb"][0]["Link"]] for each in found] == [["99", "3", "2"], ["3"]]
    with client.epost(db="pubmed", id="1,2") as handle:
        assert client.read(handle)["QueryKey"] == "1"
    with client.espell(db="pubmed", term="biopythooon") as handle:
        assert client.read(handle)["CorrectedQuery"] == "biopython"
