"""Every attempt of this process to reach another machine, as Python's own audit events tell it."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_WATCHING: list[list[str]] = []
_HOOKED: list[bool] = []
_LOCAL = frozenset({"localhost", "", "0.0.0.0", "::"})  # noqa: S104 - names of this machine, nothing is bound


def _note(event: str, given: tuple[object, ...]) -> None:
    if not _WATCHING or event not in {"socket.connect", "socket.sendto", "socket.getaddrinfo"}:
        return
    address = given[0] if event == "socket.getaddrinfo" else given[1] if len(given) > 1 else None
    host = address[0] if isinstance(address, tuple) and address else address
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if isinstance(host, str) and not (event != "socket.getaddrinfo" and not isinstance(address, tuple)) and _is_elsewhere(host):
        for seen in _WATCHING:
            seen.append(f"{event} {host}")


def _is_elsewhere(host: str) -> bool:
    if host in _LOCAL:
        return False
    try:
        return not ipaddress.ip_address(host.split("%", maxsplit=1)[0]).is_loopback
    except ValueError:
        return True


@contextmanager
def outbound_watched() -> Iterator[list[str]]:
    """A list that every connection, datagram and name look-up beyond this machine is written into while this lasts.

    The hook itself stays for the life of the process, as audit hooks do, and does nothing when nobody watches.
    """
    if not _HOOKED:
        sys.addaudithook(_note)
        _HOOKED.append(True)
    seen: list[str] = []
    _WATCHING.append(seen)
    try:
        yield seen
    finally:
        _WATCHING.remove(seen)
