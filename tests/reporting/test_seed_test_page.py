"""The seed test as text and as a page: the verdict, the marks, the cards; nothing from outside is obeyed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from evidence.seed_test import Cause, KnownPapers, SeedChange, SeedLine, SeedLoss, SeedMark, SeedPaper, SeedTest
from reporting.seed_test_page import difference_of, headline, marked_pieces, render_page
from reporting.seed_test_text import render_text

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e"
CHANGE = SeedChange(
    line=2, before="sofa[ti]", after="sofa[ti] OR couch[tiab]", what="add couch[tiab]", catches=("3",), count=15, gained=3
)
LOSS = SeedLoss(
    line=2, cause=Cause.WORD_MISSING, reason="Lost at line 2: “sofa” does not stand in its title or abstract.", change=CHANGE
)


def paper(pmid: str, **more: Any) -> SeedPaper:
    given = {"pmid": pmid, "state": "found", "label": f"Author{pmid} 2001", "title": f"Title {pmid}", "lines": (1, 2, 3)}
    return SeedPaper.model_validate({**given, "url": f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/", **more})


MISSED = paper(
    "3",
    state="missed",
    title="Naps on a couch",
    abstract="Naps were taken on a couch.",
    lines=(1,),
    losses=(LOSS,),
    marks=(
        SeedMark(field="title", start=0, end=4, kind="matched", line=1),
        SeedMark(field="abstract", start=21, end=26, kind="near", line=2),
    ),
)


def line(number: int, query: str, **more: Any) -> SeedLine:
    return SeedLine.model_validate({"number": number, "query": query, "count": 12, "used": True, "found": (), **more})


def sample(*papers: SeedPaper, **more: Any) -> SeedTest:
    given = {
        "source": "PubMed",
        "source_url": "https://eutils.example.org/",
        "tested_at": datetime(2026, 11, 22, 14, 5, tzinfo=UTC),
        "tool": "Evidence Ledger 1",
        "given": "nap*[tiab] AND sofa[ti]",
        "taken_apart": True,
        "lines": (line(1, "nap*[tiab]"), line(2, "sofa[ti]", loses=("3",), terms=("sofa[ti]",)), line(3, "#1 AND #2")),
        "papers": papers or (paper("1"), paper("2"), MISSED),
        "known": KnownPapers(pmids=("1",)),
        "requests": 7,
    }
    return SeedTest.model_validate({**given, **more})


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def page(test: SeedTest) -> _Page:
    read = _Page()
    read.feed(render_page(test))
    return read


class TestTheText:
    def test_it_says_how_many_and_where(self) -> None:
        text = render_text(sample())
        assert "2 of 3 found." in text
        assert re.search(r"3 +Author3 2001 +●   ✗   ✗  MISSED, lost at #2", text)
        assert "Lost at line 2: “sofa” does not stand in its title or abstract." in text
        assert "→ in line 2: add couch[tiab]; 3 records more to read (12 → 15)" in text

    def test_from_twenty_papers_up_there_is_a_percentage(self) -> None:
        assert "%" not in render_text(sample(*(paper(str(n)) for n in range(1, 20))))
        assert "20 of 20 found (100 %, 95 % interval 84 to 100 %)." in render_text(
            sample(*(paper(str(n)) for n in range(1, 21)))
        )

    def test_papers_that_built_it_cannot_test_it(self) -> None:
        text = render_text(sample(paper("1", used_to_build=True), MISSED))
        assert "0 of 1 found." in text
        assert "Of the papers used to build it: 1 of 1 found. These cannot test the search." in text
        assert "nothing here tests the search" in render_text(sample(paper("1", used_to_build=True)))

    def test_what_could_not_be_read_is_said(self) -> None:
        known = KnownPapers(pmids=("1",), unread=("a.txt, line 3: “x”",), repeated=2)
        text = render_text(sample(known=known))
        assert "No paper could be read from: a.txt, line 3: “x”" in text
        assert "2 entries named a paper that was named before." in text

    @pytest.mark.parametrize("width", [72, 90, 120])
    def test_no_line_is_wider_than_asked(self, width: int) -> None:
        many = tuple(line(n, "word[tiab] OR " * 30 + "x[ti]", loses=("3",)) for n in range(1, 41))
        assert max(map(len, render_text(sample(lines=many), width=width).splitlines())) <= width

    def test_nothing_from_outside_moves_the_cursor(self) -> None:
        text = render_text(sample(paper("1", label="\x1b[2JX", title="\x1b]0;x\x07"), MISSED))
        assert "\x1b" not in text


class TestThePage:
    def test_it_is_one_file_without_script(self) -> None:
        read = page(sample())
        assert not {"script", "link", "img", "iframe", "object"} & set(read.tags)
        assert len(read.ids) == len(set(read.ids))
        assert {link[1:] for link in read.links if link.startswith("#")} <= set(read.ids)

    def test_it_has_the_verdict_and_the_card(self) -> None:
        whole = " ".join("".join(page(sample()).text).split())
        assert "2 of 3 found" in whole
        assert "Lost at line 2" in whole
        assert "Smallest change: add couch[tiab]" in whole
        assert "3 records more to read (12 → 15)" in whole

    def test_marks_are_words_as_well(self) -> None:
        html = render_page(sample())
        assert '<mark class="near">couch<sup><span class="unseen"> (near to line </span>2' in html
        assert '<span class="unseen">lost here</span>' in html

    def test_what_comes_from_outside_is_shown_and_not_obeyed(self) -> None:
        bad = MISSED.model_copy(
            update={"title": HOSTILE, "abstract": HOSTILE, "label": HOSTILE, "url": "javascript:alert(1)", "marks": ()}
        )
        read = page(sample(bad, lines=(line(1, HOSTILE, warnings=(HOSTILE,)), line(2, "x"), line(3, "#1")), given=HOSTILE))
        assert not {"script", "img"} & set(read.tags)
        assert not [link for link in read.links if link.startswith("javascript")]
        assert "\u202e" not in "".join(read.text)

    def test_nothing_missed_is_not_praised_too_far(self) -> None:
        whole = " ".join("".join(page(sample(paper("1"), lines=(line(1, "nap*[tiab]"),))).text).split())
        assert "does not show that it finds all there are" in whole

    def test_only_papers_that_built_it(self) -> None:
        assert headline(sample(paper("1", used_to_build=True))) == "1 of 1 papers found that the search was built with"


def test_pieces_are_the_whole_text() -> None:
    pieces = marked_pieces(MISSED.abstract, MISSED.marks, "abstract")
    assert "".join(piece.text for piece in pieces) == MISSED.abstract
    assert [piece.text for piece in pieces if piece.mark] == ["couch"]


def test_a_difference_is_what_changed() -> None:
    difference = difference_of("(a OR b) AND c", "(a OR b OR d) AND c")
    assert (difference.before, difference.gone, difference.come, difference.after) == ("(a OR", "b)", "b OR d)", "AND c")
    assert difference_of("a", "a OR b").come == "OR b"
