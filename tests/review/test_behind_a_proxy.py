"""The workbench behind a trust's proxy, as a process: under the proxy's name, over its https, with its clients' addresses."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from connectors.store import Store
from connectors.store.people import new_account
from evidence.people import Role
from review.actions.accounts import LOCKED, LOCKED_FOR, TRIES_OF_AN_ADDRESS, WRONG
from tests.review.test_worker import Served, serving
from tests.review.workbench import HASHED, PASSWORD, hidden
from tests.support.evidence_command import Evidence
from tests.support.fault_server import Asked, FaultServer, Reply

HOST = "evidence.trust.example"


class Proxy:
    """Hands a request on to the workbench, under the name that people use, and says whom it is for."""

    def __init__(self, onward: str) -> None:
        self.onward = onward
        self.client = "192.0.2.10"

    def __call__(self, asked: Asked) -> Reply:
        kept = {name: value for name, value in asked.headers.items() if name.lower() in ("cookie", "content-type", "origin")}
        # As proxies do it: what the client itself says of where it comes from stays, and the proxy's own word stands last.
        forged = asked.headers.get("x-forwarded-for")
        whom_for = f"{forged}, {self.client}" if forged else self.client
        said = {**kept, "host": HOST, "x-forwarded-for": whom_for, "x-forwarded-proto": "https"}
        place = f"{self.onward}{asked.path}?{asked.query}"
        answer = httpx.request(asked.method, place, content=asked.body, headers=said, timeout=30)
        passed = {name: value for name, value in answer.headers.items() if name in ("location", "set-cookie")}
        return Reply(
            answer.content, status=answer.status_code, headers=passed, content_type=answer.headers.get("content-type", "")
        )


@pytest.fixture
def served(evidence: Evidence) -> Iterator[Served]:
    with Store.open(f"sqlite:///{evidence.home / 'evidence.sqlite'}") as store:
        made = new_account("jane", "jane", [Role.ADMINISTRATOR])
        store.people.add(made, password=HASHED, by="tests")
    hosted = evidence.with_environment(EVIDENCE_PUBLIC_URL=f"https://{HOST}", EVIDENCE_TRUSTED_PROXIES="127.0.0.1")
    with serving(hosted, "--no-worker") as under_way:
        yield under_way


def try_to_enter(proxy: str, password: str, *, saying: str = "", coming_from: str = "127.0.0.1") -> httpx.Response:
    """Sign in as jane; `saying` is what the client itself puts into X-Forwarded-For."""
    forged = {"x-forwarded-for": saying} if saying else {}
    with httpx.Client(base_url=proxy, transport=httpx.HTTPTransport(local_address=coming_from), timeout=30) as client:
        page = client.get("/sign-in", headers=forged)
        token = page.headers["set-cookie"].split(";")[0]
        form = {"csrf": hidden(page.text, "csrf"), "login": "jane", "password": password}
        headers = {**forged, "cookie": token, "origin": f"https://{HOST}"}
        client.cookies.clear()
        return client.post("/sign-in", data=form, headers=headers)


def test_people_sign_in_through_the_proxy(served: Served) -> None:
    assert f"The workbench is at https://{HOST}" in served.said
    handler = Proxy(served.listens_at)
    with FaultServer(handler) as server:
        answer = try_to_enter(server.root, PASSWORD)
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-evidence=")
        assert "Secure" in cookie
        page = httpx.get(f"{server.root}/account", headers={"cookie": cookie.split(";")[0]})
        assert page.status_code == 200
        assert httpx.get(f"{server.root}/requests").headers["location"].startswith("/sign-in")
    straight = httpx.get(f"{served.listens_at}/requests")
    assert straight.status_code == 303, "whoever comes past the proxy, from this machine itself, is nobody"


def test_the_lockout_counts_the_client_that_the_trusted_proxy_names_and_believes_nobody_else(
    served: Served, evidence: Evidence
) -> None:
    def spend_all_but_one(address: str) -> None:
        for _ in range(TRIES_OF_AN_ADDRESS - 1):
            assert store.people.take_try({f"address {address}": TRIES_OF_AN_ADDRESS}, within=LOCKED_FOR)

    handler = Proxy(served.listens_at)
    with Store.open(f"sqlite:///{evidence.home / 'evidence.sqlite'}") as store, FaultServer(handler) as server:
        spend_all_but_one("192.0.2.10")
        assert WRONG in try_to_enter(server.root, "wrong password").text
        assert LOCKED in try_to_enter(server.root, PASSWORD).text
        assert LOCKED in try_to_enter(server.root, PASSWORD, saying="203.0.113.5").text, "a client cannot name another"
        handler.client = "192.0.2.11"
        assert try_to_enter(server.root, PASSWORD).status_code == 303, "who comes by the same proxy is not locked out"
        spend_all_but_one("127.0.0.2")
        past = {"saying": "203.0.113.6", "coming_from": "127.0.0.2"}
        assert WRONG in try_to_enter(served.listens_at, "wrong password", **past).text
        past["saying"] = "203.0.113.7"
        assert LOCKED in try_to_enter(served.listens_at, PASSWORD, **past).text, "only the proxy in the settings is believed"
