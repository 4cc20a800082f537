"""Reads rendered drafts back, as a reader of each format would."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import html


@dataclass(frozen=True)
class ShownQuote:
    pmid: str
    words: str
    marked: str
    abstract: str
    link: str | None


@dataclass(frozen=True)
class ShownClaim:
    text: str
    quotes: tuple[ShownQuote, ...]


def page(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


def words_of(element: html.HtmlElement) -> str:
    return str(element.text_content())


def shown_claims(document: html.HtmlElement) -> tuple[ShownClaim, ...]:
    """Every claim of the page's body, with the quote below it and the marked words of the abstract."""
    return tuple(
        ShownClaim(words_of(item.find_class("claim-text")[0]), tuple(_quotes(item)))
        for item in document.xpath("//div[@class='body-of-summary']//li[@class='claim']")
    )


def _quotes(item: html.HtmlElement) -> list[ShownQuote]:
    figures = item.xpath("./figure")
    abstracts = item.xpath("./details/p[@class='abstract']")
    assert len(figures) == len(abstracts)
    quotes = []
    for figure, abstract in zip(figures, abstracts, strict=True):
        block = figure.find("blockquote")
        links = figure.xpath("./figcaption//a/@href")
        assert block.get("data-pmid") == abstract.get("data-pmid")
        quotes.append(
            ShownQuote(
                pmid=block.get("data-pmid"),
                words=words_of(block),
                marked=words_of(abstract.find("mark")),
                abstract=words_of(abstract),
                link=links[0] if links else None,
            )
        )
    return quotes


def body_of_page(document: html.HtmlElement) -> str:
    return words_of(document.xpath("//div[@class='body-of-summary']")[0])


def body_of_markdown(text: str) -> str:
    """From the bottom line to the table of studies."""
    return text[text.index("## Bottom line\n") : text.index("## Table of studies\n")]
