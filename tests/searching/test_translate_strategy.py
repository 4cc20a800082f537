from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evidence.errors import InvalidInput
from evidence.search import SearchLine, SearchStrategy
from evidence.translated_strategy import TranslatedStrategy
from searching.ovid.parse_line import parse_ovid_line
from searching.parse_query import parse_query
from searching.translate.platforms import PLATFORMS
from searching.translate.translate_strategy import find_platform, translate_strategy

YEAR = 2024


def translated(platform: str, *queries: str) -> TranslatedStrategy:
    lines = tuple(SearchLine(number=number, query=query, purpose="test") for number, query in enumerate(queries, start=1))
    return translate_strategy(SearchStrategy(lines=lines, proposed_by="person"), PLATFORMS[platform], this_year=YEAR)


@pytest.mark.parametrize(
    ("platform", "query", "text"),
    [
        ("ovid-medline", "asthma[mh]", "exp asthma/"),
        ("ovid-medline", "asthma[mh:noexp]", "asthma/"),
        ("ovid-medline", "asthma[majr]", "exp *asthma/"),
        ("ovid-medline", "asthma[majr:noexp]", "*asthma/"),
        ("ovid-medline", '"Asthma/drug therapy"[mh]', "exp Asthma/dt"),
        ("ovid-medline", '"Wounds and Injuries"[mh]', 'exp "Wounds and Injuries"/'),
        ("ovid-medline", "asthma[tiab] OR wheez*[tiab]", "(asthma or wheez*).ti,ab,kf."),
        ("ovid-medline", "asthma[ti] AND wheez*[ti]", "asthma.ti. and wheez*.ti."),
        ("ovid-medline", '"hip pain"[tiab:~2]', "(hip adj3 pain).ti,ab,kf."),
        ("ovid-medline", '"rich and poor"[ti]', '"rich and poor".ti.'),
        ("ovid-medline", "asthma[tw]", "asthma.mp."),
        ("ovid-medline", "randomized controlled trial[pt]", "randomized controlled trial.pt."),
        ("ovid-medline", "drug therapy[sh]", "dt.fs."),
        ("ovid-medline", "eng[la]", "english.lg."),
        ("ovid-medline", "smith j[au]", "smith j*.au."),
        ("ovid-medline", "2020:2022[dp]", '("2020" or "2021" or "2022").yr.'),
        ("ovid-medline", "a1[ti] OR b1[ti] AND c1[ti]", "(a1 or b1).ti. and c1.ti."),
        ("ovid-medline", "a1[ti] OR (b1[ti] AND c1[ab])", "a1.ti. or (b1.ti. and c1.ab.)"),
        ("ovid-psycinfo", "asthma[tiab]", "asthma.ti,ab,id."),
        ("ovid-hmic", "asthma[tiab]", "asthma.ti,ab."),
        ("ovid-emcare", "asthma[tiab]", "asthma.ti,ab,kf."),
        ("ovid-embase", '"Fractures, Compression"[mh]', "Compression Fractures.mp."),
        ("ebsco-cinahl", "asthma[ti]", "TI asthma"),
        ("ebsco-cinahl", "asthma[tiab] OR wheez*[tiab]", "TI ( asthma OR wheez* ) OR AB ( asthma OR wheez* )"),
        ("ebsco-cinahl", '"hip pain"[ti:~2]', "TI ( hip N2 pain )"),
        ("ebsco-cinahl", "2010:3000[dp]", "PY 2010-"),
        ("ebsco-cinahl", "2010:2020[dp]", "PY 2010-2020"),
        ("cochrane", "asthma[mh]", '[mh "asthma"]'),
        ("cochrane", "asthma[mh:noexp]", '[mh ^"asthma"]'),
        ("cochrane", '"Asthma/drug therapy"[mh]', '[mh "Asthma"/DT]'),
        ("cochrane", "asthma[tiab] OR wheez*[tiab]", "(asthma OR wheez*):ti,ab,kw"),
        ("cochrane", '"hip pain"[tiab]', '"hip pain":ti,ab,kw'),
        ("cochrane", '"breast feed*"[tiab]', "(breast NEXT feed*):ti,ab,kw"),
        ("cochrane", '"hip pain"[tiab:~2]', "(hip NEAR/3 pain):ti,ab,kw"),
    ],
)
def test_one_line(platform: str, query: str, text: str) -> None:
    assert translated(platform, query).lines[0].text == text


@pytest.mark.parametrize(("platform", "reference"), [("ovid-embase", "1"), ("ebsco-cinahl", "S1"), ("cochrane", "#1")])
def test_line_numbers_are_kept(platform: str, reference: str) -> None:
    result = translated(platform, "asthma[ti]", "wheez*[ti]", "#1 OR #2")
    assert [line.number for line in result.lines] == [1, 2, 3]
    assert result.lines[2].text.startswith(f"{reference} ")
    assert result.as_text().splitlines() == [line.text for line in result.lines]


def test_a_limit_by_date_of_a_line_becomes_ovids_limit() -> None:
    result = translated("ovid-embase", "asthma[ti]", "#1 AND 2010:3000[dp]", "#1 AND 2010/05:2015[dp]")
    assert result.lines[1].text == 'limit 1 to yr="2010 -Current"'
    assert result.lines[2].text == 'limit 1 to yr="2010 -2015"'
    assert "whole years" in result.lines[2].notes[0]


@pytest.mark.parametrize("platform", ["ovid-embase", "ovid-emcare", "ovid-hmic", "ovid-psycinfo", "ebsco-cinahl"])
def test_a_heading_of_another_vocabulary_is_never_made_up(platform: str) -> None:
    result = translated(platform, '"Hypertension, Pulmonary"[mh:noexp] OR "Asthma/drug therapy"[majr]')
    line = result.lines[0]
    assert line.headings_to_check == ("Hypertension, Pulmonary (not exploded)", "Asthma/drug therapy (major topic)")
    assert not re.search(r"/|MH |MM |\bexp\b|\*", line.text)
    assert "Pulmonary Hypertension" in line.text
    assert any(f"check in {result.vocabulary}" in note for note in line.notes)


@pytest.mark.parametrize("platform", list(PLATFORMS))
def test_what_has_no_counterpart_is_said_and_the_numbers_hold(platform: str) -> None:
    result = translated(platform, "asthma[ti]", "systematic[sb]", "#1 AND #2", "#1 OR #2", '"last 5 years"[edat]')
    assert not result.lines[1].translated
    assert "line 2 is not translated" in result.lines[1].text
    assert "systematic[sb] was left out" in result.lines[1].notes[0]
    assert [line.text for line in result.lines[2:4]] == [result.lines[2].text] * 2
    assert any("Line 2 was left out" in note for note in result.lines[2].notes)
    assert any("more than the original" in note for note in result.lines[2].notes)
    assert not result.lines[4].translated


def test_words_that_stand_in_for_a_heading_never_stand_after_not() -> None:
    """`not animals.mp.` would take every paper away that mentions animals."""
    embase = translated("ovid-embase", "asthma[ti]", "animals[mh] NOT humans[mh]", "#1 NOT #2")
    assert embase.lines[2].text == "1"
    assert any("after NOT was left out" in note for note in embase.lines[2].notes)
    medline = translated("ovid-medline", "asthma[ti]", "animals[mh] NOT humans[mh]", "#1 NOT #2")
    assert [line.text for line in medline.lines[1:]] == ["exp animals/ not exp humans/", "1 not 2"]


def test_automatic_term_mapping_is_said() -> None:
    assert any("maps asthma" in note for note in translated("ovid-medline", "asthma").lines[0].notes)


def test_a_platform_by_any_of_its_names() -> None:
    assert find_platform(" Embase ").key == "ovid-embase"
    with pytest.raises(InvalidInput, match="ovid-hmic"):
        find_platform("scopus")


def test_specialists_strategies_come_out_whole(shared_data: Path) -> None:
    """Every strategy that PubMed reads, on every platform: no tag of PubMed's left; Ovid's text reads as Ovid's again."""
    for row in (shared_data / "boolean_queries" / "sysrev_seed.jsonl").read_text(encoding="utf-8").splitlines()[::3]:
        query = json.loads(row)["edited_search"]
        try:
            parse_query(query)
        except InvalidInput:
            continue
        for platform in PLATFORMS:
            line = translated(platform, query).lines[0]
            assert line.translated
            assert not re.search(r"\[(?:tiab|mesh|pt|ti|sh)\]", line.text, re.IGNORECASE)
            assert line.text.count("(") == line.text.count(")")
            if platform.startswith("ovid"):
                parse_ovid_line(line.text)
