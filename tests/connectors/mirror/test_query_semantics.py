"""The index against a plain reading of the same records: 2,500 real ones, real strategies, word by word.

The reading here shares nothing with the mirror but the parser: words are cut by a regular expression, phrases and
proximity are looked for in lists of words, operators are set operations.
"""

from __future__ import annotations

import gzip
import json
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise, product
from pathlib import Path

import pytest

from connectors.mirror import load_files, running_mirror
from connectors.pubmed.records import read_records
from evidence.citation import Citation, FetchedRecord
from evidence.errors import QuerySyntaxError
from searching.parse_query import parse_query
from searching.query import And, Not, Or, Proximity, QueryNode, Term, walk
from tests.connectors.mirror.conftest import ask

RECORDS = 2_500
_GREEK = {
    name: unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}") for name in ("alpha", "beta", "gamma", "kappa", "delta")
}


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
        return cls(
            pmid=int(citation.pmid),
            title=cut(citation.title),
            abstract=cut(" ".join(sections)),
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


def matches(term: Term, record: Plain) -> bool:
    if term.tag == "mh":
        return term.heading.lower() in record.headings
    if term.tag == "pt":
        return term.text.lower() in record.types
    phrase = [
        (word, part.endswith("*") and at == len(cut(part)) - 1)
        for part in term.text.split()
        for at, word in enumerate(cut(part))
    ]
    return any(has_phrase(words, phrase) for words in record.texts(term.tag or ""))


def evaluate(node: QueryNode, records: list[Plain]) -> set[int]:
    match node:
        case And():
            return set.intersection(*(evaluate(operand, records) for operand in node.operands))
        case Or():
            return set.union(*(evaluate(operand, records) for operand in node.operands))
        case Not():
            return evaluate(node.wanted, records) - evaluate(node.unwanted, records)
        case Term():
            return {record.pmid for record in records if matches(node, record)}
        case Proximity():
            return {
                record.pmid
                for record in records
                if any(has_near(words, cut(node.text), node.distance) for words in record.texts(node.tag))
            }
        case _:
            raise AssertionError(f"not read here: {node}")


@pytest.fixture(scope="module")
def sample(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Plain], str]]:
    folder = tmp_path_factory.mktemp("sample")
    with gzip.open(shared_data / "pubmed" / "pool.xml.gz") as pool:
        read = (record for record in read_records(pool) if isinstance(record, FetchedRecord))
        found = list(islice(read, 0, RECORDS * 7, 7))
    set_ = "\n".join(["<PubmedArticleSet>", *(record.xml for record in found), "</PubmedArticleSet>"])
    (folder / "sample.xml").write_text(set_, encoding="utf-8")
    report = load_files(folder / "mirror", [folder / "sample.xml"])
    assert report.total_records == len(found) == RECORDS
    with running_mirror(folder / "mirror") as url:
        yield [Plain.of(record.citation) for record in found], url


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
        '"heart failure patients"[tiab:~3]',
    ],
)
def test_a_query_finds_what_a_plain_reading_finds(sample: tuple[list[Plain], str], query: str) -> None:
    records, url = sample
    expected = evaluate(parse_query(query), records)
    assert expected, "a query that finds nothing shows nothing"
    assert searched(url, query) == expected


def readable(entry: dict[str, str]) -> Callable[[], QueryNode] | None:
    """The strategy's tree, where it parses and uses only what is read here."""
    try:
        tree = parse_query(entry["edited_search"])
    except QuerySyntaxError:
        return None
    known = all(not isinstance(node, Term) or node.tag in ("tiab", "ti", "mh", "pt") for node in walk(tree))
    return (lambda: tree) if known else None


def test_real_strategies_find_what_a_plain_reading_finds(sample: tuple[list[Plain], str], shared_data: Path) -> None:
    records, url = sample
    checked, hits, slowest = 0, 0, 0.0
    for line in (shared_data / "boolean_queries" / "sysrev_seed.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        tree = readable(entry)
        if tree is None or len(entry["edited_search"]) > 2_000:
            continue
        expected = evaluate(tree(), records)
        begun = time.perf_counter()
        assert searched(url, entry["edited_search"]) == expected, entry["id"]
        slowest = max(slowest, time.perf_counter() - begun)
        checked, hits = checked + 1, hits + len(expected)
    assert checked >= 5
    assert hits > 0
    assert slowest < 2, "a strategy of a hundred terms takes milliseconds"


def test_order_is_newest_first_and_repeats(sample: tuple[list[Plain], str]) -> None:
    _, url = sample
    first, second = (ask(url, term="trial[tiab]", retmax=9_999)["esearchresult"]["idlist"] for _ in range(2))
    assert first == second
    assert all(int(newer) > int(older) for newer, older in pairwise(first))
