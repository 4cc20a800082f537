"""`evidence accounts`: who may use the workbench, and as what. Passwords are asked for or read from the input stream."""

from __future__ import annotations

import json
import sys

import click

from cli.answering import current_user
from connectors.settings import Settings
from evidence.errors import InvalidInput
from evidence.people import Account, Role

ROLES = click.Choice([role.value for role in Role])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def accounts() -> None:
    """Who may use the workbench, and as what."""


@accounts.command("add")
@click.argument("login")
@click.option("--name", help="The person's name, as it stands under what they do.  [default: LOGIN]")
@click.option("--role", "roles", multiple=True, type=ROLES, required=True, help="What the person may do. Repeatable.")
@click.option("--no-password", is_flag=True, help="The person signs in by single sign-on alone.")
def add(login: str, name: str | None, roles: tuple[str, ...], no_password: bool) -> None:
    """Add an account that signs in as LOGIN. The password is asked for, or read from the input stream."""
    from connectors.store import Store
    from review.actions.accounts import add_account

    password = None if no_password else ask_password()
    with Store.open(Settings.load().store_url) as store:
        made = add_account(store, login, name or login, [Role(role) for role in roles], password=password, by=current_user())
    click.echo(f"{made.login} may sign in as {made.name}: {', '.join(made.roles)}.")


@accounts.command("list")
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
def list_accounts(as_json: bool) -> None:
    """List the accounts."""
    from connectors.store import Store

    with Store.open(Settings.load().store_url) as store:
        found = store.people.accounts()
    if as_json:
        click.echo(json.dumps([account.model_dump(mode="json") for account in found], ensure_ascii=False, indent=2))
        return
    for account in found:
        state = "disabled" if account.disabled else ", ".join(account.roles)
        click.echo(f"{account.login:<32}  {account.name:<24}  {state}")
    if not found:
        click.echo("There are no accounts: whoever uses this machine is signed in.")


@accounts.command("disable")
@click.argument("login")
@click.option("--enable", is_flag=True, help="Let the account sign in again.")
def disable(login: str, enable: bool) -> None:
    """Let LOGIN sign in no more; its sessions end at once."""
    from connectors.store import Store
    from review.actions.accounts import set_disabled

    with Store.open(Settings.load().store_url) as store:
        set_disabled(store, _of(store.people.by_login(login), login).id, disabled=not enable, by=current_user())
    click.echo(f"{login} may {'sign in again' if enable else 'no longer sign in'}.")


@accounts.command("password")
@click.argument("login")
def password(login: str) -> None:
    """Set a new password for LOGIN. It is asked for, or read from the input stream; sessions of the account end."""
    from connectors.store import Store
    from review.actions.accounts import set_password

    with Store.open(Settings.load().store_url) as store:
        account = _of(store.people.by_login(login), login)
        set_password(store, account.id, ask_password(), by=current_user())
    click.echo(f"{login} has a new password.")


def ask_password() -> str:
    """The password: asked for twice on a terminal, else the first line of the input stream. It never stands in a command."""
    if sys.stdin.isatty():
        given: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return given
    return sys.stdin.readline().rstrip("\r\n")


def _of(found: tuple[Account, str | None] | None, login: str) -> Account:
    if found is None:
        raise InvalidInput(f"Nobody signs in as {login}: `evidence accounts list` shows who does.")
    return found[0]
