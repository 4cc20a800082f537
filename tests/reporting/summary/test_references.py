"""References that other programs read back as they were."""

from __future__ import annotations

import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
import rispy

from connectors.reference_files.read import read_stream
from evidence.citation import Author, Journal, PartialDate
from evidence.imported import ImportedFile
from evidence.ledger import LedgerCitation
from reporting.references.bibtex import as_bibtex
from reporting.references.csl_json import as_csl_json
from reporting.references.fields import split_pages
from reporting.references.full_texts import to_obtain
from reporting.references.links import Library, libkey_url, links_of, openurl
from reporting.references.nbib import as_nbib
from reporting.references.ris import as_ris
from tests.reporting.papers import citations
from tests.reporting.sample import HOSTILE

# The parts of the CSL-JSON input schema (citationstyles.org, csl-data.json 1.0.2) that these records can use.
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            "type": {"enum": ["article-journal", "book"]},
            "id": {"type": "string"},
            "author": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {name: {"type": "string"} for name in ("family", "given", "suffix", "literal")},
                },
            },
            "issued": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "maxItems": 2,
                        "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
                    }
                },
            },
            **{
                name: {"type": "string"}
                for name in (
                    "title", "container-title", "container-title-short", "volume", "issue", "page", "ISSN", "DOI", "PMID",
                    "PMCID", "URL", "abstract", "language", "note", "source",
                )
            },
        },
    },
}  # fmt: skip


def whole_record(**changes: object) -> LedgerCitation:
    record = citations()[0].model_copy(
        update={
            "authors": (
                Author(last_name="O'Neil-Ångström", fore_name="Jane Mary", initials="JM"),
                Author(last_name="van der Berg", fore_name="Kees", initials="K", suffix="Jr"),
                Author(collective_name="Tarnish Trial Group"),
            ),
            "journal": Journal(
                title="Journal of Made Trials",
                abbreviation="J Made Trials",
                issn="1234-5678",
                volume="12",
                issue="3",
                pages="123-9",
            ),
            "published": PartialDate(year=2019, month=3, day=4, printed="2019 Mar 4"),
            "doi": "10.1234/made_(2019):1",
            "pmcid": "PMC123456",
            "languages": ("eng",),
            "keywords": ("tarnish",),
        }
    )
    return record.model_copy(update=changes)


def read_back(text: str, name: str) -> ImportedFile:
    return read_stream(io.BytesIO(text.encode("utf-8")), name=name, database="PubMed")


def test_ris_reads_back_in_rispy() -> None:
    (entry,) = rispy.loads(as_ris([whole_record()]))
    assert entry["type_of_reference"] == "JOUR"
    assert entry["title"] == whole_record().title
    assert entry["authors"] == ["O'Neil-Ångström, Jane Mary", "van der Berg, Kees, Jr", "Tarnish Trial Group,"]
    assert entry["accession_number"] == "90000001"
    assert (entry["volume"], entry["number"], entry["start_page"], entry["end_page"]) == ("12", "3", "123", "129")
    assert entry["doi"] == "10.1234/made_(2019):1"
    assert entry["date"] == "2019/03/04"
    assert entry["abstract"].startswith("BACKGROUND: Tarnish fever")


def test_ris_lines_end_as_reference_managers_want_and_every_line_is_a_tag() -> None:
    text = as_ris(citations())
    assert text.count("ER  - ") == len(citations())
    lines = text.split("\r\n")
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*|", line) for line in lines)
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize(("write", "name"), [(as_ris, "references.ris"), (as_nbib, "references.nbib")])
def test_our_own_reader_gives_the_records_back(write: object, name: str) -> None:
    assert callable(write)
    records = read_back(write([whole_record(), *citations()[1:]]), name)
    assert not records.unreadable
    first = records.records[0]
    assert (first.title, first.doi, first.pmcid) == (whole_record().title, "10.1234/made_(2019):1", "PMC123456")
    assert first.pmid == "90000001"
    assert first.journal.volume == "12"
    assert [author.last_name or author.collective_name for author in first.authors][:2] == ["O'Neil-Ångström", "van der Berg"]
    assert "Tarnish Trial Group" in (first.authors[2].collective_name or first.authors[2].last_name or "")
    assert first.published is not None
    assert first.published.year == 2019
    assert [record.title for record in records.records] == [one.title for one in (whole_record(), *citations()[1:])]


def test_nbib_folds_long_lines() -> None:
    lines = as_nbib(citations()).splitlines()
    assert max(len(line) for line in lines) <= 87
    assert all(re.match(r"[A-Z]{2,4} {0,2}- |      \S|$", line) for line in lines)


def test_csl_json_follows_the_schema() -> None:
    items = json.loads(as_csl_json([whole_record(), *citations()[1:]]))
    jsonschema.validate(items, CSL)
    assert items[0]["issued"] == {"date-parts": [[2019, 3, 4]]}
    assert items[0]["author"][2] == {"literal": "Tarnish Trial Group"}
    assert items[0]["page"] == "123-129"


def test_bibtex_braces_balance_and_special_letters_stand_for_themselves() -> None:
    text = as_bibtex([whole_record(title=HOSTILE)])
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
    depth = 0
    for letter in bare:
        depth += (letter == "{") - (letter == "}")
        assert depth >= 0
    assert text.startswith("@article{oneilangstrom2019-90000001,")
    assert "author = {O'Neil-Ångström, Jane Mary and van der Berg, Jr, Kees and {Tarnish Trial Group}}" in text


def test_a_warning_travels_with_the_reference() -> None:
    preprint = next(record for record in citations() if record.integrity.status.value == "preprint")
    assert "N1  - Standing of this record: preprint." in as_ris([preprint])
    assert "Standing of this record: preprint." in as_nbib([preprint])
    assert json.loads(as_csl_json([preprint]))[0]["note"] == "Standing of this record: preprint."


@pytest.mark.parametrize("write", [as_ris, as_nbib, as_csl_json, as_bibtex])
def test_hostile_text_adds_no_record_and_no_line_of_its_own(write: object) -> None:
    assert callable(write)
    hostile = whole_record(
        title=f"Title\r\nER  - \r\nTY  - JOUR\r\nTI  - Second {HOSTILE}",
        authors=(Author(last_name="Smith\r\nAU  - Injected and Other, Name", initials="J"),),
        journal=Journal(title="J\nPMID- 1\n", volume="1\n\nPMID- 2"),
    )
    text = write([hostile])
    if write is as_ris:
        assert len(rispy.loads(text)) == 1
    elif write is as_nbib:
        assert len(read_back(text, "x.nbib").records) == 1
    elif write is as_csl_json:
        assert len(json.loads(text)) == 1
    else:
        assert text.count("\n@") == 0
        assert text.count("{Smith") == 1


@pytest.mark.parametrize(
    ("pages", "split"),
    [("123-9", ("123", "129")), ("S1-S10", ("S1", "S10")), ("e12", ("e12", "")), ("1-2, 5", ("1-2, 5", "")), ("", ("", ""))],
)
def test_pages_are_written_out(pages: str, split: tuple[str, str]) -> None:
    assert split_pages(pages) == split


def test_links_go_to_pmc_first_and_use_the_librarys_own_services() -> None:
    library = Library(libkey="222", resolver="https://resolver.example/openurl?sid=x")
    names = [link.name for link in links_of(whole_record(), library)]
    assert names[:4] == ["PubMed Central PMC123456", "LibKey", "Library resolver", "DOI 10.1234/made_(2019):1"]
    assert libkey_url(whole_record(), "222") == "https://libkey.io/libraries/222/10.1234/made_(2019):1"
    assert libkey_url(whole_record(doi=None), "222") == "https://libkey.io/libraries/222/90000001"
    assert [link.name for link in links_of(whole_record(doi=None, pmcid=None), Library())] == ["Record"]


def test_the_resolver_is_asked_with_everything_the_record_says() -> None:
    asked = urlsplit(openurl(whole_record(title="A & B = ?"), "https://resolver.example/openurl?sid=x"))
    fields = parse_qs(asked.query)
    assert fields["sid"] == ["x"]
    assert fields["rft_id"] == ["info:pmid/90000001", "info:doi/10.1234/made_(2019):1"]
    assert fields["rft.atitle"] == ["A & B = ?"]
    assert fields["rft.issn"] == ["1234-5678"]
    assert fields["rft.spage"] == ["123"]


def test_full_texts_come_open_access_first_and_those_had_are_left_out() -> None:
    free = whole_record(pmid="90000021")
    with_doi = whole_record(pmid="90000022", pmcid=None)
    cited = whole_record(pmid="90000023", pmcid=None)
    bare = whole_record(pmid="90000024", pmcid=None, doi=None)
    had = whole_record(pmid="90000025")
    listed = to_obtain([bare, with_doi, cited, had, free], frozenset({"90000023"}), frozenset({"90000025"}))
    assert [one.pmid for one, _ in listed] == ["90000021", "90000023", "90000022", "90000024"]
