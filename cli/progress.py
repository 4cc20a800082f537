"""Progress on the terminal's error stream: what is done, what is left, how long it took. Results go to the output stream."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from evidence.services import Progress

_BETWEEN_LINES = 5.0
_WIDTH = 24


class TerminalProgress:
    """`evidence.services.Progress` for people: a moving line on a terminal, a line now and then elsewhere."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()
        self._started = time.monotonic()
        self._told = 0.0
        self._open = False

    def stage(self, name: str, detail: str = "") -> None:
        """A stage begins."""
        self._told = 0.0
        self._line(f"{self._clock()}  {name}{f': {detail}' if detail else ''}")

    def update(self, done: int, total: int, unit: str, detail: str = "") -> None:
        """How far the stage is."""
        line = f"         {self._bar(done, total)} {done:,} of {total:,} {unit}{f', {detail}' if detail else ''}"
        if self._live:
            self._write(f"\r\x1b[K{line[:150]}", end=done >= total)
        elif done >= total or time.monotonic() - self._told > _BETWEEN_LINES:
            self._told = time.monotonic()
            self._line(line)

    def note(self, message: str) -> None:
        """Something worth a line."""
        self._line(f"         {message}")

    def take_warnings(self) -> None:
        """As `take_warnings`, for this terminal."""
        take_warnings(self)

    def _clock(self) -> str:
        seconds = int(time.monotonic() - self._started)
        return f"{seconds // 60:3d}:{seconds % 60:02d}"

    def _bar(self, done: int, total: int) -> str:
        filled = _WIDTH if total <= 0 else min(_WIDTH, _WIDTH * done // total)
        return f"[{'#' * filled}{'.' * (_WIDTH - filled)}]"

    def _line(self, text: str) -> None:
        if self._open and not self._quiet:
            click.echo("", err=True)
        self._open = False
        if not self._quiet:
            click.echo(text, err=True)

    def _write(self, text: str, *, end: bool) -> None:
        if not self._quiet:
            click.echo(text, err=True, nl=end)
            self._open = not end


def take_warnings(progress: Progress) -> None:
    """From now on what connectors warn of (a wait, another attempt) is told as a note."""
    logger = logging.getLogger("connectors")
    logger.handlers[:] = [_AsNotes(progress)]
    logger.propagate = False


class _AsNotes(logging.Handler):
    """Hands warnings to the progress."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.WARNING)
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one."""
        self._progress.note(record.getMessage())
