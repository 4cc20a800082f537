"""The pages that a person can come to by links, the forms on them, and what no page may hold whatever was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from tests.review.workbench import Visitor

ONE_OF = {"checkbox", "radio", "submit", "hidden"}
"""Kinds of field whose value the page itself chooses."""


@dataclass
class Form:
    """A form as a page shows it: where it goes, and by field the values that the page offers (none: free text)."""

    place: str
    method: str
    fields: dict[str, set[str]] = field(default_factory=dict)


class Page(HTMLParser):
    """Reads one page: its text, its links, its forms, and every element through which typed text would have become code."""

    def __init__(self, place: str, text: str) -> None:
        super().__init__()
        self._place = place
        self._select = ""
        self.links: set[str] = set()
        self.forms: list[Form] = []
        self.live: list[str] = []
        self.text = text
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._look_for_code(tag, said)
        if tag == "a" and "href" in said:
            self.links.add(urljoin(self._place, said["href"]))
        elif tag == "form":
            there = urlsplit(urljoin(self._place, said.get("action", ""))).path
            self.forms.append(Form(there, said.get("method", "get").upper()))
        elif tag == "select":
            self._select = said.get("name", "")
            self._offer(self._select, None)
        elif tag == "option":
            self._offer(self._select, said.get("value", ""))
        elif tag in ("input", "button", "textarea") and said.get("name"):
            own = tag == "button" or said.get("type", "text") in ONE_OF
            self._offer(said["name"], said.get("value", "") if own else None)

    def _offer(self, name: str, value: str | None) -> None:
        if self.forms and name:
            values = self.forms[-1].fields.setdefault(name, set())
            if value is not None:
                values.add(value)

    def _look_for_code(self, tag: str, said: dict[str, str]) -> None:
        inline = tag == "script" and not said.get("src", "").startswith("/static/")
        if inline or tag in ("style", "iframe", "object", "embed", "base"):
            self.live.append(tag)
        self.live += [name for name in said if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "formaction"):
            if re.match(r"\s*(javascript|vbscript|data:text)", said.get(name, ""), re.IGNORECASE):
                self.live.append(f"{name}={said[name][:40]}")


def crawl(visitor: Visitor, *starts: str, most_in_folder: int = 2) -> dict[str, Page]:
    """`starts` and the pages that links lead to from them, by place without query; of pages that lie together, a few."""
    waiting, found = list(starts), dict[str, Page]()
    while waiting:
        place = urlsplit(waiting.pop(0)).path
        folder = place.rpartition("/")[0]
        together = sum(each.rpartition("/")[0] == folder for each in found) if folder else 0
        if place in found or not place.startswith("/") or (place not in starts and together >= most_in_folder):
            continue
        answer = visitor.get(place)
        if answer.status_code in (303, 307):
            waiting.append(answer.headers["location"])
            continue
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        assert answer.status_code < 500, place
        found[place] = Page(place, answer.text)
        waiting += sorted(link for link in found[place].links if not urlsplit(link).netloc and "/static/" not in link)
    return found
