"""Addresses as a person may give them in a setting. Each raises `ValueError` with the end of a sentence that begins "it"."""

from __future__ import annotations

import re
from ipaddress import ip_network
from urllib.parse import urlsplit


def web_address(value: str, *, also: str = "") -> str:
    """The address of a server. `also` names what else is allowed."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value):
        raise ValueError(f"must be {also}an address that begins with http:// or https://")
    if parts.username or parts.password:
        raise ValueError("must not hold a name or password, because reports name the address")
    return value


def host_address(value: str) -> str:
    """The address of a host, without a path."""
    if urlsplit(web_address(value)).path.strip("/"):
        raise ValueError("must be the address of a host without a path: the workbench needs a host name of its own")
    return value.rstrip("/")


def networks(value: str) -> str:
    """Addresses and networks with commas between."""
    for name in filter(None, (part.strip() for part in value.split(","))):
        try:
            ip_network(name)
        except ValueError:
            raise ValueError("must be addresses or networks such as 10.0.0.5 or 10.0.0.0/24, with commas between") from None
    return value
