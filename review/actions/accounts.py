"""Signing in, and what administrators do to accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from connectors.store import Store
from connectors.store.people import new_account
from evidence.errors import InvalidInput
from evidence.people import Account, Role
from review.passwords import hash_password, is_password
from review.sessions import LONGEST, hash_of, new_token

TRIES = 5
"""Wrong passwords for one account before it is locked (OWASP ASVS 5.0, 6.3)."""

TRIES_OF_AN_ADDRESS = 50
"""The same for one address, behind which a whole hospital may sit."""

LOCKED_FOR = timedelta(minutes=15)

WRONG = "The name and the password do not belong together: try again."
LOCKED = "There were too many tries to sign in: wait 15 minutes, then try again, or ask an administrator."


class NotLetIn(InvalidInput):
    """Raised where nobody is signed in, whatever the reason: the sentence is the same for accounts there are and are not."""


def sign_in(store: Store, login: str, password: str, *, address: str) -> tuple[Account, str]:
    """The account, and the token of its new session. Raises `NotLetIn`."""
    keys = f"account {login.strip().lower()[:200]}", f"address {address}"
    if not store.people.take_try({keys[0]: TRIES, keys[1]: TRIES_OF_AN_ADDRESS}, within=LOCKED_FOR):
        raise NotLetIn(LOCKED)
    found = store.people.by_login(login[:200])
    account, hashed = found or (None, None)
    if not is_password(password, hashed) or account is None or account.disabled:
        raise NotLetIn(WRONG)
    store.people.give_tries_back(*keys)
    return account, begin_session(store, account)


def begin_session(store: Store, account: Account) -> str:
    """The token of a new session."""
    token = new_token()
    store.people.sweep_sessions(longest=LONGEST)
    store.people.sign_in(account.id, hash_of(token), by=account.name)
    return token


def add_account(store: Store, login: str, name: str, roles: Sequence[Role], *, password: str | None, by: str) -> Account:
    """A new account; without a password it can sign in by single sign-on alone. Raises `InvalidInput`."""
    hashed = None if password is None else hash_password(password)
    return store.people.add(new_account(login, name, roles), password=hashed, by=by)


def change_roles(store: Store, account_id: str, roles: Sequence[Role], *, by: str) -> Account:
    """Gives the account these roles and no other, and ends its sessions."""
    if not roles:
        raise InvalidInput("An account needs a role: choose at least one, or disable the account.")
    return store.people.change(account_id, by=by, roles=list(roles))


def set_disabled(store: Store, account_id: str, *, disabled: bool, by: str) -> Account:
    """Lets an account sign in no more, or again."""
    return store.people.change(account_id, by=by, disabled=int(disabled))


def set_password(store: Store, account_id: str, password: str, *, by: str) -> Account:
    """A new password; every session of the account ends."""
    return store.people.change(account_id, by=by, password=hash_password(password))


def change_own_password(store: Store, account: Account, current: str, password: str, *, address: str) -> None:
    """The person's own change, for which the current password is needed: it counts like a try to sign in."""
    keys = f"account {account.login}", f"address {address}"
    if not store.people.take_try({keys[0]: TRIES, keys[1]: TRIES_OF_AN_ADDRESS}, within=LOCKED_FOR):
        raise NotLetIn(LOCKED)
    found = store.people.by_login(account.login)
    if found is None or not is_password(current, found[1]):
        raise NotLetIn("The current password is another one: try again.")
    store.people.give_tries_back(*keys)
    set_password(store, account.id, password, by=account.name)
