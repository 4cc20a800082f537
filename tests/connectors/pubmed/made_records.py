"""PubMed XML made for tests: shaped like the real thing, every word our own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

HEAD = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
TAIL = "\n</PubmedArticleSet>"


def article(pmid: int | str, *, title: str = "A made record", inside: str = "", after: str = "", data: str = "") -> str:
    """A `PubmedArticle`: `inside` goes into Article, `after` behind it, `data` into PubmedData."""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
        f"<Article><ArticleTitle>{title}</ArticleTitle>{inside}</Article>{after}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle>"
    )


def article_set(records: Iterable[str], *, head: str = HEAD, tail: str = TAIL) -> bytes:
    """A whole answer."""
    return (head + "\n".join(records) + tail).encode()


_HERE = Path(__file__).parent
FULL = (_HERE / "made_article.xml").read_text(encoding="utf-8").strip()
"""An article in which every element of a `Citation` occurs, some of them misleadingly twice."""
BOOK = (_HERE / "made_book.xml").read_text(encoding="utf-8").strip()
"""A chapter of a book."""
