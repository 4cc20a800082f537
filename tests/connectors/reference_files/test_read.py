"""RIS and nbib as databases export them, beside rispy and Bio.Medline, and files that mean harm."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import rispy
from Bio import Medline
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.reference_files.people_and_dates import author_of, published_of
from connectors.reference_files.read import read_file, read_stream
from connectors.reference_files.tagged import LARGEST_FILE, LARGEST_RECORD, LONGEST_LINE, TaggedFile
from evidence.errors import InvalidInput
from evidence.imported import ImportedFile, ImportedRecord, is_licensed
from tests.connectors.reference_files.exports import (
    COCHRANE,
    EBSCO,
    EMBASE_COM,
    EXPORTS,
    NBIB,
    OVID_EMBASE,
    ZOTERO,
)


def read(text: str | bytes, database: str = "Embase") -> ImportedFile:
    data = text.encode() if isinstance(text, str) else text
    return read_stream(io.BytesIO(data), name="export.ris", database=database)


def only(text: str | bytes) -> ImportedRecord:
    (record,) = read(text).records
    return record


class TestEachDatabase:
    def test_embase_on_ovid_with_its_oddities(self) -> None:
        file = read(OVID_EMBASE)
        first, second = file.records
        assert first.title == "Made compresses for made headaches."
        assert [author.name for author in first.authors] == ["Madeup JA", "van der Made B", "Made Study Group"]
        assert first.abstract.endswith("were randomised (NCT01234567). Results: 0.82 (95% CI 0.70 to 0.96).")
        assert (first.accession, first.doi, first.pmid, first.year) == ("2001234567", "10.1000/made.2019.11", None, 2019)
        assert (first.journal.title, first.journal.abbreviation, first.journal.pages) == (
            "Journal of Made Medicine",
            "J. Made Med.",
            "123-129",
        )
        assert [entry.number for entry in first.registrations] == ["NCT01234567"]
        assert first.further == {"DB": ("Embase",), "XZ": ("something of their own",)}
        assert (second.published, file.unreadable, file.notes) == (published_of("2020/05/17/"), (), ())
        assert second.published is not None
        assert (second.published.year, second.published.month, second.published.day) == (2020, 5, 17)
        assert first.id == f"embase:{file.file_hash[:8]}.1"

    def test_embase_com_gives_the_pmid_under_c5(self) -> None:
        record = only(EMBASE_COM)
        assert (record.pmid, record.accession, record.journal.pages) == ("31234567", "L2005550001", "e12")
        assert [author.name for author in record.authors] == ["Madeup JA", "Else PQ"]

    def test_the_cochrane_library_names_pubmed_in_its_cross_references(self) -> None:
        record = only(COCHRANE)
        assert (record.pmid, record.accession, record.doi) == ("30123456", "CN-01234567", "10.1000/made.walk")
        assert [entry.databank for entry in record.registrations] == ["ISRCTN"]
        assert record.journal.title == "Made trials"

    def test_ebsco(self) -> None:
        record = only(EBSCO)
        assert record.keywords == ("Gloves", "Nurses", "Hands")
        assert (record.year, record.journal.title, record.accession) == (2017, "Made Nursing", "121212121")
        assert [(author.last_name, author.initials) for author in record.authors] == [("Madeup", "J"), ("Else", "PQ")]

    def test_zotero(self) -> None:
        record = only(ZOTERO)
        assert (record.pmid, record.pmcid, record.journal.title) == ("35123456", "PMC9123456", "Journal of Made Sleep")
        assert record.authors[1].last_name == "García Márquez"
        assert record.published is not None
        assert record.published.month is None or record.published.month == 4

    def test_nbib(self) -> None:
        file = read(NBIB)
        first, second = file.records
        assert file.format == "nbib"
        assert first.title.endswith("so long that it goes on in the next line.")
        assert first.abstract == "BACKGROUND: Heads ache. METHODS: We laid on compresses."
        assert [author.name for author in first.authors] == ["Madeup JA", "Else PQ", "Made Study Group"]
        assert (first.doi, first.pmid, first.pmcid, first.journal.issn) == (
            "10.1000/made.2019.11",
            "34123456",
            "PMC765",
            "1234-5678",
        )
        assert [entry.number for entry in first.registrations] == ["NCT01234567"]
        assert first.published is not None
        assert (first.published.year, first.published.month) == (2019, 11)
        assert (second.pmid, second.title) == ("34123457", "A second one")


class TestBesideOtherReaders:
    @pytest.mark.parametrize("name", [name for name in EXPORTS if name != "nbib"])
    def test_rispy_reads_the_same(self, name: str) -> None:
        text = EXPORTS[name]
        ours = read(text).records
        theirs: list[dict[str, Any]] = rispy.loads(text.replace("Link to the", "\nLink to the"))
        assert len(ours) == len(theirs)
        for record, entry in zip(ours, theirs, strict=True):
            assert (record.accession, record.journal.volume) == (entry.get("accession_number"), entry.get("volume"))
            assert len(record.authors) == len(entry.get("authors") or entry.get("first_authors") or ())
            theirs_title = entry.get("title") or entry.get("primary_title") or ""
            assert theirs_title.startswith(record.title)
            assert len(record.keywords) >= len(entry.get("keywords", ()))

    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_bio_medline_reads_the_same_in_real_files(self, shared_data: Path, number: int) -> None:
        path = shared_data / f"pubmed/real/biopython/Tests/Medline/pubmed_result{number}.txt"
        ours = read_file(path, database="PubMed").records
        with path.open(encoding="utf-8") as stream:
            theirs: list[Any] = list(Medline.parse(stream))  # type: ignore[no-untyped-call]
        assert len(ours) == len(theirs) > 0
        for record, entry in zip(ours, theirs, strict=True):
            assert (record.pmid, record.title, record.abstract) == (entry["PMID"], entry["TI"], entry.get("AB", ""))
            assert [author.name for author in record.authors] == entry["AU"]
            assert (record.journal.abbreviation, record.journal.volume) == (entry["TA"], entry.get("VI"))
            assert record.publication_types == tuple(entry["PT"])
            assert set(record.keywords) == {*entry.get("MH", ()), *entry.get("OT", ())}


class TestDress:
    def test_every_way_of_writing_text_gives_the_same_record(self) -> None:
        text = "TY  - JOUR\nT1  - Größe und Maß – ein Test\nA1  - Ångström, A\nPY  - 2020\nER  - \n"
        plain = only(text)
        for data in (
            text.encode("utf-8-sig"),
            text.encode("cp1252"),
            text.encode("utf-16"),
            text.replace("\n", "\r\n").encode(),
            text.replace("\n", "\r").encode(),
        ):
            record = only(data)
            assert (record.title, record.authors) == (plain.title, plain.authors)

    def test_what_was_not_utf8_is_said(self) -> None:
        assert read("TY  - JOUR\nT1  - Größe\nER  - \n".encode("cp1252")).notes == (
            "Some lines are not UTF-8 and were read as Windows-1252.",
        )

    @pytest.mark.parametrize(
        ("printed", "last", "initials", "group"),
        [
            ("Smith, John A.", "Smith", "JA", None),
            ("Smith J.A.", "Smith", "JA", None),
            ("Smith JA", "Smith", "JA", None),
            ("van der Berg J.-P.", "van der Berg", "JP", None),
            ("Smith, J. A., Jr", "Smith", "JA", None),
            ("de la Cruz, María José", "de la Cruz", "MJ", None),
            ("Made Study Group", None, None, "Made Study Group"),
            ("World Health Organization", None, None, "World Health Organization"),
            ("Aristotle", "Aristotle", None, None),
        ],
    )
    def test_names(self, printed: str, last: str | None, initials: str | None, group: str | None) -> None:
        author = author_of(printed)
        assert author is not None
        assert (author.last_name, author.initials, author.collective_name) == (last, initials, group)

    @pytest.mark.parametrize(
        ("printed", "parts"),
        [
            ("2019//", (2019, None, None)),
            ("2019/03/04/", (2019, 3, 4)),
            ("2019/13/99/", (2019, None, None)),
            ("2019-03", (2019, 3, None)),
            ("2017/03//Mar2017", (2017, 3, None)),
            ("Mar 2019", (2019, 3, None)),
            ("2019 Nov-Dec", (2019, 11, None)),
            ("c2019", (2019, None, None)),
        ],
    )
    def test_dates(self, printed: str, parts: tuple[int, int | None, int | None]) -> None:
        date = published_of(printed)
        assert date is not None
        assert (date.year, date.month, date.day) == parts

    @pytest.mark.parametrize(
        "line",
        ["N1  - PMID: 31234567", "XR  - PUBMED 31234567", "UR  - https://pubmed.ncbi.nlm.nih.gov/31234567/", "PM  - 31234567",
         "UR  - http://www.ncbi.nlm.nih.gov/pubmed/31234567"],
    )  # fmt: skip
    def test_where_a_pmid_stands(self, line: str) -> None:
        assert only(f"TY  - JOUR\nTI  - A title\n{line}\nER  - \n").pmid == "31234567"

    @pytest.mark.parametrize(
        "line", ["N1  - 31234567", "AN  - 31234567", "C5  - 31234567", "UR  - https://example.org/31234567"]
    )
    def test_a_number_that_is_not_called_a_pmid_is_none(self, line: str) -> None:
        assert only(f"TY  - JOUR\nTI  - A title\n{line}\nER  - \n").pmid is None


class TestFaults:
    def test_records_without_an_end_are_not_run_together(self) -> None:
        file = read("TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\nER  - \nTY  - JOUR\nTI  - Three\n")
        assert [record.title for record in file.records] == ["One", "Two", "Three"]
        assert len(file.notes) == 2

    def test_a_record_that_says_nothing_is_named_by_its_place(self) -> None:
        file = read("TY  - JOUR\nTI  - One\nER  - \nTY  - JOUR\nVL  - 3\nER  - \nTY  - JOUR\nTI  - Three\nER  - \n")
        assert [record.position for record in file.records] == [1, 3]
        assert [(entry.position, entry.reason) for entry in file.unreadable] == [
            (2, "The record has neither title nor abstract, DOI or PMID.")
        ]

    def test_control_characters_are_left_out(self) -> None:
        record = only("TY  - JOUR\x00\nTI  - Made\x07 \x1b[31mred\x1b[0m\x9d things\nER  - \n")
        assert record.title == "Made [31mred[0m things"

    @pytest.mark.parametrize(
        ("content", "looks"),
        [
            (b"<!DOCTYPE html><html>Sign in</html>", "a web page"),
            (b"<?xml version='1.0'?><xml><records/></xml>", "XML"),
            (b"@article{made,\n title={x}}", "BibTeX"),
            (b"%PDF-1.7 ...", "a PDF"),
            (b"PK\x03\x04....", "a zipped or Office document"),
            (b"%0 Journal Article\n%T x", "an EndNote file"),
            (b"VN  Ovid Technologies\nDB  Embase\n<1>\n", "an Ovid text file"),
            (b"title,author\nx,y\n", "something else"),
            (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9, "something else"),
        ],
    )
    def test_a_file_of_another_kind_says_what_it_looks_like(self, content: bytes, looks: str) -> None:
        with pytest.raises(InvalidInput, match=looks) as caught:
            read(content)
        assert caught.value.message.startswith("export.ris is neither RIS nor nbib")

    @pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
    def test_an_empty_file(self, content: bytes) -> None:
        with pytest.raises(InvalidInput, match="is empty"):
            read(content)

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match="cannot be read"):
            read_file(tmp_path / "nowhere.ris", database="Embase")


class Endless(io.RawIOBase):
    """A file of any length that takes no room: a beginning, then one piece again and again."""

    def __init__(self, head: bytes, piece: bytes, size: int) -> None:
        self.head, self.piece, self.size, self.at = head, piece, size, 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset + (self.size if whence == io.SEEK_END else 0)
        return self.at

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.size - self.at)
        begin, self.at = self.at, self.at + size
        body = self.piece * (size // len(self.piece) + 2)
        shift = (begin - len(self.head)) % len(self.piece)
        data = self.head[begin : begin + size]
        return (data + body[(shift if begin >= len(self.head) else 0) :])[:size]


LINES = (
    *("TY  - JOUR", "ER  - ", "TI  - x", "T1  - ", "AB  - y", "", "free text", "PMID- 5", "DO  -", "A1  - ,;"),
    *("PY  - 99999", "SP  - -", "\x00", "TY  -", "ER", "AU  - " + "é" * 50),
)


def peak_of(work: Any) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class TestBounds:
    def test_a_line_without_end_is_cut_off_and_said(self) -> None:
        stream: Any = Endless(b"TY  - JOUR\nTI  - A title\nAB  - ", b"x" * 999, 12 * LONGEST_LINE)
        found: list[ImportedFile] = []
        peak = peak_of(lambda: found.append(read_stream(stream, name="x.ris", database="Embase")))
        assert peak < 12 * LONGEST_LINE
        assert "A line of more than 1 million characters was cut off." in found[0].notes
        assert found[0].records[0].title == "A title"

    def test_a_record_without_end_is_given_up_and_the_next_one_read(self) -> None:
        body = ("KW  - " + "k" * 5000 + "\n") * (LARGEST_RECORD // 5000 + 2)
        file = read(f"TY  - JOUR\nTI  - Endless\n{body}ER  - \nTY  - JOUR\nTI  - Next\nER  - \n")
        assert [record.title for record in file.records] == ["Next"]
        assert "larger than 4 million characters" in file.unreadable[0].reason

    def test_a_file_that_is_too_large_is_refused_before_it_is_read(self) -> None:
        stream: Any = Endless(b"TY  - JOUR\nTI  - A title\n", b"KW  - one keyword\n", LARGEST_FILE + 1)
        with pytest.raises(InvalidInput, match="larger than 100 MB"):
            read_stream(stream, name="x.ris", database="Embase")

    def test_a_file_that_grows_while_it_is_read_is_refused_too(self) -> None:
        stream: Any = Endless(b"TY  - JOUR\nTI  - A title\n", b"x" * 65_536, LARGEST_FILE)
        stream.size, grown = 1_000, LARGEST_FILE + (1 << 20)
        file = TaggedFile(stream, name="x.ris")
        stream.size = grown

        def read_all() -> None:
            with pytest.raises(InvalidInput, match="larger than 100 MB"):
                list(file)

        assert peak_of(read_all) < 12 * LONGEST_LINE

    @settings(max_examples=80, deadline=None)
    @given(st.lists(st.sampled_from(LINES), max_size=40))
    def test_whatever_the_lines_every_record_is_counted_once(self, lines: list[str]) -> None:
        text = "TY  - JOUR\nTI  - First\nER  - \n" + "\n".join(lines)
        file = read(text)
        places = sorted([record.position for record in file.records] + [entry.position for entry in file.unreadable])
        assert places == list(range(1, len(places) + 1))
        assert len({record.id for record in file.records}) == len(file.records)


@pytest.mark.parametrize(
    ("database", "licensed"), [("Embase", True), ("EMCARE", True), ("Europe PMC", False), ("whatever", True)]
)
def test_a_database_that_is_not_known_to_be_free_is_licensed(database: str, licensed: bool) -> None:
    assert is_licensed(database) is licensed
