"""Limits over a real mirror: what is not indexed yet stays, and the note's figures are the mirror's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.mirror import load_files, running_mirror
from connectors.pubmed.client import PubMed
from evidence.question import Framework, Protocol, QuestionElement, Request
from evidence.search import SearchStrategy
from pipelines.stages.plan_search import plan_search
from searching.expand_line_references import expand_line_references
from tests.pipelines.doubles import Answers
from tests.support.small_mesh import small_mesh

# PMID: status, language, publication type, title, heading. Titles are made up.
RECORDS = {
    1: ("MEDLINE", "eng", "Randomized Controlled Trial", "Zinc lozenges and colds", "Zinc"),
    2: ("MEDLINE", "ger", "Journal Article", "Zinc lozenges again", "Zinc"),
    3: ("Publisher", "ger", "Journal Article", "Zinc just published", ""),
    4: ("In-Process", "eng", "Journal Article", "Zinc in process", ""),
    5: ("PubMed-not-MEDLINE", "eng", "Journal Article", "Zinc elsewhere", ""),
    6: ("MEDLINE", "eng", "Journal Article", "A mineral for colds", "Zinc"),
    7: ("MEDLINE", "eng", "Journal Article", "Iron", ""),
}


def record(pmid: int) -> str:
    status, language, kind, title, heading = RECORDS[pmid]
    mesh = f"<MeshHeadingList><MeshHeading><DescriptorName>{heading}</DescriptorName></MeshHeading></MeshHeadingList>"
    return (
        f'<PubmedArticle><MedlineCitation Status="{status}"><PMID Version="1">{pmid}</PMID><Article><Journal><JournalIssue>'
        f"<PubDate><Year>2020</Year></PubDate></JournalIssue></Journal><ArticleTitle>{title}</ArticleTitle>"
        f"<Language>{language}</Language><PublicationTypeList><PublicationType>{kind}</PublicationType></PublicationTypeList>"
        f"</Article>{mesh if heading else ''}</MedlineCitation></PubmedArticle>"
    )


class Unlimited:
    """Spaces nothing out."""

    def wait(self) -> None:
        """At once."""

    def pause(self, seconds: float) -> None:
        """Not at all."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PubMed]:
    folder = tmp_path_factory.mktemp("mirror")
    file = folder / "records.xml"
    file.write_text(f"<PubmedArticleSet>{''.join(record(pmid) for pmid in RECORDS)}</PubmedArticleSet>", encoding="utf-8")
    load_files(folder, [file])
    with running_mirror(folder, vocabulary=small_mesh(folder / "mesh")) as address:
        yield PubMed(email="tester@example.org", limiter=Unlimited(), base_url=address, retries=0)


def planned(source: PubMed, tmp_path: Path, **limits: tuple[str, ...]) -> tuple[SearchStrategy, set[str]]:
    """The strategy for zinc under these limits, and what its last line finds."""
    protocol = Protocol(
        question="Does zinc help?",
        framework=Framework.PICO,
        elements=(QuestionElement(name="intervention", text="zinc"),),
        proposed_by="person",
    ).model_copy(update=limits)
    model = Answers(plan_search={"concepts": []})
    strategy = plan_search(Request(question="Does zinc help?"), protocol, model, source, small_mesh(tmp_path))
    return strategy, set(source.search(expand_line_references(strategy.lines)[-1])[1])


def test_either_arm_finds_what_the_other_misses(source: PubMed, tmp_path: Path) -> None:
    strategy, found = planned(source, tmp_path)
    assert strategy.as_text() == '#1 "Zinc"[mh]\n#2 zinc[tiab]\n#3 #1 OR #2'
    assert found == {"1", "2", "3", "4", "5", "6"}


def test_a_language_loses_only_indexed_records(source: PubMed, tmp_path: Path) -> None:
    strategy, found = planned(source, tmp_path, languages=("English",))
    assert found == {"1", "3", "4", "5", "6"}
    assert strategy.notes[-1] == (
        "The limit “in English” alone would lose 1 of the 3 records found that are not yet indexed for MEDLINE: "
        "line #6 keeps them."
    )


def test_a_publication_type_loses_only_indexed_records(source: PubMed, tmp_path: Path) -> None:
    strategy, found = planned(source, tmp_path, publication_types=("Randomized Controlled Trial",))
    assert found == {"1", "3", "4", "5"}
    assert "alone would lose 3 of the 3" in strategy.notes[-1]


def test_a_filter_stands_as_published_and_its_loss_is_said(source: PubMed, tmp_path: Path) -> None:
    strategy, found = planned(source, tmp_path, filters=("clinical-queries-therapy-narrow",))
    assert found == {"1"}
    assert strategy.notes[-1] == (
        "The filter “clinical-queries-therapy-narrow” takes away 3 of the 3 records found that are not yet indexed for MEDLINE."
    )
