"""The pages of review: worst first, claim beside record, decisions by form, nothing overwritten, nothing seen that is blind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from evidence.people import Role
from evidence.review import SecondReview
from tests.reporting.sample import hostile_ledger
from tests.review.made_reviews import FAILED, WORST_FIRST, drafted, open_bench, rejecting
from tests.review.workbench import Visitor, Workbench, hidden

QUOTE = "Median time to recovery was 6.5 days with brillamine and 9.0 days with placebo"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with open_bench(tmp_path_factory.mktemp("claims")) as opened:
        yield opened


@pytest.fixture
def anna(bench: Workbench) -> Visitor:
    return bench.person(Role.LIBRARIAN, name="Anna Smith")


@pytest.fixture
def ben(bench: Workbench) -> Visitor:
    return bench.person(Role.SECOND_REVIEWER, name="Ben Okafor")


def words(page: str) -> str:
    """What a reader sees, in one line."""
    seen = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    return re.sub(r" (?=[:;,.)])", "", seen)


def decide(visitor: Visitor, place: str, **fields: str) -> tuple[int, str, str]:
    """Open the page, send its form; the status, where to, and the page."""
    shown = visitor.get(place).text
    answer = visitor.client.post(place, data={"csrf": hidden(shown, "csrf"), "seen": hidden(shown, "seen"), **fields})
    return answer.status_code, answer.headers.get("location", ""), answer.text


def test_the_list_has_the_worst_first_and_what_is_left_out(bench: Workbench, anna: Visitor) -> None:
    run_id = drafted(bench.store)
    page = anna.get(f"/runs/{run_id}/claims").text
    assert re.findall(r"/claims/(\w+)\">Claim", page)[:5] == list(WORST_FIRST)
    seen = words(page)
    for expected in (
        "5 of 12 claims wait for you",
        "Studies read and not used: 0",
        "Sentences on harms that no claim quotes: 1",
        "No adverse events occurred.",
        "Studies that disagree: 1 outcome Relapse: lower in Castellanos 2013; no significant difference in Björnsdóttir 2012",
        "RETRACTED: Brillamine cures tarnish fever",
        "No record reports time to recovery in adults over 80.",
    ):
        assert expected in seen
    rejecting(bench.store, run_id, "c3", by="Anna Smith")
    again = words(anna.get(f"/runs/{run_id}/claims").text)
    assert "Nausea was reported by 31 of 206 participants" in again


def test_a_claim_stands_beside_its_record_with_quote_and_numbers_lit_up(bench: Workbench, anna: Visitor) -> None:
    run_id = drafted(bench.store)
    page = anna.get(f"/runs/{run_id}/claims/c1").text
    quoted = "".join(re.findall(r'<mark class="rv-quote">(.*?)</mark>', page))
    assert words(quoted).replace(" ", "").startswith(QUOTE.replace(" ", ""))
    assert re.findall(r"rv-claim-text[^>]*>.*?</p>", page, re.DOTALL)[0].count('class="rv-number">') == 2
    assert len(re.findall(r'<mark class="rv-quote"><strong class="rv-number">(6\.5|9\.0)</strong></mark>', page)) == 2
    wrong = anna.get(f"/runs/{run_id}/claims/c7").text
    assert 'class="rv-alone">5</strong><span class="nhsuk-u-visually-hidden"> (not in the quote)' in wrong
    lost = words(anna.get(f"/runs/{run_id}/claims/c8").text)
    assert "Quoted, but not in the record: Mortality was halved by brillamine." in lost
    assert "Retracted." in words(anna.get(f"/runs/{run_id}/claims/c9").text)


def test_previous_and_next_go_through_all_in_one_order(bench: Workbench, anna: Visitor) -> None:
    run_id = drafted(bench.store)
    place, visited = f"/runs/{run_id}/claims/c8", []
    while place:
        visited.append(place.rpartition("/")[2])
        following = re.search(r'<a href="([^"]+)" rel="next"', anna.get(place).text)
        place = following[1] if following else ""
    assert visited == [*WORST_FIRST, "b1", "c1", "c2", "c3", "c4", "c5", "c6"]


def test_deciding_by_form_goes_on_to_the_next_that_waits(bench: Workbench, anna: Visitor) -> None:
    run_id = drafted(bench.store)
    place = f"/runs/{run_id}/claims"
    status, _, page = decide(anna, f"{place}/c8", do="accept")
    assert status == 400
    assert "give the reason why you accept it" in words(page)
    assert decide(anna, f"{place}/c8", do="reject", reason="No such words.")[:2] == (303, f"{place}/c9?kept=reject&on=c8")
    edit = {"do": "edit", "text": "Median time to recovery was 4.5 days.", "pmid-0": "90000001", "quote-0": QUOTE}
    status, onward, _ = decide(anna, f"{place}/c7", **edit)
    assert (status, onward) == (303, f"{place}/c7?kept=edit")
    assert "Kept, and checked at once: a number is not in the quote. It is still open." in words(anna.get(onward).text)
    edit["text"] = "Median time to recovery was 6.5 days with brillamine."
    status, onward, _ = decide(anna, f"{place}/c7", **edit)
    assert "Kept, and checked at once: supported by its quote." in words(anna.get(onward).text)
    assert decide(anna, f"{place}/c7", do="take_back")[0] == 303
    for claim_id in ("c9", "b2", "c10"):
        decide(anna, f"{place}/{claim_id}", do="reject", reason="No.")
    assert decide(anna, f"{place}/c7", do="reject", reason="No.")[1] == f"{place}?kept=reject&on=c7"
    assert decide(anna, f"{place}/c1", do="paint")[0] == 400


def test_two_people_on_one_claim_the_second_sees_that_it_changed(bench: Workbench, anna: Visitor) -> None:
    run_id = drafted(bench.store)
    place = f"/runs/{run_id}/claims/c1"
    carla = bench.person(Role.LIBRARIAN, name="Carla Jones")
    before = carla.get(place).text
    decide(anna, place, do="reject", reason="Said twice.")
    fields = {"csrf": hidden(before, "csrf"), "seen": hidden(before, "seen"), "do": "accept", "reason": "I like it."}
    answer = carla.client.post(place, data=fields)
    assert answer.status_code == 409
    seen = words(answer.text)
    assert "Anna Smith rejected it on" in seen
    assert "Said twice." in seen
    assert "I like it." in answer.text
    assert [entry.by for entry in bench.store.reviews.history(run_id)] == ["Anna Smith"]
    fields["seen"] = hidden(answer.text, "seen")
    assert carla.client.post(place, data=fields).status_code == 303


def test_adding_a_claim_by_form(bench: Workbench, anna: Visitor) -> None:
    run_id = drafted(bench.store)
    place = f"/runs/{run_id}/claims/add"
    csrf = hidden(anna.get(place).text, "csrf")
    refused = anna.client.post(place, data={"csrf": csrf, "text": "Nausea.", "section": "finding"})
    assert refused.status_code == 400
    assert "rests on no record" in words(refused.text)
    fields = {
        "csrf": csrf,
        "text": "Median time to recovery was 6.5 days with brillamine.",
        "pmid-0": "90000001",
        "quote-0": QUOTE,
    }
    kept = anna.client.post(place, data=fields)
    assert kept.headers["location"] == f"/runs/{run_id}/claims/p1?kept=edit"
    assert "added by a person" in words(anna.get(kept.headers["location"]).text)


def test_one_comes_back_to_where_one_was_and_nobody_else_sees_the_times(bench: Workbench, anna: Visitor) -> None:
    run_id = drafted(bench.store)
    anna.get(f"/runs/{run_id}/claims/c4")
    anna.get(f"/runs/{run_id}/claims/c5")
    page = words(anna.get(f"/runs/{run_id}/claims").text)
    assert "Go on where you were: claim c5" in page
    assert page.count("(only you see this)") == 2
    carla = bench.person(Role.LIBRARIAN, name="Carla Jones")
    other = words(carla.get(f"/runs/{run_id}/claims").text)
    assert "Go on where you were" not in other
    assert "only you see this" not in other
    assert not any("seconds" in str(event.detail) for event in bench.store.events(run_id))
    csrf = hidden(anna.get(f"/runs/{run_id}/claims").text, "csrf")
    anna.client.post(f"/runs/{run_id}/claims/forget-times", data={"csrf": csrf})
    assert "only you see this" not in anna.get(f"/runs/{run_id}/claims").text


def test_a_blind_second_reviewer_sees_nothing_of_the_first(bench: Workbench, anna: Visitor, ben: Visitor) -> None:
    run_id = drafted(bench.store)
    store, account = bench.store, bench.accounts["Ben Okafor"]
    store.reviews.set_second_review(run_id, SecondReview(wanted=True, blind=True, reviewer=account.id), by="Anna Smith")
    rejecting(store, run_id, *FAILED, by="Anna Smith")
    secret = "It is not what the record says."
    for place in ("second", "second/claims", "second/claims/c8", "history"):
        answer = ben.get(f"/runs/{run_id}/{place}")
        assert answer.status_code == 200
        assert secret not in unescape(answer.text), place
        assert "ejected" not in answer.text, place
    assert ben.get(f"/runs/{run_id}/claims").status_code == 403
    assert ben.get(f"/runs/{run_id}/sign").status_code == 403
    carla = bench.person(Role.LIBRARIAN, name="Carla Jones")
    assert carla.get(f"/runs/{run_id}/second/claims").status_code == 403
    place = f"/runs/{run_id}/second/claims"
    assert decide(ben, f"{place}/c8", do="accept", reason="I would keep it.")[0] == 303
    assert "I would keep it." not in anna.get(f"/runs/{run_id}/history").text
    assert "I would keep it." not in anna.get(f"/runs/{run_id}/claims/c8").text
    for item in [line for line in re.findall(r"/claims/(\w+)\">Claim", ben.get(place).text) if line != "c8"]:
        decide(ben, f"{place}/{item}", do="reject", reason="No.")
    page = words(anna.get(f"/runs/{run_id}/second").text)
    assert "Raw agreement Value 80 % (4 of 5) 95 % interval too few to say Claims 5" in page
    assert "Cohen's kappa Value 0.00 95 % interval too few to say" in page
    assert "Where you differ: 8" in page
    settle = f"/runs/{run_id}/second/settle/c8"
    shown = anna.get(f"/runs/{run_id}/second").text
    form = re.search(r'action="/runs/[^"]+/settle/c8".*?</form>', shown, re.DOTALL)
    assert form is not None
    fields = {"csrf": hidden(form[0], "csrf"), "seen": hidden(form[0], "seen"), "side": "first"}
    assert anna.client.post(settle, data=fields).status_code == 400
    assert anna.client.post(settle, data={**fields, "reason": "The quote does not exist."}).status_code == 303
    assert "Where you differ: 7" in words(anna.get(f"/runs/{run_id}/second").text)


def test_asking_for_a_second_review_by_form(bench: Workbench, anna: Visitor, ben: Visitor) -> None:
    run_id = drafted(bench.store)
    place = f"/runs/{run_id}/second"
    csrf = hidden(anna.get(place).text, "csrf")
    assert ben.get(f"{place}/claims").status_code == 400
    stranger = anna.client.post(place, data={"csrf": csrf, "wanted": "yes", "blind": "yes", "reviewer": "nobody"})
    assert stranger.status_code == 400
    chosen = bench.accounts["Ben Okafor"].id
    kept = anna.client.post(place, data={"csrf": csrf, "wanted": "yes", "blind": "yes", "reviewer": chosen})
    assert kept.status_code == 303
    assert bench.store.reviews.second_review(run_id) == SecondReview(wanted=True, blind=True, reviewer=chosen)
    assert ben.get(f"{place}/claims").status_code == 200
    csrf = hidden(anna.get(place).text, "csrf")
    opened = anna.client.post(place, data={"csrf": csrf, "wanted": "yes", "reviewer": chosen})
    assert opened.status_code == 400
    assert "works blind and has not finished" in words(opened.text)


def test_hostile_text_stays_text(bench: Workbench, anna: Visitor) -> None:
    hostile = hostile_ledger()
    run_id = drafted(bench.store)
    bench.store.save_ledger(run_id, hostile.model_copy(update={"id": run_id}))
    for place in ("claims", "claims/c1", "claims/c2", "sign", "history", "second"):
        page = anna.get(f"/runs/{run_id}/{place}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert 'href="javascript:' not in page.text, place
        assert "\u202e" not in page.text, place


def test_pages_of_no_run_and_no_claim(bench: Workbench, anna: Visitor) -> None:
    run_id = drafted(bench.store)
    assert anna.get("/runs/nothing/claims").status_code == 404
    assert anna.get(f"/runs/{run_id[:-2]}/claims").status_code == 404
    assert anna.get(f"/runs/{run_id}/claims/zz").status_code == 404
