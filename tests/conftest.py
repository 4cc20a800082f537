"""Shared fixtures. The network is blocked: only this machine's loopback answers (tests/test_network_block.py proves it)."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import (
    cold_evidence,
    demonstration_mirror,
    evidence,
    prefect_api,
    whole_run,
    world,
)

__all__ = [
    "cold_evidence",
    "demonstration_mirror",
    "evidence",
    "prefect_api",
    "whole_run",
    "world",
]

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket never leaves the machine
    host = str(address[0])
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex

    def connect(self: socket.socket, address: Any) -> None:
        if not _is_loopback(address):
            raise OSError(f"the network is blocked in tests: {address!r}")
        real_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        if not _is_loopback(address):
            raise OSError(f"the network is blocked in tests: {address!r}")
        return real_connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The shared development data, or a loud skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"shared development data is not at {SHARED.parent.name}/{SHARED.name} beside the checkout")
    return SHARED
