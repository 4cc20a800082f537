"""Real-shaped records in number, made from real ones: fresh PMIDs, entry dates, and words that grow as they do in life.

A plain copy would keep the vocabulary of the first records however many are made, and an index over it would look smaller
and faster than it is. So in every record after the first round two things change, drawn by a seeded generator:

- one word in ten is another word of the source, drawn as often as it occurs there, so that no two records are the same and
  words meet in new company;
- some words are new to the collection, as many as Heaps' law says: after n words of running text, `factor * n ** exponent`
  different ones have been seen (Heaps 1978). The two numbers are fitted to the source itself.

Authors, headings and journals stay: there, copies are too few of a kind. It makes headings grow with the collection, as
they do in PubMed, and authors too frequent.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from connectors.pubmed.splitting import RecordSplitter

FIRST_PMID = 200_000_001
RECORDS_IN_FILE = 30_000
"""As many as NLM puts into a file of the baseline."""
_CHANGED_SHARE = 0.1
_FIRST_DAY = date(1990, 1, 1)
_RECORDS_A_DAY = 100
_TEXT = re.compile(rb"(<(?:ArticleTitle|AbstractText)[^>]*>)(.*?)(</(?:ArticleTitle|AbstractText)>)", re.DOTALL)
_WORD = re.compile(rb"(?<![&\w])[A-Za-z]{3,}(?![\w;])")
_PMID = re.compile(rb"(<PMID(?:\s[^<>]*)?>|<ArticleId IdType=\"pubmed\">)\s*[0-9]{1,9}\s*(?=<)")
_HISTORY = re.compile(rb"<History>.*?</History>|<History\s*/>", re.DOTALL)
_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    b' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)


@dataclass(frozen=True)
class Heaps:
    """Heaps' law: `factor * n ** exponent` different words among n."""

    factor: float
    exponent: float

    def different(self, words: int) -> float:
        """How many different words n words hold."""
        return float(self.factor * words**self.exponent)


def fit_heaps(records: Sequence[bytes]) -> Heaps:
    """The law fitted to the running text of the records, by least squares on logarithms at twenty places."""
    seen: set[bytes] = set()
    words, points = 0, []
    step = max(1, len(records) // 20)
    for place, record in enumerate(records, start=1):
        for _, text, _ in _TEXT.findall(record):
            found = [word.lower() for word in _WORD.findall(text)]
            words += len(found)
            seen.update(found)
        if place % step == 0 and words and seen:
            points.append((math.log(words), math.log(len(seen))))
    if len(points) < 2:
        return Heaps(1.0, 1.0)
    exponent = _slope(points)
    mean_x, mean_y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    return Heaps(math.exp(mean_y - exponent * mean_x), exponent)


def growth_exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The power of the size that values grow with: 1 is in proportion, 0 not at all. Least squares on logarithms."""
    return _slope([(math.log(size), math.log(value)) for size, value in zip(sizes, values, strict=True)])


def _slope(points: Sequence[tuple[float, float]]) -> float:
    mean_x, mean_y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


def read_source(file: Path) -> list[bytes]:
    """Every record of a file of PubMed XML, as bytes."""
    with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as stream:
        return [piece.data for piece in RecordSplitter(stream, source=file.name) if not piece.fault]


class RecordMaker:
    """Makes record after record from a source; the same source gives the same records each time."""

    def __init__(self, source: Sequence[bytes]) -> None:
        self._source = source
        self._random = random.Random(20260101)  # repeatable, no secret
        self.heaps = fit_heaps(source)
        self._words = [word for record in source[:2000] for _, text, _ in _TEXT.findall(record) for word in _WORD.findall(text)]
        self._running = 0
        self._new = 0
        self._made = 0

    def make(self, number: int) -> Iterator[bytes]:
        """The next so many records."""
        for _ in range(number):
            round_, place = divmod(self._made, len(self._source))
            record = self._worded(self._source[place], copied=round_ > 0)
            yield self._dated(_PMID.sub(rb"\g<1>%d" % (FIRST_PMID + self._made), record))
            self._made += 1

    def _worded(self, record: bytes, *, copied: bool) -> bytes:
        return _TEXT.sub(lambda found: found[1] + self._changed(found[2], copied=copied) + found[3], record)

    def _changed(self, text: bytes, *, copied: bool) -> bytes:
        words = len(_WORD.findall(text))
        before = self._running
        self._running += words
        if not copied or words == 0:
            self._new = max(self._new, int(self.heaps.different(self._running)))
            return text
        due = int(self.heaps.different(self._running)) - max(self._new, int(self.heaps.different(before)))
        changed = {place: b"" for place in range(words) if self._random.random() < _CHANGED_SHARE}
        for place in self._random.sample(range(words), min(max(due, 0), words)):
            self._new += 1
            changed[place] = _coined(self._new)
        places = iter(range(words))
        return _WORD.sub(lambda found: self._word(changed, next(places), found[0]), text)

    def _word(self, changed: dict[int, bytes], place: int, written: bytes) -> bytes:
        if place not in changed:
            return written
        return changed[place] or self._random.choice(self._words)

    def _dated(self, record: bytes) -> bytes:
        day = _FIRST_DAY + timedelta(days=self._made // _RECORDS_A_DAY)
        date_xml = b"<Year>%d</Year><Month>%d</Month><Day>%d</Day>" % (day.year, day.month, day.day)
        entries = b"".join(
            b'<PubMedPubDate PubStatus="%s">%s</PubMedPubDate>' % (kind, date_xml) for kind in (b"entrez", b"pubmed")
        )
        history = b"<History>" + entries + b"</History>"
        if _HISTORY.search(record):
            return _HISTORY.sub(lambda _: history, record, count=1)
        return record.replace(b"<PubmedData>", b"<PubmedData>" + history, 1)


def _coined(number: int) -> bytes:
    """A word of letters that no language has: `zq` and the number in base 26."""
    letters = bytearray()
    while number:
        number, letter = divmod(number, 26)
        letters.append(97 + letter)
    return b"zq" + bytes(letters)


def write_files(maker: RecordMaker, folder: Path, number: int, *, first: int = 1) -> list[Path]:
    """The next so many records as numbered files with checksums, like those of the yearly sequence; gives the files."""
    files: list[Path] = []
    while number > 0:
        taken = min(number, RECORDS_IN_FILE)
        file = folder / f"pubmed26n{first + len(files):04}.xml.gz"
        with gzip.open(file, "wb", compresslevel=1) as out:
            out.write(_HEAD)
            for record in maker.make(taken):
                out.write(record + b"\n")
            out.write(b"</PubmedArticleSet>\n")
        digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
        file.with_name(f"{file.name}.md5").write_text(f"MD5({file.name})= {digest}\n", encoding="ascii")
        files.append(file)
        number -= taken
    return files
