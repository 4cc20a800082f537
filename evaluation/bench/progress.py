"""Progress of the measurements, on the error stream."""

from __future__ import annotations

import time

import click

_BETWEEN_LINES = 5.0


class BenchProgress:
    """`evidence.services.Progress`, a line at a time, at most one in five seconds for what moves."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._told = 0.0

    def stage(self, name: str, detail: str = "") -> None:
        """A measurement begins."""
        self._told = 0.0
        self.note(f"{name}: {detail}" if detail else name)

    def update(self, done: int, total: int, unit: str, detail: str = "") -> None:
        """How far it is."""
        if done >= total or time.perf_counter() - self._told > _BETWEEN_LINES:
            self._told = time.perf_counter()
            self.note(f"  {done:,} of {total:,} {unit}{f', {detail}' if detail else ''}")

    def note(self, message: str) -> None:
        """Something worth a line."""
        click.echo(f"  {time.perf_counter() - self._began:6.1f} s  {message}", err=True)
