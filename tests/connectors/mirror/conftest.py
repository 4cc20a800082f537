from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.mirror import load_files, running_mirror
from tests.connectors.mirror.records import author, record, write

_ENTERED = '<PubMedPubDate PubStatus="entrez"><Year>2021</Year><Month>3</Month><Day>4</Day></PubMedPubDate>'


@pytest.fixture(scope="session")
def small_mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dozen invented records, each there for a reason that the tests name."""
    folder = tmp_path_factory.mktemp("small")
    records = [
        record(101, "Oral tablets for hay fever in children", mesh=("*Rhinitis/drug therapy", "Child", "Humans")),
        record(102, "Hay fever and pollen", abstract="Tablets were not taken orally.", mesh=("Rhinitis/*therapy", "Humans")),
        record(
            103, "β-Lactam antibiotics in Alzheimer's disease", abstract="Naïve patients. Pain was measured; a score of two."
        ),
        record(
            104, "Mice with rhinitis", mesh=("Rhinitis", "Animals"), types=("Journal Article", "Randomized Controlled Trial")
        ),
        record(105, "No abstract here", abstract=None, published="<MedlineDate>2019 Nov-Dec</MedlineDate>", entered=_ENTERED),
        record(
            106,
            "Staphylococcal infection",
            abstract="Staphylococcus aureus. The pain score fell.",
            published="<Year>2018</Year>",
        ),
        record(
            107,
            "Score of the pain",
            authors=author("O'Brien", "Jane Alice", "JA"),
            published="<Year>2018</Year><Month>May</Month>",
        ),
        record(108, "Wit and humor in nursing", authors=author("Smith", "John", "J"), mesh=("Wit and Humor as Topic",)),
        record(109, "Prevention & control", mesh=("Pain/prevention & control",), types=("Systematic Review",)),
        record(110, "Quality of life", abstract="Life quality is not the quality of life.", extra=_KEYWORDS),
    ]
    home = folder / "mirror"
    load_files(home, [write(folder / "small.xml", *records)])
    return home


_KEYWORDS = '<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">wellbeing index</Keyword></KeywordList>'


@pytest.fixture(scope="session")
def small_url(small_mirror: Path) -> Iterator[str]:
    with running_mirror(small_mirror) as url:
        yield url


def ask(url: str, *, utility: str = "esearch", **parameters: str | int) -> Any:
    """One request answered in JSON; an error status is answered too."""
    query = urllib.parse.urlencode({"db": "pubmed", "retmode": "json", **parameters})
    return json.loads(read(f"{url}{utility}.fcgi?{query}")[1])


def read(address: str, data: bytes | None = None) -> tuple[int, str]:
    """Status and body of one request."""
    try:
        with urllib.request.urlopen(address, data, timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
