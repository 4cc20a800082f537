"""Dates, types, languages, subsets, filters and corrections on 2,000 made records: what is found is what their values say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.mirror import load_files, mirror_status, running_mirror
from tests.connectors.mirror.conftest import ask
from tests.connectors.mirror.made import Made, make
from tests.connectors.mirror.records import END, HEAD
from tests.connectors.mirror.vocabulary import SmallMesh

NUMBER = 2_000
RECORDS = make(NUMBER)
Says = Callable[[Made], bool]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "made.xml").write_text(HEAD + "".join(made.xml() for made in RECORDS) + END, encoding="utf-8")
    assert load_files(folder / "mirror", [folder / "made.xml"]).total_records == NUMBER
    return folder / "mirror"


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    with running_mirror(home, vocabulary=SmallMesh()) as address:
        yield address


def between(first: date, last: date) -> Callable[[date | None], bool]:
    return lambda day: day is not None and first <= day <= last


YEAR, SPRING = between(date(2018, 1, 1), date(2018, 12, 31)), between(date(2019, 3, 1), date(2019, 5, 31))
DAY = between(RECORDS[7].entered, RECORDS[7].entered)


def has_type(*names: str) -> Says:
    return lambda made: bool(set(names) & set(made.types))


def has_link(kind: str) -> Says:
    return lambda made: any(each == kind for each, _ in made.links)


def systematic(made: Made) -> bool:
    return "Systematic Review" in made.types


TRIALS = ("Randomized Controlled Trial", "Controlled Clinical Trial", "Clinical Trial, Phase III")
CASES: dict[str, Says] = {
    "2018[dp]": lambda made: any(map(YEAR, made.published)),
    "2019/03:2019/05[dp]": lambda made: any(map(SPRING, made.published)),
    "2019/03/01:2019/05/31[ppdat]": lambda made: SPRING(made.printed),
    "2018[epdat]": lambda made: YEAR(made.electronic),
    "2018[edat]": lambda made: YEAR(made.entered),
    '"2019/03/01"[edat] : "2019/05/31"[edat]': lambda made: SPRING(made.entered),
    f"{RECORDS[7].entered:%Y/%m/%d}[edat]": lambda made: DAY(made.entered),
    "2018[crdt]": lambda made: YEAR(made.created),
    "2018[mhda]": lambda made: YEAR(made.indexed or made.entered),
    "2018[lr]": lambda made: YEAR(made.revised),
    "2018[mdat]": lambda made: YEAR(made.revised),
    "2018[dcom]": lambda made: YEAR(made.completed),
    "2019/03:2019/05[edat] NOT 2019/04[edat]": lambda made: SPRING(made.entered) and made.entered.month != 4,
    "randomized controlled trial[pt]": has_type("Randomized Controlled Trial"),
    "controlled clinical trial[pt]": has_type(*TRIALS[:2]),
    "clinical trial[pt]": has_type(*TRIALS),
    "clinical trial[pt:noexp]": lambda made: False,
    "clinical study[pt]": has_type(*TRIALS, "Observational Study"),
    "guideline[pt]": has_type("Practice Guideline"),
    "review[pt] OR systematic review[pt]": has_type("Review", "Systematic Review"),
    "comment[pt] OR letter[pt] OR editorial[pt]": has_type("Comment", "Letter", "Editorial"),
    "retracted publication[pt]": has_type("Retracted Publication"),
    "retraction notice[pt]": has_type("Retraction of Publication"),
    "french[la]": lambda made: "fre" in made.languages,
    "eng[la] OR german[filter]": lambda made: bool({"eng", "ger"} & set(made.languages)),
    "english[la] NOT spanish[la]": lambda made: "eng" in made.languages and "spa" not in made.languages,
    "medline[sb]": lambda made: made.status == "MEDLINE",
    "pubmednotmedline[sb]": lambda made: made.status == "PubMed-not-MEDLINE",
    "publisher[sb]": lambda made: made.status == "Publisher",
    "inprocess[sb]": lambda made: made.status == "In-Process",
    "indatareview[sb]": lambda made: made.status == "In-Data-Review",
    "all[sb] NOT medline[sb]": lambda made: made.status != "MEDLINE",
    "pubstatusaheadofprint[sb]": lambda made: made.publication_status == "aheadofprint",
    "jsubsetn[sb]": lambda made: made.journal_list == "N",
    "jsubsetaim[sb]": lambda made: made.journal_list == "AIM",
    "hasabstract": lambda made: made.abstract is not None,
    "fha[filter]": lambda made: made.abstract is not None,
    "free full text[sb]": lambda made: made.pmc is not None,
    "pubmed pmc[sb]": lambda made: made.pmc is not None,
    "hasretractionin[filter]": has_link("RetractionIn"),
    "hasretractionof[sb]": has_link("RetractionOf"),
    "haserratumin[filter] OR haserratumfor[filter]": lambda made: has_link("ErratumIn")(made) or has_link("ErratumFor")(made),
    "hasexpressionofconcernin[filter]": has_link("ExpressionOfConcernIn"),
    "hasupdatein[filter]": has_link("UpdateIn"),
    "hascommentin[filter]": has_link("CommentIn"),
    "systematic[sb]": systematic,
    "randomizedcontrolledtrial[filter]": has_type("Randomized Controlled Trial"),
    "casereports[filter]": has_type("Case Reports"),
    "preprint[filter]": has_type("Preprint"),
    "england[pl] AND 7[vi]": lambda made: made.pmid % 40 == 7,
    "aspirin[ti] AND 2018[edat] AND english[la] AND (clinical trial[pt] OR trial[tiab])": lambda made: (
        "aspirin" in made.title.lower().split()
        and YEAR(made.entered)
        and "eng" in made.languages
        and (has_type(*TRIALS)(made) or "trial" in f"{made.title.lower()} {made.abstract or ''}".split())
    ),
}


@pytest.mark.parametrize("query", CASES)
def test_a_query_finds_what_the_values_say(url: str, query: str) -> None:
    answer = ask(url, term=query, retmax=9_999)["esearchresult"]
    assert "ERROR" not in answer, answer
    expected = {str(made.pmid) for made in RECORDS if CASES[query](made)}
    assert set(answer["idlist"]) == expected
    assert len(expected) < NUMBER
    assert expected or query == "clinical trial[pt:noexp]", "a query that finds nothing shows nothing"


@pytest.mark.parametrize(("kind", "day"), [("edat", "entered"), ("crdt", "created"), ("mdat", "revised")])
def test_date_parameters_and_relative_dates(url: str, kind: str, day: str) -> None:
    def pmids(term: str = "all[sb]", **parameters: Any) -> set[str]:
        return set(ask(url, term=term, retmax=9_999, **parameters)["esearchresult"]["idlist"])

    def expected(first: date, last: date) -> set[str]:
        return {str(made.pmid) for made in RECORDS if first <= getattr(made, day) <= last}

    assert pmids(datetype=kind, mindate="2018/02", maxdate="2018/03/15") == expected(date(2018, 2, 1), date(2018, 3, 15))
    days = (date.today() - date(2020, 6, 1)).days
    since = expected(date.today() - timedelta(days=days), date.today())
    assert pmids(datetype=kind, reldate=days) == since
    assert pmids(term=f'"last {days} days"[{kind}]') == since
    assert since


def test_entry_dates_partition_everything(url: str) -> None:
    """As a search beyond PubMed's limit needs them: the parts add up to the whole."""
    whole = int(ask(url, term="all[sb]", rettype="count")["esearchresult"]["count"])
    years = [f"{year}[edat]" for year in range(2013, 2025)]
    parts = [int(ask(url, term=f"all[sb] AND {year}", rettype="count")["esearchresult"]["count"]) for year in years]
    assert (sum(parts), whole) == (NUMBER, NUMBER)


def test_retractions_are_counted(home: Path) -> None:
    status = mirror_status(home)
    retracted = [made for made in RECORDS if has_type("Retracted Publication")(made) or has_link("RetractionIn")(made)]
    notices = [made for made in RECORDS if has_type("Retraction of Publication")(made) or has_link("RetractionOf")(made)]
    assert (status.retracted, status.retraction_notices) == (len(retracted), len(notices))
    assert retracted
    assert notices


def test_links_to_cited_and_citing_records(url: str) -> None:
    for made in RECORDS[:200]:
        answer = ask(url, utility="elink", dbfrom="pubmed", db="all", id=made.pmid)["linksets"][0]
        found = {entry["linkname"]: entry["links"] for entry in answer.get("linksetdbs", [])}
        citing = sorted((each.pmid for each in RECORDS if made.pmid in each.cites), reverse=True)
        expected = {
            "pubmed_pubmed_refs": [str(pmid) for pmid in sorted(made.cites, reverse=True)],
            "pubmed_pubmed_citedin": [str(pmid) for pmid in citing],
            "pubmed_pmc": [made.pmc.removeprefix("PMC")] if made.pmc else [],
        }
        assert found == {name: links for name, links in expected.items() if links}
