"""What rules find in abstracts and quotes, and what they leave alone; and the look at the sources on export."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from evidence.citation import AbstractSection
from evidence.errors import InvalidInput
from evidence.ledger import LedgerCitation
from reporting.document.content import Note
from reporting.export import recheck_sources
from reporting.summary.edition import Edition
from reporting.summary.equity import fit_of
from reporting.summary.figures import effects_of, risks_of
from reporting.summary.notes import marked_text
from tests.reporting.papers import citations
from tests.reporting.summary.opening import css, made, page
from tests.reporting.summary.signed_sample import WHEN, signed_sample
from tests.review.made_reviews import MadeSource, served

MADE = (
    "In 40 general practices in England and two in Ireland, 512 women aged 40 to 70 years from deprived areas were randomised. "
    "People with dementia were excluded. Results in Turkey-fed mice may differ."
)


def record(text: str) -> LedgerCitation:
    return citations()[0].model_copy(update={"abstract": (AbstractSection(text=text),)})


def test_places_and_people_are_found_with_their_sentences() -> None:
    fit = fit_of(record(MADE))
    first = (0, MADE.index(". ") + 1)
    assert [name for name, *_ in fit.countries] == ["England", "Ireland", "Turkey"]
    assert [span for _, *span in fit.uk] == [list(first)]
    assert [name for name, *_ in fit.settings] == ["general practices"]
    assert [MADE[start:end] for _, start, end in fit.left_out] == ["People with dementia were excluded."]
    assert {name for name, found in fit.progress.items() if found} == {
        "Gender and sex", "Age", "Socioeconomic status", "Disability and other conditions",
    }  # fmt: skip


def test_what_an_abstract_does_not_say_is_not_reported() -> None:
    tree = page(made(signed_sample(), "summary", "html"))
    rows = tree.xpath("//h2[@id='equity']/following::table[1]/tbody/tr")
    assert len(rows) == 4  # the retracted record is not quoted
    assert {css(row, "td")[3].text_content() for row in rows} == {"not reported in the abstract"}
    silent = [item.text_content() for item in css(tree, "li") if item.text_content().startswith("Not reported in the abstract")]
    assert len(silent) == 4
    assert "religion" in silent[0]


@pytest.mark.parametrize(
    ("quote", "risks"),
    [
        (
            "Nausea was reported by 31 of 206 participants with brillamine and 12 of 206 with placebo.",
            ("31 of 206", "12 of 206"),
        ),
        ("died in 12/200 (6%) of the placebo group and 4/201 (2%) on drug", ("4 of 201", "12 of 200")),
        ("Relapse was similar in both groups (8 of 94 versus 9 of 94).", None),
        ("31 of 206 with brillamine, placebo 12 of 206 with nausea", None),
        ("brillamine (31 of 206) and placebo (12 of 206)", None),
        ("In the placebo group 12 of 200 died and in the drug group 4 of 201 died.", None),
        ("4 of 50 with drug, 5 of 50 with placebo and 6 of 50 with sham", None),
    ],
)
def test_a_figure_is_given_to_an_arm_only_where_the_words_name_it(quote: str, risks: tuple[str, str] | None) -> None:
    found = risks_of(quote)
    assert (found and tuple(share.printed for share in found)) == risks


@pytest.mark.parametrize(
    ("quote", "effects"),
    [
        ("(hazard ratio 1.42, 95% CI 1.15 to 1.76)", ("hazard ratio 1.42, 95% CI 1.15 to 1.76",)),
        ("efficacy was 38% (95% CI -2% to 62%).", ("38% (95% CI -2% to 62%)",)),
        ("mean difference −1·9 days, 95% CI −3·1 to −0·7", ("mean difference -1.9 days, 95% CI -3.1 to -0.7",)),
        ("a reduction of 12% (p=0.03)", ()),
    ],
)
def test_effects_stand_as_printed(quote: str, effects: Sequence[str]) -> None:
    assert effects_of(quote) == tuple(effects)


def test_overlapping_quotes_leave_the_text_whole() -> None:
    notes = [Note(number, "x", "", "") for number in (1, 2, 3)]
    pieces = marked_text("abcdefghij", [(2, 6, notes[0]), (4, 8, notes[1]), (2, 3, notes[2])])
    assert "".join(piece.text for piece in pieces) == "abcdefghij"
    assert "".join(piece.text for piece in pieces if piece.marked) == "cdefgh"
    assert [note.number for piece in pieces for note in piece.begins] == [1, 3, 2]


def test_a_source_retracted_since_the_signature_stops_every_export() -> None:
    content = signed_sample().content
    with served(MadeSource(retracted={"90000002"})) as source, pytest.raises(InvalidInput, match=r"PMID 90000002.*retracted"):
        recheck_sources(content, source, WHEN)


def test_a_source_that_is_gone_or_down_is_said_and_stops_nothing() -> None:
    content = signed_sample().content
    with served(MadeSource(gone={"90000003"})) as source:
        recheck = recheck_sources(content, source, WHEN)
    assert (recheck.at, recheck.missing) == (WHEN, ("90000003",))
    with served(MadeSource(down=True)) as source:
        unreached = recheck_sources(content, source, WHEN)
    assert unreached.at is None
    assert unreached.why_not
    assert Edition(made_at=WHEN, recheck=unreached).recheck is unreached
