"""Signing in: lockout, sessions that end, nothing lost, nobody told which accounts there are."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from connectors.store.database import Database
from connectors.store.workbench_tables import failed_sign_ins, sessions
from evidence.people import Role
from review.actions.accounts import LOCKED, LOCKED_FOR, TRIES, TRIES_OF_AN_ADDRESS, WRONG
from review.app import create_app
from review.pages.sign_in import local_place
from review.people import the_one_person
from review.sessions import IDLE, LONGEST, hash_of
from tests.review.workbench import PASSWORD, Visitor, Workbench, hidden, open_workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with open_workbench(tmp_path) as made:
        yield made


def sign_in(visitor: Visitor, login: str, password: str, **more: str) -> tuple[int, str]:
    """Status of the answer, and its page or where it leads."""
    page = visitor.get("/sign-in").text
    answer = visitor.post("/sign-in", {"csrf": hidden(page, "csrf"), "login": login, "password": password, **more})
    return answer.status_code, answer.headers.get("location") or answer.text


@contextmanager
def rows(bench: Workbench) -> Iterator[Database]:
    """The store's tables, for turning its clock back."""
    database = Database(bench.store.url)
    yield database
    database.close()


def earlier(delta: timedelta) -> str:
    return (datetime.now(UTC) - delta).isoformat(timespec="microseconds")


def test_a_person_signs_in_and_out(bench: Workbench) -> None:
    bench.add("jane", Role.LIBRARIAN)
    visitor = bench.visitor()
    before = visitor.get("/requests")
    assert (before.status_code, before.headers["location"]) == (303, "/sign-in?onward=%2Frequests")
    assert sign_in(visitor, " Jane@Trust.example ", PASSWORD, onward="/requests") == (303, "/requests")
    assert visitor.get("/requests").status_code == 200
    token = next(iter(visitor.client.cookies.jar)).value
    assert visitor.post("/sign-out").headers["location"] == "/sign-in"
    visitor.client.cookies.set("evidence", token or "")
    assert visitor.get("/requests").status_code == 303, "the session has ended in the store too"


def test_the_token_changes_at_sign_in_and_is_kept_as_a_hash_alone(bench: Workbench) -> None:
    bench.add("jane", Role.LIBRARIAN)
    visitor = bench.visitor()
    visitor.client.cookies.set("evidence", "a-token-that-somebody-else-chose")
    assert sign_in(visitor, "jane@trust.example", PASSWORD)[0] == 303
    token = next(cookie.value for cookie in visitor.client.cookies.jar if cookie.value != "a-token-that-somebody-else-chose")
    assert token is not None
    with rows(bench) as database, database.read() as connection:
        kept = connection.execute(text("SELECT token_hash FROM sessions")).scalars().all()
    assert kept == [hash_of(token)]


def test_onward_never_leaves_the_workbench(bench: Workbench) -> None:
    bench.add("jane", Role.LIBRARIAN)
    for place in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb", ""):
        assert local_place(place) == "/"
    assert local_place("/requests?show=closed") == "/requests?show=closed"
    assert sign_in(bench.visitor(), "jane@trust.example", PASSWORD, onward="//evil.example") == (303, "/")


def test_an_account_locks_and_nothing_tells_whether_there_is_one(bench: Workbench) -> None:
    bench.add("jane", Role.LIBRARIAN)
    said = {}
    for login in ("jane@trust.example", "nobody@trust.example"):
        answers = [sign_in(bench.visitor(), login, "wrong password") for _ in range(TRIES)]
        right = sign_in(bench.visitor(), login, PASSWORD)
        said[login] = [(code, WRONG in page, LOCKED in page) for code, page in (*answers, right)]
    assert said["jane@trust.example"] == [(403, True, False)] * TRIES + [(403, False, True)]
    assert said["jane@trust.example"] == said["nobody@trust.example"]
    with rows(bench) as database, database.write() as connection:
        connection.execute(update(failed_sign_ins).values(since=earlier(timedelta(minutes=16))))
    assert sign_in(bench.visitor(), "jane@trust.example", PASSWORD)[0] == 303, "after a quarter of an hour"


def test_an_address_locks_whatever_names_it_tries(bench: Workbench) -> None:
    bench.add("jane", Role.LIBRARIAN)
    for _ in range(TRIES_OF_AN_ADDRESS - 1):
        assert bench.store.people.take_try({"address 192.0.2.7": TRIES_OF_AN_ADDRESS}, within=LOCKED_FOR)
    assert WRONG in sign_in(bench.visitor("192.0.2.7"), "one@trust.example", "wrong password")[1]
    assert LOCKED in sign_in(bench.visitor("192.0.2.7"), "jane@trust.example", PASSWORD)[1]
    assert sign_in(bench.visitor("192.0.2.8"), "jane@trust.example", PASSWORD)[0] == 303, "others are not locked out"


def test_a_name_that_is_not_there_takes_as_long_as_one_that_is(bench: Workbench) -> None:
    bench.add("jane", Role.LIBRARIAN)
    sign_in(bench.visitor(), "warm@trust.example", "wrong password")
    spent = {}
    for login in ("jane@trust.example", "nobody@trust.example"):
        started = time.process_time()
        sign_in(bench.visitor(), login, "wrong password")
        spent[login] = time.process_time() - started
    assert 0.4 < spent["jane@trust.example"] / spent["nobody@trust.example"] < 2.5


@pytest.mark.parametrize(("column", "after"), [("seen_at", IDLE), ("created_at", LONGEST)])
def test_a_session_ends_when_idle_and_at_the_latest_after_a_day_of_work(
    bench: Workbench, column: str, after: timedelta
) -> None:
    visitor = bench.person(Role.LIBRARIAN)
    for age, status in ((after - timedelta(minutes=1), 200), (after + timedelta(minutes=1), 303)):
        with rows(bench) as database, database.write() as connection:
            connection.execute(update(sessions).values({column: earlier(age)}))
        assert visitor.get("/requests").status_code == status


def test_what_was_typed_when_the_session_ended_is_sent_again_after_signing_in(bench: Workbench) -> None:
    visitor = bench.person(Role.LIBRARIAN, name="jane")
    page = visitor.get("/ask").text
    form = {"csrf": hidden(page, "csrf"), "once": hidden(page, "once"), "do": "save", "question": "Does <b>rest</b> help?"}
    with rows(bench) as database, database.write() as connection:
        connection.execute(update(sessions).values(seen_at=earlier(IDLE * 2)))
    refused = visitor.post("/ask", form)
    assert refused.status_code == 403
    assert "What you had filled in is kept" in refused.text
    import html

    held = html.unescape(hidden(refused.text, "held"))
    given = {"csrf": hidden(refused.text, "csrf"), "login": "jane@trust.example", "password": PASSWORD, "held": held}
    again = visitor.post("/sign-in", given)
    assert again.status_code == 200
    assert '<form method="post" action="/ask">' in again.text
    fields = {
        name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', again.text)
    }
    assert visitor.post("/ask", fields).headers["location"] == "/requests/1/edit?saved=1"
    assert bench.store.desk.request(1).form["question"] == "Does <b>rest</b> help?"


def test_a_disabled_account_is_out_at_once(bench: Workbench) -> None:
    visitor = bench.person(Role.LIBRARIAN, name="jane")
    assert visitor.get("/requests").status_code == 200
    bench.store.people.change(bench.accounts["jane"].id, by="tests", disabled=1)
    assert visitor.get("/requests").status_code == 303
    assert WRONG in sign_in(bench.visitor(), "jane@trust.example", PASSWORD)[1]


def test_one_changes_ones_own_password_with_the_current_one(bench: Workbench) -> None:
    visitor = bench.person(Role.LIBRARIAN, name="jane")
    other = bench.visitor()
    assert sign_in(other, "jane@trust.example", PASSWORD)[0] == 303
    assert visitor.post("/account/password", {"current": "not it", "fresh": "another pass phrase"}).status_code == 400
    assert visitor.post("/account/password", {"current": PASSWORD, "fresh": "short"}).status_code == 400
    assert visitor.post("/account/password", {"current": PASSWORD, "fresh": "another pass phrase"}).status_code == 303
    assert visitor.get("/account").status_code == 200
    assert other.get("/account").status_code == 303, "every other session has ended"
    assert sign_in(bench.visitor(), "jane@trust.example", "another pass phrase")[0] == 303


def test_without_accounts_the_one_person_is_in_and_every_page_says_so(bench: Workbench) -> None:
    visitor = bench.visitor()
    for place in ("/", "/requests", "/ask", "/accounts", "/account", "/nothing-here"):
        assert "you are signed in as" in visitor.get(place).text
    assert bench.visitor("192.0.2.7").get("/requests").status_code == 303, "from this machine alone"
    for header in ("x-forwarded-for", "forwarded", "via"):
        assert visitor.get("/requests", headers={header: "192.0.2.7"}).status_code == 303, "nor through a proxy on it"
    bench.add("jane", Role.ADMINISTRATOR)
    assert visitor.get("/requests").status_code == 303, "the first account closes the door at once"


def test_a_workbench_that_others_reach_has_no_one_person(tmp_path: Path) -> None:
    with open_workbench(tmp_path, public_url="https://evidence.trust.example") as bench:
        assert bench.services.one_person is None
        assert bench.visitor().get("/requests").status_code == 303


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    with open_workbench(tmp_path, public_url="https://evidence.trust.example") as bench:
        page = bench.visitor().get("/sign-in", headers={"host": "evidence.trust.example"})
        assert re.match(r"__Host-evidence=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure$", page.headers["set-cookie"])
        assert page.headers["strict-transport-security"].startswith("max-age=")


def test_a_fault_that_nobody_foresaw_is_a_page_with_a_mark(bench: Workbench, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> datetime:
        raise ZeroDivisionError("secret detail")

    app = create_app(replace(bench.services, clock=broken, one_person=the_one_person("jane")))
    answer = Workbench(bench.folder, bench.services, app).visitor().get("/requests")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    mark = re.search(r"report it as fault ([0-9a-f]{8})", answer.text)
    assert mark is not None
    assert mark[1] in caplog.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
