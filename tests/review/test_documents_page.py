"""The documents page: what was signed can be taken away, by those who may, and nothing else can."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest

from evidence.claim import Verdict
from evidence.people import Role
from evidence.review import ReviewDecision, ReviewOutcome
from review.actions.review import decide, read_review
from review.actions.sign import Signing, content_to_sign, recheck_sources, sign
from review.app import create_app
from tests.review.made_reviews import FAILED, MadeSource, drafted, rejecting, served
from tests.review.workbench import Workbench, open_workbench


@contextmanager
def signed_workbench(folder: Path, papers: MadeSource) -> Iterator[tuple[Workbench, str]]:
    """A workbench with one run whose summary is signed, over a source of these papers."""
    with served(papers) as source, open_workbench(folder) as opened:

        @contextmanager
        def open_source(_: Any) -> Iterator[Any]:
            yield source

        services = replace(opened.services, open_source=open_source)
        bench = Workbench(folder, services, create_app(services))
        run_id = drafted(bench.store)
        rejecting(bench.store, run_id, *FAILED)
        for claim in read_review(bench.store, run_id).claims:
            if claim.verdict is Verdict.SUPPORTED:
                accepted = ReviewDecision(claim_id=claim.id, outcome=ReviewOutcome.ACCEPT)
                decide(bench.store, run_id, accepted, slot="first", seen=0, by="Anna Smith")
        recheck_sources(bench.store, run_id, source, by="Anna Smith")
        content = content_to_sign(bench.store, read_review(bench.store, run_id)).content_hash()
        sign(
            bench.store, run_id, Signing(content=content, name="Anna Smith", role="librarian", confirmed=True), by="Anna Smith"
        )
        yield bench, run_id


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workbench, str]]:
    with signed_workbench(tmp_path_factory.mktemp("documents"), MadeSource()) as made:
        yield made


def test_the_page_lists_every_document_and_each_opens(signed: tuple[Workbench, str]) -> None:
    bench, run_id = signed
    visitor = bench.person(Role.LIBRARIAN)
    page = visitor.get(f"/runs/{run_id}/documents")
    assert page.status_code == 200
    assert "Guideline dossier" in page.text
    answer = visitor.get(f"/runs/{run_id}/documents/dossier.docx")
    assert answer.headers["content-disposition"] == f'attachment; filename="dossier-{run_id}-v1.docx"'
    assert docx.Document(io.BytesIO(answer.content)).paragraphs[0].text == "Abstracts only"
    assert visitor.get(f"/runs/{run_id}/documents/references.csl.json?version=1").json()


def test_what_is_not_there_is_said_on_a_page(signed: tuple[Workbench, str]) -> None:
    bench, run_id = signed
    visitor = bench.person(Role.LIBRARIAN)
    for place in ("dossier.exe", "poster.pdf", "dossier.docx?version=7"):
        assert visitor.get(f"/runs/{run_id}/documents/{place}").status_code == 404
    unsigned = drafted(bench.store)
    answer = visitor.get(f"/runs/{unsigned}/documents/summary.docx")
    assert answer.status_code == 404
    assert "nothing unsigned leaves the workbench" in answer.text


def test_a_requester_gets_their_own_alone_and_a_stranger_nothing(signed: tuple[Workbench, str]) -> None:
    bench, run_id = signed
    assert bench.person(Role.REQUESTER).get(f"/runs/{run_id}/documents/summary.docx").status_code == 404
    assert bench.visitor("192.0.2.7").get(f"/runs/{run_id}/documents/summary.docx").status_code in {302, 303, 401, 403}
