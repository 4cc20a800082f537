"""The block itself is tested: a test that reaches out fails."""

from __future__ import annotations

import socket

import pytest


def test_a_connection_beyond_this_machine_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(OSError, match="blocked in tests"):
        outside.connect(("192.0.2.1", 80))


def test_loopback_still_answers() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        client.connect(server.getsockname())
