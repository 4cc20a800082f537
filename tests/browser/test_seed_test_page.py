"""The seed test's page in a real browser: WCAG, narrow screens, no script."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from reporting.seed_test_page import render_page
from tests.browser.looks import OVERFLOW
from tests.reporting.test_seed_test_page import MISSED, paper, sample

pytestmark = pytest.mark.browser

TESTS = {
    "missed": sample(),
    "all found": sample(*(paper(str(n)) for n in range(1, 41)), lines=(sample().lines[0],)),
    "built": sample(MISSED.model_copy(update={"used_to_build": True}), paper("1")),
}


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("tests")
    places: dict[str, Path] = {name: folder / f"{number}.html" for number, name in enumerate(TESTS)}
    for name, place in places.items():
        place.write_text(render_page(TESTS[name]), encoding="utf-8")
    return {name: place.as_uri() for name, place in places.items()}


@pytest.mark.parametrize(("name", "width"), [(name, width) for name in TESTS for width in (1200, 320)])
def test_axe_finds_no_violation_and_nothing_overflows(page: Page, addresses: dict[str, str], name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(addresses[name])
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate(OVERFLOW) <= 0


def test_it_works_without_script(browser: Browser, addresses: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(addresses["missed"])
    shown.click("text=Author3 2001 >> nth=0")
    assert shown.url.endswith("#paper-3")
    assert shown.is_visible("text=Smallest change: add couch[tiab]")
    context.close()
