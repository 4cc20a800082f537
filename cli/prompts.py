"""`evidence prompts`: the prompts and their versions, what each version scored, and one tried out."""

from __future__ import annotations

from typing import ClassVar

import click

from cli.lazy_group import LazyGroup


class _PromptCommands(LazyGroup):
    table: ClassVar = {
        "list": ("cli.prompts_show:list_prompts", "Every prompt: versions, the one in use, inputs, scores on each suite."),
        "show": ("cli.prompts_show:show", "One version: who changed what and why, its text, its scores."),
        "diff": ("cli.prompts_show:diff", "Two versions: what was changed, and how they compare on the same cases."),
        "try": ("cli.prompts_try:try_prompt", "Fill a prompt in and ask the model once."),
    }


@click.group(cls=_PromptCommands, context_settings={"help_option_names": ["-h", "--help"]})
def prompts() -> None:
    """The prompts and their versions: who changed what and why, and what each version scored on each suite."""
