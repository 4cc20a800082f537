"""The search report's page in a real browser: WCAG, narrow screens, large text, print; the PRISMA picture at any size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from evidence.prisma import FlowPart, FlowSource, PrismaFlow
from evidence.search_ledger import SearchLedger
from reporting.prisma_flow import flow_of, flow_svg
from reporting.search_report import write_search_report
from tests.browser.looks import OVERFLOW, printed_pages
from tests.reporting import search_sample

pytestmark = pytest.mark.browser

LEDGERS: dict[str, Callable[[], SearchLedger]] = {
    "sample": search_sample.search_ledger,
    "screened": search_sample.screened_ledger,
    "nothing found": search_sample.nothing_found,
    "hostile": search_sample.hostile_search,
}
SPARE = """() => [...document.querySelectorAll('svg text:not(.phase-name)')].map(text => {
    const words = text.getBBox(), middle = words.y + words.height / 2;
    const box = [...document.querySelectorAll('rect.box, rect.exit')].map(rect => rect.getBBox())
        .find(box => box.y < middle && middle < box.y + box.height && box.x <= words.x && words.x < box.x + box.width);
    return Math.min(words.x - box.x, box.x + box.width - words.x - words.width, words.y - box.y,
        box.y + box.height - words.y - words.height);
})"""
OVERLAPS = """() => { const boxes = [...document.querySelectorAll('rect')].map(rect => rect.getBBox());
    return boxes.flatMap((one, place) => boxes.slice(place + 1).filter(other => one.x < other.x + other.width
        && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height)).length; }"""


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The report of each ledger, as a file address."""
    folder = tmp_path_factory.mktemp("reports")
    return {name: write_search_report(make(), folder / f"{name}.html").as_uri() for name, make in LEDGERS.items()}


@pytest.mark.parametrize(("name", "width"), [*((name, 1200) for name in LEDGERS), ("screened", 320)])
def test_axe_finds_no_violation(page: Page, addresses: dict[str, str], name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(addresses[name])
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert len(results.response["passes"]) > 15


@pytest.mark.parametrize(
    ("name", "width", "text_size"),
    [*((name, 320, "100%") for name in LEDGERS), ("screened", 1280, "200%"), ("hostile", 1280, "200%")],
)
def test_page_never_scrolls_sideways(page: Page, addresses: dict[str, str], name: str, width: int, text_size: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(addresses[name])
    page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", text_size)
    assert page.evaluate(OVERFLOW) <= 0


def test_page_loads_nothing_from_outside_and_runs_nothing(page: Page, addresses: dict[str, str]) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(addresses["hostile"])
    assert (asked, said) == ([addresses["hostile"]], [])


def large_flow() -> PrismaFlow:
    """Seven-figure counts, very long names without a space, and more parts than the picture shows."""
    flow = flow_of(search_sample.nothing_found())
    most, name = 9_999_999, "W" * 120
    sources = tuple(FlowSource(name=f"{name} {n} (Ovid MEDLINE(R) ALL)", kind="database", records=most) for n in range(20))
    reasons = tuple(FlowPart(words=f"{name} and some words {n}", count=most) for n in range(20))
    whole = 20 * most
    return flow.model_copy(update={
        "sources": sources, "identified": whole, "for_screening": whole, "screened": whole,
        "excluded_by_person": reasons, "seen_by_no_person": 0,
    })  # fmt: skip


@pytest.mark.parametrize(
    "make", [lambda: flow_of(search_sample.screened_ledger()), lambda: flow_of(search_sample.hostile_search()), large_flow]
)
@pytest.mark.parametrize("font", ["Arial", "DejaVu Sans"])
def test_words_of_the_flow_stay_within_their_boxes(page: Page, make: Callable[[], PrismaFlow], font: str) -> None:
    page.set_content(flow_svg(make()).replace("Arial, ", f"{font}, "))
    spare = page.evaluate(SPARE)
    assert len(spare) > 20
    assert min(spare) > 1
    assert page.evaluate(OVERLAPS) == 0


def test_every_printed_page_is_marked_and_the_flow_is_whole(page: Page, addresses: dict[str, str], tmp_path: Path) -> None:
    page.goto(addresses["screened"])
    pages = printed_pages(page, tmp_path)
    assert len(pages) > 4
    assert all("DRAFT, NOT SIGNED" in part for part in pages)
    flow = next(part for part in pages if "Records identified (n" in part.replace("\xa0", " "))
    assert "Reports of included studies (n" in flow
