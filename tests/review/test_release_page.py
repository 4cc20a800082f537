"""Releasing a search report under a name without a model, and what readers get by link without an account."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import docx
import pytest

from evidence.people import Role
from evidence.prisma import FullTextDecision
from evidence.question import Request
from tests.review.made_reviews import MadeSource, open_bench, rejecting
from tests.review.test_claims_page import words
from tests.review.test_search_pages import fetched, searched
from tests.review.test_sign_page import form as signing
from tests.review.test_sign_page import send, signed
from tests.review.workbench import Visitor, Workbench, hidden

ANNA = "Anna Smith"


@pytest.fixture(scope="module")
def source() -> MadeSource:
    return MadeSource()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, source: MadeSource) -> Iterator[Workbench]:
    with open_bench(tmp_path_factory.mktemp("release"), source) as opened:
        yield opened


@pytest.fixture
def anna(bench: Workbench, source: MadeSource) -> Visitor:
    source.retracted = set()
    return bench.person(Role.LIBRARIAN, name=ANNA)


@pytest.fixture
def run(bench: Workbench) -> str:
    return fetched(bench, searched(bench))


def form(visitor: Visitor, run: str) -> dict[str, str]:
    page = visitor.get(f"/runs/{run}/search-report").text
    return {"csrf": hidden(page, "csrf"), "content": hidden(page, "content"), "role": "Clinical librarian", "confirmed": "yes"}


def release(visitor: Visitor, run: str) -> None:
    answer = visitor.client.post(f"/runs/{run}/search-report", data=form(visitor, run))
    assert answer.headers["location"] == f"/runs/{run}/search-report?released=1"


def link_of(visitor: Visitor, page: str, place: str) -> str:
    _, _, answer = send(visitor, page, place, made_for="Ward 7", days="30")
    found = re.search(r'href="http://127\.0\.0\.1:8700(/received/[^"]+)"', answer)
    assert found is not None
    return found[1]


class TestRelease:
    def test_one_name_stands_under_exactly_this_search(self, bench: Workbench, anna: Visitor, run: str) -> None:
        shown = words(anna.get(f"/runs/{run}/search-report").text)
        assert "Not released yet, so nobody is given it." in shown
        assert "PRISMA-S items that wait for you" in shown
        fields = form(anna, run)
        for _ in range(2):
            assert anna.client.post(f"/runs/{run}/search-report", data=fields).status_code == 303
        released = bench.store.reviews.released(run)
        assert released is not None
        assert (released.release.name, released.release.content) == (ANNA, fields["content"])
        assert [event.detail.get("step") for event in bench.store.events(run)].count("search_released") == 1
        word = anna.get(f"/runs/{run}/documents/search-report.docx")
        header = docx.Document(io.BytesIO(word.content)).sections[0].header.paragraphs
        assert any("Released by Anna Smith, Clinical librarian" in paragraph.text for paragraph in header)
        assert bench.store.verify_chain().valid

    def test_what_changed_is_not_released_unseen_and_needs_a_new_release(
        self, bench: Workbench, anna: Visitor, run: str
    ) -> None:
        fields = form(anna, run)
        said = FullTextDecision(pmid="90000001", outcome="included", by=ANNA, on=date(2026, 11, 20))
        bench.store.reviews.say(run, said, seen=0)
        answer = anna.client.post(f"/runs/{run}/search-report", data=fields)
        assert answer.status_code == 409
        assert "The search is no longer what the page showed" in words(answer.text)
        release(anna, run)
        bench.store.reviews.say(run, said, seen=1, taken_back=True)
        assert "changed since" in words(anna.get(f"/runs/{run}/search-report").text)
        text = anna.get(f"/runs/{run}/documents/search-report.md").text
        assert "Released by Anna Smith" in text

    @pytest.mark.parametrize(
        ("change", "sentence"), [({"confirmed": ""}, "Tick the statement"), ({"role": " "}, "Give your role")]
    )
    def test_without_role_or_statement_nothing_is_released(
        self, bench: Workbench, anna: Visitor, run: str, change: dict[str, str], sentence: str
    ) -> None:
        answer = anna.client.post(f"/runs/{run}/search-report", data={**form(anna, run), **change})
        assert answer.status_code == 400
        assert sentence in words(answer.text)
        assert bench.store.reviews.released(run) is None

    def test_a_patient_care_request_gets_it_and_nobody_else_does(self, bench: Workbench, anna: Visitor, run: str) -> None:
        rita, other = (bench.person(Role.REQUESTER, name=name) for name in ("Rita Ward", "Otto Other"))
        work = bench.store.desk.open_request({"question": "Does zinc help?"}, once=run, by="Rita Ward")
        values = {"run_id": run, "request": Request(question="Does zinc help?"), "patient_care": True}
        bench.store.desk.change(work.id, work.version, "run started", by="tests", **values)
        place = f"/runs/{run}/documents/search-report.html"
        assert rita.get(place).status_code == rita.get(f"/runs/{run}/search-report").status_code == 404
        release(anna, run)
        assert rita.get(place).status_code == 200
        page = words(rita.get(f"/runs/{run}/search-report").text)
        assert "Released by Anna Smith" in page
        assert "Release it" not in page
        assert other.get(place).status_code == other.get(f"/runs/{run}/search-report").status_code == 404
        assert rita.post(f"/runs/{run}/search-report", {}).status_code == 403

    def test_what_only_a_person_can_say_is_said_under_a_name_and_printed(
        self, bench: Workbench, anna: Visitor, run: str
    ) -> None:
        place = f"/runs/{run}/search-report/item"

        def say(**fields: str) -> int:
            page = anna.get(f"{place}?number=14").text
            shown = {name: hidden(page, name) for name in ("csrf", "seen", "number")}
            return int(anna.client.post(place, data={**shown, "state": "reported", **fields}).status_code)

        assert say(text=" ") == 400
        assert say(text="B. Lind looked the strategy over with PRESS 2015.") == 303
        release(anna, run)
        printed = anna.get(f"/runs/{run}/documents/search-report.md").text
        assert "B. Lind looked the strategy over with PRESS 2015." in printed
        assert say(state="not done", seen="0") == 409
        assert say(do="take_back") == 303
        assert "Item 14, Peer review" in words(anna.get(f"/runs/{run}/search-report").text)
        assert anna.get(f"{place}?number=17").status_code == 404

    def test_a_run_that_has_not_searched_is_one_sentence(self, bench: Workbench, anna: Visitor) -> None:
        answer = anna.get(f"/runs/{searched(bench)}/search-report")
        assert answer.status_code == 400
        assert "This run has no search to report yet" in words(answer.text)


class TestByLink:
    def test_a_search_report_alone_is_received_without_an_account(self, bench: Workbench, anna: Visitor, run: str) -> None:
        place = f"/runs/{run}/search-report"
        assert send(anna, place, f"{place}/links", made_for="Ward 7", days="2")[0] == 400
        release(anna, run)
        address = link_of(anna, place, f"{place}/links")
        reader = bench.visitor()
        page = reader.get(address)
        assert "Released by Anna Smith, Clinical librarian" in words(page.text)
        for file_format in ("docx", "html", "pdf", "md"):
            answer = reader.get(f"{address}/documents/search-report.{file_format}")
            assert answer.status_code == 200
            assert answer.headers["referrer-policy"] == "no-referrer"
        assert reader.get(f"{address}/documents/summary.docx").status_code == 404
        assert reader.get(f"{address}/documents/search-report.exe").status_code == 404
        link = bench.store.reviews.links(run)[0]
        assert send(anna, place, f"/runs/{run}/links/{link.id}/revoke", back="search-report")[1] == f"{place}#links"
        assert reader.get(f"{address}/documents/search-report.md").status_code == 404

    def test_every_document_of_the_signed_version_and_no_other(
        self, bench: Workbench, anna: Visitor, source: MadeSource
    ) -> None:
        run = signed(bench, anna)
        address = link_of(anna, f"/runs/{run}/sign", f"/runs/{run}/links")
        reader = bench.visitor()
        page = reader.get(address).text
        files = re.findall(rf'href="({re.escape(address)}/documents/[^"]+)" download', page)
        assert len(files) == 43
        assert all(file.endswith("?version=1") for file in files)
        for name in ("summary.md", "references.ris", "matrix.csv", "dossier.docx"):
            answer = reader.get(f"{address}/documents/{name}?version=1")
            assert answer.status_code == 200
            assert "attachment" in answer.headers["content-disposition"]
        assert "Signed by Anna Smith" in reader.get(f"{address}/documents/summary.md").text
        assert "search-report" not in page
        assert reader.get(f"{address}/documents/search-report.md").status_code == 404
        assert reader.get(f"{address}/documents/summary.md?version=2").status_code == 404
        assert reader.get(f"{address}/documents/draft.md").status_code == 404
        exports = [event for event in bench.store.events(run) if event.kind == "documents exported"]
        link = bench.store.reviews.links(run)[0]
        assert {event.by for event in exports} == {f"whoever holds link {link.id}"}
        other = signed(bench, anna)
        other_address = link_of(anna, f"/runs/{other}/sign", f"/runs/{other}/links")
        assert run not in reader.get(f"{other_address}/documents/summary.md").text

    def test_after_a_change_the_link_gives_what_was_signed_until_it_is_signed_again(
        self, bench: Workbench, anna: Visitor
    ) -> None:
        run = signed(bench, anna)
        address = link_of(anna, f"/runs/{run}/sign", f"/runs/{run}/links")
        reader = bench.visitor()
        sentence = "Relapse within 60 days was similar in both groups."
        rejecting(bench.store, run, "c4")
        assert sentence in reader.get(f"{address}/documents/summary.md").text
        anna.client.post(f"/runs/{run}/sign", data=signing(anna, run))
        assert sentence not in reader.get(f"{address}/documents/clinician.md").text
        assert sentence in reader.get(f"{address}/documents/clinician.md?version=1").text

    def test_a_closed_link_gives_no_document(self, bench: Workbench, anna: Visitor) -> None:
        run = signed(bench, anna)
        expired = datetime.now(UTC) - timedelta(minutes=1)
        bench.store.reviews.make_link(run, "t" * 43, made_for="A", expires_at=expired, by=ANNA)
        for token in ("t" * 43, "x" * 43, run):
            assert bench.visitor().get(f"/received/{token}/documents/summary.md").status_code == 404
