"""Names, questions, titles, abstracts and reasons full of markup, formulas and turned text are text on every page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import openpyxl
import pytest

from connectors.pubmed.records import read_records
from connectors.store import Store
from evidence.citation import FetchedRecord
from evidence.people import Role
from evidence.review import ReviewDecision, ReviewOutcome
from review.actions.review import decide, read_review
from review.actions.share import make_link
from tests.connectors.pubmed.made_records import article, article_set
from tests.reporting.sample import HOSTILE, hostile_ledger
from tests.review.crawled_pages import crawl
from tests.review.made_reviews import drafted, open_bench
from tests.review.signed_reviews import look_again, put_name
from tests.review.test_requests import FORM
from tests.review.test_search_pages import PMIDS, searched
from tests.review.workbench import Visitor, Workbench, hidden

NAME = "=1+1 <script>alert(1)</script> O'Brien {{ 7*7 }} <b>שלום</b>"
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u0007\u001b]")
ROOMS = (
    "progress",
    "search",
    "screen",
    "claims",
    "claims/c1",
    "claims/c2",
    "claims/add",
    "second",
    "sign",
    "summary",
    "history",
)


class Seen(HTMLParser):
    """What a reader sees of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(text)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workbench, Visitor, tuple[str, str]]]:
    """A workbench whose person, request, run, records and decisions are hostile, signed and shared; that person; two runs."""
    with open_bench(tmp_path_factory.mktemp("hostile")) as bench:
        visitor = bench.person(*Role, name=NAME)
        page = visitor.get("/ask").text
        asked = {
            **FORM,
            "csrf": hidden(page, "csrf"),
            "once": hidden(page, "once"),
            "do": "save",
            "question": HOSTILE.replace("a@evil.example", ""),
        }
        assert visitor.post("/ask", asked).status_code == 303
        runs = _signed(bench.store), searched(bench)
        made = article_set(article(pmid, title=_xml(HOSTILE)) for pmid in PMIDS)
        records = [read for read in read_records(io.BytesIO(made)) if isinstance(read, FetchedRecord)]
        bench.store.save_records(runs[1], records, "http://127.0.0.1:1/", by=NAME)
        yield bench, visitor, runs


def _xml(text: str) -> str:
    """Text as PubMed's XML can hold it."""
    kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _signed(store: Store) -> str:
    run_id = drafted(store)
    store.save_ledger(run_id, hostile_ledger().model_copy(update={"id": run_id}))
    for item in read_review(store, run_id).items:
        said = ReviewDecision(
            claim_id=item.id, outcome=ReviewOutcome.REJECT if item.id == "c2" else ReviewOutcome.ACCEPT, reason=HOSTILE
        )
        decide(store, run_id, said, slot="first", seen=0, by=NAME)
    look_again(store, run_id, rewritten={"90000001": "<AbstractText>Recovery took 3 days.</AbstractText>"})
    put_name(store, run_id)
    make_link(store, run_id, NAME, 90, by=NAME)
    return run_id


def test_it_is_text_on_every_page(hostile: tuple[Workbench, Visitor, tuple[str, str]]) -> None:
    _, visitor, runs = hostile
    pages = crawl(visitor, "/", *(f"/runs/{run}/{room}" for run in runs for room in ROOMS))
    shown = {place: page for place, page in pages.items() if "/documents/" not in place}
    assert len(shown) > 25
    for place, page in shown.items():
        assert page.live == [], place
        assert not TURNING.search(page.text), place
    for room in ("claims", "claims/c1", "claims/c2", "sign", "summary"):
        assert "[U+202E]gnp.exe" in Seen(shown[f"/runs/{runs[0]}/{room}"].text).text, room
    assert "<script>alert(1)</script>" in Seen(shown[f"/runs/{runs[1]}/screen"].text).text


def test_no_cell_of_a_spreadsheet_taken_from_the_page_is_a_formula(
    hostile: tuple[Workbench, Visitor, tuple[str, str]],
) -> None:
    _, visitor, (run_id, _) = hostile
    for document in ("matrix", "full-texts"):
        given = visitor.get(f"/runs/{run_id}/documents/{document}.xlsx")
        assert given.status_code == 200, Seen(given.text).text
        cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(given.content)) for row in sheet for cell in row]
        assert any("alert(1)" in str(cell.value) for cell in cells)
        assert not [cell.value for cell in cells if cell.data_type == "f"]
        lines = visitor.get(f"/runs/{run_id}/documents/{document}.csv").text
        assert not re.search(r'(^|,)"?[=+@|\t]', lines, re.MULTILINE)
