from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import InvalidInput, QuerySyntaxError
from searching.ovid.detect_syntax import Syntax, detect_syntax
from searching.ovid.parse_line import parse_ovid_line
from searching.ovid.read_strategy import read_ovid_strategy
from searching.ovid.to_pubmed import ovid_to_pubmed
from searching.ovid.tree import (
    OvidAnd,
    OvidHeading,
    OvidLimit,
    OvidNear,
    OvidNode,
    OvidNot,
    OvidOr,
    OvidReference,
    OvidStrategy,
    OvidTerm,
)
from searching.parse_query import parse_query
from searching.print_query import print_query


def term(text: str, *fields: str, quoted: bool = False) -> OvidTerm:
    return OvidTerm(text=text, fields=fields, quoted=quoted)


def line(number: int) -> OvidReference:
    return OvidReference(number=number)


def heading(name: str, *codes: str, explode: bool = False, focus: bool = False) -> OvidHeading:
    return OvidHeading(heading=name, explode=explode, focus=focus, subheadings=codes)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("exp Asthma/", heading("Asthma", explode=True)),
        ("*Asthma/", heading("Asthma", focus=True)),
        ("exp *Asthma/dt, th [Drug Therapy, Therapy]", heading("Asthma", "dt", "th", explode=True, focus=True)),
        ("Tuberculosis, Multidrug-Resistant/", heading("Tuberculosis, Multidrug-Resistant")),
        ('exp "Wounds and Injuries"/', heading("Wounds and Injuries", explode=True)),
        ("exp Wounds and Injuries/", heading("Wounds and Injuries", explode=True)),
        ("Recurrence/ and Postoperative Care/", OvidAnd(operands=(heading("Recurrence"), heading("Postoperative Care")))),
        ("asthma.mp. [mp=title, abstract, heading]", term("asthma", "mp")),
        ("asthma.mp", term("asthma", "mp")),
        ("hip pain.ti, ab.", term("hip pain", "ti", "ab")),
        ("(asthma or copd). tw.", OvidOr(operands=(term("asthma", "tw"), term("copd", "tw")))),
        ('"hip pain".ti,ab,kf.', term("hip pain", "ti", "ab", "kf", quoted=True)),
        ("humans.sh.", term("humans", "sh")),
        ("randomized controlled trial.pt.", term("randomized controlled trial", "pt")),
        ("O'Brien S$.au.", term("O'Brien S$", "au")),
        ("18f-fdg.ti. or 3.5.tw.", OvidOr(operands=(term("18f-fdg", "ti"), term("3.5", "tw")))),
        ("TNF/IL2.tw.", term("TNF/IL2", "tw")),
        ("type 2 diabetes.tw.", term("type 2 diabetes", "tw")),
        ("(hip adj3 pain).ti.", OvidNear(left=term("hip", "ti"), right=term("pain", "ti"), distance=3)),
        ("(hip adj pain).ti.", OvidNear(left=term("hip", "ti"), right=term("pain", "ti"), distance=1)),
        ("(2 adj3 x).tw.", OvidNear(left=term("2", "tw"), right=term("x", "tw"), distance=3)),
        ("1 or 2 or 3", OvidOr(operands=(line(1), line(2), line(3)))),
        ("or/1-3", OvidOr(operands=(line(1), line(2), line(3)))),
        ("and/1,3", OvidAnd(operands=(line(1), line(3)))),
        ("or/1,3-4", OvidOr(operands=(line(1), line(3), line(4)))),
        ("(1 or 2) not 3", OvidNot(wanted=OvidOr(operands=(line(1), line(2))), unwanted=line(3))),
        ("1 or 2 and 3", OvidOr(operands=(line(1), OvidAnd(operands=(line(2), line(3)))))),
        ("exp animals/ not humans/", OvidNot(wanted=heading("animals", explode=True), unwanted=heading("humans"))),
        ('limit 6 to yr="1970 -Current"', OvidLimit(limited=line(6), limits=('yr="1970 -Current"',))),
        (
            'limit 2 to (english language and "reviews (best balance of sensitivity and specificity)")',
            OvidLimit(limited=line(2), limits=("english language", '"reviews (best balance of sensitivity and specificity)"')),
        ),
        ("(a1 or b1.ti.).ab.", OvidOr(operands=(term("a1", "ab"), term("b1", "ti")))),
    ],
)
def test_one_line(text: str, tree: OvidNode) -> None:
    assert parse_ovid_line(text).tree == tree


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "empty"),
        ("(asthma or copd.tw.", 0, "not closed"),
        ("asthma.tw.)", 10, "never opened"),
        ("asthma.tw. or", 11, "ends with an operator"),
        ("or asthma.tw.", 0, "no term before it"),
        ("asthma and or copd", 11, "no term before it"),
        ("()", 0, "empty"),
        ('"hip pain.tw.', 0, "no partner"),
        (".tw.", 0, "no term before it"),
        ("(" * 5_000, 101, "nested"),
        ("or/1-1000,1-1000", 0, "1,000 lines"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, position: int, words: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse_ovid_line(text)
    assert words in caught.value.message
    assert caught.value.position == position


@pytest.mark.parametrize("text", ["a1 adj " * 5_000 + "b1", "a1 not " * 5_000 + "b1"])
def test_a_line_made_to_exhaust_the_parser_is_refused(text: str) -> None:
    with pytest.raises(QuerySyntaxError):
        parse_ovid_line(text)


_PIECES = [
    *["(", ")", "and", "or", "not", "adj3", "adj", ".ti,ab.", ".mp.", "/", "/dt", "exp", "*", "$", "?", "or/1-3", "[mp=x]"],
    *['"', "“", "asthma", "Asthma/", "1", "2", "limit", "to", "yr=2010", "colo?r", "tend#nitis", "node*1", ".sh.", "humans/"],
]


@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=5)), max_size=20), st.sampled_from([" ", ""]))
def test_any_line_is_read_or_refused_and_what_is_read_becomes_a_pubmed_line(pieces: list[str], glue: str) -> None:
    text = " ".join(glue.join(pieces).split())
    strategy: OvidStrategy | None = None
    with suppress(InvalidInput):
        strategy = read_ovid_strategy(f"asthma.tw.\ncopd.tw.\n{text}")
    if strategy is None:
        with pytest.raises(InvalidInput):
            read_ovid_strategy(f"asthma.tw.\ncopd.tw.\n{text}")
        return
    translated = ovid_to_pubmed(strategy).lines
    assert [line.number for line in translated] == [line.number for line in strategy.lines]
    for line in translated:
        assert print_query(parse_query(line.text)), line.text


@pytest.mark.parametrize(
    "text",
    [
        "1. exp Asthma/ (12345)\n2. wheez*.ti,ab. (678)\n3. 1 or 2 (12,999)",
        "1     exp Asthma/     12345\n2     wheez*.ti,ab.     678\n3     1 or 2     12,999",
        "#1 exp Asthma/\n#2 wheez*.ti,ab.\n#3 1 or 2",
        "Database: Ovid MEDLINE(R) <1946 to May 2024>\nSearch Strategy:\n--------\n1 exp Asthma/\n2 wheez*.ti,ab.\n3 1 or 2",
        "1. exp Asthma/\n2. wheez*.ti,ab.\n3. or/1-2",
        "exp Asthma/\nwheez*.ti,ab.\n1 or 2",
        "1. exp Asthma/\n2. wheez*.ti,\nab.\n3. 1 or 2",
    ],
)
def test_the_ways_a_strategy_is_saved(text: str) -> None:
    trees = [each.tree for each in read_ovid_strategy(text).lines]
    assert trees == [
        heading("Asthma", explode=True),
        term("wheez*", "ti", "ab"),
        OvidOr(operands=(line(1), line(2))),
    ]


def test_a_line_that_names_a_later_one_is_read_with_a_note() -> None:
    strategy = read_ovid_strategy("asthma.tw.\n1 and 7")
    assert strategy.lines[1].notes == ("It names line 7, which is not an earlier line.",)
    assert ovid_to_pubmed(strategy).lines[1].text == "#1"


@pytest.mark.parametrize("piece", ["\n", " ", "(\n", "[", '"', "a/", "a.", "*", "(.ti", "1\n", "a1 adj "])
def test_a_text_made_to_keep_the_reader_busy_is_read_or_refused_at_once(piece: str) -> None:
    """Quadratic reading would take minutes here."""
    started = process_time()
    with suppress(InvalidInput):
        detect_syntax(piece * 20_000)
        read_ovid_strategy(piece * 20_000)
    assert process_time() - started < 10


def test_a_gap_and_no_line_are_refused() -> None:
    with pytest.raises(InvalidInput, match="numbered 3"):
        read_ovid_strategy("1. asthma.tw.\n3. copd.tw.")
    with pytest.raises(InvalidInput, match="no line"):
        read_ovid_strategy("\n\n")


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("exp Asthma/", Syntax.OVID),
        ("asthma*.ti,ab.", Syntax.OVID),
        ("1. asthma$ adj3 child$\n2. or/1-1", Syntax.OVID),
        ("Dipyridamole/du [Diagnostic Use]", Syntax.OVID),
        ("asthma[mh] OR wheez*[tiab]", Syntax.PUBMED),
        ("(exp Child [mesh] OR exp Infant [mesh])\n1 AND 2", Syntax.PUBMED),
        ('"Asthma/drug therapy"[mh]', Syntax.PUBMED),
        ("asthma and children", Syntax.PUBMED),
    ],
)
def test_whose_language_it_is(text: str, syntax: Syntax) -> None:
    detected = detect_syntax(text)
    assert detected.syntax is syntax
    assert detected.reason


def test_the_ovid_strategies_among_the_review_topics_all_parse(shared_data: Path) -> None:
    """Twelve of the twenty are Ovid's; topics 6 and 28 have PubMed's tags with `exp` in front and are read as PubMed's."""
    read = {}
    for path in sorted((shared_data / "boolean_queries" / "clef2017_train_topics").iterdir()):
        text = path.read_text(encoding="utf-8")
        if detect_syntax(text).syntax is Syntax.OVID:
            strategy = read_ovid_strategy(text)
            assert all(each.notes == () for each in strategy.lines)
            translated = ovid_to_pubmed(strategy)
            assert [each.number for each in translated.lines] == [each.number for each in strategy.lines]
            read[path.name] = len(strategy.lines)
    assert read == {
        **{"1": 7, "4": 56, "9": 21, "11": 95, "14": 10, "23": 33},
        **{"33": 56, "43": 49, "45": 6, "50": 10, "53": 87, "54": 47},
    }


@pytest.mark.parametrize(
    ("ovid", "pubmed", "words"),
    [
        ("exp Asthma/", '"Asthma"[mh]', ""),
        ("Asthma/", '"Asthma"[mh:noexp]', ""),
        ("*Asthma/", '"Asthma"[majr:noexp]', ""),
        ("exp *Asthma/", '"Asthma"[majr]', ""),
        ("exp Asthma/dt,th", '"Asthma/drug therapy"[mh] OR "Asthma/therapy"[mh]', ""),
        ("exp Carotid Arteries/us", '"Carotid Arteries/diagnostic imaging"[mh]', "ultrasonography"),
        ("(hip adj3 pain).ti,ab.", '"hip pain"[tiab:~2]', ""),
        ("(hip adj pain).ti,ab.", '"hip pain"[tiab]', ""),
        (
            "((hip or knee) adj2 (pain or ache)).ti.",
            '"hip pain"[ti:~1] OR "hip ache"[ti:~1] OR "knee pain"[ti:~1] OR "knee ache"[ti:~1]',
            "",
        ),
        ("(hip adj3 fractur*).ti,ab.", "hip[tiab] AND fractur*[tiab]", "no truncation"),
        ("wheez$.ti,ab.", "wheez*[tiab]", ""),
        ("cancer?.tw.", "cancer*[tiab]", "cancer? as cancer*"),
        ("rat$.tw.", "rat[tiab]", "rat$ as rat"),
        ("tumo?r.tw.", "tumor[tiab] OR tumour[tiab]", "tumour"),
        ("randomi?ed.tw.", "randomised[tiab] OR randomized[tiab]", "any letter"),
        (
            "tend#nitis.tw.",
            "tendanitis[tiab] OR tendenitis[tiab] OR tendinitis[tiab] OR tendonitis[tiab] OR tendunitis[tiab]",
            "any letter",
        ),
        ("h?emorrhag*.tw.", "hemorrhag*[tiab] OR haemorrhag*[tiab] OR hoemorrhag*[tiab]", "any letter"),
        ("dt.fs.", '"drug therapy"[sh]', ""),
        ("randomized controlled trial.pt.", '"randomized controlled trial"[pt]', ""),
        ("asthma.ti,ab,kf.", "asthma[tiab]", ""),
        ("asthma.ti,kf.", "asthma[ti] OR asthma[ot]", ""),
        ("exp animals/ not humans/", '"animals"[mh] NOT "humans"[mh:noexp]', ""),
        ('limit 1 to yr="2005 -Current"', "#1 AND 2005:3000[dp]", ""),
        ('limit 1 to yr="2005 - 2010"', "#1 AND 2005:2010[dp]", ""),
        ("limit 1 to english language", "#1 AND english[la]", ""),
        ("limit 1 to humans", "#1 NOT (animals[mh] NOT humans[mh])", "not yet indexed"),
        ('limit 1 to "reviews (maximizes specificity)"', "#1", "no counterpart"),
    ],
)
def test_a_line_for_pubmed(ovid: str, pubmed: str, words: str) -> None:
    translated = ovid_to_pubmed(read_ovid_strategy(f"asthma.tw.\n{ovid}")).lines[1]
    assert translated.text == pubmed
    assert words in " ".join(translated.notes)
    if not words:
        assert translated.notes == ()


def test_a_line_that_cannot_be_said_keeps_its_number_and_is_left_out_of_others() -> None:
    lines = ovid_to_pubmed(read_ovid_strategy("asthma.tw.\nsmith.id.\n1 and 2\n1 or 2")).lines
    assert [line.text for line in lines] == ["asthma[tiab]", '"line 2 is not translated"[ti]', "#1", "#1"]
    assert [line.translated for line in lines] == [True, False, True, True]
    assert lines[1].notes == (".id. has no counterpart in PubMed: left out.",)
    assert lines[2].notes == ("Line 2 was left out: nothing of it could be translated.",)


def test_a_lost_limit_never_stands_after_not() -> None:
    """Without its limit, line 2 would take every record of line 1 away."""
    lines = ovid_to_pubmed(read_ovid_strategy('asthma.tw.\nlimit 1 to "reviews (maximizes specificity)"\n1 not 2')).lines
    assert lines[2].text == "#1"
    assert "after NOT was left out" in lines[2].notes[0]
