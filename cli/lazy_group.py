"""A group of commands that are imported when they are called, so that help is instant."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import ClassVar

import click


class LazyGroup(click.Group):
    """A group whose commands are given as `name: ("module:command", "its line in the help")`."""

    table: ClassVar[Mapping[str, tuple[str, str]]] = {}
    otherwise: ClassVar[str | None] = None
    """The command that is meant where the first argument names none."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Names in the order of a first use."""
        return list(self.table)

    def get_command(self, _context: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now, or None."""
        if cmd_name not in self.table:
            return None
        module, _, name = self.table[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self.table.items()])

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """The arguments; where the first names no command and is no call for help, `otherwise` is meant."""
        if self.otherwise and args and args[0] not in self.table and args[0] not in context.help_option_names:
            args = [self.otherwise, *args]
        return super().parse_args(context, args)
