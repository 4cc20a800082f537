"""The yearly sequence of baseline and update files: order, checksums, once and only once, resumed after kill -9."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.mirror import mirror
from connectors.mirror import load_files, mirror_status, running_mirror
from evidence.errors import InvalidInput
from tests.connectors.mirror.conftest import ask
from tests.connectors.mirror.records import record, write
from tests.connectors.mirror.test_load_files import titles

_RETRACTED = (
    "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionIn'><RefSource>J Invent. 2021</RefSource>"
    "<PMID Version='1'>900</PMID></CommentsCorrections></CommentsCorrectionsList>"
)


def publish(folder: Path, number: int, *parts: str, md5: str = "openssl", year: int = 26) -> Path:
    """A numbered file with its checksum in one of the two ways in which it was published."""
    folder.mkdir(exist_ok=True)
    file = write(folder / f"pubmed{year}n{number:04}.xml.gz", *parts)
    digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
    lines = {"openssl": f"MD5({file.name})= {digest}\n", "md5sum": f"{digest}  {file.name}\n", "bare": digest}
    if md5 in lines:
        file.with_name(f"{file.name}.md5").write_text(lines[md5], encoding="ascii")
    return file


def test_a_folder_is_loaded_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    gone = '<DeleteCitation><PMID Version="1">11</PMID></DeleteCitation>'
    publish(feed, 3, record(10, "Retracted", types=("Journal Article", "Retracted Publication"), extra=_RETRACTED), gone)
    publish(feed, 1, record(10, "First"), record(11, "Deleted later"), md5="md5sum")
    publish(feed, 2, record(12, "An update"), record(10, "Revised"), md5="bare")
    report = load_files(tmp_path / "mirror", [feed])
    assert [file.name[10:13] for file in report.files] == ["001", "002", "003"]
    assert all(file.verified for file in report.files)
    assert titles(tmp_path / "mirror") == {"12": "An update", "10": "Retracted"}
    status = mirror_status(tmp_path / "mirror", mesh_release="MeSH 2026")
    assert (status.records, status.retracted, status.deleted, status.last_update) == (2, 1, 1, "pubmed26n0003")
    assert (status.missing_files, status.mesh_release) == ((), "MeSH 2026")
    with running_mirror(tmp_path / "mirror") as url:
        assert ask(url, term="retracted publication[pt]")["esearchresult"]["idlist"] == ["10"]
        assert ask(url, term="first[ti]")["esearchresult"]["count"] == "0"


def test_each_file_is_loaded_once(tmp_path: Path) -> None:
    feed, home = tmp_path / "feed", tmp_path / "mirror"
    publish(feed, 1, record(10, "First"))
    load_files(home, [feed])
    publish(feed, 2, record(10, "Second"))
    report = load_files(home, [feed])
    assert ([file.name for file in report.files], report.passed_over) == (["pubmed26n0002.xml.gz"], ("pubmed26n0001.xml.gz",))
    touched = feed / "pubmed26n0001.xml.gz"
    touched.touch()  # another time, the same content
    report = load_files(home, [feed])
    assert (report.files, len(report.passed_over), titles(home)) == ((), 2, {"10": "Second"})


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([1, 3], "pubmed26n0002 is missing before pubmed26n0003"), ([2, 3], "pubmed26n0001 is missing before pubmed26n0002")],
)
def test_a_gap_is_refused_before_anything_is_loaded(tmp_path: Path, numbers: list[int], words: str) -> None:
    for number in numbers:
        publish(tmp_path / "feed", number, record(number))
    with pytest.raises(InvalidInput, match=words):
        load_files(tmp_path / "mirror", [tmp_path / "feed"])
    assert not (tmp_path / "mirror").exists()
    load_files(tmp_path / "mirror", [tmp_path / "feed"], allow_gaps=True)
    status = mirror_status(tmp_path / "mirror")
    assert (status.records, status.missing_files) == (2, ("pubmed26n0002",) if numbers == [1, 3] else ())


def test_what_would_put_older_records_back_is_refused(tmp_path: Path) -> None:
    feed, home = tmp_path / "feed", tmp_path / "mirror"
    files = [publish(feed, number, record(10, f"Edition {number}")) for number in (1, 2)]
    load_files(home, [files[1]])
    with pytest.raises(InvalidInput, match="comes before pubmed26n0002, which is loaded already"):
        load_files(home, [files[0]])
    publish(feed, 2, record(10, "Another content under the same name"))
    with pytest.raises(InvalidInput, match="pubmed26n0002 comes before pubmed26n0002"):
        load_files(home, [files[1]])
    with pytest.raises(InvalidInput, match="another year"):
        load_files(home, [publish(feed, 1, record(10), year=27)])
    assert titles(home) == {"10": "Edition 2"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("MD5(pubmed26n0002.xml.gz)= 00000000000000000000000000000000", "is not what was published"),
        ("<html>404</html>", "holds no MD5"),
        ("MD5(pubmed26n0009.xml.gz)= 00000000000000000000000000000000", "is the checksum of pubmed26n0009"),
        ("", "holds no MD5"),
    ],
)
def test_a_checksum_that_fails_stops_the_load_and_keeps_what_came_before(tmp_path: Path, text: str, words: str) -> None:
    feed, home = tmp_path / "feed", tmp_path / "mirror"
    publish(feed, 1, record(10, "Good"))
    bad = publish(feed, 2, record(11, "Bad"))
    bad.with_name(f"{bad.name}.md5").write_text(text)
    with pytest.raises(InvalidInput, match=words):
        load_files(home, [feed])
    assert titles(home) == {"10": "Good"}
    publish(feed, 2, record(11, "Got again"))
    load_files(home, [feed])
    assert titles(home) == {"11": "Got again", "10": "Good"}


def test_a_numbered_file_that_breaks_off_is_not_loaded_at_all(tmp_path: Path) -> None:
    feed, home = tmp_path / "feed", tmp_path / "mirror"
    whole = publish(feed, 1, *(record(pmid, f"Title {pmid * 7919}") for pmid in range(10, 60)), md5="none")
    whole.write_bytes(whole.read_bytes()[:-40])
    with pytest.raises(InvalidInput, match="breaks off"):
        load_files(home, [feed])
    publish(feed, 1, record(10, "Whole"), md5="none")
    assert load_files(home, [feed]).files[0].verified is None
    assert titles(home) == {"10": "Whole"}


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds no PubMed XML"):
        load_files(tmp_path / "mirror", [tmp_path])


_LOAD = """
import sys
from pathlib import Path
from connectors.mirror import load_files
load_files(Path(sys.argv[1]), [Path(sys.argv[2])])
"""


def test_kill_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Killed several times at random moments, then let run: every record once, in its last edition."""
    feed, home = tmp_path / "feed", tmp_path / "mirror"
    for number in range(1, 9):
        shared = [record(pmid, f"Edition {number}") for pmid in range(1, 151)]
        own = [record(number * 1000 + each, f"Only in {number}") for each in range(150)]
        gone = f'<DeleteCitation><PMID Version="1">{(number - 1) * 1000}</PMID></DeleteCitation>' if number > 1 else ""
        publish(feed, number, *shared, *own, gone)
    chance, killed = random.Random(1), 0
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-c", _LOAD, home, feed])
        folder = home / "index-v2"
        while not (folder / "meta.json").exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.25))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    load_files(home, [feed])
    status = mirror_status(home)
    assert killed >= 1
    assert [file.name for file in status.files] == [f"pubmed26n{number:04}.xml.gz" for number in range(1, 9)]
    assert status.records == 150 + 8 * 150 - 7
    with running_mirror(home) as url:
        assert ask(url, term="edition[ti] AND 8[ti]", rettype="count")["esearchresult"]["count"] == "150"
        assert ask(url, term="edition[ti]", rettype="count")["esearchresult"]["count"] == "150"


def test_status_as_a_person_and_a_program_read_it(tmp_path: Path) -> None:
    feed, home = tmp_path / "feed", tmp_path / "mirror"
    publish(feed, 1, record(10), record(11, types=("Retracted Publication",)))
    publish(feed, 3, record(12, types=("Retraction of Publication",)))
    run = CliRunner().invoke
    refused = run(mirror, ["load", str(feed), "--folder", str(home)])
    assert isinstance(refused.exception, InvalidInput)
    loaded = run(mirror, ["load", str(feed), "--folder", str(home), "--allow-gaps"])
    assert (loaded.exit_code, "3 records loaded" in loaded.output) == (0, True)
    again = run(mirror, ["load", str(feed), "--folder", str(home)])
    assert "2 files passed over" in again.output
    text = run(mirror, ["status", "--folder", str(home)]).output
    assert "3 records" in text
    assert "1 of them retracted; 1 retraction notices" in text
    assert "pubmed26n0003; missing: pubmed26n0002" in text
    assert "2 of 2 files agreed with a published MD5" in text
    told = json.loads(run(mirror, ["status", "--json", "--folder", str(home)]).output)
    assert (told["records"], told["retracted"], told["missing_files"]) == (3, 1, ["pubmed26n0002"])
    assert told["bytes_on_disk"] > 1000
    assert told["mesh_release"] is None
