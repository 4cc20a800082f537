"""Every fault of a service, played by a real HTTP server: tried again where that helps, else one plain sentence."""

from __future__ import annotations

import logging
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from connectors.pubmed.client import BATCH_SIZE, LONGEST_WAIT
from connectors.pubmed.transport import retry_after
from evidence.citation import FetchedRecord
from evidence.errors import (
    AccessRefused,
    BadAnswer,
    EvidenceError,
    InvalidInput,
    RateLimited,
    ServiceUnavailable,
)
from tests.connectors.pubmed.clients import EMAIL, KEY, Counted, client, days, one_sentence
from tests.connectors.pubmed.made_pubmed import MadePubMed, search_answer
from tests.connectors.pubmed.made_records import article, article_set
from tests.support.fault_server import Asked, FaultServer, Reply

HTML = b"<html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
KEY_REFUSED = b'{"error":"API key invalid","api-key":"%s","type":"ip","status":"ok"}' % KEY.encode()
TOO_MANY = b'{"error":"API rate limit exceeded","api-key":"%s","count":"11","limit":"10"}' % KEY.encode()
WHOLE = search_answer(1, ["1"])


class TestFaults:
    @pytest.mark.parametrize(
        "first",
        [
            Reply(TOO_MANY, status=429),
            Reply(status=500),
            Reply(HTML, status=502, content_type="text/html"),
            Reply(status=503),
            Reply(HTML, content_type="text/html"),
            Reply(WHOLE[:-20]),
            Reply(WHOLE, cut=20),
            Reply(WHOLE, cut=20, chunked=True),
            Reply(drop=True),
            Reply(b""),
            Reply(b"<eSearchResult><ERROR>Search Backend failed: Database is not supported: pubmed</ERROR></eSearchResult>"),
            Reply(b"<eSearchResult/>"),
        ],
        ids=lambda reply: f"{reply.status}-{reply.body[:20]!r}-{reply.cut}-{reply.chunked}-{reply.drop}",
    )
    def test_that_pass_are_tried_again(self, first: Reply) -> None:
        with FaultServer([first, Reply(WHOLE, chunked=True)]) as server:
            assert client(server).count("made").count == 1
        assert len(server.asked) == 2

    @pytest.mark.parametrize(
        ("reply", "error", "said", "attempts"),
        [
            (Reply(TOO_MANY, status=429), RateLimited, "asked too often", 3),
            (Reply(status=500), ServiceUnavailable, "HTTP 500", 3),
            (Reply(HTML, content_type="text/html"), BadAnswer, "web page", 3),
            (Reply(b"<!DOCTYPE html><html><br></html>", content_type="text/html"), BadAnswer, "web page", 3),
            (Reply(b"plain words", content_type="text/plain"), BadAnswer, "not whole XML", 3),
            (Reply(WHOLE[:-20]), BadAnswer, "not whole XML", 3),
            (Reply(WHOLE, cut=20), BadAnswer, "breaking off", 3),
            (Reply(drop=True), ServiceUnavailable, "closed the connection", 3),
            (Reply(KEY_REFUSED, status=400, content_type="application/json"), AccessRefused, "refuses the API key", 1),
            (Reply(status=403), AccessRefused, "refuses access", 1),
            (Reply(status=404), BadAnswer, "HTTP 404", 1),
            (Reply(status=302, headers={"Location": "http://127.0.0.1:9/login"}), BadAnswer, "sends the request on", 1),
            (Reply(b"<eGQueryResult/>"), BadAnswer, "something else (eGQueryResult)", 3),
            (Reply(search_answer(1, ["abc"])), BadAnswer, "no PMIDs", 3),
            (Reply(b"<!DOCTYPE x [<!ENTITY a 'b'>]><eSearchResult/>"), BadAnswer, "refused for safety", 3),
            (Reply(b"<eSearchResult>" + b"<a>" * 500 + b"</a>" * 500 + b"</eSearchResult>"), BadAnswer, "not whole XML", 3),
        ],
        ids=lambda value: repr(value)[:40],
    )
    def test_that_last_become_one_sentence(
        self, reply: Reply, error: type[EvidenceError], said: str, attempts: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with FaultServer([reply]) as server, pytest.raises(error) as caught:
            client(server).count("made")
        assert type(caught.value) is error
        assert said in caught.value.message
        assert server.root.removeprefix("http://") in caught.value.message
        assert one_sentence(caught.value)
        assert len(server.asked) == attempts
        assert KEY not in caplog.text
        assert EMAIL not in caplog.text

    def test_a_fetch_that_breaks_off_is_taken_whole_the_next_time(self) -> None:
        whole = article_set([article(1), article(2)])
        batches: list[FetchedRecord] = []
        with FaultServer([Reply(whole[:-60]), Reply(whole, cut=10), Reply(whole)]) as server:
            records, report = client(server).fetch(["1", "2"], on_batch=batches.extend)
        assert report.returned == ("1", "2")
        assert batches == records

    def test_a_fetch_that_always_breaks_off_fails_and_earlier_batches_were_given_out(self) -> None:
        made = MadePubMed(days(250))

        def script(asked: Asked) -> Reply:
            reply = made(asked)
            return reply if asked.parameters["id"].count(",") == BATCH_SIZE - 1 else Reply(reply.body[:-40])

        batches: list[FetchedRecord] = []
        with FaultServer(script) as server, pytest.raises(BadAnswer, match="breaks off") as caught:
            client(server).fetch([str(n) for n in range(1, 251)], on_batch=batches.extend)
        assert len(batches) == BATCH_SIZE
        assert one_sentence(caught.value)

    def test_an_answer_that_does_not_come(self) -> None:
        with (
            FaultServer([Reply(WHOLE, delay=30)]) as server,
            pytest.raises(ServiceUnavailable, match=r"within 0\.1 seconds") as caught,
        ):
            client(server, timeout=0.1).count("made")
        assert one_sentence(caught.value)
        assert len(server.asked) == 3

    def test_an_answer_that_trickles_for_ever(self) -> None:
        with FaultServer([Reply(WHOLE, trickle=0.02)]) as server, pytest.raises(ServiceUnavailable, match="did not answer"):
            client(server, timeout=0.05, retries=0).count("made")

    def test_nobody_listens(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        pauses: list[float] = []
        with pytest.raises(ServiceUnavailable, match="cannot be reached") as caught:
            client(f"http://127.0.0.1:{port}", retries=5, sleep=pauses.append).count("made")
        assert one_sentence(caught.value)
        assert len(pauses) == 2, "where there is no network, a person does not wait for five attempts"

    def test_no_network(self) -> None:
        with pytest.raises(ServiceUnavailable, match=r"192\.0\.2\.1 cannot be reached"):
            client("http://192.0.2.1").count("made")

    def test_the_wait_that_the_service_asks_for_is_kept_by_all_who_share_the_limiter(self) -> None:
        limiter, slept = Counted(), list[float]()
        replies = [
            Reply(status=429, headers={"Retry-After": "7"}),
            Reply(status=503, headers={"Retry-After": "100000"}),
            Reply(WHOLE),
        ]
        with FaultServer(replies) as server:
            client(server, limiter=limiter, sleep=slept.append).count("made")
        assert limiter.pauses == [7.0, LONGEST_WAIT]
        assert slept == []

    def test_without_one_waits_grow(self) -> None:
        pauses: list[float] = []
        with FaultServer([Reply(status=500)]) as server, pytest.raises(ServiceUnavailable):
            client(server, retries=7, sleep=pauses.append).count("made")
        assert len(pauses) == 7
        bounds = [(2**n / 2, 2**n) for n in range(5)] + [(15, 30)] * 2
        assert all(least <= pause <= most for pause, (least, most) in zip(pauses, bounds, strict=True))

    def test_a_date_to_wait_for(self) -> None:
        seconds = retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=60)))
        assert seconds is not None
        assert 55 < seconds <= 60
        assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
        assert [retry_after(value) for value in (None, "", "soon", "-5", "١")] == [None] * 5

    def test_a_refusal_that_echoes_key_and_address_is_cleaned(self) -> None:
        body = f"<eSearchResult><ERROR>Bad query from {EMAIL} with {KEY}</ERROR></eSearchResult>".encode()
        with FaultServer([Reply(body)]) as server, pytest.raises(InvalidInput, match="Bad query") as caught:
            client(server).count("made")
        assert one_sentence(caught.value)

    def test_a_key_that_is_echoed_is_not_stored(self) -> None:
        with FaultServer([Reply(search_answer(0, [], translation=f"key {KEY}"))]) as server:
            assert KEY not in client(server).count("made").model_dump_json()

    def test_a_client_shows_neither_key_nor_address(self) -> None:
        shown = repr(client("http://127.0.0.1:9"))
        assert KEY not in shown
        assert EMAIL not in shown
