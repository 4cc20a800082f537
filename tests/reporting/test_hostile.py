"""Text from outside stays text, in every format."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reporting import render_html, render_json, render_markdown
from reporting.body import Piece
from reporting.markdown import emphasised, escape_markdown, fenced, linked
from reporting.words import one_line, safe_url, visible
from tests.reporting.reading import page, words_of
from tests.reporting.sample import HOSTILE, hostile_ledger, sample_ledger

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = st.text(
    alphabet=st.one_of(st.sampled_from("\\`*_[](){}<>#+-.!|~&=$^@:/ \n\tw1a;\u202e\x07"), st.characters()), max_size=40
)


def _flat(tokens: list[Token]) -> list[Token]:
    return [part for token in tokens for part in (token, *_flat(token.children or []))]


def _text_of(tokens: list[Token]) -> str:
    return "".join(token.content for token in tokens if token.type in {"text", "text_special"})


@given(NASTY)
@settings(max_examples=300, deadline=None)
@example("1. item")
@example("- [x] ---")
@example("# heading #")
@example("&lt;b&gt; &#60;")
@example("a\u2028b http://x www.x a@b.c ![p](http://x/p.png)")
@pytest.mark.parametrize("setting", ["{}", "- {}", "### {}", "> {}", "| {} |\n| --- |\n| {} |", "**Note:** {}"])
def test_escaped_text_reads_back_as_itself(setting: str, text: str) -> None:
    expected = one_line(text)
    tokens = _flat(READER.parse(setting.replace("{}", escape_markdown(text))))
    allowed = {"text", "inline", "text_special"} | {token.type for token in _flat(READER.parse(setting.replace("{}", "x")))}
    if expected:
        assert {token.type for token in tokens} <= allowed
    assert _text_of(tokens) == _text_of(_flat(READER.parse(setting.replace("{}", "x")))).replace("x", expected).rstrip()


@given(st.lists(st.tuples(NASTY, st.booleans()), max_size=5))
@settings(max_examples=100, deadline=None)
def test_marked_numbers_open_nothing_else(parts: list[tuple[str, bool]]) -> None:
    pieces = tuple(Piece("12", True) if number else Piece(text, False) for text, number in parts)
    types = {token.type for token in _flat(READER.parse("- a " + emphasised(pieces)))}
    assert not types & {"link_open", "image", "html_inline", "html_block", "code_inline", "heading_open", "hr", "fence"}


@given(NASTY)
@settings(max_examples=100, deadline=None)
def test_a_fence_cannot_be_closed_from_within(text: str) -> None:
    tokens = READER.parse(f"{fenced(text)}\n\nafter")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[2].content == "after"


def test_markdown_document_has_only_links_to_records_and_no_raw_html() -> None:
    ledger = hostile_ledger()
    tokens = _flat(READER.parse(render_markdown(ledger)))
    assert not {token.type for token in tokens} & {"image", "html_inline", "html_block", "code_block", "code_inline", "s_open"}
    links = {str(token.attrs["href"]) for token in tokens if token.type == "link_open"}
    assert links
    assert links <= {record.url for record in ledger.citations}
    headings = [token for token in tokens if token.type == "heading_open"]
    usual = [token for token in _flat(READER.parse(render_markdown(sample_ledger()))) if token.type == "heading_open"]
    assert sum(token.tag == "h2" for token in headings) == sum(token.tag == "h2" for token in usual)


def test_page_holds_hostile_text_as_text() -> None:
    text = render_html(hostile_ledger())
    document = page(text)
    names = {element.tag for element in document.iter() if isinstance(element.tag, str)}
    assert not names & {"script", "img", "iframe", "object", "embed", "link", "base", "form", "input", "button"}
    assert not [name for element in document.iter() for name in element.attrib if name.startswith("on")]
    assert {element.get("href").split(":")[0] for element in document.xpath("//a[@href]")} <= {"http", "https"} | {
        element.get("href") for element in document.xpath("//a[starts-with(@href, '#')]")
    }
    assert words_of(document).count(visible(HOSTILE)) > 20
    assert len(document.findall(".//style")) == 1


@pytest.mark.parametrize("render", [render_html, render_markdown, render_json])
def test_no_character_is_left_that_would_be_obeyed_unseen(render: object) -> None:
    text = render(hostile_ledger())  # type: ignore[operator]
    unseen = {character for character in text if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n"}
    bidirectional = set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    assert not unseen | bidirectional


def test_json_keeps_hostile_text_to_the_letter() -> None:
    assert json.loads(render_json(hostile_ledger()))["gaps"][0].endswith(HOSTILE)


def test_same_elements_whatever_the_text_says() -> None:
    def outline(text: str) -> list[str]:
        return [element.tag for element in html.document_fromstring(text).iter() if isinstance(element.tag, str)]

    hostile = hostile_ledger()
    tame = hostile.model_validate_json(
        re.sub(r"[<>]", "x", hostile.model_dump_json())  # nothing else in the page's structure depends on these two
    )
    assert outline(render_html(hostile)) == outline(render_html(tame))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//evil.example",
        "http:",
        "http://[",
        "https://a b",
        "http://a\nb",
        "ftp://a.example",
        "JaVaScRiPt://a.example/%0aalert(1)",
        "http://a\u202e.example",
        "",
    ],
)
def test_only_whole_web_addresses_become_links(address: str) -> None:
    assert safe_url(address) is None
    assert linked("label", address) == "label"


def test_an_address_cannot_end_its_link_early() -> None:
    shown = linked("a](http://evil.example)", "https://a.example/x)>\"'<y")
    tokens = _flat(READER.parse(shown))
    assert [token.attrs["href"] for token in tokens if token.type == "link_open"] == ["https://a.example/x%29%3E%22%27%3Cy"]
    assert safe_url("http://127.0.0.1:8765/record/90000001/?a=1&b=2#c") == "http://127.0.0.1:8765/record/90000001/?a=1&b=2#c"


def test_right_to_left_words_stay_as_they_are_and_are_kept_apart() -> None:
    ledger = sample_ledger()
    title = "حمى البهتان: תרופה"
    first = ledger.citations[0].model_copy(update={"title": title})
    document = page(render_html(ledger.model_copy(update={"citations": (first, *ledger.citations[1:])})))
    holders = [
        element for element in document.iter() if isinstance(element.tag, str) and element.text and title in element.text
    ]
    assert holders
    assert all(element.tag == "bdi" or element.get("dir") == "auto" for element in holders)
