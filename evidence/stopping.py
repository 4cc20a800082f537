"""A person's or the system's wish that this process stops, kept from arriving in the middle of a transaction.

Python raises what a signal handler raises between any two instructions. Within a database's own calls that can leave a
transaction open that nobody closes, and the note "this run was interrupted" then waits for a lock that its own process holds.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_asked: list[int] = []
_held_back = 0


def stop_at_signals() -> None:
    """Let Ctrl-C and SIGTERM raise KeyboardInterrupt in the main thread, but not inside `uninterrupted`. Main thread only."""
    signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a process in the background ignores it, and stays so
        signal.signal(signal.SIGINT, _stop)


def stop_asked() -> int | None:
    """The first signal that asked this process to stop, or None."""
    return _asked[0] if _asked else None


@contextmanager
def uninterrupted() -> Iterator[None]:
    """In the main thread, a first wish to stop that comes while the inside runs arrives at its end. Keep it short."""
    global _held_back  # noqa: PLW0603 - a state of the process, as signals are
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked_before = len(_asked)
    _held_back += 1
    try:
        yield
    finally:
        _held_back -= 1
    if len(_asked) > asked_before and not _held_back:
        raise KeyboardInterrupt


def _stop(number: int, _frame: FrameType | None) -> None:
    _asked.append(number)
    if not _held_back or len(_asked) > 1:
        raise KeyboardInterrupt
