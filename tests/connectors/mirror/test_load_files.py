from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.mirror import LoadReport, load_files, mirror_status, running_mirror
from evidence.errors import InvalidInput, NotConfigured, StorageFailure
from tests.connectors.mirror.conftest import ask, read
from tests.connectors.mirror.records import END, HEAD, record, write


def titles(directory: Path) -> dict[str, str]:
    """Every record's title by PMID, as the mirror serves it."""
    with running_mirror(directory) as url:
        pmids = ask(url, term="all[sb]", retmax=1000)["esearchresult"]["idlist"]
        if not pmids:
            return {}
        result = ask(url, utility="esummary", id=",".join(pmids))["result"]
    return {pmid: result[pmid]["title"] for pmid in pmids}


def test_plain_and_gzipped_files_and_books_are_loaded(tmp_path: Path) -> None:
    book = (
        "<PubmedBookArticle><BookDocument><PMID Version='1'>30</PMID><ArticleIdList/><Book><Publisher><PublisherName>P"
        "</PublisherName></Publisher><BookTitle>A handbook of invention</BookTitle><PubDate><Year>2012</Year></PubDate>"
        "</Book><ArticleTitle>A chapter on pollen</ArticleTitle><Abstract><AbstractText>Pollen.</AbstractText></Abstract>"
        "</BookDocument><PubmedBookData><History/><PublicationStatus>ppublish</PublicationStatus><ArticleIdList>"
        "<ArticleId IdType='pubmed'>30</ArticleId></ArticleIdList></PubmedBookData></PubmedBookArticle>"
    )
    files = [write(tmp_path / "a.xml", record(10, "Ten")), write(tmp_path / "b.xml.gz", record(20, "Twenty"), book)]
    report = load_files(tmp_path / "mirror", files)
    assert [(file.name, file.records, file.fault) for file in report.files] == [("a.xml", 1, None), ("b.xml.gz", 2, None)]
    assert (report.records, report.total_records, report.unreadable) == (3, 3, ())
    assert titles(tmp_path / "mirror") == {"30": "A chapter on pollen", "20": "Twenty", "10": "Ten"}


def test_the_later_record_stands_unless_its_version_is_lower(tmp_path: Path) -> None:
    home = tmp_path / "mirror"
    load_files(home, [write(tmp_path / "a.xml", record(10, "First"), record(11, "Second version", version=2))])
    report = load_files(home, [write(tmp_path / "b.xml", record(10, "Revised"), record(11, "First version", version=1))])
    assert titles(home) == {"11": "Second version", "10": "Revised"}
    assert (report.files[0].records, report.files[0].outdated, report.total_records) == (1, 1, 2)


def test_a_record_that_comes_twice_in_one_file_is_there_once(tmp_path: Path) -> None:
    load_files(tmp_path / "mirror", [write(tmp_path / "a.xml", record(10, "First"), record(10, "Again"))])
    assert titles(tmp_path / "mirror") == {"10": "Again"}


def test_an_update_file_deletes(tmp_path: Path) -> None:
    home = tmp_path / "mirror"
    load_files(home, [write(tmp_path / "a.xml", record(10), record(11), record(12))])
    gone = '<DeleteCitation><PMID Version="1">10</PMID>\n<PMID Version="1">12</PMID></DeleteCitation>'
    report = load_files(home, [write(tmp_path / "b.xml", record(13, "New"), gone)])
    assert report.files[0].deleted == 2
    assert set(titles(home)) == {"11", "13"}


def test_a_bad_record_costs_itself_and_is_named(tmp_path: Path) -> None:
    broken = record(11).replace("</ArticleTitle>", "</ArticleTitel>")
    numberless = record(12).replace(">12</PMID>", ">twelve</PMID>")
    entity = record(14, "Title &lol;").replace("&amp;lol;", "&lol;")
    report = load_files(tmp_path / "mirror", [write(tmp_path / "a.xml", record(10), broken, numberless, record(13), entity)])
    assert [(bad.pmid, bad.position) for bad in report.unreadable] == [("11", 1), (None, 2), ("14", 4)]
    assert all(bad.reason.endswith(".") for bad in report.unreadable)
    assert set(titles(tmp_path / "mirror")) == {"10", "13"}


@pytest.mark.parametrize("compressed", [False, True])
def test_a_file_that_breaks_off_keeps_what_came_before(tmp_path: Path, compressed: bool) -> None:
    text = (HEAD + "".join(record(pmid, f"Title {pmid * 7919}") for pmid in range(10, 60)) + END).encode()
    data = gzip.compress(text)[:-40] if compressed else text[:-1500]
    (tmp_path / "cut.xml").write_bytes(data)
    report = load_files(tmp_path / "mirror", [tmp_path / "cut.xml"])
    assert report.files[0].fault
    assert "breaks off" in report.files[0].fault
    assert 40 < report.total_records < 50


@pytest.mark.parametrize(
    "content", [b"", b"not XML", b"<html><body>Sign in</body></html>", HEAD.encode() + END.encode(), b"\x1f\x8bnot gzip"]
)
def test_a_file_without_records_is_refused_and_changes_nothing(tmp_path: Path, content: bytes) -> None:
    home = tmp_path / "mirror"
    load_files(home, [write(tmp_path / "a.xml", record(10))])
    (tmp_path / "bad.xml").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"bad\.xml"):
        load_files(home, [tmp_path / "bad.xml"])
    assert set(titles(home)) == {"10"}
    assert load_files(home, [write(tmp_path / "b.xml", record(11))]).total_records == 2


def test_a_missing_file_is_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    good = write(tmp_path / "a.xml", record(10))
    with pytest.raises(InvalidInput, match="no file"):
        load_files(tmp_path / "mirror", [good, tmp_path / "absent.xml"])
    assert not (tmp_path / "mirror").exists()


def test_an_unloaded_directory_is_not_configured(tmp_path: Path) -> None:
    for use in (mirror_status, lambda path: running_mirror(path).__enter__()):
        with pytest.raises(NotConfigured, match="evidence mirror load"):
            use(tmp_path / "nothing")


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageFailure, match="cannot be opened"):
        load_files(tmp_path / "file", [write(tmp_path / "a.xml", record(10))])


def test_status_tells_files_and_size(tmp_path: Path) -> None:
    home = tmp_path / "mirror"
    load_files(home, [write(tmp_path / "a.xml", record(10)), write(tmp_path / "b.xml", record(11))])
    status = mirror_status(home)
    assert status.records == 2
    assert [file.name for file in status.files] == ["a.xml", "b.xml"]
    assert status.bytes_on_disk > 1000


def test_progress_is_told(tmp_path: Path) -> None:
    class Heard:
        def __init__(self) -> None:
            self.told: list[tuple[object, ...]] = []

        def stage(self, name: str, detail: str = "") -> None:
            self.told.append((name, detail))

        def update(self, done: int, total: int, unit: str, detail: str = "") -> None:
            self.told.append((done, total, unit, detail))

        def note(self, message: str) -> None:
            self.told.append((message,))

    heard = Heard()
    file = write(tmp_path / "a.xml", record(10))
    load_files(tmp_path / "mirror", [file], progress=heard)
    size = file.stat().st_size
    assert heard.told == [("load citations", "a.xml"), (size, size, "bytes", "1 records")]


def test_a_served_mirror_sees_files_loaded_later(tmp_path: Path) -> None:
    home = tmp_path / "mirror"
    load_files(home, [write(tmp_path / "a.xml", record(10, "Pollen"))])
    with running_mirror(home) as url:
        before = ask(url, term="pollen", usehistory="y")["esearchresult"]
        load_files(home, [write(tmp_path / "b.xml", record(11, "Pollen again"))])
        after = ask(url, term="pollen")["esearchresult"]
        kept = read(f"{url}efetch.fcgi?db=pubmed&rettype=uilist&WebEnv={before['webenv']}&query_key=1")[1]
    assert (before["idlist"], after["idlist"], kept) == (["10"], ["11", "10"], "10\n")


_LOAD = """
import sys
from pathlib import Path
from connectors.mirror import load_files
report = load_files(Path(sys.argv[1]), [Path(sys.argv[2])])
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(report.total_records, peak.split()[1])
"""


def load_apart(directory: Path, file: Path) -> tuple[int, float]:
    """Records and peak memory in megabytes of a load in a process of its own.

    VmHWM, not ru_maxrss: the latter begins at the size of the process that started this one.
    """
    done = subprocess.run([sys.executable, "-c", _LOAD, directory, file], capture_output=True, text=True, check=True)
    count, peak = done.stdout.split()
    return int(count), int(peak) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")
def test_memory_stays_below_200_megabytes(tmp_path: Path, shared_data: Path) -> None:
    """4,000 real records twice over; more is measured by the bench, in the same way."""
    with gzip.open(shared_data / "pubmed" / "pool.xml.gz", "rt", encoding="utf-8") as pool:
        head, *records = pool.read(16_000_000).split("<PubmedArticle>")[:4001]
    body = "".join(f"<PubmedArticle>{text}" for text in records)
    file = write(tmp_path / "large.xml", body, body.replace('<PMID Version="1">', '<PMID Version="1">9'), head=head)
    count, peak = load_apart(tmp_path / "mirror", file)
    assert count == 8_000
    assert peak < 200


def test_reports_are_plain_values(tmp_path: Path) -> None:
    report = load_files(tmp_path / "mirror", [write(tmp_path / "a.xml", record(10))])
    assert LoadReport.model_validate_json(report.model_dump_json()) == report
