"""Accounts, sessions and failed sign-ins. Personal data: none of it is in the log's hash chain."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, delete, func, insert, select, update

from connectors.store import log
from connectors.store.database import Database
from connectors.store.review_tables import reading_times, review_places
from connectors.store.stored_text import digest, from_json, now, to_json
from connectors.store.workbench_tables import accounts, failed_sign_ins, sessions, single_sign_ons
from evidence.errors import InvalidInput
from evidence.people import Account, Role


class People:
    """The accounts of a store and who is signed in. Every method is one transaction; tokens come and are kept as hashes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def any(self) -> bool:
        """Whether there is any account at all."""
        with self._database.read() as connection:
            return connection.execute(select(accounts.c.id).limit(1)).first() is not None

    def accounts(self) -> list[Account]:
        """Every account, by name."""
        with self._database.read() as connection:
            return [_account(row) for row in connection.execute(select(accounts).order_by(accounts.c.name)).mappings()]

    def account(self, account_id: str) -> Account | None:
        """The account of this id, or None."""
        with self._database.read() as connection:
            return _found(connection, accounts.c.id == account_id)

    def by_login(self, login: str) -> tuple[Account, str | None] | None:
        """The account that signs in so, with the hash of its password."""
        with self._database.read() as connection:
            row = connection.execute(select(accounts).where(accounts.c.login == _login(login))).mappings().first()
            return None if row is None else (_account(row), row["password"])

    def by_subject(self, issuer: str, subject: str) -> Account | None:
        """The account that is joined to this person of this identity provider."""
        with self._database.read() as connection:
            return _found(connection, (accounts.c.issuer == issuer) & (accounts.c.subject == subject))

    def add(self, account: Account, *, password: str | None, by: str) -> Account:
        """A new account. Raises `InvalidInput` where its login or name is taken. `password`: its hash."""
        with self._database.write() as connection:
            _refuse_taken(connection, account)
            connection.execute(insert(accounts).values(**_columns(account), password=password))
            log.append(connection, None, "account added", {"account": account.id, "roles": ", ".join(account.roles)}, by=by)
            return _exactly(connection, account.id)

    def change(self, account_id: str, *, by: str, **values: Any) -> Account:
        """Changes `roles`, `disabled`, `password` (its hash), or `issuer` and `subject`; every session of it ends.

        Raises `InvalidInput` where nobody would be left to administer the accounts.
        """
        known = {"roles", "disabled", "password", "issuer", "subject"}
        assert set(values) <= known, values  # noqa: S101 - a slip of the caller
        stored = {**values, "roles": to_json(sorted(values["roles"]))} if "roles" in values else dict(values)
        with self._database.write() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(updated_at=now(), **stored))
            _refuse_nobody_left(connection)
            connection.execute(delete(sessions).where(sessions.c.account_id == account_id))
            detail = {"account": account_id, "changed": ", ".join(sorted(values))}
            log.append(connection, None, "account changed", detail, by=by)
            return _exactly(connection, account_id)

    def erase(self, account_id: str, *, by: str) -> None:
        """Takes the account away and the person's name out of everything, the log included, whose chain stays valid."""
        with self._database.write() as connection:
            found = _exactly(connection, account_id)
            connection.execute(delete(sessions).where(sessions.c.account_id == account_id))
            for own in (reading_times, review_places):
                connection.execute(delete(own).where(own.c.account_id == account_id))
            connection.execute(delete(accounts).where(accounts.c.id == account_id))
            _refuse_nobody_left(connection)
            actor = log.forget(connection, found.name)
            log.append(connection, None, "account erased", {"account": account_id, "actor": actor or ""}, by=by)

    def sign_in(self, account_id: str, token_hash: str, *, by: str) -> None:
        """Begins a session."""
        moment = now()
        values = {"token_hash": token_hash, "account_id": account_id, "created_at": moment, "seen_at": moment}
        with self._database.write() as connection:
            connection.execute(insert(sessions).values(**values))
            log.append(connection, None, "signed in", {"account": account_id}, by=by)

    def session(self, token_hash: str, *, idle: timedelta, longest: timedelta) -> Account | None:
        """Whose session this is; None where it is over, its account disabled, or there was none.

        That it was seen is noted once a minute at most, so that looking at pages seldom writes.
        """
        with self._database.read() as connection:
            query = select(sessions, accounts.c.disabled).join(accounts, accounts.c.id == sessions.c.account_id)
            row = connection.execute(query.where(sessions.c.token_hash == token_hash)).first()
            moment = datetime.fromisoformat(now())
            if row is None or row.disabled or _is_over(row, moment, idle, longest):
                return None
            account = _exactly(connection, row.account_id)
        if moment - datetime.fromisoformat(row.seen_at) > timedelta(minutes=1):
            with self._database.write() as connection:
                seen = update(sessions).where(sessions.c.token_hash == token_hash)
                connection.execute(seen.values(seen_at=moment.isoformat(timespec="microseconds")))
        return account

    def sign_out(self, token_hash: str) -> None:
        """Ends a session; there need not be one."""
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def sweep_sessions(self, *, longest: timedelta) -> None:
        """Takes away what is too old to be of use: sessions, failed sign-ins, sign-ons begun and not ended."""
        moment = datetime.fromisoformat(now())
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.created_at < (moment - longest).isoformat()))
            day = (moment - timedelta(days=1)).isoformat()
            connection.execute(delete(failed_sign_ins).where(failed_sign_ins.c.since < day))
            hour = (moment - timedelta(hours=1)).isoformat()
            connection.execute(delete(single_sign_ons).where(single_sign_ons.c.at < hour))

    def take_try(self, limits: Mapping[str, int], *, within: timedelta) -> bool:
        """Counts one try to sign in under each key, before it is looked at; False where a key has used its tries up.

        A count begins anew when `within` has passed since its first try. A refused try counts no further.
        """
        with self._database.write() as connection:
            moment = datetime.fromisoformat(now())
            before = {digest(key): _tries(connection, digest(key), moment, within) for key in limits}
            if any(before[digest(key)][0] >= limit for key, limit in limits.items()):
                return False
            for key, (count, since) in before.items():
                connection.execute(delete(failed_sign_ins).where(failed_sign_ins.c.key == key))
                connection.execute(insert(failed_sign_ins).values(key=key, failures=count + 1, since=since))
            return True

    def give_tries_back(self, account_key: str, address_key: str) -> None:
        """After a sign-in that succeeded: the account's tries are forgotten, the address gets its one try back."""
        with self._database.write() as connection:
            connection.execute(delete(failed_sign_ins).where(failed_sign_ins.c.key == digest(account_key)))
            mine = failed_sign_ins.c.key == digest(address_key)
            connection.execute(update(failed_sign_ins).where(mine).values(failures=failed_sign_ins.c.failures - 1))

    def begin_sign_on(self, *, state: str, visit: str, nonce: str, verifier: str, onward: str) -> None:
        """Keeps what single sign-on needs to know when the person comes back from the identity provider."""
        values = {"state_hash": digest(state), "visit_hash": digest(visit), "nonce": nonce, "verifier": verifier}
        with self._database.write() as connection:
            connection.execute(insert(single_sign_ons).values(**values, onward=onward, at=now()))

    def end_sign_on(self, *, state: str, visit: str, within: timedelta) -> tuple[str, str, str] | None:
        """Nonce, verifier and onward address of the sign-on begun in this browser; it can be ended once."""
        with self._database.write() as connection:
            begun = (single_sign_ons.c.state_hash == digest(state)) & (single_sign_ons.c.visit_hash == digest(visit))
            row = connection.execute(select(single_sign_ons).where(begun)).first()
            connection.execute(delete(single_sign_ons).where(begun))
            if row is None or datetime.fromisoformat(now()) - datetime.fromisoformat(row.at) > within:
                return None
            return row.nonce, row.verifier, row.onward


def new_account(login: str, name: str, roles: Sequence[Role]) -> Account:
    """An account to add. Raises `InvalidInput` for a login or name that cannot be used."""
    clean, shown = _login(login), " ".join(name.split())
    if not clean or any(character.isspace() or not character.isprintable() for character in clean) or len(clean) > 200:
        raise InvalidInput(
            "The name to sign in with must be one word of at most 200 characters, for example an e-mail address."
        )
    if not shown or not shown.isprintable() or len(shown) > 200:
        raise InvalidInput("The person's name must be 1 to 200 printable characters.")
    if not roles:
        raise InvalidInput(f"An account needs a role: {', '.join(role.value for role in Role)}.")
    moment = datetime.fromisoformat(now())
    return Account(
        id=secrets.token_hex(8),
        login=clean,
        name=shown,
        roles=tuple(sorted(set(roles))),
        has_password=False,
        created_at=moment,
        updated_at=moment,
    )


def _login(text: str) -> str:
    return text.strip().lower()


def _tries(connection: Connection, key: str, moment: datetime, within: timedelta) -> tuple[int, str]:
    """How many tries were made under this key, and since when."""
    row = connection.execute(select(failed_sign_ins).where(failed_sign_ins.c.key == key)).first()
    if row is None or moment - datetime.fromisoformat(row.since) > within:
        return 0, moment.isoformat(timespec="microseconds")
    return row.failures, row.since


def _is_over(row: Row[Any], moment: datetime, idle: timedelta, longest: timedelta) -> bool:
    return bool(
        moment - datetime.fromisoformat(row.seen_at) > idle or moment - datetime.fromisoformat(row.created_at) > longest
    )


def _found(connection: Connection, condition: Any) -> Account | None:
    row = connection.execute(select(accounts).where(condition)).mappings().first()
    return None if row is None else _account(row)


def _exactly(connection: Connection, account_id: str) -> Account:
    found = _found(connection, accounts.c.id == account_id)
    if found is None:
        raise InvalidInput("There is no such account any more: look at the list of accounts again.")
    return found


def _refuse_taken(connection: Connection, account: Account) -> None:
    if _found(connection, accounts.c.login == account.login):
        raise InvalidInput(f"Somebody signs in as {account.login} already: choose another name to sign in with.")
    if _found(connection, func.lower(accounts.c.name) == account.name.lower()):
        raise InvalidInput(
            f"There is an account of the name {account.name} already: names stand under signatures, so add an initial."
        )
    first = connection.execute(select(accounts.c.id).limit(1)).first() is None
    if first and Role.ADMINISTRATOR not in account.roles:
        raise InvalidInput("The first account must be an administrator's: without one nobody could add the others on the page.")


def _refuse_nobody_left(connection: Connection) -> None:
    left = connection.execute(select(accounts.c.roles).where(accounts.c.disabled == 0)).scalars()
    if not any(Role.ADMINISTRATOR.value in str(roles) for roles in left):
        raise InvalidInput("This is the last administrator: give somebody else the role first.")


def _columns(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "login": account.login,
        "name": account.name,
        "roles": to_json(list(account.roles)),
        "issuer": account.issuer,
        "subject": account.subject,
        "disabled": int(account.disabled),
        "created_at": account.created_at.isoformat(timespec="microseconds"),
        "updated_at": account.updated_at.isoformat(timespec="microseconds"),
    }


def _account(row: RowMapping) -> Account:
    names: Any = from_json(row["roles"])
    return Account(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        roles=tuple(Role(name) for name in names),
        has_password=row["password"] is not None,
        issuer=row["issuer"],
        subject=row["subject"],
        disabled=bool(row["disabled"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
    )
