"""Every recorded request on PubMed, asked of a mirror that holds the records which the answer is about.

Records are the genuine ones where the shared data has them. Where it has only the answer (PMIDs of a search, links, a
summary), records are made that say what the answer says of them: those PMIDs, those words, references, dates. What is
compared is the shape, element by element, and the values named in `_VALUES`. What cannot agree, and why, is `_CANNOT`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from connectors.mirror import load_files, running_mirror
from tests.connectors.mirror.conftest import read
from tests.connectors.mirror.recorded import Recorded, recorded, shape
from tests.connectors.mirror.records import author, record, write
from tests.connectors.mirror.vocabulary import SmallMesh

_LINKED = ("biopython elink1", "biopython elink3", "biopython elink4", "biocommons test_elink", "metapub related")
_LISTS_SIMILAR = "the service's similar articles are computed from data that no record carries; cited and citing ones agree"
_CANNOT: dict[str, str] = {
    "biopython elink5": "LinkOut addresses are in no record: refused in an ERROR",
    "biopython elink6": "LinkOut addresses are in no record: refused in an ERROR",
    "biopython esearch3": "the short name PNAS is in the service's list of journals, in no record",
    "klortho esearch.pubmed": "of 2012: it has a TranslationStack, which PubMed has not sent since",
    "klortho esearch.pubmed json": "of 2012: it has a TranslationStack, which PubMed has not sent since",
    "klortho einfo.pubmed": "of 2012: the DbBuild of today's answers was missing",
    "klortho einfo.pubmed json": "of 2012: today's answers have a list of databases there",
    "klortho esummary.pubmed": "of 2012: it has counts of views, which PubMed no longer gives",
    "klortho esummary.pubmed json": "of 2012: it has counts of views, which PubMed no longer gives",
    "dspace esearch": "of the interface before 2020: it has a TranslationStack, which PubMed has not sent since",
}
"""Answers whose shape is not the same, with the reason."""


@dataclass(frozen=True)
class Answered:
    """A recorded request with the mirror's answer."""

    asked: Recorded
    status: int
    body: str

    def theirs(self) -> Any:
        return _tree(self.asked.body)

    def ours(self) -> Any:
        return _tree(self.body.encode())


def _tree(body: bytes) -> Any:
    return etree.fromstring(re.sub(rb"<!DOCTYPE[^>]*>", b"", body))


def _ids(answer: Recorded) -> list[int]:
    return [int(found.text) for found in _tree(answer.body).find("IdList")]


def _made(answers: dict[str, Recorded]) -> Iterator[str]:
    """Records that say what the recorded answers say of them."""
    today = date.today() - timedelta(days=3)
    day = f"<Year>{today.year}</Year><Month>{today.month}</Month><Day>{today.day}</Day>"
    entered = f'<PubMedPubDate PubStatus="pubmed">{day}</PubMedPubDate><PubMedPubDate PubStatus="entrez">{day}</PubMedPubDate>'
    for pmid in _ids(answers["biopython esearch1"]):
        yield record(pmid, "Made with biopython")
    for pmid in _ids(answers["biopython esearch2"]):
        yield record(pmid, "Of cancer", entered=entered)
    for pmid in _ids(answers["biocommons test_esearchresult1"]):
        yield record(pmid, "By Hart", authors=author("Hart", "Rk", "RK"))
    yield record(11237011, "Posted")
    for name in _LINKED:
        yield from _linked(_tree(answers[name].body))
    yield _cited(12068369, [11237011])
    yield _cited(12169658, [11237011])
    yield _cited(11748140, [12169658])
    for summary in _tree(answers["biopython esummary1"].body).findall("DocSum"):
        yield _summarised(summary)


def _linked(answer: Any) -> Iterator[str]:
    """The records themselves with their references, and those that cite them, each citing nothing else."""
    pmids = [int(each.text) for each in answer.iterfind(".//IdList/Id")]
    found = {
        each.findtext("LinkName"): [int(identifier.text) for identifier in each.iterfind("Link/Id")]
        for each in answer.iter("LinkSetDb")
    }
    yield from (_cited(pmid, found.get("pubmed_pubmed_refs", [])) for pmid in pmids)
    yield from (_cited(citing, pmids[:1]) for citing in found["pubmed_pubmed_citedin"])


def _cited(pmid: int, cited: list[int]) -> str:
    references = "".join(
        f'<Reference><ArticleIdList><ArticleId IdType="pubmed">{each}</ArticleId></ArticleIdList></Reference>' for each in cited
    )
    listed = f"<ReferenceList>{references}</ReferenceList></PubmedData>"
    return record(pmid, "Citing").replace("</PubmedData>", listed) if cited else record(pmid, "Citing nothing")


def _summarised(summary: Any) -> str:
    """A record with the values of one version 1 summary."""
    said = {item.get("Name"): item.text or "" for item in summary.iter("Item")}
    authors = "".join(
        f"<Author ValidYN='Y'><LastName>{name[0]}</LastName><Initials>{name[1]}</Initials>"
        + (f"<Suffix>{name[2]}</Suffix></Author>" if len(name) > 2 else "</Author>")
        for name in (each.text.split() for each in summary.iter("Item") if each.get("Name") == "Author")
    )
    types = "".join(
        f"<PublicationType>{each.text}</PublicationType>" for each in summary.iter("Item") if each.get("Name") == "PubType"
    )
    year, month = said["PubDate"].split()
    history = "".join(
        f'<PubMedPubDate PubStatus="{item.get("Name")}"><Year>{item.text[:4]}</Year><Month>{item.text[5:7]}</Month>'
        f"<Day>{item.text[8:10]}</Day><Hour>{item.text[11:13]}</Hour><Minute>{item.text[14:]}</Minute></PubMedPubDate>"
        for each in summary.iter("Item")
        if each.get("Name") == "History"
        for item in each
    )
    abstract = "<Abstract><AbstractText>Of it.</AbstractText></Abstract>" if said["HasAbstract"] == "1" else ""
    pmid = summary.findtext("Id")
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><Article PubModel="Print"><Journal>'
        f'<ISSN IssnType="Print">{said["ISSN"]}</ISSN><JournalIssue><Volume>{said["Volume"]}</Volume><Issue>{said["Issue"]}'
        f"</Issue><PubDate><Year>{year}</Year><Month>{month}</Month></PubDate></JournalIssue><Title>{said['FullJournalName']}"
        f"</Title></Journal><ArticleTitle>{said['Title']}</ArticleTitle><Pagination><MedlinePgn>{said['Pages']}</MedlinePgn>"
        f"</Pagination>{abstract}<AuthorList>{authors}</AuthorList><Language>eng</Language><PublicationTypeList>{types}"
        f"</PublicationTypeList></Article><MedlineJournalInfo><MedlineTA>{said['Source']}</MedlineTA><NlmUniqueID>"
        f"{said['NlmUniqueID']}</NlmUniqueID></MedlineJournalInfo></MedlineCitation><PubmedData><History>{history}</History>"
        f"<PublicationStatus>{said['PubStatus']}</PublicationStatus><ArticleIdList><ArticleId IdType='pubmed'>{pmid}"
        "</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"
    )


def _peanut(answers: dict[str, Recorded]) -> list[str]:
    """Records with the words of the recorded title, though never side by side, and the journal it was mapped to."""
    pmids = _ids(answers["dspace esearch"])
    words = "A recipient of a lung transplant whose donor had a peanut in an allergy ward; a transfer was made."
    journal = "<Title>Transfer (Brussels, Belgium)</Title><ISOAbbreviation>Transfer (Bruss)</ISOAbbreviation>"
    made = record(1, "Trade unions", journal=journal).replace("<MedlineTA>J Invent", "<MedlineTA>Transfer (Bruss)")
    return [made, *(record(pmid, "Peanuts", abstract=words) for pmid in pmids)]


@pytest.fixture(scope="module")
def answers(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answered]:
    real, folder = shared_data / "pubmed" / "real", tmp_path_factory.mktemp("recorded")
    asked = {each.name: each for each in recorded(real)}
    files = [write(folder / "made.xml", *_made(asked)), real / "_normalised/pubmed_real_normalised.xml.gz"]
    for number, each in enumerate(each for each in asked.values() if each.utility == "efetch" and "dspace" not in each.name):
        files.append(folder / f"fetched{number}.xml")
        files[-1].write_bytes(each.body)
    load_files(folder / "mirror", files)
    dspace = folder / "dspace.xml"
    dspace.write_bytes(asked["dspace efetch"].body)
    load_files(folder / "fetched", [dspace])
    load_files(folder / "peanut", [write(folder / "peanut.xml", *_peanut(asked))])
    found: dict[str, Answered] = {}
    for place in ("mirror", "fetched", "peanut"):
        with running_mirror(folder / place, vocabulary=SmallMesh(), whole=True) as url:
            for name, each in asked.items():
                if place == {"dspace efetch": "fetched", "dspace esearch": "peanut"}.get(name, "mirror"):
                    found[name] = Answered(each, *read(f"{url}{each.utility}.fcgi?{each.query}"))
    return found


def _paths(value: Any, path: str = "") -> set[str]:
    """The names in an answer in JSON; records under their number count as one."""
    if isinstance(value, list):
        return set().union(*(_paths(each, f"{path}[]") for each in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for name, each in value.items():
        here = f"{path}.{'N' if name.isdecimal() else name}"
        found |= {here} | _paths(each, here)
    return found


def _shapes(answered: Answered) -> tuple[set[str], set[str]]:
    if answered.asked.as_json:
        return _paths(json.loads(answered.asked.body)), _paths(json.loads(answered.body))
    return shape(answered.theirs()), shape(answered.ours())


def test_shapes_agree_but_for_what_is_named(answers: dict[str, Answered]) -> None:
    differ = {
        name: theirs ^ ours for name, answered in answers.items() for theirs, ours in [_shapes(answered)] if theirs != ours
    }
    assert set(differ) == set(_CANNOT), {name: sorted(paths)[:9] for name, paths in differ.items()}
    assert len(answers) == 47
    assert len(answers) - len(differ) == 37


def test_fetched_records_are_the_same(answers: dict[str, Answered]) -> None:
    compared = 0
    for answered in answers.values():
        if answered.asked.utility == "efetch":
            assert _content(answered.ours()) == _content(answered.theirs()), answered.asked.name
            compared += 1
    assert compared == 9


def _content(node: Any) -> list[Any]:
    """Elements, attributes and words, in order; white space between elements says nothing."""
    return [
        (each.tag, dict(each.attrib), " ".join((each.text or "").split())) for each in node.iter() if isinstance(each.tag, str)
    ]


@pytest.mark.parametrize("name", ["biopython epost2", "biopython epost3", "biopython esummary8", "klortho einfo.error"])
def test_errors_have_the_recorded_words(answers: dict[str, Answered], name: str) -> None:
    said = [[error.text for error in tree.iter("ERROR")] for tree in (answers[name].theirs(), answers[name].ours())]
    assert said[0] == said[1]
    assert said[0]


@pytest.mark.parametrize("name", ["klortho esearch.baderror", "klortho esummary.error", "klortho einfo.error"])
def test_errors_in_json_are_the_recorded_ones(answers: dict[str, Answered], name: str) -> None:
    answered = answers[f"{name} json"]
    assert json.loads(answered.body) == json.loads(answered.asked.body)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("biopython esearch1", ("RetMax", "RetStart", "QueryTranslation", "IdList")),
        ("biopython esearch2", ("RetMax", "RetStart", "QueryKey", "IdList")),
        ("biopython esearch8", ("Count", "RetMax", "RetStart", "QueryTranslation", "ErrorList", "WarningList", "IdList")),
        (
            "biocommons test_esearchresult1",
            ("Count", "RetMax", "RetStart", "QueryKey", "QueryTranslation", "TranslationSet", "IdList"),
        ),
        ("dspace esearch", ("Count", "RetMax", "RetStart", "TranslationSet", "IdList")),
    ],
)
def test_searches_give_the_recorded_values(answers: dict[str, Answered], name: str, values: tuple[str, ...]) -> None:
    for value in values:
        theirs, ours = (_words(tree.find(value)) for tree in (answers[name].theirs(), answers[name].ours()))
        assert sorted(ours) == sorted(theirs) if value == "TranslationSet" else ours == theirs, value


def _words(node: Any) -> list[str]:
    return [] if node is None else [" ".join(text.split()) for text in node.itertext() if text.strip()]


def test_the_peanut_title_is_translated_as_recorded(answers: dict[str, Answered]) -> None:
    """A quoted title that PubMed's phrase list does not have: mapped word by word, the small words ignored, and said."""
    answered = answers["dspace esearch"]
    theirs, ours = answered.theirs(), answered.ours()
    unquoted = theirs.findtext("QueryTranslation").replace("recipient[All Fields]", '"recipient"[All Fields]')
    assert ours.findtext("QueryTranslation") == unquoted
    for name in ("PhraseIgnored", "QuotedPhraseNotFound"):
        ignored = [sorted({each.text for each in tree.iter(name)} - {"to", "a"}) for tree in (theirs, ours)]
        assert ignored[0] == ignored[1], name


def test_summaries_give_the_recorded_values(answers: dict[str, Answered]) -> None:
    answered = answers["biopython esummary1"]
    theirs, ours = ([_items(each) for each in tree.iter("DocSum")] for tree in (answered.theirs(), answered.ours()))
    assert ours == theirs
    assert len(ours) == 2


def _items(summary: Any) -> list[tuple[str, str, str]]:
    return [(each.get("Name"), each.get("Type"), (each.text or "").strip()) for each in summary.iter("Item")]


@pytest.mark.parametrize("name", _LINKED)
def test_cited_and_citing_records_are_the_recorded_ones(answers: dict[str, Answered], name: str) -> None:
    def named(tree: Any) -> dict[str, list[str]]:
        return {
            each.findtext("LinkName"): [found.text for found in each.iterfind("Link/Id")] for each in tree.iter("LinkSetDb")
        }

    theirs, ours = named(answers[name].theirs()), named(answers[name].ours())
    kinds = {"pubmed_pubmed_refs", "pubmed_pubmed_citedin"} & set(theirs)
    assert kinds
    assert {kind: ours[kind] for kind in kinds} == {kind: theirs[kind] for kind in kinds}, _LISTS_SIMILAR


def test_spelling_is_the_recorded_one(answers: dict[str, Answered]) -> None:
    answered = answers["biopython espell"]
    assert _words(answered.ours()) == _words(answered.theirs())


def test_fields_are_described_as_recorded(answers: dict[str, Answered]) -> None:
    """EInfo's fields of 2025: every one that this mirror has says of itself what PubMed's does."""
    said = [
        {each.findtext("Name"): [(part.tag, part.text or "") for part in each] for each in tree.iter("Field")}
        for tree in (answers["biopython einfo2"].theirs(), answers["biopython einfo2"].ours())
    ]
    theirs, ours = said
    assert {name: field for name, field in theirs.items() if name in ours} == ours
    assert set(theirs) - set(ours) == {"PAPX", "AUCL", "EID", "DSO", "P1DAT"}
