"""Passwords, hashed with argon2id (RFC 9106, the second recommended option of 64 MiB)."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from evidence.errors import InvalidInput

SHORTEST = 12
"""Characters. Length counts, rules on characters do not (NCSC, NIST SP 800-63B)."""

LONGEST = 200

_HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
_turns = threading.Semaphore(2)  # 64 MiB a try: many at once must not exhaust the memory


def hash_password(password: str) -> str:
    """The hash to keep. Raises `InvalidInput` for a password that is too short, too long or too plain."""
    if len(password) < SHORTEST:
        raise InvalidInput(f"The password is too short: use at least {SHORTEST} characters, for example three unrelated words.")
    if len(password) > LONGEST or len(set(password)) < 5:
        raise InvalidInput(f"The password cannot be used: it must have at most {LONGEST} characters, five of them different.")
    return _HASHER.hash(password)


def is_password(password: str, hashed: str | None) -> bool:
    """Whether it is the password; without a hash the same work is done, so that the time taken tells nothing."""
    try:
        with _turns:
            return _HASHER.verify(hashed or _nobody(), password[:LONGEST]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
