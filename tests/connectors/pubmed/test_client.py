"""What the client sends and what it makes of a count, from many threads too; against a real HTTP server."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from Bio import Entrez

from connectors.pubmed.client import PubMed
from connectors.pubmed.transport import PUBLIC_BASE_URL, normalised_base_url
from evidence.errors import (
    InvalidInput,
    NotConfigured,
)
from evidence.services import CitationSource
from tests.connectors.pubmed.clients import EMAIL, KEY, Counted, client, days, one_sentence
from tests.connectors.pubmed.made_pubmed import MadePubMed, search_answer
from tests.support.fault_server import FaultServer, Reply


class TestTheSeam:
    def test_bio_entrez_still_sends_everything_through_urlopen(self) -> None:
        assert "urlopen" in vars(Entrez)["_open"].__code__.co_names
        assert "urlopen" in vars(Entrez)
        assert hasattr(Entrez._open, "previous")
        for program in ("esearch", "efetch"):
            assert "_open" in vars(Entrez)[program].__code__.co_names

    def test_other_users_of_bio_entrez_are_left_alone(self) -> None:
        with FaultServer([Reply(search_answer(1, ["1"]))]) as server:
            client(server).count("made")
            with vars(Entrez)["urlopen"](server.url + "esearch.fcgi?db=other", timeout=5) as answer:
                assert b"eSearchResult" in answer.read()
        assert [asked.method for asked in server.asked] == ["POST", "GET"]

    def test_it_is_a_citation_source(self) -> None:
        source: CitationSource = client("http://127.0.0.1:9")
        assert source.name == "E-utilities at 127.0.0.1:9"
        assert source.url == "http://127.0.0.1:9/entrez/eutils/"

    def test_the_public_service_is_the_default(self) -> None:
        source = PubMed(email=EMAIL, limiter=Counted())
        assert (source.name, source.url) == ("PubMed (NCBI E-utilities)", PUBLIC_BASE_URL)


class TestWhatIsSent:
    def test_tool_email_and_key_with_every_request_and_none_in_an_address(self) -> None:
        with FaultServer(MadePubMed(days(3))) as server:
            source = client(server)
            source.count("made")
            source.search("made")
            source.fetch(["1", "2"])
        assert [asked.program for asked in server.asked] == ["esearch.fcgi", "esearch.fcgi", "efetch.fcgi"]
        for asked in server.asked:
            assert asked.path.startswith("/entrez/eutils/")
            assert {name: asked.parameters[name] for name in ("db", "tool", "email", "api_key")} == {
                "db": "pubmed",
                "tool": "evidence-ledger",
                "email": EMAIL,
                "api_key": KEY,
            }
            assert (asked.method, asked.query) == ("POST", "")

    def test_no_key_is_sent_where_there_is_none(self) -> None:
        with FaultServer(MadePubMed(days(1))) as server:
            client(server, api_key=None).count("made")
        assert "api_key" not in server.asked[0].parameters

    def test_a_long_query_arrives_whole(self) -> None:
        query = " OR ".join(f'"made phrase {number} ü"[tiab]' for number in range(2000))
        with FaultServer(MadePubMed(days(1))) as server:
            assert client(server).count(query).query == query
        assert server.asked[0].parameters["term"] == query

    def test_the_limiter_is_waited_for_before_every_attempt(self) -> None:
        limiter = Counted()
        with FaultServer([Reply(status=500), Reply(search_answer(0, []))]) as server:
            client(server, limiter=limiter).count("made")
        assert limiter.waits == len(server.asked) == 2

    def test_bio_entrez_does_not_slow_requests_down_by_its_own_clock(self) -> None:
        with FaultServer(MadePubMed(days(1))) as server:
            source = client(server, api_key=None)
            begun = time.monotonic()
            for _ in range(10):
                source.count("made")
        assert time.monotonic() - begun < 0.37 * 9

    @pytest.mark.parametrize(
        ("given", "meant"),
        [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000/entrez/eutils/"),
            ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/entrez/eutils/"),
            ("https://mirror.example/x/eutils", "https://mirror.example/x/eutils/"),
            (PUBLIC_BASE_URL, PUBLIC_BASE_URL),
        ],
    )
    def test_base_addresses(self, given: str, meant: str) -> None:
        assert normalised_base_url(given) == meant

    @pytest.mark.parametrize(
        "given",
        [
            "",
            "eutils",
            "file:///etc/passwd",
            "ftp://x/",
            "http://",
            "http://u:p@x/",
            "http://x/?a=b",
            "http://x:99999/",
            "http://x..y/",
        ],
    )
    def test_addresses_that_cannot_be_used(self, given: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            client(given)
        assert one_sentence(caught.value)

    def test_an_address_without_an_email_is_not_enough(self) -> None:
        with pytest.raises(NotConfigured, match="--email"):
            client("http://127.0.0.1:9", email=" ")


class TestCount:
    def test_translation_and_every_warning_are_kept(self) -> None:
        more = (
            "<ErrorList><PhraseNotFound>madeup[MeSH Terms]</PhraseNotFound><FieldNotFound>xx</FieldNotFound></ErrorList>"
            "<WarningList><PhraseIgnored>of</PhraseIgnored>"
            "<QuotedPhraseNotFound>&quot;made up&quot;[tiab]</QuotedPhraseNotFound>"
            "<OutputMessage>No items found.</OutputMessage></WarningList>"
        )
        with FaultServer([Reply(search_answer(0, [], translation='"made"[All Fields]', more=more))]) as server:
            line = client(server).count("madeup[mh] OR made", number=4)
        assert (line.number, line.query, line.count) == (4, "madeup[mh] OR made", 0)
        assert line.query_translation == '"made"[All Fields]'
        assert line.warnings == (
            "PhraseNotFound: madeup[MeSH Terms]",
            "FieldNotFound: xx",
            "PhraseIgnored: of",
            'QuotedPhraseNotFound: "made up"[tiab]',
            "OutputMessage: No items found.",
        )
        assert server.asked[0].parameters["retmax"] == "0"

    @pytest.mark.parametrize(
        ("recording", "count", "warned"),
        [
            ("biopython/Tests/Entrez/esearch8.xml", 0, ["PhraseNotFound: abcXYZ", "OutputMessage: No items found."]),
            ("biopython/Tests/Entrez/esearch2.xml", 42249, []),
            ("biopython/Tests/Entrez/esearch3.xml", 2651, []),
            ("klortho_eutils_json/samples/esearch.error.xml", 5163, ["PhraseNotFound: fleegle[MeSH Terms]"]),
        ],
    )
    def test_recorded_answers(self, shared_data: Path, recording: str, count: int, warned: list[str]) -> None:
        with FaultServer([Reply((shared_data / "pubmed/real" / recording).read_bytes())]) as server:
            line = client(server).count("recorded")
        assert (line.count, list(line.warnings)) == (count, warned)
        assert line.query_translation

    def test_a_recorded_refusal(self, shared_data: Path) -> None:
        body = (shared_data / "pubmed/real/klortho_eutils_json/samples/esearch.baderror.xml").read_bytes()
        with FaultServer([Reply(body)]) as server, pytest.raises(InvalidInput, match="Invalid db name") as caught:
            client(server).count("recorded")
        assert one_sentence(caught.value)
        assert len(server.asked) == 1

    def test_a_refused_query_is_told_in_the_services_words_and_not_repeated(self) -> None:
        body = b"<eSearchResult><ERROR>A query on a temporary internal crown cannot be read.</ERROR></eSearchResult>"
        with (
            FaultServer([Reply(body)]) as server,
            pytest.raises(InvalidInput, match="internal crown cannot be read”") as caught,
        ):
            client(server).count("(temporary")
        assert one_sentence(caught.value)
        assert len(server.asked) == 1

    def test_an_empty_query_is_not_sent(self) -> None:
        with FaultServer([Reply()]) as server, pytest.raises(InvalidInput):
            client(server).count("  ")
        assert server.asked == []


def test_two_servers_from_many_threads_at_once() -> None:
    def serving(first: int) -> FaultServer:
        return FaultServer(MadePubMed(days(40, start=first)))

    with serving(1) as one, serving(1001) as two:
        sources = {1: client(one, api_key=None), 1001: client(two, api_key=None)}

        def work(number: int) -> tuple[int, tuple[str, ...], list[str]]:
            first = 1 if number % 2 else 1001
            _, pmids = sources[first].search("made")
            records, _ = sources[first].fetch(pmids)
            return first, pmids, [record.citation.pmid for record in records]

        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(work, range(40)))
    for first, pmids, fetched in results:
        assert list(pmids) == fetched == [str(first + n) for n in range(40)]
    assert len(one.asked) == len(two.asked) == 40


def test_a_key_does_not_follow_into_other_threads_work() -> None:
    with FaultServer(MadePubMed(days(1))) as server:
        sources: list[Callable[[], object]] = [
            lambda: client(server).count("with"),
            lambda: client(server, api_key=None).count("without"),
        ]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: sources[n % 2](), range(40)))
    assert {("api_key" in asked.parameters) is (asked.parameters["term"] == "with") for asked in server.asked} == {True}
