"""The reader against Bio.Entrez.read, field by field, on real records; and on files that are no PubMed records at all."""

from __future__ import annotations

import gzip
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from Bio import Entrez

from connectors.pubmed.records import read_records
from evidence.citation import Citation, FetchedRecord
from evidence.errors import BadAnswer
from tests.connectors.pubmed.entrez_reading import field_pairs, further_pairs, same
from tests.connectors.pubmed.made_records import HEAD, TAIL

pytestmark = [
    pytest.mark.shared,
    # Bio.Entrez leaves the DTD files that it reads open for the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
NORMALISED = "pubmed/real/_normalised/pubmed_real_normalised.xml.gz"


def records_in(path: Path) -> Iterator[FetchedRecord]:
    with gzip.open(path) as stream:
        for record in read_records(stream):
            assert isinstance(record, FetchedRecord), record
            yield record


def by_entrez(records: list[FetchedRecord]) -> list[Any]:
    """Their reading of each record; None where Bio.Entrez cannot read it. Halving keeps the cost of its failures low."""
    document = (HEAD + "\n".join(record.xml for record in records) + TAIL).encode()
    try:
        answer: Any = Entrez.read(io.BytesIO(document), validate=False, escape=True)  # type: ignore[no-untyped-call]
        return list(answer["PubmedArticle"])
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError):
        if len(records) == 1:
            return [None]
        half = len(records) // 2
        return by_entrez(records[:half]) + by_entrez(records[half:])


def compared(ours: Citation, theirs: Any) -> Iterator[tuple[str, bool, str]]:
    """Every field of the record: its name, whether both readers agree, and what each read."""
    for field, (mine, entrez) in (field_pairs(ours, theirs) | further_pairs(ours, theirs)).items():
        yield field, same(mine, entrez), f"{ours.pmid} {field}: {mine!r} is not {entrez!r}"


def test_every_real_record_is_read_and_agrees_with_entrez(shared_data: Path) -> None:
    records = list(records_in(shared_data / NORMALISED))
    assert len(records) == 551
    theirs = [reading for start in range(0, 551, 32) for reading in by_entrez(records[start : start + 32])]
    read = [(ours, reading) for ours, reading in zip(records, theirs, strict=True) if reading is not None]
    assert len(read) == 551
    outcome = [field for ours, reading in read for field in compared(ours.citation, reading)]
    assert [why for _, agree, why in outcome if not agree] == []
    assert len(outcome) == 551 * 74


def test_real_records_have_dates_and_references(shared_data: Path) -> None:
    citations = [record.citation for record in records_in(shared_data / NORMALISED)]
    assert sum(citation.year is not None for citation in citations) >= 549
    assert sum(citation.entered is not None for citation in citations) >= 540
    assert sum(len(citation.references) for citation in citations) > 5000
    assert Counter(name for citation in citations for name in citation.unknown_elements) == {}


def test_files_that_are_no_pubmed_records_cost_one_sentence(shared_data: Path) -> None:
    paths = [path for path in (shared_data / "pubmed/real").rglob("*") if path.is_file() and path.suffix != ".gz"]
    messages = [message for path in paths if (message := refusal(path))]
    assert len(messages) > 50
    assert [message for message in messages if not message.endswith(".") or "\n" in message] == []


def refusal(path: Path) -> str | None:
    try:
        for record in read_records(io.BytesIO(path.read_bytes())):
            assert record
    except BadAnswer as error:
        return error.message
    return None
