"""Every page of the workbench and every HTML document: axe, 320 pixels, 200 %, text twice as large, Tab from end to end.

`python -m pytest -s tests/browser/test_every_page.py` prints the table that docs/governance/accessibility.md holds.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.routing import iter_route_contexts
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from evidence.people import Role
from evidence.review import ReviewDecision, ReviewOutcome, SecondReview
from reporting.export import FORMATS
from review.actions.review import decide, read_review, set_second_review
from review.actions.share import make_link
from tests.browser.looks import Faults
from tests.browser.serving import serving
from tests.browser.workbench_pages import fill, places
from tests.reporting.sample import hostile_ledger
from tests.review.crawled_pages import crawl
from tests.review.made_reviews import FAILED, drafted, open_bench, rejecting
from tests.review.signed_reviews import ANNA, look_again, put_name, ready, signed
from tests.review.test_search_pages import fetched, searched
from tests.review.workbench import Visitor, Workbench

pytestmark = pytest.mark.browser

NO_PAGE = {"/static/{name}", "/health", "/sign-in/sso", "/sign-in/sso/back", "/runs/{run_id}/progress/now"}
"""What is asked for by GET and is a file, a part of a page, or the way to another server."""

PARTS = 6
"""Tests that share the pages between them."""

FAULTS = {"nothing here", "nothing signed", "a link that is none"}
"""Places whose page says what is wrong."""


@dataclass
class Rooms:
    """A served workbench with something in every room, its pages by name, and somebody of every role to look at them."""

    bench: Workbench
    address: str
    visitor: Visitor
    places: dict[str, str]
    signed: str


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    with open_bench(tmp_path_factory.mktemp("rooms")) as bench, serving(bench.app) as address:
        named = places(bench, fill(bench))
        store = bench.store
        opened, doubled, found = drafted(store), drafted(store), searched(bench)
        _review_twice(bench, doubled)
        thrice, token = _signed_thrice(bench)
        done, hostile = signed(store), drafted(store)
        store.save_ledger(hostile, hostile_ledger().model_copy(update={"id": hostile}))
        named |= {
            "sign in": "/sign-in",
            "search": f"/runs/{found}/search",
            "screening": f"/runs/{found}/screen",
            "claims": f"/runs/{opened}/claims",
            "claim that failed": f"/runs/{opened}/claims/c7",
            "claim without a quote": f"/runs/{opened}/claims/c10",
            "claim that passed": f"/runs/{opened}/claims/c1",
            "add a claim": f"/runs/{opened}/claims/add",
            "no second review": f"/runs/{opened}/second",
            "second review": f"/runs/{doubled}/second",
            "second reviewer's claims": f"/runs/{doubled}/second/claims",
            "cannot be signed": f"/runs/{opened}/sign",
            "ready to be signed": f"/runs/{ready(store)}/sign",
            "signed": f"/runs/{thrice}/sign",
            "versions": f"/runs/{thrice}/versions",
            "documents": f"/runs/{done}/documents",
            "certainty": f"/runs/{done}/certainty",
            "certainty of an outcome": f"/runs/{done}/certainty/outcome?name=nausea",
            "full texts": f"/runs/{done}/full-texts",
            "full text of a record": f"/runs/{done}/full-texts/record?pmid=90000001",
            "rewordings": f"/runs/{done}/rewordings",
            "rewording of a claim": f"/runs/{done}/rewordings/plain/c1",
            "search report": f"/runs/{fetched(bench, found)}/search-report",
            "nothing signed": f"/runs/{opened}/documents",
            "summary by link": f"/received/{token}?version=1",
            "a link that is none": "/received/none",
            "hostile claims": f"/runs/{hostile}/claims",
            "hostile claim": f"/runs/{hostile}/claims/c1",
            "hostile summary to sign": f"/runs/{hostile}/sign",
            "history": f"/runs/{thrice}/history?check=chain",
        }
        yield Rooms(bench, address, bench.person(*Role, name="everything"), named, done)


def _review_twice(bench: Workbench, run_id: str) -> None:
    store = bench.store
    set_second_review(store, run_id, SecondReview(wanted=True, blind=False), by=ANNA)
    for number, item in enumerate(read_review(store, run_id).items):
        outcome = ReviewOutcome.REJECT if number % 5 == 0 else ReviewOutcome.ACCEPT
        decision = ReviewDecision(claim_id=item.id, outcome=outcome, reason="As I read it.")
        decide(store, run_id, decision, slot="second", seen=0, by="Ben Okafor")
    rejecting(store, run_id, *FAILED)


def _signed_thrice(bench: Workbench) -> tuple[str, str]:
    """A run with three versions, a record retracted since, and a link; its id and the link's secret."""
    store, run_id = bench.store, signed(bench.store)
    for claim_id in ("c4", "c3"):
        rejecting(store, run_id, claim_id)
        look_again(store, run_id)
        put_name(store, run_id)
    rejecting(store, run_id, "c1")
    look_again(store, run_id, retracted={"90000003"})
    return run_id, make_link(store, run_id, "Guideline team", 90, by=ANNA)[1]


@pytest.fixture(scope="module")
def inside(browser: Browser, rooms: Rooms) -> Iterator[BrowserContext]:
    """A browser of somebody with every role."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    for name, value in rooms.visitor.client.cookies.items():
        context.add_cookies([{"name": name, "value": value, "url": rooms.address}])
    yield context
    context.close()


def _patterns(bench: Workbench) -> dict[str, re.Pattern[str]]:
    """Every route that gives a page, with what its addresses look like."""
    found = {}
    for context in iter_route_contexts(bench.app.routes):
        path = context.path or ""
        if "GET" in (context.methods or ()) and path not in NO_PAGE and "/documents/{name}" not in path:
            found[path] = re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
    return found


@pytest.fixture(scope="module")
def every_place(rooms: Rooms) -> dict[str, str]:
    """The named places, and one more for each route that none of them is: as a link leads there, its query included."""
    starts = [place for place in rooms.places.values() if not place.startswith("/received")]
    links = {link for shown in crawl(rooms.visitor, "/", *starts, most_in_folder=8).values() for link in shown.links}
    looked, unseen = dict(rooms.places), []
    for path, way in _patterns(rooms.bench).items():
        if any(way.fullmatch(urlsplit(place).path) for place in looked.values()):
            continue
        fitting = sorted(link for link in links if "#" not in link and way.fullmatch(urlsplit(link).path))
        looked |= {path: fitting[0]} if fitting else {}
        unseen += [] if fitting else [path]
    assert unseen == [], "no link leads to these pages: name them in `rooms`"
    return looked


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_at_every_size_and_by_tab(
    inside: BrowserContext, browser: Browser, rooms: Rooms, every_place: dict[str, str], part: int
) -> None:
    faults, looked = Faults(), list(every_place.items())[part::PARTS]
    page, stranger = inside.new_page(), browser.new_page()
    said = _listen(page, stranger)
    for name, place in looked:
        shown = stranger if name in ("sign in", "summary by link", "a link that is none") else page
        answer = shown.goto(rooms.address + place)
        assert answer is not None
        assert (answer.status >= 400) == (name in FAULTS), f"{name}: {answer.status}"
        faults.look(name, shown)
    faults.told += said
    page.close()
    stranger.close()
    sys.stdout.write(f"\n{faults.table()}\n")
    assert faults.told == [], "\n".join(faults.told)


def _listen(*pages: Page) -> list[str]:
    """What the pages' own policy had to stop, and what a script put into them said, from now on."""
    said: list[str] = []

    def hear(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    for page in pages:
        page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("dialog", hear)
    return said


def _strategy(page: Page) -> None:
    page.fill("#strategy", "(zinc[tiab] AND cold*[tiab")
    page.click("button[value=check]")


def _counted(page: Page) -> None:
    page.fill("#strategy", "zinc[tiab]\ncolds[tiab]\n#1 AND #2")
    page.click("button[value=translate]")


def _wrong_password(page: Page) -> None:
    page.fill("#login", "nobody@trust.example")
    page.click("main button")


REFUSED: dict[str, tuple[str, Callable[[Page], None]]] = {
    "ask, refused": ("ask", lambda page: page.click("button[value=ask]")),
    "search, with errors": ("search", _strategy),
    "search, translated": ("search", _counted),
    "screening, without a reason": ("screening", lambda page: page.click("button[value=exclude]")),
    "claim, without a reason": ("claim that failed", lambda page: page.click("button[value=reject]")),
    "signing, without the statement": ("ready to be signed", lambda page: page.click("text=Sign version")),
    "link, for nobody": ("signed", lambda page: page.click("text=Make a link")),
    "sign in, wrong": ("sign in", _wrong_password),
}


def test_every_refused_form_at_every_size_and_by_tab(inside: BrowserContext, browser: Browser, rooms: Rooms) -> None:
    faults = Faults()
    page, stranger = inside.new_page(), browser.new_page()
    for name, (place, act) in REFUSED.items():
        shown = stranger if place == "sign in" else page
        shown.goto(rooms.address + rooms.places[place])
        with shown.expect_navigation():
            act(shown)
        if "translated" not in name and "errors" not in name:
            assert shown.locator(".nhsuk-error-summary, .nhsuk-error-message").count(), name
        faults.look(name, shown)
    stranger.close()
    sys.stdout.write(f"\n{faults.table()}\n")
    assert faults.told == [], "\n".join(faults.told)


def test_every_html_document(page: Page, rooms: Rooms, tmp_path: Path) -> None:
    faults = Faults()
    for document in (name for name, formats in FORMATS.items() if "html" in formats):
        answer = rooms.visitor.get(f"/runs/{rooms.signed}/documents/{document}.html")
        assert answer.status_code == 200, answer.text
        (tmp_path / f"{document}.html").write_bytes(answer.content)
        page.goto((tmp_path / f"{document}.html").as_uri())
        faults.look(f"{document}.html", page)
    sys.stdout.write(f"\n{faults.table()}\n")
    assert faults.told == [], "\n".join(faults.told)
