"""The parsers of search strategies: the real ones of information specialists, PubMed's language and Ovid's.

How many are read, how many refused for a fault of their own, and how many a second of processor time. Printing what was
parsed and parsing it again must give the same tree. The peer is what a person waits for: PubMed's three requests a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from evaluation.bench.figure import Figure
from evaluation.bench.pool import read_json_lines
from evidence.errors import InvalidInput, QuerySyntaxError
from searching.ovid.detect_syntax import Syntax, detect_syntax
from searching.ovid.read_strategy import read_ovid_strategy
from searching.parse_query import parse_query
from searching.print_query import print_query

_REPEATS = 5
_REQUESTS_PER_SECOND = 3.0


def run(data: Path | None, *, quick: bool = False) -> list[Figure]:
    """Strategies read and strategies a second, for PubMed and for Ovid; an unmeasured figure where the data is not here."""
    if data is None:
        return [Figure(name="strategies read", value=None, note="the shared data is not here")]
    folder = data / "boolean_queries"
    rows = read_json_lines(folder / "sysrev_seed.jsonl")
    pubmed = [row[field] for row in rows for field in ("query", "edited_search") if row.get(field)]
    topics = [path.read_text(encoding="utf-8") for path in sorted((folder / "clef2017_train_topics").iterdir())]
    ovid = [text for text in (_strategy_of(topic) for topic in topics) if detect_syntax(text).syntax is Syntax.OVID]
    repeats = 1 if quick else _REPEATS
    return [
        *_figures("PubMed strategies", pubmed, _same_meaning, repeats),
        *_figures("Ovid strategies", ovid, lambda text: bool(read_ovid_strategy(text)), repeats),
    ]


def _figures(name: str, texts: Sequence[str], read: Callable[[str], bool], repeats: int) -> list[Figure]:
    if not texts:
        return [Figure(name=f"{name} read", value=None, note="there are none in the data")]
    began = time.process_time()
    for _ in range(repeats):
        kept = sum(_is_read(text, read) for text in texts)
    rate = len(texts) * repeats / (time.process_time() - began)
    mean = sum(map(len, texts)) / len(texts)
    return [
        Figure(
            name=f"{name} read", value=float(kept), unit="strategies", n=len(texts), note=f"{mean:,.0f} characters on average"
        ),
        Figure(
            name=f"{name} a second of processor time",
            value=rate,
            unit="strategies/s",
            n=len(texts) * repeats,
            compared_with="requests PubMed takes",
            compared_value=_REQUESTS_PER_SECOND,
            ratio=rate / _REQUESTS_PER_SECOND,
        ),
    ]


def _is_read(text: str, read: Callable[[str], bool]) -> bool:
    try:
        return read(text)
    except (QuerySyntaxError, InvalidInput):
        return False


def _same_meaning(text: str) -> bool:
    tree = parse_query(text)
    return parse_query(print_query(tree)) == tree


def _strategy_of(topic: str) -> str:
    """The strategy of a topic's file: what stands between its query's heading and the list of records."""
    _, _, after = topic.partition("Query:")
    return after.partition("Pids:")[0].strip()
