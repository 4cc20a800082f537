"""What queries find, on invented records small enough to be checked by hand."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.connectors.mirror.conftest import ask, read


def found(url: str, term: str, **parameters: Any) -> list[int]:
    answer = ask(url, term=term, retmax=100, **parameters)["esearchresult"]
    assert "ERROR" not in answer, answer
    assert answer["count"] == str(len(answer["idlist"]))
    return [int(pmid) for pmid in answer["idlist"]]


def refusal(url: str, **parameters: Any) -> str:
    answer: dict[str, str] = ask(url, **parameters)["esearchresult"]
    assert list(answer) == ["ERROR"]
    return answer["ERROR"]


@pytest.mark.parametrize(
    ("term", "pmids"),
    [
        ("hay fever[ti]", [102, 101]),
        ("hay[ti] AND fever[ti] AND tablets[tiab]", [102, 101]),
        ('"tablets for hay"[tiab]', [101]),
        ('"hay tablets"[tiab]', []),
        ("rhinitis[mh]", [104, 102, 101]),
        ("rhinitis[majr]", [102, 101]),
        ('"Rhinitis/drug therapy"[mh]', [101]),
        ("rhinitis/dt[mh]", [101]),
        ('"Rhinitis/therapy"[majr]', [102]),
        ("drug therapy[sh]", [101]),
        ("pc[sh]", [109]),
        ("prevention and control[sh]", [109]),
        ("rhinitis[mh] NOT (animals[mh] NOT humans[mh])", [102, 101]),
        ("humans[mh] OR animals[mh] AND child[mh]", [101]),
        ("humans[mh] OR (animals[mh] AND child[mh])", [102, 101]),
        ("beta-lactam[ti]", [103]),
        ("β lactam*[tiab]", [103]),
        ("alzheimer's[ti]", [103]),
        ("naive[ab]", [103]),
        ("Staphylococc*[tiab]", [106]),
        ("staphylococcal infect*[ti]", [106]),
        ('"pain score"[tiab:~0]', [106]),
        ('"score pain"[tiab:~2]', [107, 106]),
        ('"pain score"[tiab:~4]', [107, 106, 103]),
        ("randomized controlled trial[pt]", [104]),
        ("clinical trial[pt]", [104]),
        ("clinical trial[pt:noexp]", []),
        ("systematic review[pt]", [109]),
        ("2018[dp]", [107, 106]),
        ("2018/05[dp]", [107]),
        ("2018/06:2019/12[dp]", [105]),
        ("2021/03/04[edat]", [105]),
        ("2018[edat]", [107, 106]),
        ("103:105[uid]", [105, 104, 103]),
        ("101[uid] OR 110[pmid]", [110, 101]),
        ("smith j[au]", [108]),
        ("o'brien[au]", [107]),
        ("obrien j[au]", [107]),
        ('"o brien j"[au]', []),
        ("O'Brien Jane Alice[fau]", [107]),
        ("jane alice o'brien[fau]", [107]),
        ("Jane Alice O'Brien[au]", [107]),
        ("Alice Jane O'Brien[fau]", []),
        ("smith[1au] AND smith[lastau]", [108]),
        ("j invent[ta] AND wit and humor[ti]", [108]),
        ("Journal of Invention[ta] AND nursing", [108]),
        ("english[la] AND eng[la] AND nursing[ti]", [108]),
        ("10.1000/invented.105[aid]", [105]),
        ("wellbeing[tiab] AND wellbeing[ot] AND wellbeing", [110]),
        ('"quality of life"[ab]', [110]),
        ("humor[tw] AND topic[tw]", [108]),
        ("topic[tiab]", []),
        ("nursing AND hasabstract", [108]),
        ("all[sb] NOT hasabstract[sb]", [105]),
        ("101 102[uid]", [102, 101]),
        ("rhinitis", [104, 102, 101]),
        ("the rhinitis of mice", [104]),
        ("invent 7[vi]", []),
    ],
)
def test_what_a_query_finds(small_url: str, term: str, pmids: list[int]) -> None:
    assert found(small_url, term) == pmids


def result(url: str, term: str, **parameters: Any) -> dict[str, Any]:
    answer: dict[str, Any] = ask(url, term=term, **parameters)["esearchresult"]
    return answer


def test_the_translation_says_how_the_query_was_read(small_url: str) -> None:
    answer = result(small_url, "rhinitis mice AND drug*[tiab] NOT 2019:2020[dp]")
    assert answer["querytranslation"] == (
        '((("rhinitis"[MeSH Terms] OR "rhinitis"[All Fields]) AND "mice"[All Fields]) AND "drug*"[Title/Abstract])'
        " NOT 2019:2020[Date - Publication]"
    )
    assert answer["translationset"] == [{"from": "rhinitis", "to": '"rhinitis"[MeSH Terms] OR "rhinitis"[All Fields]'}]


def test_what_was_not_found_or_left_out_is_said(small_url: str) -> None:
    answer = result(small_url, '"no such phrase"[tiab] OR nosuchword OR Nosuch Heading[mh] OR the mice OR rhinitis[mh]')
    assert answer["warninglist"]["quotedphrasesnotfound"] == ['"no such phrase"[tiab]']
    assert answer["errorlist"]["phrasesnotfound"] == ["nosuchword", "Nosuch Heading[MeSH Terms]"]
    assert answer["warninglist"]["phrasesignored"] == ["the"]
    (message,) = answer["warninglist"]["outputmessages"]
    assert message.startswith("Searched without narrower headings")
    assert '"rhinitis"' in message


def test_a_search_that_needs_no_explosion_has_no_warning(small_url: str) -> None:
    assert "warninglist" not in result(small_url, "rhinitis[mh:noexp] AND mice[ti]")


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("(rhinitis", "not closed"),
        ("histamine[pa]", "Pharmacological Action"),
        ("toxicology[sb]", "subset or filter 'toxicology'"),
        ("associated data[filter]", "subset or filter"),
        ("sometime[dp]", "no date"),
        ("2019/02/31x[dp]", "no date"),
        ("#1 AND rhinitis", "not in the history"),
        ('"a b c d e f"[ti:~30]', "too many"),
        ("asthma[uid]", "no PMID"),
    ],
)
def test_what_cannot_be_answered_is_refused(small_url: str, term: str, words: str) -> None:
    assert words in refusal(small_url, term=term)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "Empty term and query_key - nothing todo"),
        ({"term": "x", "db": "fleegle"}, "Invalid db name specified: fleegle"),
        ({"term": "x", "db": ""}, "Invalid db name specified: "),
        ({"query_key": 1}, "Unable to obtain query #1"),
        ({"term": "x", "retmax": "ten"}, "retmax is 'ten': it must be a whole number from 0."),
        ({"term": "x", "rettype": "abstract"}, "rettype 'abstract' is unknown: ESearch gives uilist or count."),
        ({"term": "x", "mindate": "2019"}, "mindate and maxdate must be given together, each as YYYY, YYYY/MM or YYYY/MM/DD."),
        ({"term": "x", "reldate": 5, "datetype": "foo"}, "datetype 'foo' is unknown: give pdat, edat, crdt or mdat."),
    ],
)
def test_a_bad_request_gets_the_services_error(small_url: str, parameters: dict[str, Any], message: str) -> None:
    assert refusal(small_url, **parameters) == message


def test_sorting_that_cannot_be_repeated_is_refused(small_url: str) -> None:
    assert "cannot sort by 'relevance'" in refusal(small_url, term="pain", sort="relevance")
    assert found(small_url, "pain", sort="pub_date") == [109, 103, 107, 106]
    assert found(small_url, "pain") == [109, 107, 106, 103]


def test_paging_gives_every_record_once(small_url: str) -> None:
    pages = [result(small_url, "all[sb]", retstart=start, retmax=4) for start in (0, 4, 8, 12)]
    assert [page["retmax"] for page in pages] == ["4", "4", "2", "0"]
    assert [int(pmid) for page in pages for pmid in page["idlist"]] == list(range(110, 100, -1))
    assert result(small_url, "all[sb]", retmax=0)["idlist"] == []


def test_history_keeps_results_and_lines_can_be_combined(small_url: str) -> None:
    first = result(small_url, "rhinitis[mh]", usehistory="y")
    env = first["webenv"]
    second = result(small_url, "humans[mh]", usehistory="y", WebEnv=env)
    assert (first["querykey"], second["querykey"], second["webenv"]) == ("1", "2", env)
    both = result(small_url, "#1 NOT #2", usehistory="y", WebEnv=env)
    assert (both["idlist"], both["querykey"]) == (["104"], "3")
    assert both["querytranslation"] == '("rhinitis"[MeSH Terms]) NOT ("humans"[MeSH Terms])'
    assert found(small_url, "child[mh]", WebEnv=env, query_key=1) == [101]
    assert "not in the history" in refusal(small_url, term="#9", WebEnv=env)
    assert "Unable to find that WebEnv" in refusal(small_url, term="pain", WebEnv="MCID_gone", usehistory="y")


def test_dates_can_be_given_as_parameters(small_url: str) -> None:
    assert found(small_url, "all[sb]", datetype="pdat", mindate="2018", maxdate="2018/04") == [106]
    assert found(small_url, "all[sb]", datetype="edat", mindate="2021/03/01", maxdate="2021/03/04") == [105]
    assert found(small_url, "all[sb]", mindate="2018/05", maxdate="2018/05") == [107]
    days = (datetime.date.today() - datetime.date(2021, 3, 4)).days
    assert found(small_url, "all[sb]", datetype="edat", reldate=days) == [105]
    assert found(small_url, "all[sb]", datetype="edat", reldate=days - 1) == []
    assert found(small_url, f'"last {days} days"[edat]') == [105]


def test_the_field_parameter_tags_untagged_terms(small_url: str) -> None:
    assert found(small_url, "topic", field="tiab") == []
    assert found(small_url, "topic OR mice[ti]", field="tw") == [108, 104]


def test_a_post_answers_like_a_get(small_url: str) -> None:
    _, posted = read(f"{small_url}esearch.fcgi", b"db=pubmed&term=rhinitis%5Bmh%5D&retmax=2")
    _, got = read(f"{small_url}esearch.fcgi?db=pubmed&term=rhinitis%5Bmh%5D&retmax=2")
    assert posted == got
    assert "<Id>104</Id>\n<Id>102</Id>" in posted


def test_count_alone(small_url: str) -> None:
    assert ask(small_url, term="rhinitis[mh]", rettype="count")["esearchresult"] == {"count": "3"}
    _, xml = read(f"{small_url}esearch.fcgi?db=pubmed&term=rhinitis%5Bmh%5D&rettype=count")
    assert xml.endswith("<eSearchResult><Count>3</Count></eSearchResult>\n")


def test_hostile_text_comes_back_harmless(small_url: str) -> None:
    status, xml = read(f"{small_url}esearch.fcgi?db=pubmed&term=%3Cscript%3E%26%00%5Bfoo%5D")
    assert status == 200
    assert "<script>" not in xml
    assert "\x00" not in xml
    assert ask(small_url, term='x"<y>&z')["esearchresult"]["ERROR"]


def test_an_unknown_field_is_searched_as_all_fields_and_said(small_url: str) -> None:
    answer = result(small_url, "rhinitis[foo]")
    assert (answer["count"], answer["errorlist"]["fieldsnotfound"]) == ("3", ["foo"])
    _, xml = read(f"{small_url}esearch.fcgi?db=pubmed&term=rhinitis%5Bfoo%5D")
    assert "<ErrorList><FieldNotFound>foo</FieldNotFound></ErrorList>" in xml


def test_what_the_mirror_does_not_have_is_said(small_url: str) -> None:
    status, body = read(f"{small_url}egquery.fcgi?term=rhinitis")
    assert (status, "does not answer egquery" in body) == (501, True)
