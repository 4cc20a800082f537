"""A search gives every PMID and a fetch accounts for every record, or the run stops."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from connectors.pubmed.client import BATCH_SIZE
from evidence.errors import (
    IncompleteRetrieval,
    InvalidInput,
)
from tests.connectors.pubmed.clients import client, days, one_sentence
from tests.connectors.pubmed.made_pubmed import MadePubMed, search_answer
from tests.connectors.pubmed.made_records import BOOK, article, article_set
from tests.support.fault_server import Asked, FaultServer, Reply


class TestSearchIsComplete:
    def test_every_pmid_ascending_and_not_the_default_twenty(self) -> None:
        with FaultServer(MadePubMed(days(150))) as server:
            line, pmids = client(server).search("made")
        assert line.count == 150
        assert pmids == tuple(str(number) for number in range(1, 151))
        assert len(server.asked) == 1

    def test_nothing_found_is_a_result(self) -> None:
        with FaultServer(MadePubMed({})) as server:
            line, pmids = client(server).search("made")
        assert (line.count, pmids) == (0, ())

    @pytest.mark.parametrize("count", [9_998, 9_999, 10_000])
    def test_around_the_limit(self, count: int) -> None:
        with FaultServer(MadePubMed(days(count, first=date(1980, 1, 1)))) as server:
            line, pmids = client(server).search("made")
        assert line.count == len(set(pmids)) == count

    def test_beyond_the_limit_by_entry_date_with_records_that_have_none(self) -> None:
        records = days(14_000, first=date(1975, 1, 1)) | days(9_000, start=20_001, first=date(2016, 1, 1), step=0)
        records |= {str(number): {} for number in range(50_001, 50_301)}
        with FaultServer(MadePubMed(records)) as server:
            line, pmids = client(server).search("a OR b")
        assert line.count == 23_300
        assert pmids == tuple(sorted(records, key=int))
        assert all("retstart" not in asked.parameters for asked in server.asked)
        assert sum("NOT" in asked.parameters["term"] for asked in server.asked) == 1
        assert all(asked.parameters["term"].startswith("(a OR b) ") for asked in server.asked[1:-1])
        assert server.asked[-1].parameters["term"] == "a OR b", "the count is asked for again at the end"

    def test_a_day_that_is_too_large_is_cut_by_publication_date(self) -> None:
        records = {
            str(n): {"edat": date(2000, 1, 1), **({"pdat": date(1960, 1, 1) + timedelta(days=n)} if n % 50 else {})}
            for n in range(1, 12_001)
        }
        with FaultServer(MadePubMed(records)) as server:
            _, pmids = client(server).search("made")
        assert len(set(pmids)) == 12_000

    def test_what_shares_both_dates_is_cut_by_pmid(self) -> None:
        same = {str(n): {"edat": date(2000, 1, 1), "pdat": date(2000, 1, 1)} for n in range(1, 25_001)}
        with FaultServer(MadePubMed(same)) as server:
            line, pmids = client(server).search("made")
        assert line.count == 25_000
        assert pmids == tuple(str(n) for n in range(1, 25_001))

    def test_a_server_that_takes_no_notice_of_parts_stops_the_run(self) -> None:
        everything = Reply(search_answer(25_000, [str(n) for n in range(1, 9_999)]))
        with FaultServer([everything]) as server, pytest.raises(IncompleteRetrieval) as caught:
            client(server).search("made")
        assert one_sentence(caught.value)

    def test_parts_that_hold_the_same_records_do_not_make_a_whole(self) -> None:
        def overlapping(asked: Asked) -> Reply:
            part = "AND" in asked.parameters["term"] or "NOT" in asked.parameters["term"]
            ids = [str(n) for n in range(1, 6_001)]
            return Reply(search_answer(6_000 if part else 12_000, ids[: int(asked.parameters["retmax"])]))

        with FaultServer(overlapping) as server, pytest.raises(IncompleteRetrieval, match="twice"):
            client(server).search("made")

    def test_more_listed_than_counted_stops_the_run(self) -> None:
        with FaultServer([Reply(search_answer(2, ["1", "2", "3"]))]) as server, pytest.raises(IncompleteRetrieval):
            client(server).search("made")

    def test_a_count_that_changes_while_parts_are_read_is_read_anew_and_said(self) -> None:
        made = MadePubMed(days(12_000, first=date(1980, 1, 1)))

        def growing(asked: Asked) -> Reply:
            reply = made(asked)
            if len(made.served) == 3:  # a record comes in that an earlier part would have held
                made.dates["900001"] = {"edat": date(1980, 1, 1)}
            return reply

        with FaultServer(growing) as server:
            line, pmids = client(server).search("made")
        assert line.count == len(pmids) == 12_001
        assert "900001" in pmids
        assert [warning.partition(":")[0] for warning in line.warnings] == ["CountChanged"]

    def test_a_count_that_never_rests_stops_the_run(self) -> None:
        made = MadePubMed(days(12_000, first=date(1980, 1, 1)))

        def growing(asked: Asked) -> Reply:
            made.dates[str(900_000 + len(made.served))] = {"edat": date(1980, 1, 1)}
            return made(asked)

        with FaultServer(growing) as server, pytest.raises(IncompleteRetrieval) as caught:
            client(server).search("made")
        assert one_sentence(caught.value)

    @pytest.mark.parametrize("count", [120, 11_000])
    def test_fewer_listed_than_counted_stops_the_run(self, count: int) -> None:
        made = MadePubMed(days(count, first=date(1980, 1, 1)), hide=lambda pmid: pmid == "77")
        with FaultServer(made) as server, pytest.raises(IncompleteRetrieval) as caught:
            client(server).search("made")
        assert one_sentence(caught.value)

    def test_the_same_pmid_twice_does_not_fill_a_gap(self) -> None:
        with FaultServer([Reply(search_answer(2, ["5", "5"]))]) as server, pytest.raises(IncompleteRetrieval):
            client(server).search("made")

    def test_a_count_that_changes_meanwhile_is_asked_for_again(self) -> None:
        replies = [Reply(search_answer(3, ["1", "2"])), Reply(search_answer(3, ["1", "2", "3"]))]
        with FaultServer(replies) as server:
            line, pmids = client(server).search("made")
        assert (line.count, pmids) == (3, ("1", "2", "3"))

    def test_the_newest_where_a_person_set_a_limit(self) -> None:
        with FaultServer(MadePubMed(days(300))) as server:
            line, pmids = client(server).search("made", max_records=5)
        assert (line.count, pmids) == (300, ("296", "297", "298", "299", "300"))

    def test_a_limit_above_what_is_found(self) -> None:
        with FaultServer(MadePubMed(days(3))) as server:
            assert client(server).search("made", max_records=50)[1] == ("1", "2", "3")

    def test_a_limit_above_what_one_search_gives_out(self) -> None:
        records = days(16_000, first=date(1975, 1, 1))
        with FaultServer(MadePubMed(records)) as server:
            line, pmids = client(server).search("made", max_records=12_000)
        assert line.count == 16_000
        assert pmids == tuple(str(number) for number in range(4_001, 16_001))

    def test_a_limit_of_nothing_is_refused(self) -> None:
        with pytest.raises(InvalidInput):
            client("http://127.0.0.1:9").search("made", max_records=0)


class TestFetchAccountsForEveryPmid:
    def test_batches_by_post_in_the_order_asked(self) -> None:
        asked_for = [str(number) for number in range(450, 0, -1)]
        batches: list[int] = []
        with FaultServer(MadePubMed(days(450))) as server:
            records, report = client(server).fetch(asked_for, on_batch=lambda batch: batches.append(len(batch)))
        assert [record.citation.pmid for record in records] == asked_for
        assert report.returned == report.requested == tuple(asked_for)
        assert batches == [200, 200, 50]
        assert [len(asked.parameters["id"].split(",")) for asked in server.asked] == [BATCH_SIZE, BATCH_SIZE, 50]
        assert {asked.method for asked in server.asked} == {"POST"}

    def test_missing_ones_are_asked_for_once_more_and_named(self) -> None:
        with FaultServer(MadePubMed(days(3))) as server:
            records, report = client(server).fetch(["1", "99", "3", "98"])
        assert [record.citation.pmid for record in records] == ["1", "3"]
        assert (report.returned, report.missing, report.unreadable) == (("1", "3"), ("99", "98"), ())
        assert [asked.parameters["id"] for asked in server.asked[:-1]] == ["1,99,3,98", "99,98"]
        assert server.asked[-1].parameters["term"] == "99[uid] OR 98[uid]"
        assert (report.deleted, report.withheld) == (("99", "98"), ())
        assert report.in_words() == "4 asked for: 2 returned, 2 deleted."

    def test_what_the_search_still_finds_is_withheld_not_deleted(self) -> None:
        made = MadePubMed(days(3), keep_back=lambda pmid: pmid == "2")
        with FaultServer(made) as server:
            _, report = client(server).fetch(["1", "2", "3", "4"])
        assert (report.missing, report.deleted, report.withheld) == (("2", "4"), ("4",), ("2",))

    def test_where_nobody_can_say_what_became_of_it_it_is_missing(self) -> None:
        replies = [Reply(article_set([article(1)])), Reply(article_set([])), Reply(status=500)]
        with FaultServer(replies) as server:
            _, report = client(server).fetch(["1", "2"])
        assert (report.missing, report.deleted, report.withheld) == (("2",), (), ())
        assert report.in_words() == "2 asked for: 1 returned, 1 not given by the source."

    def test_a_deletion_that_the_answer_names(self) -> None:
        deletion = '<DeleteCitation><PMID Version="1">2</PMID></DeleteCitation>'
        with FaultServer([Reply(article_set([article(1), deletion]))]) as server:
            _, report = client(server).fetch(["1", "2"])
        assert (report.returned, report.missing, report.deleted) == (("1",), ("2",), ("2",))

    def test_a_pmid_that_was_merged_names_the_record_that_came_instead(self) -> None:
        merged = {"2": "70", "4": "3", "5": "70"}

        def answer(asked: Asked) -> Reply:
            return Reply(article_set(article(merged.get(pmid, pmid)) for pmid in asked.parameters["id"].split(",")))

        with FaultServer(answer) as server:
            records, report = client(server).fetch(["1", "2", "3", "4", "5"])
        assert [record.citation.pmid for record in records] == ["1", "70", "3"]
        assert {(entry.pmid, entry.into) for entry in report.merged} == {("2", "70"), ("4", "3"), ("5", "70")}
        assert report.returned == ("1", "2", "3")
        assert report.missing == ("4", "5"), "they bring no record of their own"
        assert report.in_words() == "5 asked for: 3 returned, 3 merged into another record."

    def test_books_are_counted_apart(self) -> None:
        with FaultServer([Reply(article_set([article(1), BOOK]))]) as server:
            _, report = client(server).fetch(["1", "20000001"])
        assert report.books == tuple(pmid for pmid in report.returned if pmid != "1")
        assert len(report.books) == 1

    def test_one_that_was_left_out_by_chance_comes_with_the_second_request(self) -> None:
        replies = [Reply(article_set([article(1)])), Reply(article_set([article(2)]))]
        with FaultServer(replies) as server:
            records, report = client(server).fetch(["2", "1"])
        assert [record.citation.pmid for record in records] == ["2", "1"]
        assert report.missing == ()

    @pytest.mark.parametrize("status", [200, 400])
    def test_none_of_them_exists(self, status: int) -> None:
        body = b"<eFetchResult><ERROR>ID list is empty! Possibly it has no correct IDs.</ERROR></eFetchResult>"
        with FaultServer([Reply(body, status=status)]) as server:
            records, report = client(server).fetch(["5"])
        assert (records, report.missing) == ([], ("5",))

    def test_one_bad_record_among_good_ones(self) -> None:
        body = article_set([article(1), article(2, title="a & b"), article(3)])
        with FaultServer([Reply(body)]) as server:
            records, report = client(server).fetch(["1", "2", "3"])
        assert [record.citation.pmid for record in records] == ["1", "3"]
        assert report.returned == ("1", "3")
        assert [entry.pmid for entry in report.unreadable] == ["2"]
        assert len(server.asked) == 1

    def test_a_bad_record_without_its_pmid_is_found_by_what_is_left(self) -> None:
        replies = [Reply(article_set([article(1), article("?"), article(3)])), Reply(article_set([article("?")]))]
        with FaultServer(replies) as server:
            _, report = client(server).fetch(["1", "2", "3"])
        assert [entry.pmid for entry in report.unreadable] == ["2"]
        assert report.missing == ()

    def test_what_was_not_asked_for_is_left_out(self) -> None:
        with FaultServer([Reply(article_set([article(1), article(666)]))]) as server:
            records, report = client(server).fetch(["1"])
        assert [record.citation.pmid for record in records] == ["1"]
        assert report.returned == ("1",)

    def test_the_newest_version_of_two_is_kept(self) -> None:
        newer = article(1, title="Newer").replace('Version="1"', 'Version="2"')
        for pair in ([newer, article(1)], [article(1), newer]):
            with FaultServer([Reply(article_set(pair))]) as server:
                (record,), _ = client(server).fetch(["1"])
            assert record.citation.title == "Newer"

    def test_repeated_pmids_are_fetched_once_and_none_is_no_request(self) -> None:
        with FaultServer(MadePubMed(days(1))) as server:
            assert client(server).fetch(["1", "1"])[1].requested == ("1",)
            assert client(server).fetch([])[0] == []
        assert len(server.asked) == 1

    @pytest.mark.parametrize("wrong", ["", "abc", "1,2", "1234567890", "PMC1", "1 OR 2"])
    def test_something_else_than_a_pmid_is_not_sent(self, wrong: str) -> None:
        with FaultServer([Reply()]) as server, pytest.raises(InvalidInput, match="not a PMID"):
            client(server).fetch(["1", wrong])
        assert server.asked == []

    def test_real_records_come_through_unchanged(self, shared_data: Path) -> None:
        body = (shared_data / "pubmed/real/klortho_eutils_json/samples/efetch.pubmed.xml").read_bytes()
        with FaultServer([Reply(body)]) as server:
            records, report = client(server).fetch(["23184105", "22968463", "1"])
        assert all(record.xml.encode() in body for record in records)
        assert set(report.returned) | set(report.missing) == {"23184105", "22968463", "1"}
