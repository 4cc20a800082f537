"""People at the workbench's pages: each with a session of their own, over real HTTP, reading a while before they go on."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from html import unescape
from urllib.parse import urlencode, urlsplit

from evaluation.bench.made_desk import MadeReview
from evidence.errors import ServiceUnavailable

Times = dict[str, list[float]]
"""Milliseconds by page."""

_PATIENCE = 60.0
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_WORDING = {
    "text": re.compile(r'<textarea[^>]* id="text"[^>]*>([^<]*)</textarea>'),
    "pmid-0": re.compile(r'<input[^>]* id="pmid-0"[^>]* value="([^"]*)"'),
    "quote-0": re.compile(r'<textarea[^>]* id="quote-0"[^>]*>([^<]*)</textarea>'),
}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Person:
    """Somebody at the pages. `times` in milliseconds and `cpu` in processor milliseconds of the server, by page."""

    def __init__(self, address: str, token: str, *, seed: int, pause: float, cpu: Callable[[], float]) -> None:
        self._place = urlsplit(address).netloc
        self._headers = {"Cookie": f"evidence={token}"}
        self._server_cpu = cpu
        self._pause = pause
        self.random = random.Random(seed)
        self.times: Times = defaultdict(list)
        self.cpu: Times = defaultdict(list)

    def page(self, name: str, place: str) -> str:
        """Load a page and read it."""
        return self._timed(name, "GET", place, {})

    def send(self, name: str, place: str, page: str, **fields: str) -> None:
        """Send a form with what the page keeps hidden in it."""
        hidden = {key: unescape(value) for key, value in reversed(_HIDDEN.findall(page))}
        self._timed(name, "POST", place, {**hidden, **fields})

    def _timed(self, name: str, method: str, place: str, form: dict[str, str]) -> str:
        if self._pause:
            time.sleep(self.random.expovariate(1 / self._pause))
        before, began = self._server_cpu(), time.perf_counter()
        status, text = self._asked(method, place, form)
        self.times[name].append((time.perf_counter() - began) * 1000)
        self.cpu[name].append((self._server_cpu() - before) * 1000)
        if status >= 500 or status in (400, 403, 404):
            raise ServiceUnavailable(f"The workbench answered {status} at {place}: look at its log.")
        return text

    def _asked(self, method: str, place: str, form: dict[str, str]) -> tuple[int, str]:
        """Status and text, over a connection of its own: one kept open may be closed by the server just then."""
        connection = http.client.HTTPConnection(self._place, timeout=_PATIENCE)
        try:
            body = urlencode(form) if form else None
            connection.request(method, place, body=body, headers={**self._headers, **(_FORM if form else {})})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


class Walks:
    """Walks through the rooms of the reviews of a desk; it knows which screenings have been looked at."""

    def __init__(self, desk: Sequence[MadeReview]) -> None:
        self._open = [made for made in desk if not made.signed] or list(desk)
        self._signed = [made for made in desk if made.signed]
        self._screened: set[str] = set()
        self._turn = threading.Lock()

    def walk(self, person: Person) -> None:
        """Once through every room of a review drawn at random, and the documents of another that is signed."""
        review = person.random.choice(self._open)
        run = f"/runs/{review.run_id}"
        person.page("queue", "/requests")
        person.page("ask", "/ask")
        person.page("request", f"/requests/{review.number}")
        person.page("progress", f"{run}/progress")
        person.page("search", f"{run}/search")
        self._screen(person, review)
        person.page("full texts", f"{run}/full-texts")
        self._decide(person, review)
        person.page("second review", f"{run}/second")
        person.page("certainty", f"{run}/certainty")
        person.page("rewordings", f"{run}/rewordings")
        person.page("sign", f"{run}/sign")
        person.page("history", f"{run}/history")
        signed = f"/runs/{person.random.choice(self._signed).run_id}"
        person.page("documents", f"{signed}/documents")
        person.page("signed summary", f"{signed}/summary")

    def _screen(self, person: Person, review: MadeReview) -> None:
        place = f"/runs/{review.run_id}/screen"
        with self._turn:
            first = review.run_id not in self._screened
            self._screened.add(review.run_id)
        page = person.page("screening, the first look at a review" if first else "screening", place)
        person.send("a screening decision", place, page, do="include")
        person.page("screening, after a decision", place)

    @staticmethod
    def _decide(person: Person, review: MadeReview) -> None:
        person.page("claims, the list", f"/runs/{review.run_id}/claims")
        claim = f"/runs/{review.run_id}/claims/{person.random.choice(review.claims)}"
        page = person.page("one claim", claim)
        wording = {name: unescape(found[1]) for name, pattern in _WORDING.items() if (found := pattern.search(page))}
        person.send("an edit of a claim, checked", claim, page, do="edit", edit_reason="Shorter.", **wording)
        page = person.page("one claim", claim)
        person.send("a decision on a claim", claim, page, do="accept", reason="I read the record.")


def walk_together(people: Sequence[Person], walks: Walks, rounds: int) -> Times:
    """Everybody at once; the times of all. Raises what a person met."""
    met: list[Exception] = []

    def work(person: Person) -> None:
        try:
            for _ in range(rounds):
                walks.walk(person)
        except (ServiceUnavailable, OSError, http.client.HTTPException) as fault:
            met.append(fault)

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if met:
        raise ServiceUnavailable(f"{len(met)} of {len(people)} people met a fault; the first: {met[0]}")
    names = dict.fromkeys(name for person in people for name in person.times)
    return {name: [time for person in people for time in person.times[name]] for name in names}
