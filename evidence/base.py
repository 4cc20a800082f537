"""What every model of the field shares: immutable, closed to unknown fields, hashed by content."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

Pmid = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")]
"""A PubMed identifier: 1 to 9 digits, kept as text."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest in lower-case hexadecimal."""


class EvidenceModel(BaseModel):
    """A value of the field. Frozen, because the ledger hashes it; closed, because a typing slip must not pass."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)

    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON of this value."""
        return content_hash(self.model_dump(mode="json"))


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spare white space: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_hash(value: Any) -> str:
    """SHA-256, in lower-case hexadecimal, of the canonical JSON of a JSON-ready value."""
    return hashlib.sha256(canonical_json(value).encode("utf-8")).hexdigest()
