"""Which records are one work, which works are one study, and what must stay apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.base import content_hash
from evidence.citation import (
    Author,
    Citation,
    Correction,
    GroupingDecision,
    Journal,
    PartialDate,
    RegistryNumber,
)
from evidence.imported import ImportedRecord
from searching.group_records import find_links, group_records, group_studies
from searching.record_keys import AnyRecord, key_of, versioned_doi

TITLE = "Made compresses against made headaches in adults: a randomised trial"
ABSTRACT = "Made compresses were laid on made heads. " * 12
ABOUT: dict[str, Any] = {
    "title": TITLE,
    "authors": tuple(Author(last_name=name, initials="A") for name in ("Ångström", "de la Cruz", "O'Neil")),
    "journal": Journal(title="The Journal of Made Medicine", abbreviation="J Made Med", volume="12", issue="3", pages="123-9"),
    "published": PartialDate(year=2019, printed="2019"),
}


def pubmed(pmid: str, **more: Any) -> Citation:
    return Citation(**{"pmid": pmid, "source_hash": "0" * 64, **ABOUT, **more})


def embase(place: int, **more: Any) -> ImportedRecord:
    digest = content_hash("a file")
    own = {
        "id": f"embase:{digest[:8]}.{place}",
        "database": "Embase",
        "position": place,
        "file_hash": digest,
        "raw_hash": content_hash(place),
    }
    return ImportedRecord(**{**own, **ABOUT, **more})


def journal(**more: Any) -> Journal:
    return ABOUT["journal"].model_copy(update=more)  # type: ignore[no-any-return]


def one_work(*records: AnyRecord) -> bool:
    return len(group_records(records)) == 1


class TestOneWork:
    @pytest.mark.parametrize(
        "more",
        [
            {"title": TITLE.upper()},
            {"title": f"[{TITLE}.]"},
            {"title": TITLE.replace("randomised", "randomized").replace(":", " -")},
            {"title": "Made compresses against made headaches in adults"},
            {"title": TITLE.replace("headaches", "hedaches")},
            {"authors": tuple(reversed(ABOUT["authors"]))},
            {"authors": ABOUT["authors"][:1]},
            {"authors": (Author(last_name="ANGSTROM", initials="AB"), Author(last_name="Cruz", initials="D"))},
            {"journal": journal(title="J. Made Med.", abbreviation=None)},
            {"journal": journal(title=None, abbreviation=None)},
            {"journal": journal(pages="123-129", volume="Vol. 12")},
            {"journal": journal(pages="pp. 123-129", issue=None)},
            {"published": PartialDate(year=2018, printed="2018//")},
            {"published": None},
        ],
    )
    def test_a_record_without_a_doi_as_another_database_prints_it(self, more: dict[str, Any]) -> None:
        assert one_work(pubmed("1", doi="10.1000/made.1"), embase(1, **more))

    @pytest.mark.parametrize("pmid", ["1", None])
    def test_the_same_pmid_or_the_same_doi_is_enough(self, pmid: str | None) -> None:
        bare = {"authors": (), "journal": Journal(), "published": None}
        assert one_work(pubmed("1", doi="10.1000/made.1"), embase(1, **bare, pmid=pmid, doi=None if pmid else "10.1000/made.1"))

    def test_pubmeds_record_leads_and_nothing_is_lost(self) -> None:
        (group,) = group_records([embase(2), pubmed("77"), embase(1)])
        assert group.lead == "77"
        assert group.members == ("77", embase(1).id, embase(2).id)
        assert "agree in title, authors, year, journal, volume, first page" in group.reason

    def test_a_title_in_another_language_is_found_by_the_one_it_was_published_under(self) -> None:
        vernacular = "Gemachte Umschläge gegen gemachte Kopfschmerzen bei Erwachsenen"
        one = pubmed("1", title="[Made compresses for made headaches].", vernacular_title=vernacular)
        assert one_work(one, embase(1, title=vernacular))

    def test_greek_letters_and_their_names_are_one(self) -> None:
        spelt_out = "Effects of beta-made and 5 mu g of alpha-made on heads"
        assert one_work(pubmed("1", title="Effects of β-made and 5 µg of α-made on heads"), embase(1, title=spelt_out))

    def test_one_record_that_was_exported_twice(self) -> None:
        bare: dict[str, Any] = {"title": "Editorial", "authors": (), "journal": Journal(), "published": None}
        assert one_work(embase(1, **bare, accession="L1"), embase(2, **bare, accession="L1"))
        assert not one_work(embase(1, **bare, accession="L1"), embase(2, **bare, accession="L2"))


class TestVersions:
    def test_cochrane_versions_are_one_and_the_newest_leads(self) -> None:
        versions = [
            pubmed(str(n), title=f"Made things for made ills ({n})", doi=f"10.1002/14651858.cd001234{suffix}")
            for n, suffix in ((9, ""), (8, ".pub2"), (3, ".pub10"))
        ]
        (group,) = group_records(versions)
        assert (group.lead, group.members) == ("3", ("3", "8", "9"))
        assert "versions of 10.1002/14651858.cd001234" in group.reason

    def test_a_withdrawn_version_is_the_newest_and_says_so(self) -> None:
        from evidence.integrity import integrity_of

        old = pubmed("5", doi="10.1002/14651858.cd001234.pub2", abstract=({"text": ABSTRACT},))
        withdrawn = pubmed("6", title=f"WITHDRAWN: {TITLE}", doi="10.1002/14651858.cd001234.pub3")
        (group,) = group_records([old, withdrawn])
        assert group.lead == "6"
        assert integrity_of(withdrawn).status.value == "withdrawn"

    @pytest.mark.parametrize(
        "preprint",
        [
            {"publication_types": ("Preprint",), "doi": "10.1101/2018.05.01.18000001"},
            {"publication_types": ("Preprint",), "doi": None},
            {"publication_types": (), "doi": "10.21203/rs.3.rs-1234/v2"},
        ],
    )
    def test_a_preprint_stands_under_its_version_of_record(self, preprint: dict[str, Any]) -> None:
        early = pubmed("1", **preprint, journal=Journal(title="medRxiv"), published=PartialDate(year=2017, printed="2017"))
        (group,) = group_records([early, pubmed("2", doi="10.1000/made.1")])
        assert (group.lead, group.members) == ("2", ("1", "2"))
        assert "preprint" in group.reason

    def test_a_preprint_by_others_is_another_work(self) -> None:
        others = (Author(last_name="Somebody"), Author(last_name="Else"))
        assert not one_work(pubmed("1", publication_types=("Preprint",), authors=others), pubmed("2"))

    @pytest.mark.parametrize(
        ("kind", "types"),
        [
            ("RetractionOf", ("Retraction Notice",)),
            ("ErratumFor", ("Published Erratum",)),
            ("ExpressionOfConcernFor", ("Expression of Concern",)),
            ("CorrectedAndRepublishedFrom", ()),
        ],
    )
    def test_a_notice_stands_with_its_work_and_never_leads(self, kind: str, types: tuple[str, ...]) -> None:
        notice = pubmed("9", title="A notice", publication_types=types, corrections=(Correction(kind=kind, pmid="1"),))
        (group,) = group_records([notice, pubmed("1", abstract=({"text": ABSTRACT},))])
        assert group.members == ("1", "9")
        assert group.lead == "1" if types else group.lead in group.members

    def test_a_notice_without_a_link_is_known_by_the_title_behind_its_words(self) -> None:
        notice = embase(1, title=f"Erratum: {TITLE}", authors=(), journal=journal(pages="400"))
        (group,) = group_records([notice, pubmed("1")])
        assert group.lead == "1"
        assert not one_work(notice, pubmed("1", title="Something else altogether that was made in this year"))

    @pytest.mark.parametrize(
        ("doi", "base", "version"),
        [
            ("10.1002/14651858.cd001234", "10.1002/14651858.cd001234", 0),
            ("10.1002/14651858.cd001234.pub3", "10.1002/14651858.cd001234", 3),
            ("10.1101/2020.01.01.20001234v2", "10.1101/2020.01.01.20001234", 2),
            ("10.21203/rs.3.rs-1234/v1", "10.21203/rs.3.rs-1234", 1),
            ("10.1000/made.v2", "10.1000/made.v2", 0),
            (None, None, 0),
        ],
    )
    def test_versions_in_dois(self, doi: str | None, base: str | None, version: int) -> None:
        assert versioned_doi(doi) == (base, version)


class TestApart:
    @pytest.mark.parametrize(
        "more",
        [
            {"title": f"{TITLE}. Part II", "journal": journal(pages="130-5")},
            {"title": TITLE.replace("adults", "children"), "journal": journal(pages="124")},
            {"published": PartialDate(year=2024, printed="2024"), "journal": journal(volume="17", pages="88-99")},
            {"title": f"Re: {TITLE}", "journal": journal(pages="301")},
            {"authors": (Author(last_name="Somebody"), Author(last_name="Else")), "journal": journal(volume="3", pages="1-9")},
            {"doi": "10.1000/other", "journal": journal(pages="222-9")},
        ],
        ids=["part two", "other people", "an update", "a letter", "another group", "other pages"],
    )
    def test_works_that_look_alike(self, more: dict[str, Any]) -> None:
        assert not one_work(pubmed("1", doi="10.1000/made.1"), embase(1, **{"doi": None, **more}))

    def test_part_one_and_part_two(self) -> None:
        assert not one_work(embase(1, title=f"{TITLE} I"), embase(2, title=f"{TITLE} II"))
        assert not one_work(embase(1, title=f"{TITLE}: phase 1"), embase(2, title=f"{TITLE}: phase 2"))

    def test_abstracts_of_a_congress_share_the_supplements_doi(self) -> None:
        doi = "10.1000/supplement"
        first = pubmed("1", doi=doi, title="Made compresses in the young", journal=journal(pages="S11"))
        second = embase(1, doi=doi, title="Made compresses in the old", journal=journal(pages="S12"))
        third = embase(2, doi=doi, title="A study of teas", authors=(Author(last_name="Leaf"),), journal=journal(pages="S12"))
        assert len(group_records([first, second, third])) == 3
        assert one_work(first, embase(3, doi=doi, title="Made compresses in the young", journal=journal(pages="S11-S12")))

    def test_two_pmids_are_two_works_unless_everything_agrees(self) -> None:
        assert not one_work(pubmed("1"), pubmed("2", journal=journal(pages="444-9")))
        assert not one_work(pubmed("1", journal=Journal()), pubmed("2", journal=Journal()))
        assert one_work(pubmed("1"), pubmed("2"))
        assert one_work(pubmed("1", doi="10.1000/made.1"), pubmed("2", doi="10.1000/made.1"))

    def test_a_title_that_many_works_have(self) -> None:
        one = embase(1, title="Editorial", authors=ABOUT["authors"][:1], journal=journal(volume=None, pages=None))
        assert not one_work(one, embase(2, title="Editorial", authors=ABOUT["authors"][:1], journal=journal(pages=None)))

    def test_records_that_say_nothing_are_not_one(self) -> None:
        bare = {"title": "", "authors": (), "journal": Journal(), "published": None}
        assert len(group_records([embase(1, **bare), embase(2, **bare), embase(3, **bare)])) == 3


class TestAPersonsWord:
    def decision(self, kind: str, *records: str) -> GroupingDecision:
        return GroupingDecision.model_validate(
            {"records": records, "kind": kind, "reason": "I read both", "by": "A. Librarian", "on": date(2026, 11, 22)}
        )

    def test_a_group_can_be_split_and_joined_again(self) -> None:
        records: list[AnyRecord] = [pubmed("1"), embase(1), embase(2)]
        apart = self.decision("apart", "1", embase(2).id)
        groups = group_records(records, decisions=[apart])
        assert [group.members for group in groups] == [("1", embase(1).id), (embase(2).id,)]
        again = self.decision("together", "1", embase(2).id)
        assert len(group_records(records, decisions=[apart, again])) == 1

    def test_what_is_apart_is_not_joined_over_a_third(self) -> None:
        apart = self.decision("apart", embase(1).id, embase(2).id)
        groups = group_records([pubmed("1"), embase(1), embase(2)], decisions=[apart])
        assert all({embase(1).id, embase(2).id} - set(group.members) for group in groups)

    def test_what_nobody_could_compare_can_be_joined(self) -> None:
        other = embase(1, title="Quite another title", authors=(), journal=Journal(), published=None)
        together = self.decision("together", "1", other.id)
        (group,) = group_records([pubmed("1"), other], decisions=[together])
        assert "A. Librarian says that" in group.reason

    def test_records_that_are_not_here_are_passed_over(self) -> None:
        assert len(group_records([pubmed("1")], decisions=[self.decision("together", "1", "2")])) == 1


class TestStudies:
    def report(self, pmid: str, *numbers: str, **more: Any) -> Citation:
        registrations = tuple(RegistryNumber(databank="ClinicalTrials.gov", number=number) for number in numbers)
        return pubmed(pmid, title=f"Report {pmid} of a made trial with its own words {pmid * 3}", journal=Journal(),
                      registrations=registrations, **more)  # fmt: skip

    def test_reports_of_one_trial_are_one_study_and_stay_works(self) -> None:
        records = [self.report("1", "NCT00000001"), self.report("2", "NCT00000001"), self.report("3", "ISRCTN00000001")]
        groups = group_records(records)
        studies = group_studies(groups, records)
        assert len(groups) == 3
        assert [(study.works, study.registrations) for study in studies] == [(("1", "2"), ("NCT00000001",)), (("3",), ())]
        assert studies[0].reason == "2 reports of one study, registered as NCT00000001"

    def test_one_trial_in_two_registries(self) -> None:
        records = [
            self.report("1", "NCT00000001"),
            self.report("2", "NCT00000001", "2010-123456-12"),
            self.report("3", "2010-123456-12"),
        ]
        (study,) = group_studies(group_records(records), records)
        assert study.works == ("1", "2", "3")

    def test_a_review_of_several_trials_is_no_report_of_any(self) -> None:
        many = tuple(f"NCT0000000{n}" for n in range(1, 6))
        records = [self.report("1", many[0]), self.report("2", *many), self.report("3", many[0], publication_types=("Review",))]
        assert len(group_studies(group_records(records), records)) == 3

    def test_accession_numbers_that_are_no_trials_tie_nothing(self) -> None:
        records = [self.report("1", "AB123456"), self.report("2", "AB123456")]
        assert len(group_studies(group_records(records), records)) == 2

    def test_a_duplicate_brings_its_registration_into_the_work(self) -> None:
        copy = embase(1, registrations=(RegistryNumber(databank="EudraCT", number="2010-123456-12"),))
        records: list[AnyRecord] = [pubmed("1"), copy, self.report("2", "2010-123456-12")]
        studies = group_studies(group_records(records), records)
        assert [study.works for study in studies] == [("1", "2")]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["Made heads", TITLE, f"{TITLE} II", ""]), st.sampled_from(["10.1/a", "10.1/b", None])),
        max_size=14,
    ),
    st.randoms(use_true_random=False),
)
def test_groups_and_studies_hold_every_record_once_whatever_the_order(drawn: list[tuple[str, str | None]], chance: Any) -> None:
    records: list[AnyRecord] = [
        embase(n, title=title, doi=doi) if n % 2 else pubmed(str(n + 1), title=title, doi=doi)
        for n, (title, doi) in enumerate(drawn, 1)
    ]
    groups = group_records(records)
    members = [member for group in groups for member in group.members]
    assert sorted(members) == sorted(key_of(record).id for record in records)
    assert all(group.lead in group.members for group in groups)
    works = [work for study in group_studies(groups, records) for work in study.works]
    assert sorted(works) == sorted(group.lead for group in groups)
    shuffled = list(records)
    chance.shuffle(shuffled)
    assert {group.members for group in group_records(shuffled)} == {group.members for group in groups}


def test_many_records_with_one_title_do_not_take_the_day() -> None:
    records = [
        pubmed(str(n), title="Editorial", authors=(), journal=journal(volume=str(n), pages=str(n))) for n in range(1, 3000)
    ]
    assert find_links(records) == ()
