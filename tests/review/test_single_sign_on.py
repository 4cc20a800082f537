"""Single sign-on against a small OpenID Connect provider on loopback: real HTTP, real signatures."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwk

from evidence.people import Role
from tests.review.identity_provider import CLIENT, IdentityProvider, served
from tests.review.workbench import Visitor, Workbench, open_workbench


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    made = IdentityProvider()
    with served(made) as server:
        made.url = server.root
        yield made


@pytest.fixture
def bench(tmp_path: Path, provider: IdentityProvider) -> Iterator[Workbench]:
    with open_workbench(tmp_path, oidc_issuer=provider.url, oidc_client_id=CLIENT) as made:
        made.add("jane", Role.LIBRARIAN)
        yield made


def begin(visitor: Visitor, onward: str = "/requests") -> str:
    answer = visitor.get("/sign-in/sso", params={"onward": onward})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def come_back(visitor: Visitor, query: str) -> Any:
    return visitor.get(f"/sign-in/sso/back?{query}")


def enter(visitor: Visitor, provider: IdentityProvider) -> Any:
    return come_back(visitor, provider.approve(begin(visitor)))


VERIFIED = {"email": "Jane@trust.example", "email_verified": True}


def test_a_person_the_provider_vouches_for_is_let_in(bench: Workbench, provider: IdentityProvider) -> None:
    provider.claims |= VERIFIED
    visitor = bench.visitor()
    assert "organisation" in visitor.get("/sign-in").text
    answer = enter(visitor, provider)
    assert (answer.status_code, answer.headers["location"]) == (303, "/requests")
    assert visitor.get("/requests").status_code == 200
    account = bench.store.people.account(bench.accounts["jane"].id)
    assert account is not None
    assert (account.issuer, account.subject) == (provider.url, "person-1")


def test_once_joined_the_provider_s_identifier_counts_and_no_address(bench: Workbench, provider: IdentityProvider) -> None:
    provider.claims |= VERIFIED
    assert enter(bench.visitor(), provider).status_code == 303
    provider.claims |= {"email": "married@trust.example"}
    assert enter(bench.visitor(), provider).status_code == 303
    provider.claims |= {**VERIFIED, "sub": "somebody-else"}
    assert enter(bench.visitor(), provider).status_code == 403, "who gets the address later does not get the account"


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"email": "jane@trust.example"},
        {"email": "jane@trust.example", "email_verified": "true"},
        {"email": "jane@trust.example", "email_verified": False},
        {"email": "stranger@trust.example", "email_verified": True},
    ],
)
def test_nobody_gets_an_account_by_an_address_nobody_verified(
    bench: Workbench, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    provider.claims |= claims
    answer = enter(bench.visitor(), provider)
    assert answer.status_code == 403
    assert "You have no account" in answer.text


def test_new_people_become_requesters_where_the_service_says_so(tmp_path: Path, provider: IdentityProvider) -> None:
    with open_workbench(tmp_path, oidc_issuer=provider.url, oidc_client_id=CLIENT, oidc_new_accounts=True) as bench:
        assert enter(bench.visitor(), provider).status_code == 403, "but never the first, who would be nobody's"
        bench.add("admin", Role.ADMINISTRATOR)
        visitor = bench.visitor()
        assert enter(visitor, provider).status_code == 303
        made = bench.store.people.by_subject(provider.url, "person-1")
        assert made is not None
        assert (made.name, made.roles, made.has_password) == ("Jane Lee", (Role.REQUESTER,), False)


NOW = int(time.time())


@pytest.mark.parametrize(
    "cheat",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": NOW - 600},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_us_now_is_refused(bench: Workbench, provider: IdentityProvider, cheat: dict[str, Any]) -> None:
    provider.claims |= VERIFIED
    provider.cheat = cheat
    answer = enter(bench.visitor(), provider)
    assert answer.status_code == 403
    assert bench.store.people.by_subject(provider.url, "person-1") is None


def test_a_token_signed_by_another_key_is_refused(bench: Workbench, provider: IdentityProvider) -> None:
    provider.claims |= VERIFIED
    provider.shown_key = jwk.RSAKey.generate_key(2048, {"kid": "one"})
    assert "cannot be trusted" in enter(bench.visitor(), provider).text


def test_what_was_begun_elsewhere_or_twice_is_refused(bench: Workbench, provider: IdentityProvider) -> None:
    provider.claims |= VERIFIED
    mine, theirs = bench.visitor(), bench.visitor()
    query = provider.approve(begin(theirs))
    begin(mine)
    assert come_back(mine, query).status_code == 403, "their answer in my browser (login CSRF)"
    query = provider.approve(begin(mine))
    assert come_back(mine, query).status_code == 303
    assert come_back(mine, query).status_code == 403, "a second time"
    for broken in ("", "state=x", "code=x", "error=access_denied"):
        assert come_back(bench.visitor(), broken).status_code == 403


def test_a_provider_that_cannot_be_reached_is_said_in_one_sentence(bench: Workbench, provider: IdentityProvider) -> None:
    provider.url = "https://another.example"
    answer = bench.visitor().get("/sign-in/sso")
    assert answer.status_code == 503
    assert "calls itself by another name" in answer.text


def test_a_disabled_account_is_not_let_in_by_the_provider(bench: Workbench, provider: IdentityProvider) -> None:
    provider.claims |= VERIFIED
    bench.add("admin2", Role.ADMINISTRATOR)
    bench.store.people.change(bench.accounts["jane"].id, by="tests", disabled=1)
    assert enter(bench.visitor(), provider).status_code == 403


def test_without_a_provider_there_is_no_such_way_in(tmp_path: Path) -> None:
    with open_workbench(tmp_path) as bench:
        bench.add("jane", Role.LIBRARIAN)
        assert bench.visitor().get("/sign-in/sso").headers["location"] == "/sign-in"
        assert "organisation" not in bench.visitor().get("/sign-in").text
