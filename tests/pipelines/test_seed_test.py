"""The seed test against a local PubMed: each way to lose a paper is told as it is, and each change told is tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.mirror import load_files, running_mirror
from connectors.pubmed.client import PubMed
from evidence.errors import InvalidInput
from evidence.seed_test import Cause, SeedLoss, SeedPaper, SeedTest
from pipelines.seed_test import run_seed_test
from searching.seed_lines import read_given
from searching.seed_papers import read_known
from tests.connectors.mirror.records import record, write


class Unlimited:
    """A limiter for a server of our own."""

    def wait(self) -> None: ...

    def pause(self, seconds: float) -> None: ...


class Silent:
    """Progress that nobody watches."""

    def stage(self, name: str, detail: str = "") -> None: ...

    def update(self, done: int, total: int, unit: str, detail: str = "") -> None: ...

    def note(self, message: str) -> None: ...


ASTHMA = ("*Asthma/drug therapy", "Administration, Inhalation")
RECORDS = (
    record(101, "Inhaled budesonide in childhood asthma", abstract="Children were randomised to budesonide.", mesh=ASTHMA),
    record(102, "Inhaled budesonide for wheezing children", abstract="Wheezing was less frequent with budesonide.").replace(
        'Status="MEDLINE"', 'Status="Publisher"'
    ),
    record(103, "Budesonide in reactive airways", abstract="Airway reactivity fell.", mesh=("Bronchial Hyperreactivity",)),
    record(104, "Budesonide for asthmatics at school", abstract="Budesonide was given at school.", mesh=("Schools",)),
    record(105, "Budesonide and asthma", abstract=None),
    record(106, "Budesonide in asthma, an old trial", abstract="Asthma.", published="<Year>1994</Year>", mesh=ASTHMA),
    record(107, "[Budesonide in asthma]", abstract="Asthma.", mesh=ASTHMA).replace("<Language>eng", "<Language>fre"),
    record(108, "Budesonide in asthma of mice", abstract="Asthma in mice and people.", mesh=("Asthma", "Animals", "Humans")),
    record(109, "Budesonide in asthma, a cohort", abstract="Asthma.", types=("Journal Article",), mesh=ASTHMA),
    record(110, "Budesonide at school", abstract="The children had asthma and used budesonide.", mesh=("Asthma",)),
    record(111, "Steroid sprays that are inhaled", abstract="Sprays of budesonide by inhalation for asthma.", mesh=ASTHMA),
    record(112, "Budesonide nebulised", abstract="Nebulised drug. Asthma.", mesh=("Asthma",)),
    *(record(200 + n, f"Trial {n} of bronchial hyperreactivity", abstract="Asthma and airways.") for n in range(4)),
    record(400, "A correction", types=("Published Erratum",)),
    record(401, "An inhaled steroid for the skin"),
    *(record(300 + n, f"Unrelated paper {n}", abstract="Of something else, with wheezing.") for n in range(6)),
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PubMed]:
    folder = tmp_path_factory.mktemp("seeds")
    load_files(folder / "mirror", [write(folder / "records.xml", *RECORDS)])
    with running_mirror(folder / "mirror") as url:
        yield PubMed(email="a@example.org", limiter=Unlimited(), base_url=url)


def seed_test(source: PubMed, strategy: str, known: str, **more: Any) -> SeedTest:
    return run_seed_test(read_given(strategy), read_known(known), source, Silent(), **more)


def only_paper(source: PubMed, strategy: str, pmid: str) -> SeedPaper:
    return seed_test(source, strategy, pmid).papers[0]


def only_loss(source: PubMed, strategy: str, pmid: str) -> SeedLoss:
    paper = only_paper(source, strategy, pmid)
    assert paper.state == "missed"
    assert len(paper.losses) == 1, paper.losses
    return paper.losses[0]


class TestWhyALineLosesAPaper:
    """Strategy, paper, the line, the cause, words of the sentence, and the change that catches it."""

    @pytest.mark.parametrize(
        ("strategy", "pmid", "line", "cause", "said", "change"),
        [
            ("Asthma[mh] AND budesonide[tiab]", "102", 1, Cause.NOT_INDEXED, "not yet indexed with this heading", None),
            ("budesonide[tiab] AND (Asthma[mh] OR asthma[tiab])", "103", 2, Cause.OTHER_HEADING, "headings", None),
            (
                "asthma[tiab] AND budesonide[tiab]",
                "104",
                1,
                Cause.OTHER_WORD_FORM,
                "it writes “asthmatics” where the line looks for asthma[tiab]",
                "asthma*[tiab]",
            ),
            ("budesonide[tiab] AND school*[tiab]", "105", 2, Cause.NO_ABSTRACT, "has no abstract", None),
            ("budesonide[tiab] AND 2015:2025[dp]", "106", 2, Cause.OUTSIDE_DATES, "publication date is 1994", "1994:2025[dp]"),
            ("budesonide[tiab] AND english[la]", "107", 2, Cause.OTHER_LANGUAGE, "in French", "fre[la]"),
            (
                "budesonide[tiab] NOT animals[mh]",
                "108",
                2,
                Cause.REMOVED_BY_NOT,
                "matches animals[mh]",
                "animals[mh] NOT humans[mh]",
            ),
            (
                'budesonide[tiab] AND ("clinical trial"[pt] OR "published erratum"[pt])',
                "109",
                2,
                Cause.OTHER_TYPE,
                "“Journal Article”, not “clinical trial” or “published erratum”",
                None,
            ),
            ("budesonide[tiab] AND asthma[ti]", "110", 2, Cause.OTHER_FIELD, "stands in its abstract", "asthma[tiab]"),
            (
                'asthma[tiab] AND "inhaled steroid"[ti]',
                "111",
                2,
                Cause.WORDS_APART,
                "3 other words between",
                '"inhaled steroid"[ti:~3]',
            ),
            ("budesonide[tiab] AND Asthma[majr]", "112", 2, Cause.MINOR_TOPIC, "not as a major topic", "Asthma[mh]"),
            (
                "budesonide[tiab] AND Asthma/therapy[mh]",
                "112",
                2,
                Cause.OTHER_SUBHEADING,
                "not with its subheading",
                "Asthma[mh]",
            ),
            ("budesonide[tiab] AND zzyzx[tiab]", "112", 2, Cause.LINE_EMPTY, "finds no record at all", None),
            (
                "budesonide[tiab] AND unrelated[tiab]",
                "112",
                2,
                Cause.WORD_MISSING,
                "does not stand in its title or abstract",
                None,
            ),
            ("budesonide[tiab] AND smith[au]", "112", 2, Cause.LINE_EMPTY, "", None),
        ],
    )
    def test_it_is_told(  # noqa: PLR0917 - one parameter a column of the table
        self, source: PubMed, strategy: str, pmid: str, line: int, cause: Cause, said: str, change: str | None
    ) -> None:
        loss = only_loss(source, strategy, pmid)
        assert loss.line == line
        assert loss.reason.startswith(f"Lost at line {line}")
        assert loss.cause is cause
        assert said in loss.reason
        if change is not None:
            assert loss.change is not None
            assert change in loss.change.after

    def test_a_truncation_too_long_is_shortened(self, source: PubMed) -> None:
        loss = only_loss(source, "asthma[tiab] AND (inhaler*[tiab] OR unrelated[tiab])", "111")
        assert loss.cause is Cause.OTHER_WORD_FORM
        assert loss.change is not None
        assert loss.change.line == 2
        assert loss.change.catches == ("111",)

    def test_a_limit_to_humans_loses_what_is_not_indexed(self, source: PubMed) -> None:
        loss = only_loss(source, "budesonide[tiab] AND humans[mh]", "102")
        assert loss.cause is Cause.NOT_INDEXED
        assert loss.change is not None
        assert loss.change.after == "humans[mh] OR publisher[sb] OR inprocess[sb] OR pubmednotmedline[sb]"

    @pytest.mark.parametrize(
        ("strategy", "what"),
        [
            ("budesonide[tiab] AND hasabstract[sb]", "leave out line 2"),
            ("#1 budesonide[tiab]\n#2 #1 AND hasabstract[sb]", "leave out hasabstract[sb]"),
            (
                "#1 budesonide[tiab]\n#2 hasabstract[sb] NOT #1\n#3 hasabstract[sb] NOT unrelated[tiab]",
                "leave out hasabstract[sb]",
            ),
        ],
    )
    def test_a_filter_is_left_out(self, source: PubMed, strategy: str, what: str) -> None:
        loss = only_loss(source, strategy, "105")
        assert loss.cause is Cause.OUTSIDE_SUBSET
        assert loss.change is not None
        assert loss.change.what == what

    def test_a_heading_gets_its_twin_in_free_text(self, source: PubMed) -> None:
        loss = only_loss(source, "Asthma[mh] AND budesonide[tiab]", "105")
        assert loss.cause is Cause.NOT_INDEXED
        assert loss.change is not None
        assert (loss.change.what, loss.change.after) == ("add Asthma[tiab]", "Asthma[mh] OR Asthma[tiab]")

    def test_a_word_of_the_record_that_goes_with_the_strategy_is_found(self, source: PubMed) -> None:
        loss = only_loss(source, "(budesonide[tiab] OR hyperreactivity[tiab]) AND asthma[tiab]", "103")
        assert (loss.line, loss.unmatched) == (2, ("reactive", "airways"))
        assert loss.change is not None
        assert (loss.change.what, loss.change.catches) == ("add reactive[tiab]", ("103",))


class TestTheLine:
    def test_in_numbered_lines_it_is_the_line_where_neither_arm_finds_it(self, source: PubMed) -> None:
        strategy = "#1 Asthma[mh]\n#2 asthma[tiab]\n#3 #1 OR #2\n#4 budesonide[tiab]\n#5 #3 AND #4"
        paper = only_paper(source, strategy, "102")
        assert paper.lines == (4,)
        assert [loss.line for loss in paper.losses] == [3]
        change = paper.losses[0].change
        assert change is not None
        assert change.line == 2, "a word is added to the line of words"

    def test_a_part_of_a_line_is_named(self, source: PubMed) -> None:
        strategy = "#1 asthma[tiab]\n#2 #1 AND budesonide[tiab] AND 2015:2025[dp]"
        loss = only_loss(source, strategy, "106")
        assert (loss.line, loss.part) == (2, "2015:2025[dp]")

    def test_a_paper_lost_twice_is_told_twice_and_mended_together(self, source: PubMed) -> None:
        paper = only_paper(source, "Asthma[majr] AND budesonide[tiab] AND 2015:2025[dp] AND english[la]", "107")
        assert [loss.line for loss in paper.losses] == [4]
        paper = only_paper(source, "budesonide[tiab] AND 2021:2025[dp] AND english[la]", "107")
        assert [loss.line for loss in paper.losses] == [2, 3]
        assert paper.together is not None
        assert "107" in paper.together.catches

    def test_of_alternatives_that_are_searches_the_nearest_is_followed(self, source: PubMed) -> None:
        strategy = "(asthma[ti] AND french[la]) OR (budesonide[tiab] AND asthma[ti] AND unrelated[tiab])"
        paper = only_paper(source, strategy, "101")
        assert [loss.part for loss in paper.losses] == ["french[la]"]

    def test_a_line_that_nothing_rests_on_is_said(self, source: PubMed) -> None:
        test = seed_test(source, "#1 asthma[tiab]\n#2 budesonide[tiab]\n#3 wheez*[tiab]\n#4 #1 AND #2", "101")
        assert [line.used for line in test.lines] == [True, True, False, True]

    def test_a_line_that_the_source_refuses_is_named(self, source: PubMed) -> None:
        with pytest.raises(InvalidInput, match=r"^Line 2: "):
            seed_test(source, "#1 asthma[tiab]\n#2 nosuchfilter[sb]\n#3 #1 AND #2", "101")


class TestWhatAChangeCosts:
    def test_it_is_what_the_whole_strategy_finds_more(self, source: PubMed) -> None:
        test = seed_test(source, "budesonide[tiab] AND english[la]", "107")
        change = test.papers[0].losses[0].change
        assert change is not None
        again = seed_test(source, f"#1 budesonide[tiab]\n#2 {change.after}\n#3 #1 AND #2", "107")
        assert again.papers[0].state == "found"
        assert (again.count, again.count - test.count) == (change.count, change.gained)

    def test_every_change_that_is_told_catches_its_paper(self, source: PubMed) -> None:
        strategy = (
            "#1 Asthma[mh]\n#2 asthma[ti]\n#3 #1 OR #2\n#4 budesonide[ti]\n#5 #3 AND #4 AND 2015:2025[dp] AND english[la]"
        )
        test = seed_test(source, strategy, "101 102 103 104 105 106 107 108 109 110 111 112")
        assert len(test.missed) >= 4
        for paper in test.missed:
            changes = [loss.change for loss in paper.losses]
            told = paper.together or changes[0]
            assert told is not None, paper
            assert paper.pmid in told.catches


class TestThePapers:
    def test_one_that_is_not_there_is_said_and_not_counted(self, source: PubMed) -> None:
        test = seed_test(source, "asthma[tiab]", "101 999999")
        assert [paper.state for paper in test.papers] == ["found", "not in the source"]
        assert "999999" in test.papers[1].note
        tally = test.tally(used_to_build=False)
        assert (tally.found, tally.total, tally.absent) == (1, 1, 1)

    def test_papers_that_built_the_strategy_stand_apart(self, source: PubMed) -> None:
        test = seed_test(source, "asthma[tiab]", "101 102 105", used_to_build={"101"})
        assert test.tally(used_to_build=False).words() == "1 of 2 found"
        assert test.tally(used_to_build=True).words() == "1 of 1 found"

    def test_a_doi_is_looked_up(self, source: PubMed) -> None:
        test = seed_test(source, "asthma[tiab]", "10.1000/invented.101\n10.1000/nowhere")
        assert [(paper.pmid, paper.state) for paper in test.papers] == [("101", "found"), ("0", "not in the source")]
        assert test.papers[0].given_as == "10.1000/invented.101"

    def test_without_papers_it_is_refused(self, source: PubMed) -> None:
        with pytest.raises(InvalidInput, match="no known paper"):
            seed_test(source, "asthma[tiab]", "")

    def test_its_words_are_marked_where_they_stand(self, source: PubMed) -> None:
        paper = only_paper(source, "asthma[tiab] AND budesonide[tiab]", "104")
        texts = {"title": paper.title, "abstract": paper.abstract}
        marked = {(mark.kind, mark.line, texts[mark.field][mark.start : mark.end]) for mark in paper.marks}
        assert ("matched", 2, "Budesonide") in marked
        assert ("near", 1, "asthmatics") in marked
