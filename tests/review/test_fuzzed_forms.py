"""Every route fuzzed by schemathesis as somebody signed in: no fault of the server, nothing typed ever becomes code.

The application describes its places and the parameters in them; the fields of its forms are read from the pages that show
them, with the values that those offer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok

from evidence.people import Role
from review.actions.share import make_link
from tests.review.crawled_pages import Form, Page, crawl
from tests.review.made_reviews import drafted, open_bench
from tests.review.signed_reviews import ANNA, ready, signed
from tests.review.test_requests import FORM
from tests.review.test_search_pages import searched
from tests.review.workbench import Visitor, Workbench, hidden

HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</textarea></title></style><svg onload=alert(1)>",
    "javascript:alert(1)",
    "https://a.example/\" onmouseover='x",
    "{{ 7 * 7 }}{% for x in y %}${7}#{7}",
    '=HYPERLINK("https://a.example")',
    "' OR '1'='1'; DROP TABLE runs; --",
    "../../../../etc/passwd",
    "\u202egnp.exe \u2066\u0000\u0007\ufeff",
    "a\r\nSet-Cookie: evidence=1\r\n\r\n<b>",
    "שלום مرحبا 👩‍⚕️ ÅÅ",
    "9" * 400,
    "-1",
    "NaN",
    "2026-02-30",
    "",
    "x" * 19_999,
    "(" * 3_000,
)
NEVER = {"/sign-out", "/static/{name}", "/sign-in/sso", "/sign-in/sso/back"}
"""Places that end the session, give files, or lead to another server."""

ONLY_AT_TIMES = {
    "/sign-in": ("login", "password", "onward", "held"),
    "/requests/{number}/withdraw": ("seen",),
    "/requests/{number}/handover": ("seen", "to", "handover_text"),
    "/requests/{number}/forget-look": ("seen", "place"),
    "/requests/{number}/end": ("seen",),
    "/runs/{run_id}/stop": (),
    "/runs/{run_id}/resume": (),
    "/runs/{run_id}/search/test-page": ("strategy", "known"),
    "/runs/{run_id}/claims/forget-times": (),
    "/runs/{run_id}/second/claims/add": ("text", "section", "outcome", "pmid-0", "quote-0"),
    "/runs/{run_id}/second/claims/forget-times": (),
    "/runs/{run_id}/second/claims/{claim_id}": ("seen", "do", "reason", "text", "pmid-0", "quote-0", "edit_reason"),
    "/runs/{run_id}/second/settle/{claim_id}": ("seen", "side", "reason"),
    "/runs/{run_id}/sign": ("content", "entries", "name", "role", "confirmed"),
    "/runs/{run_id}/links": ("made_for", "days"),
    "/runs/{run_id}/search-report": ("content", "name", "role", "confirmed"),
    "/runs/{run_id}/search-report/links": ("made_for", "days"),
    "/runs/{run_id}/search-report/item": ("number", "seen", "do", "state", "text"),
    "/runs/{run_id}/certainty/outcome": ("name", "seen", "do", "starts_at", "rating", "reason", "level-0", "why-0"),
    "/runs/{run_id}/full-texts/record": ("pmid", "seen", "do", "outcome", "reason", "on"),
    "/runs/{run_id}/rewordings/{reader}/{claim_id}": ("seen", "do", "text"),
    "/runs/{run_id}/links/{link_id}/revoke": (),
}
"""Forms that a page shows only in a state of its own, such as that of a summary that can be signed."""

SLOW = {"/sign-in", "/account/password", "/accounts", "/accounts/{account_id}/password"}
"""Forms of passwords, which take a tenth of a second on purpose."""


class Fuzzed:
    """A workbench with something in every room, somebody of every role in it, and the schema of its places and forms."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.other = bench.add("A colleague", Role.ADMINISTRATOR, Role.LIBRARIAN)
        self.runs = [drafted(bench.store), searched(bench), signed(bench.store), ready(bench.store)]
        self.link, self.token = make_link(bench.store, self.runs[2], "Guideline team", 90, by=ANNA)
        self.first = bench.store.reviews.signed(self.runs[2], 1)
        self.sign_in()
        page = self.visitor.get("/ask").text
        for do in ("save", "ask"):
            given_form = {**FORM, "csrf": self.csrf, "once": f"{hidden(page, 'once')}{do}", "do": do}
            assert self.visitor.post("/ask", given_form).status_code == 303

    def sign_in(self) -> None:
        """Begin a session of the person who fills the forms in."""
        self.visitor: Visitor = self.bench.person(*Role, name="everything")
        self.csrf = self.visitor.csrf()

    def pages(self) -> dict[str, Page]:
        """The first page and the rooms of each run, and where they lead to."""
        rooms = ("progress", "search", "screen", "claims", "claims/add", "second", "second/claims", "sign", "history")
        return crawl(self.visitor, "/", *(f"/runs/{run}/{room}" for run in self.runs for room in rooms))

    @cached_property
    def forms(self) -> list[Form]:
        """Every form that the pages show."""
        return [form for page in self.pages().values() for form in page.forms]

    def schema(self) -> dict[str, Any]:
        """What the application says of its places, with the fields of the forms and values of both kinds in each."""
        whole = self.bench.app.openapi()
        places = {place: methods for place, methods in whole["paths"].items() if place not in NEVER}
        for place, methods in places.items():
            for method, operation in methods.items():
                operation["responses"] = {"default": {"description": "Any."}}
                for parameter in operation.get("parameters", []):
                    known = self._known.get(parameter["name"], ["", "1"])
                    kept = [text for text in HOSTILE if 0 < len(text) < 500 and "/" not in text]
                    parameter["schema"] = {"enum": [*known, *(kept if parameter["in"] == "query" else kept[:4])]}
                if method == "post":
                    form = {"schema": self._fields(place)}
                    operation["requestBody"] = {"content": {"application/x-www-form-urlencoded": form}}
        return {**whole, "paths": places}

    @cached_property
    def _known(self) -> dict[str, list[str]]:
        accounts, claims = [self.other.id], ["c1", "b2", "c8", "p1"]
        links = {"token": [self.token], "link_id": [self.link.id], "name": ["summary.docx", "matrix.csv"], "reader": ["plain"]}
        return {"run_id": self.runs, "number": ["1", "2"], "account_id": accounts, "claim_id": claims, **links}

    def _fields(self, place: str) -> dict[str, Any]:
        offered: dict[str, set[str]] = {name: set() for name in ONLY_AT_TIMES.get(place, ())}
        fits = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(place)))
        shown = [form for form in self.forms if form.method == "POST" and fits.fullmatch(form.place)]
        assert shown or place in ONLY_AT_TIMES, f"no page shows a form that goes to {place}"
        for form in shown:
            for name, values in form.fields.items():
                offered.setdefault(name, set()).update(values)
        anything = {"enum": [*HOSTILE, "yes", "90000001"]}
        fields: dict[str, Any] = {
            name: {"anyOf": [{"enum": sorted(v)}, anything] if v else [anything]} for name, v in offered.items()
        }
        fields |= {"seen": {"enum": ["0", "1", "2", "3", "4", *HOSTILE[:2]]}} if "seen" in offered else {}
        fields["csrf"] = {"const": "the session's"}
        needed = ["csrf", *({"seen", "do"} & offered.keys())]
        return {"type": "object", "properties": fields, "required": needed, "additionalProperties": False}

    def send(self, case: Case[Any]) -> None:
        """Send what schemathesis thought of, and look at the answer."""
        body: dict[str, Any] | None = None
        if isinstance(case.body, dict):
            body = {**case.body, "csrf": self.csrf}
        answer = self.visitor.client.request(case.method, case.formatted_path, params=case.query, data=body)
        expect_text_alone(f"{case.method} {case.formatted_path} {body}", answer)
        if answer.status_code in (303, 403) and ("/sign-in" in answer.headers.get("location", "") or "Sign in" in answer.text):
            self.sign_in()


def expect_text_alone(what: str, answer: Any) -> None:
    """No fault of the server (503 is another server's), no inner words of a program, nothing typed that became code."""
    assert answer.status_code < 500 or answer.status_code == 503, what
    assert "Traceback (most recent" not in answer.text, what
    assert "evidence=1" not in answer.headers.get("set-cookie", ""), what
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert Page("/", answer.text).live == [], what


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    with open_bench(tmp_path_factory.mktemp("fuzzed")) as bench:
        yield Fuzzed(bench)


def test_no_route_fails_on_anything_or_shows_it_as_code(fuzzed: Fuzzed) -> None:
    schema = schemathesis.openapi.from_dict(fuzzed.schema())
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 50
    for operation in operations:

        @settings(
            max_examples=2 if operation.path in SLOW else 7 if operation.method == "post" else 3,
            phases=[Phase.generate],
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def send(case: Case[Any]) -> None:
            fuzzed.send(case)

        send()
    for place, page in fuzzed.pages().items():
        assert page.live == [], f"{place}, after everything that was typed"
    assert fuzzed.bench.store.verify_chain().valid
    assert fuzzed.bench.store.reviews.signed(fuzzed.runs[2], 1) == fuzzed.first, "what was signed stands as it was signed"
