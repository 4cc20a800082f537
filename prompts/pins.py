"""Writes `pins.json` from the prompt files: run it after adding a version, never to hide a change under an old one."""

from __future__ import annotations

import json
from pathlib import Path

from prompts.registry import load_prompts


def write_pins(folder: Path) -> dict[str, str]:
    """Hash every prompt into `folder/pins.json` and return what was written, `name@version` to SHA-256."""
    pins = {key: prompt.hash for key, prompt in load_prompts().items()}
    (folder / "pins.json").write_text(json.dumps(pins, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return pins


if __name__ == "__main__":
    write_pins(Path(__file__).parent)
