"""The index against a plain reading of the same records: 800 real ones, real strategies, word by word.

The reading here shares nothing with the mirror but the parser: words are cut by a regular expression, phrases and
proximity are looked for in lists of words, operators are set operations.
"""

from __future__ import annotations

import gzip
import json
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path

import pytest

from connectors.mirror import load_files, running_mirror
from connectors.pubmed.records import read_records
from evidence.citation import Citation, FetchedRecord
from evidence.errors import QuerySyntaxError
from searching.parse_query import parse_query
from searching.query import And, Not, Or, Proximity, QueryNode, Term, walk
from tests.connectors.mirror.conftest import ask

RECORDS = 800
_GREEK = {
    name: unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}") for name in ("alpha", "beta", "gamma", "kappa", "delta")
}


@lru_cache(maxsize=20_000)  # the same terms are cut for every record
def cut(text: str) -> list[str]:
    for name, letter in _GREEK.items():
        text = text.replace(letter, name)
    text = text.replace("µ", "mu").replace("μ", "mu")
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", plain.lower())


@dataclass(frozen=True)
class Plain:
    """A record as lists of words."""

    pmid: int
    title: list[str]
    abstract: list[str]
    headings: frozenset[str]
    types: frozenset[str]

    @classmethod
    def of(cls, citation: Citation) -> Plain:
        sections = (f"{section.label or ''} {section.text}" for section in citation.abstract)
        title, abstract = cut(citation.title), cut(" ".join(sections))
        return cls(
            pmid=int(citation.pmid),
            title=title,
            abstract=abstract,
            headings=frozenset(heading.descriptor.lower() for heading in citation.mesh),
            types=frozenset(kind.lower() for kind in citation.publication_types),
        )

    def texts(self, tag: str) -> list[list[str]]:
        return [self.title] if tag == "ti" else [self.abstract] if tag == "ab" else [self.title, self.abstract]


def has_phrase(words: list[str], phrase: list[tuple[str, bool]]) -> bool:
    def fits(word: str, wanted: tuple[str, bool]) -> bool:
        return word.startswith(wanted[0]) if wanted[1] else word == wanted[0]

    return any(all(map(fits, words[at : at + len(phrase)], phrase)) for at in range(len(words) - len(phrase) + 1))


def has_near(words: list[str], wanted: list[str], distance: int) -> bool:
    places = [[at for at, word in enumerate(words) if word == each] for each in wanted]
    return any(
        len(set(choice)) == len(choice) and max(choice) - min(choice) + 1 - len(choice) <= distance
        for choice in product(*places)
    )


def phrase_of(text: str) -> list[tuple[str, bool]]:
    """Words, and whether each is truncated."""
    return [
        (word, part.endswith("*") and at == len(cut(part)) - 1) for part in text.split() for at, word in enumerate(cut(part))
    ]


class Reading:
    """All records, with a list of records for each word to begin from."""

    def __init__(self, records: list[Plain]) -> None:
        self.records = records
        self.holding: defaultdict[str, set[int]] = defaultdict(set)
        for place, record in enumerate(records):
            for word in {*record.title, *record.abstract}:
                self.holding[word].add(place)

    def candidates(self, phrase: list[tuple[str, bool]]) -> list[Plain]:
        """Records that hold every word of a phrase somewhere."""
        each = [
            set().union(*(places for word, places in self.holding.items() if word.startswith(beginning)))
            if truncated
            else self.holding.get(beginning, set())
            for beginning, truncated in phrase
        ]
        return [self.records[place] for place in set.intersection(*each)]

    def term(self, term: Term) -> set[int]:
        if term.tag in ("sh", "nm"):
            return set()  # the shared records carry neither subheadings nor substances
        if term.tag == "mh":
            return {record.pmid for record in self.records if term.heading.lower() in record.headings}
        if term.tag == "pt":
            return {record.pmid for record in self.records if term.text.lower() in record.types}
        phrase = phrase_of(term.text)
        return {
            record.pmid
            for record in self.candidates(phrase)
            if any(has_phrase(words, phrase) for words in record.texts(term.tag or ""))
        }

    def proximity(self, node: Proximity) -> set[int]:
        wanted = cut(node.text)
        return {
            record.pmid
            for record in self.candidates([(word, False) for word in wanted])
            if any(has_near(words, wanted, node.distance) for words in record.texts(node.tag))
        }


def evaluate(node: QueryNode, reading: Reading) -> set[int]:
    match node:
        case And():
            return set.intersection(*(evaluate(operand, reading) for operand in node.operands))
        case Or():
            return set.union(*(evaluate(operand, reading) for operand in node.operands))
        case Not():
            return evaluate(node.wanted, reading) - evaluate(node.unwanted, reading)
        case Term():
            return reading.term(node)
        case Proximity():
            return reading.proximity(node)
        case _:
            raise AssertionError(f"not read here: {node}")


@pytest.fixture(scope="module")
def sample(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reading, str]]:
    folder = tmp_path_factory.mktemp("sample")
    with gzip.open(shared_data / "pubmed" / "pool.xml.gz", "rt", encoding="utf-8") as pool:
        records = pool.read().removesuffix("</PubmedArticleSet>\n").split("<PubmedArticle>")[1 :: 18_230 // RECORDS][:RECORDS]
    text = "<PubmedArticleSet>" + "".join(f"<PubmedArticle>{record}" for record in records) + "</PubmedArticleSet>"
    (folder / "sample.xml").write_text(text, encoding="utf-8")
    with (folder / "sample.xml").open("rb") as stream:
        found = [record for record in read_records(stream) if isinstance(record, FetchedRecord)]
    report = load_files(folder / "mirror", [folder / "sample.xml"])
    assert report.total_records == len(found) == RECORDS
    with running_mirror(folder / "mirror") as url:
        yield Reading([Plain.of(record.citation) for record in found]), url


def searched(url: str, query: str) -> set[int]:
    answer = ask(url, term=query, retmax=9_999)["esearchresult"]
    assert "ERROR" not in answer, answer
    return {int(pmid) for pmid in answer["idlist"]}


@pytest.mark.parametrize(
    "query",
    [
        "placebo[tiab]",
        '"blood pressure"[tiab]',
        '"blood pressure"[ti]',
        "random*[ab]",
        '"placebo control*"[tiab]',
        "angiotensin convert* enzyme inhibit*[tiab]",
        "beta-blocker*[tiab]",
        "hypertension[mh] NOT placebo[tiab]",
        '"side effects"[tiab] OR "adverse events"[tiab] AND drug[ti]',
        '"journal article"[pt] AND humans[mh]',
        '"pain score"[tiab:~0]',
        '"pain score"[tiab:~1]',
        '"pain score"[tiab:~5]',
        '"blood pressure"[ti:~3]',
        '"reduced mortality"[tiab:~4]',
        '"treatment of patients"[tiab:~2]',
        '"patients with severe pain"[tiab:~3]',
        '"heart failure patients"[tiab:~3]',
    ],
)
def test_a_query_finds_what_a_plain_reading_finds(sample: tuple[Reading, str], query: str) -> None:
    reading, url = sample
    expected = evaluate(parse_query(query), reading)
    assert expected, "a query that finds nothing shows nothing"
    assert searched(url, query) == expected


def readable(entry: dict[str, str]) -> Callable[[], QueryNode] | None:
    """The strategy's tree, where it parses and uses only what is read here."""
    try:
        tree = parse_query(entry["edited_search"])
    except QuerySyntaxError:
        return None
    known = all(not isinstance(node, Term) or node.tag in ("tiab", "ti", "mh", "pt", "sh", "nm") for node in walk(tree))
    return (lambda: tree) if known else None


def test_real_strategies_find_what_a_plain_reading_finds(sample: tuple[Reading, str], shared_data: Path) -> None:
    reading, url = sample
    checked, hits, slowest = 0, 0, 0.0
    for line in (shared_data / "boolean_queries" / "sysrev_seed.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        tree = readable(entry)
        if tree is None:
            continue
        expected = evaluate(tree(), reading)
        begun = time.perf_counter()
        assert searched(url, entry["edited_search"]) == expected, entry["id"]
        slowest = max(slowest, time.perf_counter() - begun)
        checked, hits = checked + 1, hits + len(expected)
    assert checked >= 25
    assert hits > 0
    assert slowest < 2, "a strategy of a hundred terms takes milliseconds"


def test_order_is_newest_first_and_repeats(sample: tuple[Reading, str]) -> None:
    _, url = sample
    first, second = (ask(url, term="trial[tiab]", retmax=9_999)["esearchresult"]["idlist"] for _ in range(2))
    assert first == second
    assert all(int(newer) > int(older) for newer, older in pairwise(first))
