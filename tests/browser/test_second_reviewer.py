"""The second review in a real browser: asked for, done blind and settled by keyboard alone, both words side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from evidence.people import Role
from evidence.review import ReviewDecision, ReviewOutcome
from review.actions.review import decide, read_review
from tests.browser.keys import Keys
from tests.browser.serving import serving
from tests.review.made_reviews import FAILED, drafted, open_bench, rejecting
from tests.review.workbench import Visitor

pytestmark = pytest.mark.browser

FIRST, SECOND = ".rv-side >> nth=0", ".rv-side >> nth=1"


@contextmanager
def at(browser: Browser, visitor: Visitor, address: str) -> Iterator[Keys]:
    """This person's browser, without script."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, java_script_enabled=False)
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in visitor.client.cookies.items()])
    yield Keys(context.new_page())
    context.close()


def test_a_blind_second_review_is_settled_side_by_side_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    with open_bench(tmp_path) as bench, serving(bench.app) as address:
        store, run_id = bench.store, drafted(bench.store)
        anna = bench.person(Role.LIBRARIAN, name="Anna Smith")
        ben = bench.person(Role.SECOND_REVIEWER, name="Ben Okafor")
        rejecting(store, run_id, *FAILED)
        with at(browser, anna, address) as keys:
            keys.page.goto(f"{address}/runs/{run_id}/second")
            keys.tick("wanted")
            assert keys.page.is_checked("#blind")
            keys.choose("reviewer", bench.accounts["Ben Okafor"].id)
            keys.press("Keep")
            keys.sees("Until then neither reviewer sees the other's decisions")
        for claim_id in [item.id for item in read_review(store, run_id).items if item.id not in ("c8", "c1")]:
            outcome = ReviewOutcome.REJECT if claim_id in FAILED else ReviewOutcome.ACCEPT
            agreed = ReviewDecision(claim_id=claim_id, outcome=outcome, reason="As I read it.")
            decide(store, run_id, agreed, slot="second", seen=0, by="Ben Okafor")
        with at(browser, ben, address) as keys:
            keys.page.goto(f"{address}/runs/{run_id}/second")
            keys.press("Review as the second reviewer")
            keys.press("Claim c8")
            assert "Anna" not in keys.text()
            keys.write("reason", "The full text says so.")
            keys.press("Accept")
            keys.press("Accept")
            keys.sees("You and the other reviewer differ")
        with at(browser, anna, address) as keys:
            keys.page.goto(f"{address}/runs/{run_id}/second")
            keys.sees("Where you differ: 1")
            _side_by_side(keys)
            keys.write("reason", "We read it together.")
            keys.press("Settle by the first")
            keys.sees("Where you differ: 0")
            keys.sees("We read it together.")
        assert store.verify_chain().valid


def _side_by_side(keys: Keys) -> None:
    first, second = keys.page.locator(FIRST), keys.page.locator(SECOND)
    assert "Rejected by Anna Smith" in first.inner_text()
    assert "Accepted by Ben Okafor" in second.inner_text()
    for width, beside in ((1200, True), (320, False)):
        keys.page.set_viewport_size({"width": width, "height": 900})
        left, right = first.bounding_box(), second.bounding_box()
        assert left is not None
        assert right is not None
        assert (left["y"] == right["y"]) is beside
        assert (left["x"] == right["x"]) is not beside
