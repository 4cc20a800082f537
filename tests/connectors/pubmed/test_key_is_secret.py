"""Key, e-mail and tool are always sent; the key stands in nothing that is written: store, log, messages, errors."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from connectors.rate_limit import SharedLimiter
from connectors.store import Store
from evidence.errors import EvidenceError
from evidence.question import Request
from evidence.search import SearchLine, SearchStrategy
from pipelines.stages.fetch_citations import fetch_citations
from pipelines.stages.run_search import run_search
from tests.connectors.pubmed.clients import EMAIL, KEY, client
from tests.connectors.pubmed.made_pubmed import search_answer
from tests.connectors.pubmed.made_records import article, article_set
from tests.pipelines.doubles import Silent
from tests.support.fault_server import Asked, FaultServer, Reply


def echoing(asked: Asked) -> Reply:
    """A service that repeats every parameter wherever it can."""
    said = "&amp;".join(f"{name}={value}" for name, value in asked.parameters.items())
    if asked.program == "efetch.fcgi":
        return Reply(article_set([article(1, title=f"A record about {said}"), article("?", title=said)]))
    warning = f"<WarningList><OutputMessage>{said}</OutputMessage></WarningList>"
    return Reply(search_answer(1, ["1"], translation=said, more=warning), headers={"X-Asked": said})


def test_nothing_that_is_written_holds_the_key(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    url = f"sqlite:///{tmp_path / 'home' / 'evidence.sqlite'}"
    strategy = SearchStrategy(lines=(SearchLine(number=1, query="made", purpose="made"),), proposed_by="person")
    with (
        caplog.at_level(logging.DEBUG),
        FaultServer(echoing) as server,
        Store.open(url) as store,
        SharedLimiter(url, per_second=500, name=server.url) as limiter,
    ):
        source = client(server, limiter=limiter)
        run = store.create_run(identity_key="k", request=Request(question="Do made things help?"), settings={}, by="test")
        search = run_search(strategy, source, Silent())
        store.commit_step(run.id, "run_search", "k", search.model_dump(mode="json"), by="test")
        report = fetch_citations(
            search,
            source,
            Silent(),
            stored=[],
            save=lambda batch: store.save_records(run.id, batch, source.url, by="test"),
        )
        store.commit_step(run.id, "fetch_citations", "k", report.model_dump(mode="json"), by="test")
        stored = "\n".join(record.model_dump_json() for record in store.records(run.id))
        for asked in server.asked:
            assert {name: asked.parameters[name] for name in ("api_key", "email", "tool")} == {
                "api_key": KEY,
                "email": EMAIL,
                "tool": "evidence-ledger",
            }
            assert KEY not in asked.path + asked.query
    assert "***" in stored, "the service repeated it, and it was taken out"
    assert KEY not in stored + search.model_dump_json() + report.model_dump_json() + repr(source) + caplog.text
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    assert [path.name for path in written if KEY.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    "reply",
    [
        Reply(f"<ERROR>API key {KEY} is not known</ERROR>".encode(), status=400),
        Reply(f"<eSearchResult><ERROR>{KEY} made no sense</ERROR></eSearchResult>".encode()),
        Reply(f"<html>{KEY}</html>".encode()),
        Reply(KEY.encode(), status=500),
        Reply(KEY.encode(), status=429, headers={"Retry-After": KEY}),
        Reply(f"<{KEY}".encode()),
    ],
)
def test_no_message_and_no_log_holds_the_key(reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), FaultServer([reply]) as server, pytest.raises(EvidenceError) as caught:
        client(server).count("made")
    chain = [caught.value, caught.value.__cause__, caught.value.__context__]
    assert KEY not in caplog.text + "".join(f"{error} {error!r} {vars(error) if error else ''}" for error in chain)
