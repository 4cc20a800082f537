"""Options that belong together, given to a command as one object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any

from connectors.settings import Settings


@dataclass(frozen=True, kw_only=True)
class ServiceOptions:
    """The options that name the services a run uses; unset: those of the settings."""

    email: str | None
    source: str | None
    model: str | None
    base_url: str | None

    def settings(self) -> Settings:
        """The settings with what was given before them."""
        return Settings.load(email=self.email, source=self.source, model=self.model, base_url=self.base_url)


def grouped(**groups: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command that takes the options named like a dataclass's fields as one object of it, by the name of its parameter."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def with_groups(**given: Any) -> None:
            made = {name: group(**{one.name: given.pop(one.name) for one in fields(group)}) for name, group in groups.items()}
            command(**given, **made)

        return with_groups

    return decorate
