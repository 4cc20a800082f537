"""One limit on requests for every thread and process that shares a store."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, replace
from typing import Self

from sqlalchemy import Connection, select, text, update

from connectors.store import Store
from connectors.store.database import insert_new
from connectors.store.schema import opened
from connectors.store.tables import rate_limits

_MARGIN = 0.1
"""Seconds by which N + 1 requests are spread wider than one second: what their ways to the server may differ by."""

_FRESH = _MARGIN / 2
"""Seconds after which a turn that was let go is too old to use: its holder was kept from going, and asks anew."""

_STALE_TURNS = 5
"""Turns given up in a row before one is used however old: a store that is always so slow spaces requests by itself."""

_LONGEST = 3600.0
"""Seconds that a slot or pause can lie ahead; a row that says more is damaged."""


@dataclass(frozen=True)
class _Moment:
    """The same moment on the wall clock and on the clock that nobody sets."""

    wall: float
    monotonic: float


@dataclass(frozen=True)
class _State:
    """Where the limit stands at a moment."""

    ahead: float
    """Seconds until the next slot that nobody has reserved."""
    ages: tuple[float, ...]
    """Seconds since each request that was let go and may still count, the newest first."""
    pauses: int
    """How many pauses were ever asked for: who reserved a slot before the last one must ask anew."""


@dataclass(frozen=True)
class _Turn:
    delay: float
    pauses: int
    taken: float
    """This process's monotonic clock when the store gave the turn."""


class SharedLimiter:
    """Lets at most `per_second` requests go in any second, whichever thread or process makes them.

    Slots are spaced evenly and reserved in one short transaction; the sleep lies outside it; a second transaction lets
    the sleeper go if the last second, as it really went, has room for it. So one that wakes late neither comes too near
    to the next nor loses its turn, and a process that dies loses its slot and nothing else.
    Everybody who uses a `name` should use it with the same `per_second`.
    """

    def __init__(self, store: Store | str, *, per_second: float, name: str) -> None:
        """`store`: an open store or its address. `per_second`: above 0, at most 1,000. `name`: what is limited, a host say."""
        if not 0 < per_second <= 1000:
            raise ValueError("per_second must be a number above 0 and at most 1000")
        self._database = opened(store if isinstance(store, str) else store.url, durable=False)
        self._name = name[:256]
        self._most = max(1, math.floor(per_second))
        self._window = self._most / per_second + _MARGIN
        self._spacing = self._window / self._most

    def wait(self) -> None:
        """Returns when the next request may go. Raises `StorageFailure` where the store cannot be used."""
        for _ in range(_STALE_TURNS):
            turn = self._ask(None)
            while turn.delay > 0:
                time.sleep(turn.delay)
                turn = self._ask(turn)
            if time.monotonic() - turn.taken <= _FRESH:
                return

    def pause(self, seconds: float) -> None:
        """Lets nobody go for so long (at most an hour), as a server's Retry-After asks. Those who sleep already obey too."""
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError("seconds must be a number from 0")
        with self._database.write(lock="none") as connection:
            state, moment = self._state(connection)
            ahead = max(state.ahead, min(seconds, _LONGEST))
            self._keep(connection, replace(state, ahead=ahead, pauses=state.pauses + 1), moment)

    def close(self) -> None:
        """Closes the connections. The limiter can be used again afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, turn: _Turn | None) -> _Turn:
        """Reserves a slot, or, for one whose slot has come, lets it go: then the delay is 0."""
        with self._database.write(lock="none") as connection:
            state, moment = self._state(connection)
            taken = time.monotonic()
            delay, ahead, ages = 0.0, state.ahead, state.ages
            if turn is None or turn.pauses != state.pauses:
                delay, ahead = ahead, ahead + self._spacing
            if delay <= 0 and len(ages) >= self._most:
                delay = self._window - ages[self._most - 1]
            if delay <= 0:
                ages = (0.0, *ages)
            self._keep(connection, replace(state, ahead=ahead, ages=ages), moment)
        return _Turn(delay=delay, pauses=state.pauses, taken=taken)

    def _state(self, connection: Connection) -> tuple[_State, _Moment]:
        """Where the limit stands now; nobody else can change it before this transaction ends."""
        query = select(rate_limits).where(rate_limits.c.name == self._name).with_for_update()
        row = connection.execute(query).first()
        if row is None:
            new = insert_new(connection, rate_limits).values(
                name=self._name, ahead=0.0, ages="[]", wall=0.0, monotonic=0.0, pauses=0
            )
            connection.execute(new)
            row = connection.execute(query).one()
        moment = _moment(connection)
        passed = _passed(_Moment(row.wall, row.monotonic), moment)
        ages = (age + passed for age in json.loads(row.ages))
        ahead = min(row.ahead - passed, _LONGEST)
        return _State(
            ahead=ahead if ahead > 0 else 0.0, ages=tuple(age for age in ages if age < self._window), pauses=row.pauses
        ), moment

    def _keep(self, connection: Connection, state: _State, moment: _Moment) -> None:
        connection.execute(
            update(rate_limits)
            .where(rate_limits.c.name == self._name)
            .values(
                ahead=state.ahead,
                ages=json.dumps([round(age, 6) for age in state.ages]),
                wall=moment.wall,
                monotonic=moment.monotonic,
                pauses=state.pauses,
            )
        )


def _passed(then: _Moment, now: _Moment) -> float:
    """Seconds from then to now, rather too few than too many.

    Where the two clocks disagree, the smaller step counts: a wall clock that was put forward frees nothing. One that was
    put back, or a monotonic clock that began anew with the machine, is left out; if both went back no time has passed.
    """
    return min((step for step in (now.wall - then.wall, now.monotonic - then.monotonic) if step >= 0), default=0.0)


def _moment(connection: Connection) -> _Moment:
    """The clocks that all who share the store see: the server's own for PostgreSQL, this machine's for a file."""
    if connection.dialect.name == "postgresql":
        server = float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
        return _Moment(server, server)
    return _Moment(time.time(), time.monotonic())
