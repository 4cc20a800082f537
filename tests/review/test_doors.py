"""Every route as every role; forms of other sites; names, sizes and headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from evidence.people import Role
from review.security import HEADERS, LARGEST_BODY, SignedIn
from tests.review.workbench import Workbench, open_workbench

OPEN = {"/static/{name}", "/health", "/sign-in", "/sign-in/sso", "/sign-in/sso/back", "/sign-out"}
"""Places that need nobody signed in."""

BY_LINK = "/received/"
"""Places for people without an account: the address itself is the key."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with open_workbench(tmp_path_factory.mktemp("doors")) as made:
        made.add("admin", Role.ADMINISTRATOR)
        yield made


def routes(bench: Workbench) -> list[tuple[str, str, tuple[Role, ...] | None]]:
    """Method, place and the roles that may enter; None for a place that needs nobody."""
    found = []
    for context in iter_route_contexts(bench.app.routes):
        route: Any = context.original_route if hasattr(context, "original_route") else context
        if not isinstance(route, APIRoute):
            continue
        doors = [each.call for each in walk(route.dependant) if isinstance(each.call, SignedIn)]
        roles = doors[0].roles if doors else None
        found += [(method, context.path or route.path, roles) for method in sorted((route.methods or set()) - {"HEAD"})]
    return found


def walk(dependant: Any) -> Iterator[Any]:
    yield dependant
    for each in dependant.dependencies:
        yield from walk(each)


def test_every_route_is_walked(bench: Workbench) -> None:
    walked = {place for _, place, _ in routes(bench)}
    assert len(walked) > 25
    assert {place for place, roles in ((place, roles) for _, place, roles in routes(bench)) if roles is None} == {
        place for place in walked if place in OPEN or place.startswith(BY_LINK)
    }


def test_each_route_as_each_role(bench: Workbench) -> None:
    people = {role: bench.person(role, name=f"only-{role.value}") for role in Role}
    nobody = bench.visitor()
    token = {role: person.csrf() for role, person in people.items()}
    wrong = []
    for method, place, roles in routes(bench):
        if roles is None or place == "/account/password":
            continue
        there = re.sub(r"\{\w+\}", "1", place)
        asked = nobody.get(there) if method == "GET" else nobody.client.request(method, there, data={})
        if asked.status_code not in (303, 403) or (asked.status_code == 303 and "/sign-in" not in asked.headers["location"]):
            wrong.append(f"nobody: {method} {place} {asked.status_code}")
        for role, person in people.items():
            form = {"csrf": token[role]}
            answer = person.get(there) if method == "GET" else person.client.request(method, there, data=form)
            refused = answer.status_code == 403 and "This page is for people in the role of" in answer.text
            if refused != bool(roles and role not in roles) or answer.status_code >= 500:
                wrong.append(f"{role}: {method} {place} {answer.status_code}")
    assert wrong == []


def test_a_form_without_its_token_changes_nothing(bench: Workbench) -> None:
    librarian, other = bench.person(Role.LIBRARIAN), bench.person(Role.LIBRARIAN, name="other")
    before = len(bench.store.events())
    for method, place, roles in routes(bench):
        if method == "GET" or roles is None:
            continue
        there = re.sub(r"\{\w+\}", "1", place)
        for token in ("", "0" * 64, other.csrf()):
            assert librarian.client.request(method, there, data={"csrf": token}).status_code == 403, (place, token)
    assert len(bench.store.events()) == before


def test_a_form_of_another_site_is_refused_even_with_its_token(bench: Workbench) -> None:
    visitor = bench.person(Role.LIBRARIAN)
    form = {"csrf": visitor.csrf(), "once": "x", "do": "save", "question": "Does rest help?"}
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        assert "another site" in visitor.post("/ask", form, headers=headers).text
    assert visitor.post("/ask", form, headers={"origin": "http://127.0.0.1:8700"}).status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8700", "[::2]:8700"])
def test_a_name_that_is_not_the_workbench_is_refused(bench: Workbench, host: str) -> None:
    """DNS rebinding: a page of another site lets its own name point at this machine."""
    assert bench.visitor().get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "LOCALHOST:8700", "[::1]:8700", "[::1]"])
def test_the_workbenchs_own_names_are_not(bench: Workbench, host: str) -> None:
    assert bench.visitor().get("/health", headers={"host": host}).status_code == 200


def test_what_is_too_large_is_refused_before_it_is_read(bench: Workbench) -> None:
    visitor = bench.person(Role.LIBRARIAN)
    assert visitor.client.post("/ask", content=b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert visitor.client.post("/ask", content=b"x", headers={"content-length": "many"}).status_code == 413
    kind = {"content-type": "application/x-www-form-urlencoded"}
    parts = (b"x" * 100_000 for _ in range(LARGEST_BODY // 100_000 + 1))
    assert visitor.client.post("/ask", content=parts, headers=kind).status_code == 413, "without saying its length"
    form = {"csrf": visitor.csrf(), "question": "x" * 30_000}
    assert visitor.post("/ask", form).status_code == 400
    assert visitor.post("/ask", {"csrf": form["csrf"], **{f"f{n}": "x" for n in range(300)}}).status_code == 400


def test_every_answer_carries_the_headers(bench: Workbench) -> None:
    visitor = bench.person(Role.LIBRARIAN)
    for place in ("/", "/requests", "/nothing", "/static/workbench.js", "/static/nothing", "/requests/999", "/sign-in"):
        answer = visitor.get(place)
        assert {name for name in HEADERS if name not in answer.headers} == set(), place
    policy = visitor.get("/").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy


def test_no_page_has_inline_script_or_style_or_asks_another_server(bench: Workbench) -> None:
    for name in ("workbench.css", "nhsuk-frontend-10.4.2.min.css"):
        style = bench.visitor().get(f"/static/{name}").text
        assert "Frutiger" not in style
        assert "url(http" not in style
    visitor = bench.person(*Role, name="everything")
    for place in ("/", "/requests", "/ask", "/accounts", "/account"):
        page = visitor.get(place).text
        assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page) == []
        assert [link for link in re.findall(r'(?:src|href)="([^"#]+)"', page) if not link.startswith("/")] == []


def test_the_application_says_nothing_of_itself_to_strangers(bench: Workbench) -> None:
    for place in ("/docs", "/redoc", "/openapi.json"):
        assert bench.visitor().get(place).status_code == 404
    assert bench.visitor().get("/health").text == "ok\n"


def test_a_file_is_sent_again_only_where_it_has_changed(bench: Workbench) -> None:
    visitor = bench.visitor()
    sent = visitor.get("/static/workbench.css")
    again = visitor.get("/static/workbench.css", headers={"If-None-Match": sent.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert visitor.get("/static/workbench.css", headers={"If-None-Match": '"another"'}).content == sent.content
