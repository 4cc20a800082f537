"""The draft page in a real browser: WCAG, narrow screens, large text, print, no script, nothing from outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from evidence.ledger import RunLedger, SearchCounts
from reporting import flow_svg, write_documents
from tests.browser.looks import OPEN_ALL, OVERFLOW, printed_pages
from tests.reporting import sample

pytestmark = pytest.mark.browser

LEDGERS: dict[str, Callable[[], RunLedger]] = {
    "sample": sample.sample_ledger,
    "nothing passed": sample.nothing_passed_ledger,
    "nothing found": sample.empty_ledger,
    "sixty claims": sample.sixty_claims_ledger,
    "hostile": sample.hostile_ledger,
}


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The page of each ledger, as a file address."""
    folder = tmp_path_factory.mktemp("drafts")
    return {name: write_documents(make(), folder / name)["html"].as_uri() for name, make in LEDGERS.items()}


@pytest.mark.parametrize(("name", "width"), [*((name, 1200) for name in LEDGERS), ("sample", 320)])
def test_axe_finds_no_violation_with_everything_open(page: Page, addresses: dict[str, str], name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(addresses[name])
    page.evaluate(OPEN_ALL)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert len(results.response["passes"]) > 15


def test_widest_numbers_stay_within_the_boxes_of_the_flow(page: Page) -> None:
    most = 99_999
    counts = SearchCounts(
        identified=5 * most, retrieved=4 * most, fetched=2 * most, missing=most, unreadable=most, same_work=0, excluded=0,
        unsure=most, included=most, read=most, left=most,
    )  # fmt: skip
    page.set_content(flow_svg(counts))
    spare = page.evaluate(
        """() => [...document.querySelectorAll('text')].map(text => {
            const words = text.getBBox(), middle = words.y + words.height / 2;
            const box = [...document.querySelectorAll('rect')].map(rect => rect.getBBox())
                .find(box => box.y < middle && middle < box.y + box.height && box.x <= words.x + words.width / 2
                    && words.x + words.width / 2 <= box.x + box.width);
            return Math.min(words.x - box.x, box.x + box.width - words.x - words.width);
        })"""
    )
    assert len(spare) == 18
    assert min(spare) > 2


@pytest.mark.parametrize(
    ("name", "width", "text_size"),
    [*((name, 320, "100%") for name in LEDGERS), ("sample", 1280, "200%"), ("hostile", 1280, "200%")],
)
def test_page_never_scrolls_sideways(page: Page, addresses: dict[str, str], name: str, width: int, text_size: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(addresses[name])
    page.evaluate(OPEN_ALL)
    page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", text_size)
    assert page.evaluate(OVERFLOW) <= 0


def test_page_loads_nothing_from_outside_and_runs_nothing(page: Page, addresses: dict[str, str]) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(addresses["hostile"])
    page.evaluate(OPEN_ALL)
    assert asked == [addresses["hostile"]]
    assert said == []
    assert page.locator("script, img, iframe, object, embed, link").count() == 0


def test_quote_in_its_abstract_opens_without_javascript(browser: Browser, addresses: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(addresses["sample"])
    mark = page.locator(".claim mark").first
    assert not mark.is_visible()
    page.locator(".claim summary").first.click()
    assert mark.is_visible()
    context.close()


def test_first_tab_stop_skips_to_the_draft_and_is_seen(page: Page, addresses: dict[str, str]) -> None:
    page.goto(addresses["sample"])
    page.keyboard.press("Tab")
    box = page.locator(".skip a").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= page.locator(".marking").bounding_box()["height"]  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_marking_stays_in_sight_while_scrolling(page: Page, addresses: dict[str, str]) -> None:
    page.goto(addresses["sixty claims"])
    page.evaluate("() => window.scrollTo(0, document.body.scrollHeight / 2)")
    box = page.locator(".marking").bounding_box()
    assert box is not None
    assert box["y"] == 0
    assert "DRAFT, NOT SIGNED" in page.locator(".marking").inner_text()


def test_every_printed_page_is_marked(page: Page, addresses: dict[str, str], tmp_path: Path) -> None:
    page.goto(addresses["sample"])
    pages = printed_pages(page, tmp_path)
    assert len(pages) > 3
    assert all("DRAFT, NOT SIGNED" in part for part in pages)
    assert all(not part.strip().endswith("read:") for part in pages)
    assert "abstracts only" in pages[0].lower()
