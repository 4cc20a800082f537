"""Reading PubMed XML: every field, and every way in which the XML can be bad."""

from __future__ import annotations

import gzip
import hashlib
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pubmed.records import DeletedRecord, ReadRecord, read_records
from connectors.pubmed.splitting import READ_SIZE, RECORD_LIMIT
from evidence.citation import Citation, FetchedRecord, UnreadableRecord
from evidence.errors import BadAnswer
from tests.connectors.pubmed.made_records import BOOK, FULL, HEAD, TAIL, article, article_set


def read(data: bytes | str) -> list[ReadRecord]:
    return list(read_records(io.BytesIO(data.encode() if isinstance(data, str) else data)))


def citation(record: str) -> Citation:
    (only,) = read(article_set([record]))
    assert isinstance(only, FetchedRecord), only
    return only.citation


def read_until_broken(data: bytes) -> tuple[list[ReadRecord], str]:
    got: list[ReadRecord] = []
    with pytest.raises(BadAnswer) as caught:
        got.extend(read_records(io.BytesIO(data)))
    return got, caught.value.message


def pmids(records: list[ReadRecord]) -> list[str | None]:
    return [r.citation.pmid if isinstance(r, FetchedRecord) else r.pmid for r in records]


class TestEveryField:
    def test_names_and_identifiers(self) -> None:
        full = citation(FULL)
        assert (full.pmid, full.version, full.kind) == ("12345678", 2, "article")
        assert full.doi == "10.1000/j.made.2019.11"
        assert full.pmcid == "PMC765"
        assert full.title == "Effect of Made bacillus on H2O at 10⁻⁶ M."
        assert full.vernacular_title == "Un titre fait"
        assert full.medline_status == "In-Process"
        assert full.publication_status == "ppublish"

    def test_abstract_is_whole(self) -> None:
        full = citation(FULL)
        assert [(s.label, s.category, s.text) for s in full.abstract] == [
            ("AIMS", "OBJECTIVE", "To see whether made things work (NCT 01234567)."),
            (None, "RESULTS", "Risk was 0·82³ in n=12."),
            (None, None, "Unlabelled <end> & more."),
        ]
        assert full.copyright == "© 2019 Nobody."
        assert full.abstract_text.startswith("AIMS: To see whether")
        (other,) = full.other_abstracts
        assert (other.language, other.kind, other.sections[0].label) == ("fre", "Publisher", "BUT")

    def test_authors(self) -> None:
        person, group = citation(FULL).authors
        assert person.name == "Ångström AB Jr"
        assert (person.fore_name, person.orcid) == ("Ada B", "0000-0001-2345-6789")
        assert person.affiliations == ("First place.", "Second place.")
        assert group.collective_name == "The Made Group"
        assert group.last_name is None

    def test_journal(self) -> None:
        journal = citation(FULL).journal
        assert journal.model_dump() == {
            "title": "Journal of made things",
            "abbreviation": "J Made Things",
            "issn": "1234-567X",
            "volume": "7",
            "issue": "Suppl 1",
            "pages": "11-9",
        }

    def test_dates(self) -> None:
        full = citation(FULL)
        found = [full.published, full.published_online, full.entered, full.revised]
        assert [date and date.printed for date in found] == ["2019 Nov 5", "2019 10 31", "2019 11 1", "2021 03 04"]
        assert [date and (date.year, date.month, date.day) for date in found] == [
            (2019, 11, 5),
            (2019, 10, 31),
            (2019, 11, 1),
            (2021, 3, 4),
        ]

    def test_lists(self) -> None:
        full = citation(FULL)
        assert full.languages == ("eng", "fre")
        assert full.publication_types == ("Journal Article", "Randomized Controlled Trial")
        assert full.keywords == ("making",)
        assert full.substances == ("Water", "Made disease")
        assert [(g.number, g.agency, g.country) for g in full.grants] == [
            ("G-1", "Fund", "Nowhere"),
            (None, "Other fund", None),
        ]
        assert full.conflict_statement == "None to declare."
        assert [(m.descriptor, m.ui, m.major) for m in full.mesh] == [
            ("Made Things", "D000001", False),
            ("Water", "D000002", True),
        ]
        assert [(q.name, q.major) for q in full.mesh[0].qualifiers] == [("therapy", True), ("economics", False)]

    def test_registrations_from_databank_and_abstract(self) -> None:
        found = [(r.databank, r.number) for r in citation(FULL).registrations]
        assert found == [("ClinicalTrials.gov", number) for number in ("NCT00000001", "NCT00000002", "NCT01234567")]

    def test_links_and_references(self) -> None:
        full = citation(FULL)
        assert [(c.kind, c.reference, c.pmid, c.note) for c in full.corrections] == [
            ("ErratumIn", "J Made. 2020;8:1", "222", "Wrong unit"),
            ("Cites", "Old. 1999", "333", None),
            ("CommentIn", "", None, None),
        ]
        assert full.references == ("333", "444", "555")

    def test_unknown_elements_are_counted(self) -> None:
        assert citation(FULL).unknown_elements == {"NewInvention": 1}

    def test_the_bytes_are_kept_as_they_came(self) -> None:
        (record,) = read(article_set([FULL]))
        assert isinstance(record, FetchedRecord)
        assert record.xml == FULL
        assert record.citation.source_hash == hashlib.sha256(FULL.encode()).hexdigest()

    def test_a_citation_survives_storage(self) -> None:
        full = citation(FULL)
        assert Citation.model_validate_json(full.model_dump_json()) == full

    def test_a_book_chapter(self) -> None:
        book = citation(BOOK)
        assert (book.kind, book.pmid, book.title, book.journal.title) == ("book", "20000001", "Made syndrome", "Made Reviews")
        assert [author.name for author in book.authors] == ["Writer W"]
        assert (book.year, book.doi, book.publication_types) == (2010, "10.1000/book", ("Review",))
        assert book.entered is not None
        assert book.entered.printed == "2010 6 9"
        assert book.unknown_elements == {}

    def test_a_record_that_says_almost_nothing(self) -> None:
        bare = citation(article(7, title=""))
        assert (bare.title, bare.abstract, bare.authors, bare.published, bare.doi) == ("", (), (), None, None)
        assert not bare.has_abstract


@pytest.mark.parametrize(
    ("printed", "year", "month", "day"),
    [
        ("<MedlineDate>2019 Nov-Dec</MedlineDate>", 2019, 11, None),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", 1998, 12, None),
        ("<MedlineDate>1995 Nov 23-30</MedlineDate>", 1995, 11, 23),
        ("<MedlineDate>2000 Spring-Summer</MedlineDate>", 2000, None, None),
        ("<MedlineDate>2000-2001</MedlineDate>", 2000, None, None),
        ("<MedlineDate>Winter, undated</MedlineDate>", None, None, None),
        ("<Year>2001</Year><Season>Summer</Season>", 2001, None, None),
        ("<Year>2001</Year><Month>September</Month>", 2001, 9, None),
        ("<Year>2001</Year><Month>09</Month><Day>31</Day>", 2001, 9, 31),
        ("<Year>unknown</Year>", None, None, None),
        ("<Month>Jan</Month>", None, 1, None),
        ("<Year>0001</Year><Month>13</Month><Day>0</Day>", None, None, None),
        ("<Year>٢٠٠١</Year>", None, None, None),
    ],
)
def test_dates_as_far_as_they_go(printed: str, year: int | None, month: int | None, day: int | None) -> None:
    journal = f"<Journal><JournalIssue><PubDate>{printed}</PubDate></JournalIssue></Journal>"
    found = citation(article(1, inside=journal)).published
    assert found is not None
    assert (found.year, found.month, found.day) == (year, month, day)
    assert found.printed


def test_an_empty_date_is_no_date() -> None:
    assert citation(article(1, inside="<Journal><JournalIssue><PubDate/></JournalIssue></Journal>")).published is None


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("https://doi.org/10.1/ABC", "10.1/abc"),
        ("http://dx.doi.org/10.1/ABC", "10.1/abc"),
        ("doi:10.1/Abc", "10.1/abc"),
        (" 10.1/abc ", "10.1/abc"),
        ("S0140-6736", None),
    ],
)
def test_a_doi_has_one_spelling(printed: str, expected: str | None) -> None:
    listed = f'<ArticleIdList><ArticleId IdType="doi">{printed}</ArticleId></ArticleIdList>'
    assert citation(article(1, data=listed)).doi == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("10<sup>6</sup> cells", "10⁶ cells"),
        ("10<sup>−3</sup>", "10⁻³"),
        ("CD4<sup>+</sup>", "CD4+"),
        ("m<sup>2</sup>", "m2"),
        ("CO<sub>2</sub>", "CO2"),
        ("<b>a<i>b<u>c</u></i></b> d", "abc d"),
        ("thin\u2009and\u00a0hard spaces", "thin and hard spaces"),
        ("a<!-- hidden -->b<?pi x?>c", "abc"),
        ("<![CDATA[p < 0.05]]>", "p < 0.05"),
    ],
)
def test_markup_becomes_text(markup: str, expected: str) -> None:
    inside = f"<Abstract><AbstractText>{markup}</AbstractText></Abstract>"
    assert citation(article(1, inside=inside)).abstract_text == expected


def test_an_affiliation_from_before_2014_is_the_first_authors() -> None:
    inside = "<Affiliation>Old place.</Affiliation><AuthorList><Author><LastName>A</LastName></Author></AuthorList>"
    assert citation(article(1, inside=inside)).authors[0].affiliations == ("Old place.",)


def test_deletions_and_records_of_all_kinds_in_one_file() -> None:
    deletions = '<DeleteCitation><PMID Version="1">8</PMID><PMID Version="1">9</PMID></DeleteCitation>'
    records = read(article_set([article(1), BOOK, deletions]))
    assert pmids(records) == ["1", "20000001", "8", "9"]
    assert [type(r) for r in records[2:]] == [DeletedRecord, DeletedRecord]


@pytest.mark.parametrize(
    "whole", ["<PubmedArticleSet></PubmedArticleSet>", "<PubmedArticleSet/>", f"{HEAD}<!-- none -->{TAIL}\n\n"]
)
def test_no_records_is_an_answer(whole: str) -> None:
    assert read(whole) == []


def test_a_record_without_a_set_and_a_byte_order_mark() -> None:
    assert pmids(read(b"\xef\xbb\xbf" + article(5).encode())) == ["5"]


def test_namespaces_declared_on_the_set_reach_the_record() -> None:
    head = '<PubmedArticleSet xmlns:mml="http://www.w3.org/1998/Math/MathML">'
    record = article(5, title="Where <mml:mi>x</mml:mi> is")
    (only,) = read(article_set([record], head=head))
    assert isinstance(only, FetchedRecord)
    assert only.citation.title == "Where x is"
    assert pmids(read(only.xml)) == ["5"], "what is stored can be read again by itself"


def test_another_encoding() -> None:
    data = article_set([article(5, title="Müller")], head='<?xml version="1.0" encoding="ISO-8859-1"?><PubmedArticleSet>')
    (only,) = read(data.decode().encode("iso-8859-1"))
    assert isinstance(only, FetchedRecord)
    assert only.citation.title == "Müller"


class TestOneBadRecordCostsOneRecord:
    GOOD = (article(1), article(3))

    @pytest.mark.parametrize(
        ("bad", "pmid", "reason"),
        [
            (article(2, title="a & b"), "2", "not well-formed"),
            (article(2, title="&unknown;"), "2", "not well-formed"),
            (article(2, title="<i>open"), "2", "not well-formed"),
            (article(2, title="\x0b"), "2", "not well-formed"),
            (article(2, title="<x>" * 400 + "</x>" * 400), "2", "nested too deeply"),
            (article("not-a-number"), None, "no PMID"),
            (article("1234567890"), None, "no PMID"),
            (article(""), None, "no PMID"),
            ("<PubmedArticle/>", None, "empty"),
            ("<ERROR>lost</ERROR>", None, "no record"),
            ("stray text", None, "no record"),
            (article(2).removesuffix("</PubmedArticle>"), "2", "not well-formed"),
            (article(2, title="x" * 10_000_001), "2", "not well-formed"),
            (article(2, title="x" * RECORD_LIMIT), "2", "larger than"),
        ],
        ids=lambda value: str(value)[:30],
    )
    def test_between_good_ones(self, bad: str, pmid: str | None, reason: str) -> None:
        first, middle, last = read(article_set([self.GOOD[0], bad, self.GOOD[1]]))
        assert pmids([first, last]) == ["1", "3"]
        assert isinstance(middle, UnreadableRecord)
        assert (middle.pmid, middle.position) == (pmid, 1)
        assert reason in middle.reason
        assert len(middle.reason) < 250

    def test_a_bad_record_is_not_named_after_a_record_that_it_links_to(self) -> None:
        bad = FULL.replace(">12345678<", ">unknown<")
        (record,) = read(article_set([bad]))
        assert isinstance(record, UnreadableRecord)
        assert record.pmid is None

    def test_the_last_one_without_an_end(self) -> None:
        records = read(article_set([article(1), article(2).removesuffix("</PubmedArticle>")]))
        assert pmids(records) == ["1", "2"]
        assert isinstance(records[1], UnreadableRecord)

    def test_an_article_without_an_end_before_books(self) -> None:
        records = read(article_set([article(2).removesuffix("</PubmedArticle>"), BOOK]))
        assert pmids(records) == ["2", "20000001"]
        assert isinstance(records[1], FetchedRecord)

    def test_bytes_that_are_not_utf8(self) -> None:
        data = article_set([article(1), article(2, title="caf@"), article(3)]).replace(b"caf@", b"caf\xe9")
        records = read(data)
        assert pmids(records) == ["1", "2", "3"]
        assert isinstance(records[1], UnreadableRecord)

    def test_a_record_inside_a_comment_is_none(self) -> None:
        assert pmids(read(article_set([f"<!-- {article(666)} -->", article(1)]))) == ["1"]


class TestWhatIsNotPubMedXml:
    @pytest.mark.parametrize("cut", range(1, 40))
    def test_a_body_that_breaks_off_gives_its_complete_records_first(self, cut: int) -> None:
        whole = article_set([article(1), article(2), article(3)])
        got, message = read_until_broken(whole[: -len(TAIL) - cut])
        assert pmids(got) == ["1", "2"]
        assert "breaks off" in message

    def test_wherever_it_breaks_off_no_half_record_is_given_out(self) -> None:
        whole = article_set([article(1), article(2)])
        for end in range(len(whole) - len(TAIL)):
            got, message = read_until_broken(whole[:end])
            assert all(isinstance(record, FetchedRecord) for record in got)
            assert message.endswith(".")

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "is empty"),
            (b" \n ", "is empty"),
            (b"<html><body>Sign in</body></html>", "web page"),
            (b"<!DOCTYPE html>\n<html></html>", "web page"),
            (b'{"error": "x"}', "not XML"),
            (b"PK\x03\x04", "not XML"),
            (gzip.compress(b"<PubmedArticleSet/>", mtime=0), "not XML"),
            (
                b"<eFetchResult><ERROR>Backend failed</ERROR></eFetchResult>",
                "error message instead of records: “Backend failed”.",
            ),
            (b"<pmc-articleset></pmc-articleset>", "another kind (pmc-articleset)"),
            (b'<?xml version="1.0" encoding="UTF-16"?><PubmedArticleSet/>', "encoding utf-16"),
            (b"<PubmedArticleSet/><PubmedArticleSet/>", "goes on after its end"),
            (b"<!--" + b"x" * 100_000 + b"--><PubmedArticleSet/>", "far too long"),
            (b"<" + b"a" * 100_000, "not XML"),
        ],
        ids=lambda value: str(value)[:30],
    )
    def test_is_refused_in_one_sentence(self, data: bytes, said: str) -> None:
        got, message = read_until_broken(data)
        assert got == []
        assert said in message
        assert message.startswith("The answer ")
        assert len(message) < 400

    def test_gzip_that_breaks_off(self) -> None:
        packed = gzip.compress(article_set([article(1)]))
        with gzip.open(io.BytesIO(packed[:-12])) as stream, pytest.raises(BadAnswer, match="breaks off"):
            list(read_records(stream))


class TestHostileXml:
    def test_an_entity_bomb_is_refused(self) -> None:
        lol = '<!ENTITY a "lol">' + "".join(
            f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
        )
        bomb = article_set([article(1, title="&i;")], head=f"<!DOCTYPE PubmedArticleSet [{lol}]><PubmedArticleSet>")
        got, message = read_until_broken(bomb)
        assert got == []
        assert "refused for safety" in message

    def test_an_external_entity_is_refused(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("never to be seen")
        doctype = f'<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "file://{secret}">]>'
        got, message = read_until_broken(f"{doctype}<PubmedArticleSet>{article(1, title='&x;')}</PubmedArticleSet>".encode())
        assert got == []
        assert "refused for safety" in message

    def test_a_document_type_is_never_fetched(self, tmp_path: Path) -> None:
        from tests.support.fault_server import FaultServer, Reply

        with FaultServer([Reply(b'<!ENTITY x "fetched">')]) as server:
            head = f'<!DOCTYPE PubmedArticleSet SYSTEM "{server.url}x.dtd"><PubmedArticleSet>'
            first, second = read(article_set([article(1), article(2, title="&x;")], head=head))
            assert isinstance(first, FetchedRecord)
            assert isinstance(second, UnreadableRecord)
            assert server.asked == []

    def test_a_record_with_its_own_document_type_is_unreadable(self) -> None:
        records = read(article_set(['<!DOCTYPE x [<!ENTITY y "z">]>', article(1)]))
        assert [type(record) for record in records] == [UnreadableRecord, FetchedRecord]

    def test_unknown_elements_are_bounded(self) -> None:
        names = "".join(f"<n{number}/>" for number in range(5000))
        assert len(citation(article(1, inside=names)).unknown_elements) == 100


DAMAGE = st.sampled_from(
    b"<!-- --> <![CDATA[ ]]> <PubmedArticle> </PubmedArticle> <PubmedBookArticle> </PubmedArticleSet> <?x ?> "
    b'< > & &lol; &#0; \xff \x00 <PMID> </PMID> <!DOCTYPE[ "'.split()
)


class _Shortly:
    """A stream that gives a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        self._stream, self._size = io.BytesIO(data), size

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(self._size)


@settings(max_examples=150, deadline=None)
@given(damage=DAMAGE, place=st.floats(0, 1), size=st.sampled_from([1, 7, 64, 333]))
def test_damage_anywhere_in_a_record_reaches_no_other(damage: bytes, place: float, size: int) -> None:
    middle = FULL.encode()
    start, end = len(b"<PubmedArticle>"), len(middle) - len(b"</PubmedArticle>")
    at = start + round(place * (end - start))
    data = article_set([article(1), "@", article(3)]).replace(b"@", middle[:at] + damage + middle[at:])
    records = read(data)
    assert pmids([records[0], records[-1]]) == ["1", "3"]
    assert isinstance(records[0], FetchedRecord)
    assert isinstance(records[-1], FetchedRecord)
    assert list(read_records(_Shortly(data, size))) == records


class _Made:
    """A set of `records` equal records, made as it is read."""

    def __init__(self, record: bytes, records: int) -> None:
        self._parts = iter([HEAD.encode(), *([record] * records), TAIL.encode()])
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        while len(self._rest) < size and (more := next(self._parts, b"")):
            self._rest += more
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def test_memory_does_not_grow_with_the_file() -> None:
    record = article(1, inside=f"<Abstract><AbstractText>{'w' * 100_000}</AbstractText></Abstract>").encode()
    peaks = []
    for count in (50, 400):
        tracemalloc.start()
        assert len([None for _ in read_records(_Made(record, count))]) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0] + READ_SIZE / 4
