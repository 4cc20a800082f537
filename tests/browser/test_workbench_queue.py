"""Intake, live progress and signing in, in a real browser: by keys alone, with and without script."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from evidence.work_request import JobProgress, JobStatus, StageProgress
from tests.browser.workbench_pages import fill, places
from tests.review.workbench import PASSWORD, Workbench, open_workbench

pytestmark = pytest.mark.browser

SEEN = """() => { const focused = document.activeElement;
    return [focused, focused.nextElementSibling].filter(Boolean)
        .flatMap(each => [getComputedStyle(each), getComputedStyle(each, "::before")])
        .some(style => style.boxShadow !== "none" || style.outlineStyle !== "none" && style.outlineWidth !== "0px"); }"""


@dataclass
class Site:
    """A served workbench with something on every page, and the cookie of somebody who may see them all."""

    bench: Workbench
    address: str
    run_id: str
    cookies: list[dict[str, object]]

    def place(self, name: str) -> str:
        return self.address + places(self.bench, self.run_id)[name]


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_workbench(tmp_path_factory.mktemp("site")) as bench, socket.create_server(("127.0.0.1", 0)) as listener:
        run_id = fill(bench)
        server = uvicorn.Server(uvicorn.Config(bench.app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        enter(page)
        page.wait_for_url(f"{address}/")
        yield Site(bench, address, run_id, list(context.cookies()))  # type: ignore[arg-type]
        context.close()
        server.should_exit = True
        thread.join(10)


def enter(page: Page) -> None:
    """Sign in by keys alone."""
    page.focus("#login")
    page.keyboard.type("admin@trust.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1200, "height": 900})
    made.add_cookies(site.cookies)  # type: ignore[arg-type]
    yield made
    made.close()


@pytest.fixture
def inside(context: BrowserContext) -> Page:
    """A page of somebody signed in."""
    return context.new_page()


def test_what_is_wrong_at_signing_in_has_the_focus(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/requests")
    page.fill("#login", "nobody@trust.example")
    page.fill("#password", "wrong password")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nhsuk-error-summary")
    assert page.evaluate("() => document.activeElement.className") == "nhsuk-error-summary"


@pytest.mark.parametrize("script", [True, False])
def test_a_request_is_asked_by_keys_alone(browser: Browser, site: Site, script: bool) -> None:
    context = browser.new_context(java_script_enabled=script, viewport={"width": 320, "height": 700})
    context.add_cookies(site.cookies)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.address}/ask")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip link
    tab_to(page, "question")
    page.keyboard.type(f"Do reminders by text message reduce missed appointments ({script})?")
    tab_to(page, "patient_care")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    tab_to(page, "needed_day")
    page.keyboard.type("12012026")
    tab_to(page, "no_patient")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/requests/\d+$"))
    assert "Patient care" in page.inner_text("main")
    context.close()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field of this name has the focus, which must be seen on the field or its label."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.name") == name:
            assert page.evaluate(SEEN), f"the focus on {name} is not seen"
            return
    raise AssertionError(f"{name} is not reached by Tab")


def test_progress_comes_by_itself_with_script_and_by_a_link_without(browser: Browser, site: Site, inside: Page) -> None:
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(site.cookies)  # type: ignore[arg-type]
    without = plain.new_page()
    for page in (inside, without):
        page.goto(site.place("progress"))
        assert "2 of 11 stages done" in page.inner_text("#now")
    jobs = site.bench.store.jobs
    job = jobs.latest(site.run_id)
    assert job is not None
    stages = (
        *job.progress.stages,
        StageProgress(name="Records", done=5, total=9, unit="records", started_at=datetime.now(UTC)),
    )
    jobs.tell(job.id, JobProgress(stages=stages))
    inside.wait_for_function("() => document.querySelector('#now').textContent.includes('3 of 11')", timeout=10_000)
    assert "2 of 11" in without.inner_text("#now")
    without.click("text=Look again")
    assert "3 of 11" in without.inner_text("#now")
    without.click("text=Stop the run")
    assert "Stopping" in without.inner_text("#now")
    jobs.end(job.id, JobStatus.STOPPED, "Stopped. What was done is kept.")
    inside.wait_for_function("() => document.querySelector('#now').textContent.startsWith('Stopped')", timeout=10_000)
    assert Axe().run(inside).violations_count == 0
    inside.click("text=Resume the run")
    inside.wait_for_function("() => document.querySelector('#now').textContent.includes('Waiting')")
    plain.close()
