"""The seed test on real misses: strategies made from real questions, their reviews' papers, 18,230 records to search.

What is true is settled apart from the product's own code: each concept is asked for by itself, paper by paper, over plain
HTTP; the concepts that do not find the paper are where it is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from lxml import etree

from connectors.mirror import load_files, running_mirror
from connectors.pubmed.client import PubMed
from evidence.seed_test import SeedTest
from pipelines.seed_test import run_seed_test
from searching.content_words import content_words
from searching.seed_lines import read_given
from searching.seed_papers import read_known
from tests.pipelines.test_seed_test import Silent, Unlimited

FEWEST_MISSES = 30


@dataclass(frozen=True)
class Case:
    """A strategy in two dresses, its concepts, and the papers it should find."""

    concepts: tuple[str, ...]
    known: tuple[str, ...]

    def as_query(self) -> str:
        return " AND ".join(f"({concept})" for concept in self.concepts)

    def as_lines(self) -> str:
        """Each concept as an arm of words in the title, an arm of words anywhere in it, and their OR; then the AND."""
        lines, joined = [], []
        for concept in self.concepts:
            arms = concept.split(" OR ")
            lines += [arms[0], " OR ".join(arms[1:]) or arms[0]]
            lines.append(f"#{len(lines) - 1} OR #{len(lines)}")
            joined.append(f"#{len(lines)}")
        lines.append(" AND ".join(joined))
        return "\n".join(f"#{number} {line}" for number, line in enumerate(lines, 1))


@pytest.fixture(scope="module")
def pool(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pool")
    load_files(folder, [shared_data / "pubmed" / "pool.xml.gz"])
    with running_mirror(folder) as url:
        yield url


def cases(shared_data: Path) -> list[Case]:
    """One a review with two papers or more: the first words of its question, each a concept, and a limit of dates."""
    seen: dict[str, Case] = {}
    for line in (shared_data / "medevidence" / "dev_questions.jsonl").read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        words = [word for word in content_words(question["question"]) if len(word) > 5][:3]
        if len(question["relevant_sources"]) >= 2 and len(words) == 3 and question["original_review"] not in seen:
            concepts = (f"{words[0]}[ti] OR {words[0][:5]}*[tiab]", f"{words[1]}[ti] OR {words[1]}[tiab]", f"{words[2]}[tiab]")
            seen[question["original_review"]] = Case(concepts, tuple(question["relevant_sources"]))
    return list(seen.values())


def really_finds(pool: str, query: str, pmid: str) -> bool:
    """Whether a query finds a paper, asked without the product's client or parser."""
    parameters = urlencode({"db": "pubmed", "term": f"({query}) AND {pmid}[uid]", "retmax": "0"})
    with urlopen(f"{pool}esearch.fcgi?{parameters}", timeout=30) as answer:
        count: str | None = etree.fromstring(answer.read()).findtext("Count")
    return count == "1"


def told(test: SeedTest, pmid: str) -> set[int]:
    return {loss.line for paper in test.papers if paper.pmid == pmid for loss in paper.losses}


def test_every_real_miss_is_told_at_its_true_line_with_a_reason(pool: str, shared_data: Path) -> None:
    source = PubMed(email="a@example.org", limiter=Unlimited(), base_url=pool)
    misses, wrong, without_change, broken = 0, [], 0, []
    for case in cases(shared_data):
        known = read_known(" ".join(case.known))
        apart = run_seed_test(read_given(case.as_query()), known, source, Silent())
        if not apart.missed:
            continue
        known = read_known(" ".join(paper.pmid for paper in apart.missed))
        lines = run_seed_test(read_given(case.as_lines()), known, source, Silent())
        for paper in apart.missed:
            misses += 1
            lost = {n for n, concept in enumerate(case.concepts, 1) if not really_finds(pool, concept, paper.pmid)}
            if told(apart, paper.pmid) != lost or told(lines, paper.pmid) != {3 * n for n in lost}:
                wrong.append((case, paper.pmid))
            assert all(loss.reason.startswith(f"Lost at line {loss.line}") for loss in paper.losses)
            change = paper.together or (paper.losses[0].change if len(paper.losses) == 1 else None)
            without_change += change is None
            if change is not None:
                changed = {loss.change.line: loss.change.after for loss in paper.losses if loss.change}
                parts = [changed.get(n, concept) for n, concept in enumerate(case.concepts, 1)]
                if not really_finds(pool, " AND ".join(f"({part})" for part in parts), paper.pmid):
                    broken.append((case, paper.pmid))
    assert misses >= FEWEST_MISSES
    assert wrong == []
    assert broken == []
    assert without_change == 0, f"{without_change} of {misses}"
    print(f"{misses} real misses, all at their true line")  # noqa: T201 - the figure that a reader of the test wants
