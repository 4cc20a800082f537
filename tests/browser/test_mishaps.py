"""What happens to people in a real browser: a button pressed twice, the way back, a session that ends under a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from evidence.people import Role
from review.sessions import hash_of
from tests.browser.serving import serving
from tests.review.made_reviews import drafted, open_bench
from tests.review.signed_reviews import ready
from tests.review.workbench import PASSWORD, Workbench

pytestmark = pytest.mark.browser


@dataclass
class Seat:
    """Somebody's browser at a served workbench."""

    bench: Workbench
    address: str
    page: Page
    session: str
    """The token in the browser's cookie."""


@pytest.fixture
def seat(browser: Browser, tmp_path: Path) -> Iterator[Seat]:
    with open_bench(tmp_path) as bench, serving(bench.app) as address:
        anna = bench.person(Role.LIBRARIAN, name="Anna Smith")
        ((name, token),) = anna.client.cookies.items()
        context = browser.new_context()
        context.add_cookies([{"name": name, "value": token, "url": address}])
        yield Seat(bench, address, context.new_page(), token)
        context.close()


def test_signing_twice_by_a_double_press_or_by_the_way_back_leaves_one_signature(seat: Seat) -> None:
    run_id = ready(seat.bench.store)
    page = seat.page
    page.goto(f"{seat.address}/runs/{run_id}/sign")
    page.check("#confirmed")
    page.dblclick("text=Sign version 1")
    page.wait_for_url("**/sign?signed=1")
    page.go_back()
    page.wait_for_selector("text=A new version cannot be signed yet")
    assert not page.locator("#confirmed").count(), "the way back shows the page as it is now, not as it was"
    assert [version.version for version in seat.bench.store.reviews.versions(run_id)] == [1]
    assert seat.bench.store.verify_chain().valid


def test_the_way_back_to_a_claim_shows_what_was_decided_and_deciding_again_keeps_both(seat: Seat) -> None:
    run_id = drafted(seat.bench.store)
    page = seat.page
    page.goto(f"{seat.address}/runs/{run_id}/claims/c8")
    page.fill("#reason", "It is not what the record says.")
    page.click("button[value=reject]")
    page.wait_for_url("**kept=reject**")
    page.go_back()
    page.wait_for_selector("text=Anna Smith rejected it")
    page.fill("#reason", "The full text says so.")
    page.dblclick("button[value=accept]")
    page.wait_for_url("**kept=accept**")
    reasons = [entry.decision and entry.decision.reason for entry in seat.bench.store.reviews.history(run_id)]
    assert reasons == ["It is not what the record says.", "The full text says so."]


def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in(seat: Seat) -> None:
    page, question = seat.page, "Do text message reminders reduce missed appointments?"
    page.goto(f"{seat.address}/ask")
    page.fill("#question", question)
    page.check("input[name=patient_care][value=no]")
    page.check("input[name=no_patient]")
    seat.bench.store.people.sign_out(hash_of(seat.session))
    page.click("button[value=ask]")
    page.wait_for_selector("text=What you had filled in is kept")
    page.fill("#login", "Anna.Smith@trust.example")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=What you had filled in was not lost")
    assert not seat.bench.store.desk.requests()
    page.click("text=Send it now")
    page.wait_for_url("**/requests/1")
    assert seat.bench.store.desk.request(1).question == question
