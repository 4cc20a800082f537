"""`evidence accounts`: people are added, listed, shut out; a password never stands in a command."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.accounts import accounts
from connectors.store import Store
from evidence.errors import EvidenceError
from review.passwords import hash_password, is_password

PASSWORD = "three unrelated words"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVIDENCE_HOME", str(tmp_path))
    return tmp_path


def run(*arguments: str, typed: str = f"{PASSWORD}\n") -> Result:
    return CliRunner().invoke(accounts, list(arguments), input=io.BytesIO(typed.encode()))


def sentence(result: Result) -> str:
    assert isinstance(result.exception, EvidenceError), result.output
    return result.exception.message


def test_an_account_is_added_listed_given_a_password_and_shut_out(home: Path) -> None:
    assert "There are no accounts" in run("list").output
    assert "may sign in as Jane Lee" in run("add", "Jane@trust.example", "--name", "Jane Lee", "--role", "administrator").output
    assert "may sign in as dr@trust.example" in run("add", "dr@trust.example", "--role", "requester", "--no-password").output
    assert run("password", "jane@trust.example", typed="another pass phrase\n").exit_code == 0
    with Store.open(f"sqlite:///{home / 'evidence.sqlite'}") as store:
        found = store.people.by_login("jane@trust.example")
        assert found is not None
        assert is_password("another pass phrase", found[1])
        assert not is_password(PASSWORD, found[1])
        assert PASSWORD not in str([event.model_dump() for event in store.events()])
    assert run("disable", "dr@trust.example").exit_code == 0
    assert "disabled" in run("list").output
    assert '"disabled": true' in run("list", "--json").output
    assert run("disable", "dr@trust.example", "--enable").exit_code == 0
    assert "disabled" not in run("list").output


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (("add", "jane", "--role", "librarian"), PASSWORD, "first account must be an administrator's"),
        (("add", "jane", "--role", "administrator"), "short", "too short"),
        (("add", "jane", "--role", "administrator"), "", "too short"),
        (("add", "jane", "--role", "administrator"), "a" * 30, "five of them different"),
        (("add", "jane lee", "--role", "administrator"), PASSWORD, "must be one word"),
        (("disable", "nobody"), "", "Nobody signs in as nobody"),
    ],
)
def test_what_cannot_be_is_one_sentence(home: Path, arguments: tuple[str, ...], typed: str, said: str) -> None:
    assert said in sentence(run(*arguments, typed=f"{typed}\n"))


def test_a_name_stands_for_one_person(home: Path) -> None:
    run("add", "jane", "--name", "Jane Lee", "--role", "administrator")
    assert "signs in as jane already" in sentence(run("add", " JANE", "--role", "librarian"))
    assert "add an initial" in sentence(run("add", "jane2", "--name", "jane  lee", "--role", "librarian"))
    assert "last administrator" in sentence(run("disable", "jane"))


def test_passwords_are_hashed_with_argon2id_each_in_its_own_way() -> None:
    one, two = hash_password(PASSWORD), hash_password(PASSWORD)
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert one != two
    assert is_password(PASSWORD, one)
    assert not is_password(PASSWORD, None)
    assert not is_password(PASSWORD, "no hash")
