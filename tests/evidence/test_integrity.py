"""The standing of a record: publication types, links and title prefixes, each alone and together."""

from __future__ import annotations

import pytest

from evidence.citation import COMPROMISED, Citation, Correction, IntegrityStatus
from evidence.integrity import integrity_of

S = IntegrityStatus


def record(
    *, title: str = "A made trial", types: tuple[str, ...] = ("Journal Article",), links: tuple[Correction, ...] = ()
) -> Citation:
    return Citation(pmid="1", title=title, publication_types=types, corrections=links, source_hash="0" * 64)


def test_a_record_without_any_notice() -> None:
    standing = integrity_of(record())
    assert (standing.status, standing.notices, standing.related_pmids) == (S.NO_NOTICE, (), ())


@pytest.mark.parametrize(
    ("printed", "status"),
    [
        ("Retracted Publication", S.RETRACTED),
        ("retracted publication", S.RETRACTED),
        ("Retraction of Publication", S.RETRACTION_NOTICE),
        ("Retraction Notice", S.RETRACTION_NOTICE),
        ("Expression of Concern", S.EXPRESSION_OF_CONCERN),
        ("Published Erratum", S.CORRECTED),
        ("Corrected and Republished Article", S.CORRECTED),
        ("Preprint", S.PREPRINT),
        ("Randomized Controlled Trial", S.NO_NOTICE),
    ],
)
def test_publication_types(printed: str, status: IntegrityStatus) -> None:
    standing = integrity_of(record(types=("Journal Article", printed)))
    assert standing.status is status
    assert all(printed in notice for notice in standing.notices)
    assert bool(standing.notices) is (status is not S.NO_NOTICE)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("RetractionIn", S.RETRACTED),
        ("RetractedandRepublishedIn", S.RETRACTED),
        ("PartialRetractionIn", S.PARTLY_RETRACTED),
        ("ExpressionOfConcernIn", S.EXPRESSION_OF_CONCERN),
        ("ExpressionOfConcernFor", S.EXPRESSION_OF_CONCERN),
        ("RetractionOf", S.RETRACTION_NOTICE),
        ("PartialRetractionOf", S.RETRACTION_NOTICE),
        ("UpdateIn", S.SUPERSEDED),
        ("CorrectedandRepublishedIn", S.SUPERSEDED),
        ("ErratumIn", S.CORRECTED),
        ("ErratumFor", S.CORRECTED),
        ("CorrectedandRepublishedFrom", S.CORRECTED),
        ("RetractedandRepublishedFrom", S.CORRECTED),
        ("UpdateOf", S.NO_NOTICE),
        ("CommentIn", S.NO_NOTICE),
        ("Cites", S.NO_NOTICE),
        ("SomethingNew", S.NO_NOTICE),
    ],
)
def test_links(kind: str, status: IntegrityStatus) -> None:
    standing = integrity_of(record(links=(Correction(kind=kind, reference="J Made. 2020;1:2", pmid="77"),)))
    assert standing.status is status
    if status is not S.NO_NOTICE:
        (notice,) = standing.notices
        assert kind in notice
        assert "J Made. 2020;1:2" in notice
        assert "PMID 77" in notice
        assert standing.related_pmids == ("77",)


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("WITHDRAWN: Made drug for made disease.", S.WITHDRAWN),
        ("Withdrawn: Made drug.", S.WITHDRAWN),
        ("Withdrawal notice: Made drug.", S.WITHDRAWN),
        ("TEMPORARY REMOVAL: Made drug.", S.WITHDRAWN),
        ("Retracted: Made drug.", S.RETRACTED),
        ("RETRACTED: Made drug.", S.RETRACTED),
        ("RETRACTED ARTICLE: Made drug.", S.RETRACTED),
        ("[Retracted] Made drug.", S.RETRACTED),
        ("[Retracted: made drug].", S.RETRACTED),
        ("Retraction: Made drug.", S.RETRACTION_NOTICE),
        ("Retraction notice to made drug.", S.RETRACTION_NOTICE),
        ("Notice of Retraction. Made drug.", S.RETRACTION_NOTICE),
        ("Expression of concern: Made drug.", S.EXPRESSION_OF_CONCERN),
        ("Editorial Expression of Concern: Made drug.", S.EXPRESSION_OF_CONCERN),
        ("Partial retraction: Made drug.", S.PARTLY_RETRACTED),
        ("Erratum: Made drug.", S.CORRECTED),
        ("Correction to: Made drug.", S.CORRECTED),
        ("Author Correction: Made drug.", S.CORRECTED),
        ("Withdrawal: what patients say about it.", S.NO_NOTICE),
        ("Withdrawn patients in made trials.", S.NO_NOTICE),
        ("Retracted papers and who cites them: a survey.", S.NO_NOTICE),
        ("Removal of made stones.", S.NO_NOTICE),
        ("Correction of hyponatraemia in made wards.", S.NO_NOTICE),
        ("Tendon that was retracted: a case.", S.NO_NOTICE),
        ("Retraction of the made lung during surgery.", S.NO_NOTICE),
        ("", S.NO_NOTICE),
    ],
)
def test_title_prefixes(title: str, status: IntegrityStatus) -> None:
    assert integrity_of(record(title=title)).status is status


def test_the_worst_state_wins_and_every_notice_is_told_worst_first() -> None:
    standing = integrity_of(
        record(
            title="WITHDRAWN: A made preprint",
            types=("Preprint", "Retracted Publication"),
            links=(
                Correction(kind="ErratumIn", pmid="5"),
                Correction(kind="UpdateOf", pmid="6"),
                Correction(kind="UpdateIn", pmid="7"),
            ),
        )
    )
    assert standing.status is S.RETRACTED
    assert standing.related_pmids == ("5", "6", "7")
    assert [notice.split(" ")[1] for notice in standing.notices] == [
        "publication",
        "title",
        "newer",
        "correction",
        "publication",
    ]
    assert all(notice.endswith(".") for notice in standing.notices)


def test_a_preprint_with_a_version_of_record_is_superseded() -> None:
    standing = integrity_of(record(types=("Preprint",), links=(Correction(kind="UpdateIn", pmid="9"),)))
    assert standing.status is S.SUPERSEDED
    assert standing.related_pmids == ("9",)


@pytest.mark.parametrize("status", list(S))
def test_what_can_support_no_claim(status: IntegrityStatus) -> None:
    severe = [S.RETRACTED, S.WITHDRAWN, S.PARTLY_RETRACTED, S.EXPRESSION_OF_CONCERN, S.RETRACTION_NOTICE]
    assert (status in COMPROMISED) is (status in severe)


def test_a_notice_does_not_grow_with_hostile_text() -> None:
    standing = integrity_of(record(links=(Correction(kind="RetractionIn", reference="x" * 100_000),)))
    assert len(standing.notices[0]) < 500
