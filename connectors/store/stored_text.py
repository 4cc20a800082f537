"""How values are written down: escaped JSON, compressed bytes, moments in UTC."""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue


def to_json(value: Any, *, sort: bool = False) -> str:
    """JSON in ASCII: lone surrogates and NUL, which databases refuse, are escaped and come back as they were.

    Raises `ValueError` for NaN and infinity and `TypeError` for what JSON cannot hold.
    """
    return json.dumps(value, ensure_ascii=True, allow_nan=False, sort_keys=sort, separators=(",", ":"))


def from_json(text: str) -> JsonValue:
    """The value that `to_json` wrote down."""
    value: JsonValue = json.loads(text)
    return value


def digest(text: str | bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text).hexdigest()


def pack(text: str) -> bytes:
    """Compressed text. Level 1: citations shrink to a third, and saving stays faster than fetching by far."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def unpack(data: bytes) -> str:
    """The text that `pack` compressed. Raises `ValueError` for bytes that it did not write."""
    try:
        return zlib.decompress(data).decode("utf-8", "surrogatepass")
    except zlib.error as fault:
        raise ValueError(f"not compressed text: {fault}") from fault


def now() -> str:
    """This moment, UTC, to the microsecond; as text it sorts by time."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
