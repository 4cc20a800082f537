"""The PRISMA flow adds up over any ledger that is sound, refuses one that is not, and is drawn as it is counted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from evidence.citation import CitationGroup, UnreadableRecord
from evidence.errors import StorageFailure
from evidence.imported import ImportedFile
from evidence.ledger import SearchCounts
from evidence.prisma import FlowPart, FullTextDecision, PrismaFlow
from evidence.screening import ScreeningDecision, ScreeningOutcome
from evidence.search_ledger import OtherSource, SearchLedger
from pipelines.stages.import_records import join_records
from reporting.prisma_flow import check_flow, flow_of, flow_rows, flow_svg, flow_words
from reporting.search_report import render_search_report
from reporting.words import visible
from tests.reporting.search_sample import (
    RECORDS,
    TODAY,
    counts,
    embase,
    hostile_search,
    imported,
    nothing_found,
    record,
    screened_ledger,
    search_ledger,
)

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = [name for name, field in PrismaFlow.model_fields.items() if field.annotation is int]


@st.composite
def sound_ledgers(draw: st.DrawFn) -> SearchLedger:
    """Any mix of groups, decisions by rule, model and person, full texts, imported files and losses."""
    some = st.integers(min_value=0, max_value=6)
    works = draw(st.lists(st.tuples(st.sampled_from(["none", "rule out", "model", "in", "out", "unsure"]), some), max_size=12))
    records, groups, screening, full_text = [], [], [], []
    for place, (fate, kin) in enumerate(works):
        lead = str(90_000_000 + 100 * place)
        members = tuple(str(int(lead) + step) for step in range(kin % 3 + 1))
        is_out = fate.endswith("out")
        records += [
            record(one, "A title", use="same work" if one != lead else "excluded" if is_out else "left") for one in members
        ]
        if len(members) > 1:
            groups.append(CitationGroup(id=lead, lead=lead, members=members))
        if fate != "none":
            outcome = (
                ScreeningOutcome.EXCLUDE if is_out else ScreeningOutcome.INCLUDE if fate == "in" else ScreeningOutcome.UNSURE
            )
            made_by: Any = "rule" if fate == "rule out" else "model" if fate == "model" else "person"
            criterion = draw(st.sampled_from(["design", "humans", ""]))
            on = draw(st.sampled_from(members)) if made_by == "person" else lead
            screening.append(
                ScreeningDecision(pmid=on, outcome=outcome, criterion=criterion, reason="", made_by=made_by, by="x")
            )
        if fate in {"in", "unsure"}:
            end: Any = draw(st.sampled_from(["", "included", "excluded", "not retrieved"]))
            if end:
                full_text.append(FullTextDecision(pmid=lead, outcome=end, reason="why", by="x", on=TODAY))
    capped, missing, unreadable, lost, merged, alone = (draw(some) for _ in range(6))
    other = OtherSource(name="Embase", file_name="e.ris", records=lost + merged + alone, unreadable=lost, duplicates=merged,
                        kind=draw(st.sampled_from(["database", "register", "other method"])))  # fmt: skip
    retrieved = len(records) + missing + unreadable
    numbers = counts(tuple(records), identified=retrieved + capped, retrieved=retrieved, missing=missing, unreadable=unreadable)
    base = search_ledger()
    search = base.search.model_copy(update={
        "counts": numbers, "missing": tuple(str(80_000_000 + n) for n in range(missing)),
        "unreadable": tuple(UnreadableRecord(position=n, reason="broken") for n in range(unreadable)),
    })  # fmt: skip
    return base.model_copy(update={
        "search": search, "citations": tuple(records), "groups": tuple(groups), "studies": (), "screening": tuple(screening),
        "full_text": tuple(full_text), "other_sources": (other, other.model_copy(update={"records": 0, "unreadable": 0})),
        "imported": tuple(imported(n + 1, "A title") for n in range(alone)), "ranked": (),
    })  # fmt: skip


@given(sound_ledgers())
@settings(max_examples=80, deadline=None)
def test_numbers_always_add_up_and_equal_the_rows(ledger: SearchLedger) -> None:
    flow = flow_of(ledger)
    people = [one for one in ledger.screening if one.made_by == "person"]
    works = sum(one.use != "same work" for one in ledger.citations) + len(ledger.imported)
    assert flow.identified == ledger.search.counts.identified + sum(one.records for one in ledger.other_sources)
    assert flow.screened == len(people)
    assert flow.seen_by_no_person == works - len(people)
    assert sum(part.count for part in flow.excluded_by_person) == sum(one.outcome.value == "exclude" for one in people)
    assert sum(part.count for part in flow.ineligible) == sum(one.made_by == "rule" for one in ledger.screening)
    assert flow.included_reports == sum(one.outcome == "included" for one in ledger.full_text)
    assert flow.excluded_by_automation == 0
    drawn = etree.fromstring(flow_svg(flow).encode())
    shown = [int(number.replace(",", "")) for number in re.findall(r"\(n = ([\d,]+)\)", _text(drawn))]
    assert shown[0] == flow.identified
    assert shown[-2:] == [flow.included_studies, flow.included_reports]


def _text(picture: etree._Element) -> str:
    return " ".join("".join(element.itertext()) for element in picture.iter(f"{SVG}text")).replace("\xa0", " ")


def test_every_box_of_a_screened_search() -> None:
    flow = flow_of(screened_ledger())
    rows = {row.words: row.count for row in flow_rows(flow)}
    assert [(source.name, source.records) for source in flow.sources] == [
        ("PubMed (NCBI E-utilities)", 13),
        ("Embase (Ovid)", 3),
    ]
    assert rows["Records identified"] == 16
    assert flow.duplicates == 2  # one preprint grouped, one Embase record merged
    assert flow.ineligible == (FlowPart(words="The study is of people", count=1),)
    assert sum(part.count for part in flow.removed_otherwise) == 3
    assert (flow.for_screening, flow.screened, flow.sought, flow.assessed) == (10, 6, 5, 3)
    assert flow.excluded_by_person == (FlowPart(words="design", count=1),)
    assert flow.not_retrieved == (FlowPart(words="Not held", count=1),)
    assert flow.retrieval_open == 1
    assert (flow.included_studies, flow.included_reports) == (1, 2)
    assert rows["Records that no person looked at (ineligible by a rule, or not screened)"] == 5


@pytest.mark.parametrize("name", COUNTS)
def test_a_number_that_does_not_add_up_is_refused(name: str) -> None:
    flow = flow_of(screened_ledger())
    more = 2 if name == "included_studies" else 1  # two reports of one study are included: two studies would be possible
    wrong = flow.model_copy(update={name: getattr(flow, name) + more})
    with pytest.raises(StorageFailure, match="do not add up"):
        check_flow(wrong)
    with pytest.raises(StorageFailure, match="do not add up"):
        flow_svg(wrong)


def _changed(**changes: Any) -> SearchLedger:
    return search_ledger(**changes)


def _decision(pmid: str = "90000001", **more: Any) -> ScreeningDecision:
    about: dict[str, Any] = {"outcome": ScreeningOutcome.INCLUDE, "made_by": "person", "by": "x"}
    return ScreeningDecision(pmid=pmid, criterion="c", reason="r", **(about | more))


BY_RULE = search_ledger().screening
BY_MODEL = _decision(outcome=ScreeningOutcome.UNSURE, made_by="model").model_copy(update={"outcome": ScreeningOutcome.EXCLUDE})
WRONG: dict[str, dict[str, Any]] = {
    "stands in the ledger twice": {"citations": (*RECORDS, RECORDS[0])},
    "were read and": {"citations": RECORDS[:-1]},
    "marked as the same work": {"groups": (), "studies": ()},
    "under a record that is not there": {
        "groups": (*search_ledger().groups, CitationGroup(id="80000001", lead="80000001", members=("80000001",)))
    },
    "two decisions on one record": {"screening": (*BY_RULE, _decision(), _decision())},
    "decision on a record that is not there": {"screening": (*BY_RULE, _decision("80000001"))},
    "on a model's word alone": {"screening": (*BY_RULE, BY_MODEL)},
    "marked excluded are not those decided so": {"screening": ()},
    "no person kept": {"full_text": (FullTextDecision(pmid="90000002", outcome="included", by="x", on=TODAY),)},
}


@pytest.mark.parametrize("what", WRONG)
def test_rows_that_contradict_each_other_are_refused(what: str) -> None:
    with pytest.raises(StorageFailure, match=re.escape(what)):
        flow_of(_changed(**WRONG[what]))


def test_a_count_that_differs_from_its_list_is_refused() -> None:
    base = search_ledger()
    search = base.search.model_copy(update={"missing": ()})
    with pytest.raises(StorageFailure, match="fetched, missing and unreadable"):
        flow_of(base.model_copy(update={"search": search}))


def test_a_persons_word_on_a_grouped_record_stands_for_the_work() -> None:
    base = search_ledger()
    screening = (
        *base.screening,
        _decision("90000001", made_by="model", outcome=ScreeningOutcome.UNSURE),
        _decision("90000006"),
    )
    assert flow_of(base.model_copy(update={"screening": screening})).screened == 1


def test_nothing_found_is_all_zero() -> None:
    assert {row.count for row in flow_rows(flow_of(nothing_found()))} == {0}


def test_picture_has_title_and_description_and_hostile_text_stays_text() -> None:
    flow = flow_of(hostile_search())
    picture = etree.fromstring(flow_svg(flow).encode())
    named = picture.get("aria-labelledby").split()
    assert [element.get("id") for element in (picture.find(f"{SVG}title"), picture.find(f"{SVG}desc"))] == named
    assert picture.findtext(f"{SVG}desc") == visible(flow_words(flow))
    assert {etree.QName(element).localname for element in picture.iter()} <= {"svg", "title", "desc", "rect", "text", "path"}


def test_many_sources_and_reasons_are_short_in_the_picture_and_whole_in_the_table() -> None:
    base = search_ledger()
    others = tuple(embase(name=f"Database {n}", records=0, unreadable=0, duplicates=0) for n in range(30))
    ledger = base.model_copy(update={"other_sources": (*base.other_sources, *others)})
    flow = flow_of(ledger)
    assert len([row for row in flow_rows(flow) if row.words.startswith("Database ")]) == 30
    assert "further sources, in the table" in _text(etree.fromstring(flow_svg(flow).encode()))


def test_an_identified_count_below_the_retrieved_one_is_refused() -> None:
    base = search_ledger()
    numbers = SearchCounts.model_validate(base.search.counts.model_dump() | {"identified": 1})
    with pytest.raises(StorageFailure, match="fewer records are identified"):
        flow_of(base.model_copy(update={"search": base.search.model_copy(update={"counts": numbers})}))


def test_files_joined_by_the_import_are_counted_row_by_row() -> None:
    base = search_ledger()
    same_doi = imported(1, "Brillamine for tarnish fever", doi="10.9999/brill.1")
    alone = imported(2, "Tinctures of the north", pmid="90000099")
    file = ImportedFile(database="Embase", platform="Ovid", file_name="e.ris", file_hash="b" * 64, format="RIS",
                        records=(same_doi, alone), unreadable=(UnreadableRecord(position=2, reason="no title"),))  # fmt: skip
    joined = join_records(RECORDS, [file])
    leads = {group.lead for group in joined.groups}
    rows = tuple(
        one.model_copy(update={"use": "same work" if one.pmid not in leads else "left"}) for one in RECORDS
    )  # fmt: skip
    ledger = base.model_copy(update={
        "citations": rows, "imported": joined.imported, "groups": tuple(one for one in joined.groups if len(one.members) > 1),
        "studies": joined.studies, "other_sources": joined.sources, "screening": (),
    })  # fmt: skip
    flow = flow_of(ledger)
    assert [source.records for source in flow.sources] == [13, 3]
    assert flow.for_screening == len(leads)
    assert flow.duplicates == 13 - len(leads)
    text = render_search_report(ledger, ".md").decode()
    assert "Tinctures of the north" in text
    assert "Embase L2, PMID 90000099" in text
