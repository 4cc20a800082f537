"""The evaluation's report and its sheet in a real browser: WCAG, narrow screens, no script, printed answers apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from evaluation.report.page import render_report
from evaluation.sheet.page import render_sheet
from tests.browser.looks import OVERFLOW, printed_pages
from tests.evaluation.test_report import ROWS, result

pytestmark = pytest.mark.browser

OPEN_ALL = "() => document.querySelectorAll('details').forEach(item => { item.open = true; })"
PAGES = {
    "one run": lambda: render_report([(result(rows=ROWS), ROWS)]),
    "two runs": lambda: render_report([(result(rows=ROWS), ROWS), (result("pubmedqa-2", rows=ROWS), ROWS)]),
    "sheet": lambda: render_sheet(1),
}


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("reports")
    places: dict[str, Path] = {name: folder / f"{number}.html" for number, name in enumerate(PAGES)}
    for name, place in places.items():
        place.write_text(PAGES[name](), encoding="utf-8")
    return {name: place.as_uri() for name, place in places.items()}


@pytest.mark.parametrize(("name", "width"), [(name, width) for name in PAGES for width in (1280, 320)])
def test_axe_finds_no_violation_and_nothing_overflows(page: Page, addresses: dict[str, str], name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(addresses[name])
    page.evaluate(OPEN_ALL)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert len(results.response["passes"]) > 10
    assert page.evaluate(OVERFLOW) <= 0


def test_a_bar_opens_its_cases_without_script(browser: Browser, addresses: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(addresses["one run"])
    assert not shown.is_visible("text=Claim 30")
    shown.click("text=no, said to be yes")
    assert shown.is_visible("text=Claim 30")
    assert shown.locator(".failure[open] dt").first.inner_text() == "Expected"
    context.close()


def test_answers_are_printed_on_pages_of_their_own(page: Page, addresses: dict[str, str], tmp_path: Path) -> None:
    page.goto(addresses["sheet"])
    pages = printed_pages(page, tmp_path)
    last_claim = max(number for number, part in enumerate(pages) if "What is wrong:" in part)
    answers = next(number for number, part in enumerate(pages) if "had an error planted" in part)
    assert answers == last_claim + 1
    assert pages[answers].lstrip().startswith("Answers")
