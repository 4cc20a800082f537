"""Somebody with a keyboard and nothing else."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

MOST_STOPS = 400
"""Tab stops after which a place counts as out of reach."""

FOCUSED = """() => { const focus = document.activeElement;
    return [focus.textContent.replace(/\\s+/g, " ").trim(), focus.getAttribute("name") ?? "", focus.value ?? ""]; }"""


class Keys:
    """Drives a page by Tab, Enter, Space and letters alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, words: str = "", *, name: str = "", value: str = "") -> None:
        """Tab to the link, button, field or summary that holds these words, of this field name and of this value."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            shown, called, held = self.page.evaluate(FOCUSED)
            if words in shown and name in ("", called) and value in ("", held):
                return
        raise AssertionError(f"no way by Tab to {words or name!r} on {self.page.url}")

    def press(self, words: str, *, name: str = "", value: str = "") -> None:
        """Reach a link or button and press it; it leads to a page."""
        self.reach(words, name=name, value=value)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def open(self, words: str) -> None:
        """Reach a summary and open what is folded under it."""
        self.reach(words)
        self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Reach a field and put this text in place of what it holds."""
        self.reach(name=name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def tick(self, name: str) -> None:
        """Reach a box and tick it."""
        self.reach(name=name)
        self.page.keyboard.press("Space")

    def choose(self, name: str, value: str) -> None:
        """Reach a list and go down it, key by key, to this value."""
        self.reach(name=name)
        for _ in range(MOST_STOPS):
            if self.page.evaluate(FOCUSED)[2] == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} has no {value!r}")

    def take(self, words: str, folder: Path, *, place: str) -> Path:
        """Reach a link of these words that leads to this file name, and take the file."""
        for _ in range(MOST_STOPS):
            self.reach(words)
            if place in (self.page.locator(":focus").get_attribute("href") or ""):
                break
        with self.page.expect_download() as coming:
            self.page.keyboard.press("Enter")
        taken = folder / coming.value.suggested_filename
        coming.value.save_as(taken)
        return taken

    def sees(self, words: str) -> None:
        """The words stand on the page."""
        assert words in (shown := self.text()), f"{words!r} is not on {self.page.url}: {shown[:600]}"

    def text(self) -> str:
        """What the page says, in one line."""
        return " ".join(self.page.locator("main").inner_text().split())
