"""`evidence search test`: a strategy and PMIDs in, which line lost each paper out."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.seed_test import SeedTest
from tests.cli.searching import Command

STRATEGY = "(cholera[ti] OR vibrio[tiab]) AND (vaccine*[tiab]) AND 2005:2025[dp]"


@pytest.fixture
def command(tmp_path: Path, demonstration_mirror: str) -> Command:
    return Command(tmp_path / "home", demonstration_mirror)


def test_a_strategy_and_pmids_are_enough(command: Command) -> None:
    ended = command.run("search", "test", STRATEGY, "--known", "90000001", "--known", "99999999", "--quiet")
    assert ended.refused == ""
    assert "0 of 1 found." in ended.out
    assert "Lost at line 3: its publication date is 1994, outside 2005:2025[dp]." in ended.out
    assert "widen the dates to 1994:2025[dp]" in ended.out
    assert "The source has no record 99999999" in ended.out
    assert not (command.home / "runs").exists()


def test_files_of_papers_and_a_file_of_lines(command: Command, tmp_path: Path) -> None:
    (tmp_path / "known.nbib").write_text("PMID- 90000001\nTI  - x\n\nPMID- 90000002\n", encoding="utf-8")
    (tmp_path / "built.txt").write_text("PMID: 90000002\n", encoding="utf-8")
    (tmp_path / "strategy.txt").write_text("1. cholera[tiab]\n2. vaccin*[tiab]\n3. #1 AND #2\n", encoding="utf-8")
    ended = command.run(
        "search", "test", str(tmp_path / "strategy.txt"), "--known", str(tmp_path / "known.nbib"),
        "--used-to-build", str(tmp_path / "built.txt"), "--html", str(tmp_path / "page" / "test.html"), "--json", "--quiet",
    )  # fmt: skip
    test = SeedTest.model_validate(ended.answer)
    assert [(paper.pmid, paper.used_to_build) for paper in test.papers] == [("90000001", False), ("90000002", True)]
    assert test.known.repeated == 0
    assert test.taken_apart is False
    assert (tmp_path / "page" / "test.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_strategy_may_come_by_the_input_stream(command: Command) -> None:
    ended = command.run("search", "test", "-", "--known", "90000001", "--quiet", given=STRATEGY)
    assert "0 of 1 found." in ended.out


@pytest.mark.parametrize(
    ("strategy", "known", "said"),
    [
        ("(cholera[ti]", "1", "is not closed"),
        ("cholera[ti] AND", "1", "It is at the arrow: cholera[ti] ▶AND"),
        ("", "1", "The strategy is empty"),
        ("cholera[ti]", "no such file", "is no file and no PMID"),
        ("#1 AND #2", "1", "give all the lines"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(command: Command, strategy: str, known: str, said: str) -> None:
    assert said in command.run("search", "test", strategy, "--known", known, "--quiet").refused


def test_a_file_without_papers_is_refused(command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("nothing here\n", encoding="utf-8")
    assert "names no paper" in command.run("search", "test", "x[ti]", "--known", str(tmp_path / "empty.txt"), "--quiet").refused
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\x00\x01")
    assert (
        "not a text file" in command.run("search", "test", "x[ti]", "--known", str(tmp_path / "picture.png"), "--quiet").refused
    )
