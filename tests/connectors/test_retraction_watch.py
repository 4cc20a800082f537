"""Retraction Watch beside what a record says of itself, and files that are not what they should be."""

from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from connectors.pubmed.records import read_records
from connectors.retraction_watch import LARGEST_FIELD, LARGEST_LINE, RetractionWatch, WatchedSource
from evidence.citation import Citation, FetchedRecord, IntegrityStatus
from evidence.errors import InvalidInput
from evidence.integrity import integrity_of
from tests.connectors.pubmed.clients import client, days
from tests.connectors.pubmed.made_pubmed import MadePubMed
from tests.support.fault_server import FaultServer

COLUMNS = [
    "Record ID",
    "Title",
    "Subject",
    "Institution",
    "Journal",
    "Publisher",
    "Country",
    "Author",
    "URLS",
    "ArticleType",
    "RetractionDate",
    "RetractionDOI",
    "RetractionPubMedID",
    "OriginalPaperDate",
    "OriginalPaperDOI",
    "OriginalPaperPubMedID",
    "RetractionNature",
    "Reason",
    "Paywalled",
    "Notes",
]


def row(**given: str) -> dict[str, str]:
    """A row shaped like Crossref's."""
    usual = {
        "Record ID": "1",
        "RetractionDate": "8/23/2023 0:00",
        "RetractionDOI": "10.1000/Notice",
        "RetractionPubMedID": "0",
        "OriginalPaperDOI": "unavailable",
        "OriginalPaperPubMedID": "0",
        "RetractionNature": "Retraction",
        "Reason": "+Concerns/Issues About Data;+Unreliable Results;",
    }
    return {**dict.fromkeys(COLUMNS, ""), **usual, **given}


def watch_file(folder: Path, *rows: dict[str, str], name: str = "retraction_watch.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def paper(**given: Any) -> Citation:
    return Citation(**{"pmid": "7", "title": "A made paper", "source_hash": "0" * 64, **given})


def standing(watch: RetractionWatch, citation: Citation) -> IntegrityStatus:
    (record,) = [watch.annotate(FetchedRecord(citation=citation, xml=""))]
    return integrity_of(record.citation).status


@pytest.mark.parametrize(
    ("nature", "status"),
    [
        ("Retraction", IntegrityStatus.RETRACTED),
        ("Expression of concern", IntegrityStatus.EXPRESSION_OF_CONCERN),
        ("Expression of Concern", IntegrityStatus.EXPRESSION_OF_CONCERN),
        ("Correction", IntegrityStatus.CORRECTED),
        ("Something new", IntegrityStatus.NO_NOTICE),
    ],
)
def test_each_nature_by_pmid(tmp_path: Path, nature: str, status: IntegrityStatus) -> None:
    watch = RetractionWatch.read(watch_file(tmp_path, row(OriginalPaperPubMedID="7", RetractionNature=nature)))
    assert standing(watch, paper()) is status
    assert standing(watch, paper(pmid="8")) is IntegrityStatus.NO_NOTICE


@pytest.mark.parametrize("dress", ["10.1000/MADE.7", "https://doi.org/10.1000/made.7", "doi:10.1000/Made.7 "])
def test_by_doi_in_any_dress(tmp_path: Path, dress: str) -> None:
    watch = RetractionWatch.read(watch_file(tmp_path, row(OriginalPaperDOI=dress)))
    assert standing(watch, paper(pmid="99", doi="10.1000/made.7")) is IntegrityStatus.RETRACTED


def test_the_notice_is_named_with_its_date_reasons_and_pmid(tmp_path: Path) -> None:
    watch = RetractionWatch.read(watch_file(tmp_path, row(OriginalPaperPubMedID="7", RetractionPubMedID="55")))
    citation = paper(notices=watch.notices(paper()))
    found = integrity_of(citation)
    assert found.notices == (
        "Retraction Watch lists it: Retraction of 2023-08-23 (Concerns/Issues About Data; Unreliable Results), entry 1.",
    )
    assert found.related_pmids == ("55",)


def test_placeholders_match_nothing(tmp_path: Path) -> None:
    watch = RetractionWatch.read(watch_file(tmp_path, row(), row(OriginalPaperPubMedID="0", OriginalPaperDOI="Unavailable")))
    assert watch.entries == 0
    assert watch.notices(paper(pmid="0")) == ()


def test_a_reinstatement_lifts_what_came_before_and_not_what_comes_after(tmp_path: Path) -> None:
    old = row(OriginalPaperPubMedID="7", RetractionDate="1/2/2019 0:00")
    back = row(OriginalPaperPubMedID="7", RetractionDate="3/4/2020 0:00", RetractionNature="Reinstatement")
    again = row(OriginalPaperPubMedID="7", RetractionDate="10/5/2021 0:00")
    assert standing(RetractionWatch.read(watch_file(tmp_path, back, old)), paper()) is IntegrityStatus.NO_NOTICE
    assert standing(RetractionWatch.read(watch_file(tmp_path, again, back, old)), paper()) is IntegrityStatus.RETRACTED


def test_what_the_record_says_itself_is_not_lifted(tmp_path: Path) -> None:
    back = row(OriginalPaperPubMedID="7", RetractionNature="Reinstatement")
    watch = RetractionWatch.read(watch_file(tmp_path, back))
    assert standing(watch, paper(publication_types=("Retracted Publication",))) is IntegrityStatus.RETRACTED


def test_a_source_whose_records_carry_the_notices(tmp_path: Path) -> None:
    file = watch_file(tmp_path, row(OriginalPaperPubMedID="2"))
    batches: list[FetchedRecord] = []
    with FaultServer(MadePubMed(days(3))) as server:
        source = WatchedSource(client(server), file)
        records, report = source.fetch(["1", "2", "3"], on_batch=batches.extend)
        assert source.search("made")[1] == ("1", "2", "3")
        assert source.count("made").count == 3
    assert [integrity_of(record.citation).status.value for record in records] == [
        "no notice found",
        "retracted",
        "no notice found",
    ]
    assert batches == records
    assert report.returned == ("1", "2", "3")
    assert Citation.model_validate_json(records[1].citation.model_dump_json()) == records[1].citation


def test_a_file_that_cannot_be_read_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    with FaultServer(MadePubMed(days(1))) as server, pytest.raises(InvalidInput, match="EVIDENCE_RETRACTION_WATCH"):
        WatchedSource(client(server), tmp_path / "nowhere.csv").fetch(["1"])
    assert server.asked == []


def test_latin_1_a_byte_order_mark_and_null_characters_do_no_harm(tmp_path: Path) -> None:
    file = watch_file(tmp_path, row(OriginalPaperPubMedID="7", Author="Åsa Müller"), encoding="latin-1")
    assert RetractionWatch.read(file).entries == 1
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"Retraction,", b"Retr\0action,"))
    assert standing(RetractionWatch.read(file), paper()) is IntegrityStatus.RETRACTED


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no column"),
        ("a,b\n1,2\n", "no column OriginalPaperPubMedID"),
        ("<html><body>Sign in</body></html>", "no column"),
        (f"{','.join(COLUMNS)}\n" + '"' + "x" * (LARGEST_FIELD + 10), "no CSV that can be read"),
        (f"{','.join(COLUMNS)}\n" + "x" * (LARGEST_LINE + 10), "line of more than"),
    ],
)
def test_a_file_of_another_kind_is_one_sentence(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=said) as caught:
        RetractionWatch.read(path)
    assert caught.value.message.count("\n") == 0


def test_an_unclosed_quotation_does_not_take_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "endless.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join(COLUMNS) + '\n1,"')
        for _ in range(300):
            stream.write("line of a field that never ends\n" * 4000)
    tracemalloc.start()
    with pytest.raises(InvalidInput):
        RetractionWatch.read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


def test_every_real_record_is_as_it_was_without_an_entry(shared_data: Path, tmp_path: Path) -> None:
    watch = RetractionWatch.read(watch_file(tmp_path, row(OriginalPaperPubMedID="1")))
    path = shared_data / "pubmed/real/klortho_eutils_json/samples/efetch.pubmed.xml"
    with path.open("rb") as stream:
        records = [record for record in read_records(stream) if isinstance(record, FetchedRecord)]
    assert [watch.annotate(record) for record in records] == records
