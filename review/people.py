"""The person at the page, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.people import Account, Role

EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True)
class Person:
    """Who is signed in. `name` is what stands as `by=` under everything the person does."""

    id: str
    name: str
    roles: frozenset[Role]
    alone: bool = False
    """Whether this is the one person of a machine without accounts, whom nobody asked for a password."""

    @classmethod
    def of(cls, account: Account) -> Person:
        """The person whose account it is."""
        return cls(account.id, account.name, frozenset(account.roles))

    def may(self, *roles: Role) -> bool:
        """Whether the person has any of the roles; True where none is asked for."""
        return not roles or not self.roles.isdisjoint(roles)

    @property
    def only_asks(self) -> bool:
        """Whether the person is a requester and nothing else: they see their own requests alone."""
        return self.roles == frozenset({Role.REQUESTER})


def the_one_person(name: str) -> Person:
    """The person of a machine without accounts."""
    return Person("one-person", name, EVERY_ROLE, alone=True)
