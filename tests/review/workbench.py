"""The workbench for tests: the real application over a store of its own, and people of each role at its pages."""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from cli.serve import build_services
from connectors.settings import Settings
from connectors.store import Store
from connectors.store.people import new_account
from evidence.people import Account, Role
from review.app import create_app
from review.passwords import hash_password
from review.services import Services
from review.sessions import cookie_name, hash_of

PASSWORD = "a long enough pass phrase"
HASHED = hash_password(PASSWORD)


@dataclass
class Workbench:
    """A workbench over a store in a folder."""

    folder: Path
    services: Services
    app: FastAPI
    accounts: dict[str, Account] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return self.services.store

    def add(self, name: str, *roles: Role) -> Account:
        """An account with the password of the tests; the first also administers."""
        wanted = (*roles, Role.ADMINISTRATOR) if not self.store.people.any() and Role.ADMINISTRATOR not in roles else roles
        made = self.store.people.add(
            new_account(f"{name.replace(' ', '.')}@trust.example", name, wanted), password=HASHED, by="tests"
        )
        self.accounts[name] = made
        return made

    def person(self, *roles: Role, name: str = "") -> Visitor:
        """Somebody signed in with these roles and no other."""
        if not self.store.people.any():
            self.add("admin", Role.ADMINISTRATOR)
        name = name or "-".join(role.value.replace(" ", "-") for role in roles)
        account = self.accounts.get(name) or self.add(name, *roles)
        visitor = self.visitor()
        token = secrets.token_urlsafe(32)
        self.store.people.sign_in(account.id, hash_of(token), by=account.name)
        visitor.client.cookies.set(cookie_name(self.services), token)
        return visitor

    def visitor(self, address: str = "127.0.0.1") -> Visitor:
        """Somebody nobody knows (or, without accounts, the one person of the machine)."""
        client = TestClient(
            self.app,
            base_url="http://127.0.0.1:8700",
            client=(address, 50000),
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        return Visitor(client)


@dataclass
class Visitor:
    """A browser without JavaScript."""

    client: TestClient

    def get(self, place: str, **more: Any) -> Any:
        return self.client.get(place, **more)

    def csrf(self, place: str = "/account") -> str:
        """The form token as a page shows it."""
        return hidden(self.get(place).text, "csrf")

    def post(self, place: str, fields: Mapping[str, Any] | None = None, *, page: str | None = None, **more: Any) -> Any:
        """Send a form as the page at `page` would (where another than its token is wanted, give it in `fields`)."""
        whole = {"csrf": "", **(fields or {})}
        if not whole["csrf"] and page != "":
            whole["csrf"] = self.csrf(page or "/")
        return self.client.post(place, data=whole, **more)


def hidden(page: str, name: str) -> str:
    """The value of a page's first hidden field of this name."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found is not None, f"no hidden field {name}"
    return found[1]


@contextmanager
def open_workbench(folder: Path, **settings: Any) -> Iterator[Workbench]:
    """A workbench in this folder."""
    chosen = Settings.load(home=folder / "home", model="extractive", **settings)
    file = chosen.home / "evidence.sqlite"
    if not file.exists():
        file.parent.mkdir(parents=True)
        file.write_bytes(_empty_store())
    with Store.open(chosen.store_url) as store:
        services = build_services(chosen, store)
        yield Workbench(folder, services, create_app(services))


@cache
def _empty_store() -> bytes:
    """A store with its tables and nothing in them; made once, because the migrations take longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "evidence.sqlite"
        Store.open(f"sqlite:///{file}").close()
        return file.read_bytes()
