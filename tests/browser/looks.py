"""What to look for on a page: axe's rules, what is cut off or hangs over, and where the focus goes and whether it is seen."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (1200, 320)
"""Pixels. 320 is what 1280 leave at 400 % zoom (WCAG 1.4.10)."""

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = """() => [...document.querySelectorAll("body *")].filter(each => {
    const style = getComputedStyle(each);
    const hides = ["hidden", "clip"].includes(style.overflowX) && each.clientWidth > 1 && style.clip === "auto";
    return hides && each.scrollWidth > each.clientWidth + 1;
}).map(each => `${each.tagName.toLowerCase()}.${each.className}`)"""
"""Elements that hide a part of what they hold to the right; what is hidden from eyes on purpose is one pixel wide."""

OPEN_ALL = "() => document.querySelectorAll('details').forEach(each => { each.open = true; })"

FROM_THE_TOP = """() => { const body = document.body; body.tabIndex = -1; body.focus(); body.removeAttribute("tabindex"); }"""
REMEMBER = """() => {
    const look = each => [each, each.nextElementSibling, each.firstElementChild].filter(Boolean)
        .flatMap(one => [getComputedStyle(one), getComputedStyle(one, "::before")])
        .map(style => [style.boxShadow, style.outline, style.backgroundColor, style.borderColor].join()).join();
    const kinds = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const groups = new Set();
    const stops = [...document.querySelectorAll(kinds)].filter(each => {
        if (each.disabled || each.tabIndex < 0 || !each.checkVisibility({visibilityProperty: true})) return false;
        if (each.type !== "radio") return true;
        const group = `${each.form?.action} ${each.name}`, first = !groups.has(group);
        groups.add(group);
        const checked = each.form?.querySelector(`input[name="${each.name}"]:checked`);
        return checked ? checked === each : first;
    });
    window.focusLook = {look, stops, before: new Map(stops.map(each => [each, look(each)]))};
    return stops.length;
}"""
FOCUSED = """() => {
    const {look, stops, before} = window.focusLook, each = document.activeElement;
    if (!each || each === document.body) return null;
    const shown = each.getClientRects()[0], label = each.labels?.[0];
    const [x, y] = [shown.x + shown.width / 2, shown.y + Math.min(shown.height, innerHeight - shown.y) / 2];
    const over = document.elementFromPoint(x, y);
    const seen = over && [each, label].filter(Boolean).some(one => one.contains(over) || over.contains(one));
    const name = (each.getAttribute("name") || each.textContent || each.tagName).trim().slice(0, 60);
    return {stop: stops.indexOf(each), name, marked: before.get(each) !== look(each), seen: Boolean(seen)};
}"""


def printed_pages(page: Page, folder: Path) -> list[str]:
    """The text of each page as the browser prints it on A4."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not on this machine: install Debian's `poppler-utils` to read the printed pages")
    printed = folder / "printed.pdf"
    page.pdf(path=printed, format="A4")
    text = subprocess.run([reader, str(printed), "-"], capture_output=True, text=True, check=True).stdout
    return text.rstrip("\f").split("\f")


@dataclass
class Faults:
    """What was found wrong, and what was counted on the way."""

    told: list[str] = field(default_factory=list)
    violations: dict[tuple[str, str], int] = field(default_factory=dict)
    stops: dict[str, int] = field(default_factory=dict)

    def look(self, name: str, page: Page) -> None:
        """Look at the page as it stands: at both widths, at 200 %, with what is folded up opened, and by Tab."""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            self._fits(f"{name} at {width}", page)
            page.evaluate(OPEN_ALL)
            self._fits(f"{name} at {width}, all opened", page)
            self.axe(name, str(width), page)
        page.set_viewport_size({"width": 640, "height": 450})
        self._fits(f"{name} at 200 % zoom", page)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
        self._fits(f"{name} with text twice as large", page)
        page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
        self._tab(name, page)

    def axe(self, name: str, width: str, page: Page) -> None:
        """Every rule of axe, best practices included."""
        found: dict[str, Any] = Axe().run(page).response
        assert len(found["passes"]) > 10, f"axe hardly looked at {name}"
        self.violations[name, width] = len(found["violations"])
        self.told += [f"{name} at {width}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in found["violations"]]

    def _fits(self, what: str, page: Page) -> None:
        if (over := page.evaluate(OVERFLOW)) > 0:
            self.told.append(f"{what}: {over} pixels hang over the edge")
        self.told += [f"{what}: cut off in {cut}" for cut in page.evaluate(CUT)]

    def _tab(self, name: str, page: Page) -> None:
        """Tab from the top: every place once, in the page's order, each marked and in sight (WCAG 2.4.3, 2.4.7, 2.4.11)."""
        page.evaluate(FROM_THE_TOP)
        expected = page.evaluate(REMEMBER)
        reached: list[int] = []
        for _ in range(2 * expected + 20):  # a field for a date has several stops within
            page.keyboard.press("Tab")
            now = page.evaluate(FOCUSED)
            if now is None or (now["stop"] == 0 and len(reached) >= expected):
                break
            if now["stop"] >= 0 and now["stop"] not in reached[-1:]:
                reached.append(now["stop"])
                self.told += [f"{name}: the focus on {now['name']!r} {wrong}" for wrong in _unseen(now)]
        self.stops[name] = len(reached)
        if reached != list(range(expected)):
            self.told.append(f"{name}: Tab goes {reached}, of {expected} places")

    def table(self) -> str:
        """Page, violations at each width, places that Tab reaches: one line a page, as Markdown."""
        widths = sorted({width for _, width in self.violations}, key=lambda each: -int(each))
        heads = " | ".join(f"violations at {width} px" for width in widths)
        lines = [f"| page | {heads} | Tab stops |", f"| --- |{' --- |' * (len(widths) + 1)}"]
        for name in dict.fromkeys(name for name, _ in self.violations):
            counts = " | ".join(str(self.violations.get((name, width), "-")) for width in widths)
            lines.append(f"| {name} | {counts} | {self.stops.get(name, '-')} |")
        return "\n".join(lines)


def _unseen(now: dict[str, Any]) -> list[str]:
    return [*([] if now["marked"] else ["is not marked"]), *([] if now["seen"] else ["is hidden by something"])]
