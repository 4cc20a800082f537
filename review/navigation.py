"""Where one can go: the rooms of the workbench, and the rooms of one run. Each room is one line here."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.people import Role
from review.people import Person

STAFF = (Role.LIBRARIAN, Role.SECOND_REVIEWER)


@dataclass(frozen=True)
class Room:
    """A place to go to. `place` may hold `{run}`."""

    name: str
    title: str
    place: str
    roles: tuple[Role, ...] = ()


ROOMS = (
    Room("queue", "Requests", "/requests"),
    Room("ask", "Ask", "/ask", (Role.REQUESTER, Role.LIBRARIAN)),
    Room("accounts", "Accounts", "/accounts", (Role.ADMINISTRATOR,)),
)
"""The rooms of the workbench, in the order of the menu."""

RUN_ROOMS = (
    Room("progress", "Progress", "/runs/{run}/progress"),
    Room("search", "Search", "/runs/{run}/search", (Role.LIBRARIAN,)),
    Room("screen", "Screening", "/runs/{run}/screen", STAFF),
    Room("search-report", "Search report", "/runs/{run}/search-report", (Role.LIBRARIAN,)),
    Room("claims", "Claims", "/runs/{run}/claims", (Role.LIBRARIAN,)),
    Room("second", "Second review", "/runs/{run}/second", STAFF),
    Room("full-texts", "Full texts", "/runs/{run}/full-texts", STAFF),
    Room("certainty", "Certainty", "/runs/{run}/certainty", (Role.LIBRARIAN,)),
    Room("rewordings", "Rewordings", "/runs/{run}/rewordings", (Role.LIBRARIAN,)),
    Room("sign", "Sign", "/runs/{run}/sign", (Role.LIBRARIAN,)),
    Room("documents", "Documents", "/runs/{run}/documents"),
    Room("history", "History", "/runs/{run}/history", (*STAFF, Role.ADMINISTRATOR)),
)
"""The rooms of one run, in the order of the work."""


def rooms_for(person: Person | None) -> tuple[Room, ...]:
    """The rooms that this person may enter."""
    return () if person is None else tuple(room for room in ROOMS if person.may(*room.roles))


def run_rooms_for(person: Person | None) -> tuple[Room, ...]:
    """The rooms of a run that this person may enter."""
    return () if person is None else tuple(room for room in RUN_ROOMS if person.may(*room.roles))
