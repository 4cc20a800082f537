"""The client past 9,999 records of the local PubMed, which gives out no more of one search than the real one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from connectors.mirror import load_files
from evaluation.bench.servers import counting_mirror
from tests.connectors.pubmed.clients import client
from tests.connectors.pubmed.made_records import article, article_set

MANY = 10_600
ON_ONE_DAY = 10_100


def entered(number: int) -> str:
    """Most on one day, the rest one a day; one in fifty has no entry date."""
    day = date(2001, 2, 3) if number <= ON_ONE_DAY else date(1990, 1, 1) + timedelta(days=number)
    history = f'<PubMedPubDate PubStatus="entrez"><Year>{day.year}</Year><Month>{day.month}</Month><Day>{day.day}</Day>'
    return f"<History>{history}</PubMedPubDate></History>" if number % 50 else ""


def test_every_record_past_the_limit_and_what_became_of_each(tmp_path: Path) -> None:
    file = tmp_path / "made.xml"
    year = "<Journal><JournalIssue><PubDate><Year>2001</Year></PubDate></JournalIssue></Journal>"
    made = (article(n, title=f"A made zinc record {n}", inside=year, data=entered(n)) for n in range(1, MANY + 1))
    file.write_bytes(article_set(made))
    load_files(tmp_path / "mirror", [file])
    with counting_mirror(tmp_path / "mirror") as (address, _):
        source = client(address)
        line, pmids = source.search("zinc[ti]")
        _, report = source.fetch(["1", str(MANY + 5), "2"])
    assert line.count == MANY
    assert pmids == tuple(str(n) for n in range(1, MANY + 1))
    assert line.warnings == ()
    assert report.in_words() == "3 asked for: 2 returned, 1 deleted."
