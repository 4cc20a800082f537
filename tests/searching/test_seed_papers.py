"""Known papers are read from whatever a person has them in."""

from __future__ import annotations

import pytest

from searching.seed_papers import joined, read_known

RIS = """TY  - JOUR
TI  - From PubMed, 1999
AN  - 11111
DB  - PubMed
ER  -

TY  - JOUR
TI  - With an address
UR  - https://pubmed.ncbi.nlm.nih.gov/22222/
ER  -

TY  - JOUR
TI  - From Embase, its accession number is not PubMed's
AN  - 363636363
DB  - Embase
DO  - 10.1000/XYZ.5
ER  -

TY  - JOUR
TI  - Nothing to know it by
ER  -
"""


class TestPmidsInText:
    @pytest.mark.parametrize(
        ("text", "pmids"),
        [
            ("12345", ("12345",)),
            ("1, 2; 3\n4 5", ("1", "2", "3", "4", "5")),
            ("PMID: 12345", ("12345",)),
            ("pmid 12345; PMID:67890", ("12345", "67890")),
            ("https://pubmed.ncbi.nlm.nih.gov/12345/?from=x", ("12345",)),
            ("http://www.ncbi.nlm.nih.gov/pubmed/12345", ("12345",)),
            ("https://europepmc.org/article/MED/12345", ("12345",)),
            ("1[uid] OR 2[PMID]", ("1", "2")),
            ("7967990  Smith J. A trial in 1994 of 5 things.", ("7967990",)),
            ("\ufeff12345\r\n67890\r\n", ("12345", "67890")),
            ("00123", ("123",)),
            ("[12345, 67890]", ("12345", "67890")),
        ],
    )
    def test_it_reads_them(self, text: str, pmids: tuple[str, ...]) -> None:
        assert read_known(text).pmids == pmids

    def test_a_year_is_no_pmid(self) -> None:
        known = read_known("1994 Smith, a trial")
        assert known.pmids == ()
        assert known.unread == ("line 1: “1994 Smith, a trial”",)

    def test_each_paper_counts_once(self) -> None:
        known = read_known("5\n6\n5")
        assert (known.pmids, known.repeated) == (("5", "6"), 1)

    def test_a_doi_or_pmcid_stands_where_there_is_no_pmid(self) -> None:
        known = read_known("https://doi.org/10.1016/S0140-6736(10)60123-4\nPMC1234567\nPMID: 9 doi: 10.1000/a")
        assert known.identifiers == ("10.1016/s0140-6736(10)60123-4", "pmc1234567")
        assert known.pmids == ("9",)


class TestFiles:
    def test_ris(self) -> None:
        known = read_known(RIS, place="known.ris")
        assert known.pmids == ("11111", "22222")
        assert known.identifiers == ("10.1000/xyz.5",)
        assert known.unread == ("known.ris, record 4: “Nothing to know it by”",)

    def test_nbib_without_the_pmids_it_only_mentions(self) -> None:
        assert read_known("PMID- 8888\nTI  - x\nCIN - Other PMID: 9\n\nPMID- 9999\n").pmids == ("8888", "9999")

    def test_csv_by_its_column(self) -> None:
        known = read_known('PMID,Title,Year\n11,"A, b",1999\n12,c,2000\n,no,2001\n')
        assert known.pmids == ("11", "12")
        assert len(known.unread) == 1

    def test_bibtex(self) -> None:
        assert read_known("@article{smith,\n  title = {A 12345},\n  pmid = {54321},\n year=1999}").pmids == ("54321",)

    def test_pubmed_xml_without_the_records_it_refers_to(self) -> None:
        text = (
            '<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">77</PMID><CommentsCorrectionsList>'
            '<CommentsCorrections><PMID Version="1">78</PMID></CommentsCorrections></CommentsCorrectionsList>'
            "</MedlineCitation></PubmedArticle>"
        )
        assert read_known(text).pmids == ("77",)

    def test_lists_are_joined(self) -> None:
        both = joined([read_known("1 2"), read_known("2 3")])
        assert (both.pmids, both.repeated) == (("1", "2", "3"), 1)

    @pytest.mark.parametrize("text", ["", "\x00\x01", "TY  - \n", "<MedlineCitation", "PMID,\n" + "x" * 200_000, "@article{"])
    def test_nothing_makes_it_fail(self, text: str) -> None:
        assert read_known(text).pmids == ()
