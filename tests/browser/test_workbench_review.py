"""Review to signature in a real browser: by keyboard only, without script, at 320 px; WCAG and reflow on every page."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Page
from pydantic import JsonValue

from connectors.pubmed.client import PubMed
from evidence.ledger import RunLedger, RunStatus
from evidence.review import ReviewDecision, ReviewOutcome, SecondReview
from review.actions.review import decide, read_review, set_second_review
from review.actions.share import make_link
from review.actions.sign import Signing, content_to_sign, recheck_sources, sign
from review.app import create_app
from tests.connectors.pubmed.clients import client
from tests.review.made_reviews import FAILED, MadeSource, drafted, open_bench, rejecting, served
from tests.review.workbench import Workbench, open_workbench
from tests.support.world import WholeRun

pytestmark = pytest.mark.browser

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
ANNA = "Anna Smith"


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The application over HTTP: its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def keep(bench: Workbench, ledger: RunLedger) -> str:
    """A finished run with this ledger; its id."""
    run = bench.store.create_run(identity_key="whole", request=ledger.request, settings={}, by="Asker")
    bench.store.save_ledger(run.id, ledger.model_copy(update={"id": run.id}))
    bench.store.set_status(run.id, RunStatus.FINISHED, by="evidence")
    return run.id


class Keys:
    """Somebody with a keyboard and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, words: str, *, name: str = "") -> None:
        """Tab to the link, button, field or summary of these words (or of this field name)."""
        for _ in range(250):
            self.page.keyboard.press("Tab")
            focus = self.page.locator(":focus")
            if not focus.count():
                continue
            if name and focus.get_attribute("name") == name:
                return
            if words and words in " ".join((focus.text_content() or "").split()):
                return
        raise AssertionError(f"no way by Tab to {words or name!r} on {self.page.url}")

    def press(self, words: str) -> None:
        """Reach a link or button and press it."""
        self.reach(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Reach a field and put this text in place of what it holds."""
        self.reach("", name=name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def sees(self, words: str) -> None:
        """The words stand on the page."""
        assert words in " ".join(self.page.locator("main").inner_text().split()), words


def test_from_a_finished_run_to_a_signed_summary_by_keyboard_without_script_at_320_px(
    browser: Browser, whole_run: WholeRun, demonstration_mirror: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    @contextmanager
    def opened(_settings: Mapping[str, JsonValue]) -> Iterator[PubMed]:
        yield client(demonstration_mirror)

    with open_workbench(tmp_path_factory.mktemp("keys")) as bench:
        run_id = keep(bench, RunLedger.model_validate(whole_run.ledger))
        with serving(create_app(replace(bench.services, open_source=opened, entailment=lambda: None))) as address:
            context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
            keys = Keys(context.new_page())
            keys.page.goto(f"{address}/runs/{run_id}/claims")
            _review_by_keyboard(keys)
            _sign_by_keyboard(keys)
            context.close()
        summary = bench.store.reviews.signed(run_id)
        assert summary is not None
        assert summary.sign_off.name == ANNA
        assert "c2" not in {item.id for item in summary.content.standing}
        assert bench.store.verify_chain().valid


def _review_by_keyboard(keys: Keys) -> None:
    keys.sees("0 of 13 claims wait for you")
    keys.press("Claim c1")
    sentence = keys.page.locator(".rv-claim-text").inner_text()
    keys.reach("Edit the claim")
    keys.page.keyboard.press("Enter")
    keys.write("text", f"{sentence} This was so in 999 of 1000 people.")
    keys.press("Check and keep the edit")
    keys.sees("Kept, and checked at once: a number is not in the quote. It is still open.")
    keys.press("Accept")
    keys.sees("give the reason why you accept it all the same")
    keys.write("reason", "Read in the full text.")
    keys.press("Accept")
    keys.sees("Nothing waits for you any more")
    keys.press("Claim c2")
    keys.write("reason", "It says the same as another claim.")
    keys.press("Reject")
    keys.press("Claim c3")
    keys.write("reason", "Is this the same trial as in c2?")
    keys.press("Ask a colleague")
    keys.sees("1 of 13 claims waits for you")
    keys.press("Claim c3")
    keys.press("Take back")
    keys.sees("Supported by its quote")


def _sign_by_keyboard(keys: Keys) -> None:
    keys.press("Sign")
    keys.sees("It cannot be signed yet")
    keys.press("Check the sources now")
    keys.sees("Nothing stands in the way.")
    keys.write("name", ANNA)
    keys.write("role", "Clinical librarian")
    keys.reach("", name="confirmed")
    keys.page.keyboard.press("Space")
    keys.press("Sign version 1")
    keys.press("version 1 as its readers see it")
    keys.sees("Abstracts only. Signed by Anna Smith, Clinical librarian")
    keys.reach("Check it: the quote in its record")
    keys.page.keyboard.press("Enter")
    assert keys.page.locator(".rv-abstract mark").first.is_visible()
    assert keys.page.evaluate(OVERFLOW) <= 0


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """A workbench with a run under review, one under second review and one signed twice: its address, and pages by name."""
    with open_bench(tmp_path_factory.mktemp("rooms")) as bench, serving(bench.app) as address:
        store = bench.store
        opened, doubled, signed = drafted(store), drafted(store), drafted(store)
        _review_twice(bench, doubled)
        token = _sign_twice(bench, signed)
        yield (
            address,
            {
                "claims": f"/runs/{opened}/claims",
                "claim that failed": f"/runs/{opened}/claims/c7",
                "claim without a quote": f"/runs/{opened}/claims/c10",
                "claim that passed": f"/runs/{opened}/claims/c1",
                "add a claim": f"/runs/{opened}/claims/add",
                "no second review": f"/runs/{opened}/second",
                "second review": f"/runs/{doubled}/second",
                "cannot be signed": f"/runs/{opened}/sign",
                "signed": f"/runs/{signed}/sign",
                "versions": f"/runs/{signed}/versions",
                "summary by link": f"/received/{token}?version=1",
                "history": f"/runs/{signed}/history?check=chain",
            },
        )


def _review_twice(bench: Workbench, run_id: str) -> None:
    store = bench.store
    set_second_review(store, run_id, SecondReview(wanted=True, blind=False), by=ANNA)
    for number, item in enumerate(read_review(store, run_id).items):
        outcome = ReviewOutcome.REJECT if number % 5 == 0 else ReviewOutcome.ACCEPT
        decision = ReviewDecision(claim_id=item.id, outcome=outcome, reason="As I read it.")
        decide(store, run_id, decision, slot="second", seen=0, by="Ben Okafor")
    rejecting(store, run_id, *FAILED)


def _sign_twice(bench: Workbench, run_id: str) -> str:
    store = bench.store
    rejecting(store, run_id, *FAILED)
    for claim_id in ("c4", "c3"):
        with served(MadeSource()) as source:
            recheck_sources(store, run_id, source, by=ANNA)
        content = content_to_sign(store, read_review(store, run_id))
        signing = Signing(content=content.content_hash(), name=ANNA, role="Librarian", confirmed=True)
        sign(store, run_id, signing, by=ANNA)
        rejecting(store, run_id, claim_id)
    with served(MadeSource(retracted={"90000003"})) as source:
        recheck_sources(store, run_id, source, by=ANNA)
    return make_link(store, run_id, "Guideline team", 90, by=ANNA)[1]


def test_axe_finds_no_violation_and_nothing_overflows(page: Page, rooms: tuple[str, dict[str, str]]) -> None:
    address, places = rooms
    wrong = {}
    for name, place in places.items():
        for width in (1200, 640, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address + place)
            if width != 640:
                results = Axe().run(page)
                if results.violations_count:
                    found = results.response["violations"]
                    wrong[f"{name} at {width}"] = [f"{one['id']} {one['nodes'][0]['html'][:200]}" for one in found]
            if page.evaluate(OVERFLOW) > 0:
                wrong[f"{name} at {width} overflows"] = page.evaluate(OVERFLOW)
    assert wrong == {}, "\n".join(f"{name}: {what}" for name, what in wrong.items())
