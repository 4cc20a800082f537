"""Signing by form, and receiving: one signature whatever the browser does, a link that can be checked without an account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import text

from connectors.store.database import Database
from evidence.people import Role
from evidence.question import Request
from review.app import create_app
from review.sessions import cookie_name
from tests.review.made_reviews import FAILED, MadeSource, drafted, open_bench, rejecting
from tests.review.test_claims_page import words
from tests.review.workbench import Visitor, Workbench, hidden


@pytest.fixture(scope="module")
def source() -> MadeSource:
    return MadeSource()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, source: MadeSource) -> Iterator[Workbench]:
    with open_bench(tmp_path_factory.mktemp("sign"), source) as opened:
        yield opened


@pytest.fixture
def anna(bench: Workbench, source: MadeSource) -> Visitor:
    source.retracted, source.gone, source.down = set(), set(), False
    return bench.person(Role.LIBRARIAN, name="Anna Smith")


def send(visitor: Visitor, page: str, place: str, **fields: str) -> tuple[int, str, str]:
    """Send a form from this page; status, where to, and the answer."""
    answer = visitor.client.post(place, data={"csrf": hidden(visitor.get(page).text, "csrf"), **fields})
    return answer.status_code, answer.headers.get("location", ""), answer.text


def ready(bench: Workbench, anna: Visitor) -> str:
    """A run whose sources were just checked, with nothing open."""
    run_id = drafted(bench.store)
    rejecting(bench.store, run_id, *FAILED)
    assert send(anna, f"/runs/{run_id}/sign", f"/runs/{run_id}/sign/recheck")[0] == 303
    return run_id


def form(visitor: Visitor, run_id: str) -> dict[str, str]:
    """The form of a signature as the page makes it, filled in."""
    page = visitor.get(f"/runs/{run_id}/sign").text
    kept = {name: hidden(page, name) for name in ("csrf", "content", "entries")}
    return {**kept, "role": "Clinical librarian", "confirmed": "yes", "name": "Somebody Else"}


def signed(bench: Workbench, anna: Visitor) -> str:
    run_id = ready(bench, anna)
    assert anna.client.post(f"/runs/{run_id}/sign", data=form(anna, run_id)).status_code == 303
    return run_id


def test_what_stands_in_the_way_is_said_and_there_is_no_form(bench: Workbench, anna: Visitor) -> None:
    run_id = drafted(bench.store)
    page = anna.get(f"/runs/{run_id}/sign").text
    seen = words(page)
    assert "It cannot be signed yet Claim b2 is open" in seen
    assert "The source was not asked for the standing of PMID 90000001" in seen
    assert 'name="confirmed"' not in page


def test_the_name_under_it_is_the_accounts_and_the_hash_is_shown(bench: Workbench, anna: Visitor) -> None:
    run_id = ready(bench, anna)
    fields = form(anna, run_id)
    assert fields["content"] in words(anna.get(f"/runs/{run_id}/sign").text)
    answer = anna.client.post(f"/runs/{run_id}/sign", data=fields)
    assert answer.headers["location"] == f"/runs/{run_id}/sign?signed=1"
    summary = bench.store.reviews.signed(run_id)
    assert summary is not None
    assert (summary.sign_off.name, summary.sign_off.content) == ("Anna Smith", fields["content"])


def test_double_submit_and_the_back_button_leave_one_signature(bench: Workbench, anna: Visitor) -> None:
    run_id = ready(bench, anna)
    fields = form(anna, run_id)
    for _ in range(3):
        assert anna.client.post(f"/runs/{run_id}/sign", data=fields).headers["location"].endswith("?signed=1")
    assert len(bench.store.reviews.versions(run_id)) == 1
    assert "Nothing changed since Anna Smith signed version 1" in words(anna.get(f"/runs/{run_id}/sign").text)


def test_an_expired_session_signs_nothing_and_keeps_the_form(bench: Workbench, anna: Visitor) -> None:
    run_id = ready(bench, anna)
    fields = form(anna, run_id)
    anna.client.cookies.delete(cookie_name(bench.services))
    answer = anna.client.post(f"/runs/{run_id}/sign", data=fields)
    assert answer.status_code == 403
    assert fields["content"] in unescape(answer.text)
    assert bench.store.reviews.versions(run_id) == []


def test_a_change_in_between_is_refused_and_said(bench: Workbench, anna: Visitor) -> None:
    run_id = ready(bench, anna)
    fields = form(anna, run_id)
    rejecting(bench.store, run_id, "c4", by="Carla Jones")
    answer = anna.client.post(f"/runs/{run_id}/sign", data=fields)
    assert answer.status_code == 409
    assert "Claim c4: Carla Jones rejected it" in words(answer.text)
    assert bench.store.reviews.versions(run_id) == []
    forged = anna.client.post(f"/runs/{run_id}/sign", data={**fields, "content": "0" * 64})
    assert forged.status_code == 409


def test_a_source_that_is_down_is_one_sentence_and_nothing_is_signed(
    bench: Workbench, anna: Visitor, source: MadeSource
) -> None:
    run_id = drafted(bench.store)
    rejecting(bench.store, run_id, *FAILED)
    source.down = True
    status, _, page = send(anna, f"/runs/{run_id}/sign", f"/runs/{run_id}/sign/recheck")
    assert status == 503
    assert "The sources could not be checked, so nothing can be signed now." in words(page)
    assert bench.store.reviews.rechecks(run_id) == []


def test_a_retraction_found_by_the_recheck_opens_the_claims_again(bench: Workbench, anna: Visitor, source: MadeSource) -> None:
    run_id = ready(bench, anna)
    source.retracted = {"90000003"}
    send(anna, f"/runs/{run_id}/sign", f"/runs/{run_id}/sign/recheck")
    seen = words(anna.get(f"/runs/{run_id}/sign").text)
    assert "Claim c5 is open: PMID 90000003 is no longer in good standing: decide again." in seen
    page = words(anna.get(f"/runs/{run_id}/claims/c5").text)
    assert "Its source is retracted or in doubt" in page
    assert "A recheck of" in page


def test_a_summary_is_checked_by_link_without_an_account(bench: Workbench, anna: Visitor, source: MadeSource) -> None:
    run_id = signed(bench, anna)
    status, _, page = send(anna, f"/runs/{run_id}/sign", f"/runs/{run_id}/links", made_for="Guideline team", days="30")
    assert status == 200
    address = re.search(r'href="http://127\.0\.0\.1:8700(/received/[^"]+)"', page)
    assert address is not None
    reader = bench.visitor()
    answer = reader.get(address[1])
    assert answer.status_code == 200
    assert answer.headers["referrer-policy"] == "no-referrer"
    seen = words(answer.text)
    assert "Abstracts only. Signed by Anna Smith, Clinical librarian" in seen
    assert "Brillamine shortened tarnish fever in adults: 6.5 days against 9.0 days with placebo." in seen
    assert answer.text.count("Check it: the quote in its record") == 7
    assert "Brillamine halves mortality" not in seen
    assert "Since it was signed" not in seen
    source.retracted = {"90000002"}
    send(anna, f"/runs/{run_id}/sign", f"/runs/{run_id}/sign/recheck")
    assert "PMID 90000002 is now marked retracted" in words(reader.get(address[1]).text)
    rejecting(bench.store, run_id, "c2", "c4")
    assert anna.client.post(f"/runs/{run_id}/sign", data=form(anna, run_id)).headers["location"].endswith("signed=2")
    old = words(reader.get(f"{address[1]}?version=1").text)
    assert "A newer version exists: version 2, signed by Anna Smith" in old
    assert "Use that one." in old
    new = words(reader.get(address[1]).text)
    assert "Evidence summary, version 2" in new
    assert reader.get(f"{address[1]}?version=9").status_code == 404
    link = bench.store.reviews.links(run_id)[0]
    send(anna, f"/runs/{run_id}/sign", f"/runs/{run_id}/links/{link.id}/revoke")
    closed = reader.get(address[1])
    assert closed.status_code == 404
    assert "This link does not open" in words(closed.text)
    token = address[1].rpartition("/")[2]
    database = Database(bench.store.url)
    with database.read() as connection:
        rows = connection.execute(text("SELECT * FROM shared_links")).all()
    database.close()
    assert token not in str(rows)


def test_a_link_expires(bench: Workbench, anna: Visitor) -> None:
    run_id = signed(bench, anna)
    _, _, page = send(anna, f"/runs/{run_id}/sign", f"/runs/{run_id}/links", made_for="A requester", days="2")
    address = re.search(r'href="http://127\.0\.0\.1:8700(/received/[^"]+)"', page)
    assert address is not None
    later = replace(bench.services, clock=lambda: datetime.now(UTC) + timedelta(days=2, minutes=1))
    reader = Workbench(bench.folder, later, create_app(later)).visitor()
    assert reader.get(address[1]).status_code == 404
    assert bench.visitor().get(address[1]).status_code == 200
    for days in ("0", "367", "x"):
        assert send(anna, f"/runs/{run_id}/sign", f"/runs/{run_id}/links", made_for="A", days=days)[0] == 400
    assert send(anna, f"/runs/{run_id}/sign", f"/runs/{run_id}/links", made_for=" ", days="2")[0] == 400


def test_nothing_unsigned_is_shown_and_no_guess_opens_anything(bench: Workbench, anna: Visitor) -> None:
    run_id = ready(bench, anna)
    assert anna.get(f"/runs/{run_id}/summary").status_code == 404
    assert send(anna, f"/runs/{run_id}/sign", f"/runs/{run_id}/links", made_for="A", days="2")[0] == 400
    reader = bench.visitor()
    for guess in ("x", "a" * 43, run_id, "a" * 5_000):
        assert reader.get(f"/received/{guess}").status_code == 404
    assert reader.get(f"/runs/{run_id}/summary").status_code == 303


def test_a_requester_reads_their_own_summary_alone(bench: Workbench, anna: Visitor) -> None:
    run_id = signed(bench, anna)
    requester = bench.person(Role.REQUESTER, name="Rita Requester")
    assert requester.get(f"/runs/{run_id}/summary").status_code == 404
    work = bench.store.desk.open_request({"question": "Does it help?"}, once="once-1", by="Rita Requester")
    bench.store.desk.change(
        work.id, work.version, "run started", by="tests", run_id=run_id, request=Request(question="Does brillamine help?")
    )
    assert requester.get(f"/runs/{run_id}/summary").status_code == 200
    assert requester.get(f"/runs/{run_id}/claims").status_code == 403


def test_versions_side_by_side(bench: Workbench, anna: Visitor) -> None:
    run_id = signed(bench, anna)
    rejecting(bench.store, run_id, "c4")
    seen = words(anna.get(f"/runs/{run_id}/versions").text)
    assert "1 of 12 claims differ" in seen
    assert "Claim c4: stands became falls" in seen
    anna.client.post(f"/runs/{run_id}/sign", data=form(anna, run_id))
    seen = words(anna.get(f"/runs/{run_id}/versions?older=1&newer=2").text)
    assert "Claim c4: stands became falls" in seen
    assert anna.get(f"/runs/{run_id}/versions?older=7&newer=2").status_code == 404


def test_history_says_who_did_what_and_checks_the_chain(bench: Workbench, anna: Visitor) -> None:
    run_id = signed(bench, anna)
    seen = words(anna.get(f"/runs/{run_id}/history").text)
    assert "Claim c8: Anna Smith rejected it on" in seen
    assert "Summary signed Version 1" in seen
    assert "The chain is" not in seen
    assert "The chain is whole." in words(anna.get(f"/runs/{run_id}/history?check=chain").text)


def test_history_tells_of_a_broken_chain(tmp_path: Path) -> None:
    with open_bench(tmp_path) as bench:
        anna = bench.person(Role.LIBRARIAN, name="Anna Smith")
        run_id = signed(bench, anna)
        database = Database(bench.store.url)
        with database.write() as connection:
            connection.execute(text("UPDATE signed_summaries SET sign_off = replace(sign_off, 'Anna', 'Evil')"))
        database.close()
        seen = words(anna.get(f"/runs/{run_id}/history?check=chain").text)
        assert "The chain is broken at entry" in seen
        assert "the name under version 1 of the signed summary" in seen
