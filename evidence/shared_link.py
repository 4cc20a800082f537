"""Links by which somebody without an account reads a signed summary."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from evidence.base import EvidenceModel


class SharedLink(EvidenceModel):
    """A link by which somebody without an account may read a run's signed summary. The store keeps no way to open it."""

    id: str = Field(description="The link's own name, for revoking it.")
    run_id: str = Field(description="The run whose newest signed summary it shows.")
    made_for: str = Field(description="Whom it was made for, as the person who made it wrote.")
    by: str = Field(description="Who made it.")
    made_at: datetime = Field(description="When, UTC.")
    expires_at: datetime = Field(description="Until when it opens, UTC.")
    revoked_at: datetime | None = Field(default=None, description="When it was revoked, UTC; unset: it was not.")

    def opens(self, moment: datetime) -> bool:
        """Whether it opens at this moment."""
        return self.revoked_at is None and moment < self.expires_at
