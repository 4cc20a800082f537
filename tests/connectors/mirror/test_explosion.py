"""Headings, entry terms, subheadings and publication types through their trees; records small enough to check by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.mirror import load_files, running_mirror
from evidence.services import MeshVocabulary
from tests.connectors.mirror.conftest import ask
from tests.connectors.mirror.records import author, record, write
from tests.connectors.mirror.vocabulary import SmallMesh

_VOCABULARY: MeshVocabulary = SmallMesh()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trees")
    records = [
        record(1, "Hay fever tablets", mesh=("*Rhinitis, Allergic, Seasonal/drug therapy", "Humans")),
        record(2, "Noses", mesh=("Rhinitis/*surgery", "Animals")),
        record(
            3, "Smoke", mesh=("Lung Neoplasms/epidemiology", "Humans"), types=("Journal Article", "Pragmatic Clinical Trial")
        ),
        record(4, "Cancer registries", mesh=("Neoplasms/mortality",), types=("Randomized Controlled Trial",)),
        record(5, "Cancer and hay fever, not indexed", types=("Clinical Trial Protocol",)),
        record(6, "Tumour words", abstract="Neoplasms of mice.", types=("Practice Guideline",)),
        record(7, "Letter", types=("Letter",), authors=author("Hart", "Rk", "RK")),
        record(8, "Sections", types=("Retraction Notice",), authors=author("Hart", "Robert Kim", "RK")),
        record(9, "Children", mesh=("Child, Preschool",), authors=author("Stone", "Ann", "A")),
    ]
    load_files(folder / "mirror", [write(folder / "a.xml", *records)])
    return folder / "mirror"


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    with running_mirror(home, vocabulary=_VOCABULARY) as address:
        yield address


def result(url: str, term: str) -> dict[str, Any]:
    answer: dict[str, Any] = ask(url, term=term, retmax=100)["esearchresult"]
    assert "ERROR" not in answer, answer
    return answer


def found(url: str, term: str) -> list[int]:
    return sorted(int(pmid) for pmid in result(url, term)["idlist"])


@pytest.mark.parametrize(
    ("term", "pmids"),
    [
        ("neoplasms[mh]", [3, 4]),
        ("neoplasms[mh:noexp]", [4]),
        ("cancer[mh]", [3, 4]),
        ("lung diseases[mh]", [3]),
        ("rhinitis[mh]", [1, 2]),
        ("rhinitis[mh:noexp]", [2]),
        ("Pollinosis[Mesh]", [1]),
        ("rhinitis[majr]", [1, 2]),
        ("rhinitis[majr:noexp]", [2]),
        ("rhinitis/therapy[mh]", [1, 2]),
        ('"rhinitis/therapy"[mh:noexp]', []),
        ("rhinitis/su[mh]", [2]),
        ("neoplasms/epidemiology[mh]", [3, 4]),
        ("child[mh]", [9]),
        ("child[mh:noexp]", []),
        ("therapy[sh]", [1, 2]),
        ("therapy[sh:noexp]", []),
        ("epidemiology[sh]", [3, 4]),
        ("animals[mh] NOT humans[mh]", [2]),
        ("clinical study[pt]", [3, 4, 5]),
        ("clinical trial[pt]", [3, 4]),
        ("controlled clinical trial[pt]", [3, 4]),
        ("randomized controlled trial[pt]", [3, 4]),
        ("randomized controlled trial[pt:noexp]", [4]),
        ("guideline[pt]", [6]),
        ("retraction of publication[pt]", [8]),
        ("cancer", [3, 4, 5, 6]),
        ("randomized controlled trial", [3, 4]),
        ("lung cancer", [3]),
        ("hay fever", [1, 5]),
        ("hart rk", [7, 8]),
        ("hart rk[au]", [7, 8]),
        ('"hart rk"[fau]', [7]),
        ("randomizedcontrolledtrial[filter]", [3, 4]),
        ("allchild[filter]", [9]),
        ("humans[filter]", [1, 3]),
    ],
)
def test_what_a_query_finds_with_a_vocabulary(url: str, term: str, pmids: list[int]) -> None:
    assert found(url, term) == pmids


@pytest.mark.parametrize(
    ("term", "mapped", "translation"),
    [
        (
            "cancer",
            [("cancer", '"neoplasms"[MeSH Terms] OR "neoplasms"[All Fields] OR "cancer"[All Fields]')],
            '"neoplasms"[MeSH Terms] OR "neoplasms"[All Fields] OR "cancer"[All Fields]',
        ),
        (
            "stem cells",
            [
                (
                    "stem cells",
                    '"stem cells"[MeSH Terms] OR ("stem"[All Fields] AND "cells"[All Fields]) OR "stem cells"[All Fields]',
                )
            ],
            '"stem cells"[MeSH Terms] OR ("stem"[All Fields] AND "cells"[All Fields]) OR "stem cells"[All Fields]',
        ),
        ("cancer[mh]", [("cancer[mh]", '"neoplasms"[MeSH Terms]')], '"neoplasms"[MeSH Terms]'),
        (
            '"Hay Fever"[Majr:NoExp] AND 7[vi]',
            [('"Hay Fever"[Majr:NoExp]', '"rhinitis, allergic, seasonal"[MeSH Major Topic:noexp]')],
            '"rhinitis, allergic, seasonal"[MeSH Major Topic:noexp] AND "7"[Volume]',
        ),
        (
            "hart rk[author]",
            [("hart rk[author]", "Hart, Rk[Full Author Name] OR hart rk[Author]")],
            "hart, rk[Author] OR hart rk[Author]",
        ),
        (
            "randomized controlled trial",
            [
                (
                    "randomized controlled trial",
                    '"randomized controlled trial"[Publication Type] OR "randomized controlled trials as topic"[MeSH Terms] OR '
                    '("randomized"[All Fields] AND "controlled"[All Fields] AND "trial"[All Fields]) OR '
                    '"randomized controlled trial"[All Fields]',
                )
            ],
            '"randomized controlled trial"[Publication Type] OR "randomized controlled trials as topic"[MeSH Terms] OR '
            '("randomized"[All Fields] AND "controlled"[All Fields] AND "trial"[All Fields]) OR '
            '"randomized controlled trial"[All Fields]',
        ),
        ("stone a", [("stone a", "stone a[Author]")], "stone a[Author]"),
    ],
)
def test_the_translation_has_pubmeds_words(url: str, term: str, mapped: list[tuple[str, str]], translation: str) -> None:
    answer = result(url, term)
    assert [(entry["from"], entry["to"]) for entry in answer["translationset"]] == mapped
    assert answer["querytranslation"] == translation


def test_nothing_is_said_of_missing_trees_where_there_is_one(url: str, home: Path) -> None:
    assert "warninglist" not in result(url, "neoplasms[mh]")
    with running_mirror(home) as without:
        answer = result(without, "neoplasms[mh]")
        assert answer["idlist"] == ["4"]
        assert "no MeSH tree is loaded" in answer["warninglist"]["outputmessages"][0]


def test_an_unknown_heading_finds_nothing_and_is_said(url: str) -> None:
    answer = result(url, "Neoplasmas[mh] OR rhinitis[mh]")
    assert answer["errorlist"]["phrasesnotfound"] == ["Neoplasmas[MeSH Terms]"]
    assert answer["count"] == "2"


def test_a_phrase_unknown_to_all_of_pubmed_is_split_as_pubmed_splits_it(home: Path) -> None:
    with running_mirror(home, vocabulary=_VOCABULARY, whole=True) as whole, running_mirror(home) as part:
        assert found(whole, '"fever cancer"[ti]') == [5]
        assert found(part, '"fever cancer"[ti]') == []
        for url in (whole, part):
            assert result(url, '"fever cancer"[ti]')["warninglist"]["quotedphrasesnotfound"] == ['"fever cancer"[ti]']
        assert result(whole, '"fever cancer"[ti]')["querytranslation"] == '"fever"[Title] AND "cancer"[Title]'
