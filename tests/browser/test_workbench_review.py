"""Review to signature in a real browser: by keyboard only, without script, at 320 px."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import Browser
from pydantic import JsonValue

from connectors.pubmed.client import PubMed
from evidence.ledger import RunLedger, RunStatus
from review.app import create_app
from tests.browser.keys import Keys
from tests.browser.looks import OVERFLOW
from tests.browser.serving import serving
from tests.connectors.pubmed.clients import client
from tests.review.workbench import Workbench, open_workbench
from tests.support.world import WholeRun

pytestmark = pytest.mark.browser

ANNA = "Anna Smith"


def keep(bench: Workbench, ledger: RunLedger) -> str:
    """A finished run with this ledger; its id."""
    run = bench.store.create_run(identity_key="whole", request=ledger.request, settings={}, by="Asker")
    bench.store.save_ledger(run.id, ledger.model_copy(update={"id": run.id}))
    bench.store.set_status(run.id, RunStatus.FINISHED, by="evidence")
    return run.id


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
    keys.open("Edit the claim")
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
    keys.tick("confirmed")
    keys.press("Sign version 1")
    keys.press("version 1 as its readers see it")
    keys.sees("Abstracts only. Signed by Anna Smith, Clinical librarian")
    keys.open("Check it: the quote in its record")
    assert keys.page.locator(".rv-abstract mark").first.is_visible()
    assert keys.page.evaluate(OVERFLOW) <= 0
