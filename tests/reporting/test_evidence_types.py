"""What kind of evidence a record is: types, headings and words, and what is said where they disagree."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from connectors.pubmed.citations import citation_of
from evidence.citation import MeshHeading
from reporting.evidence_types import evidence_type_of
from reporting.evidence_words import EvidenceType as T
from tests.reporting.search_sample import record

BY_TYPE = {
    "Practice Guideline": T.GUIDELINE,
    "Consensus Development Conference": T.GUIDELINE,
    "Systematic Review": T.SYSTEMATIC_REVIEW,
    "Meta-Analysis": T.SYSTEMATIC_REVIEW,
    "Randomized Controlled Trial": T.RANDOMISED_TRIAL,
    "Pragmatic Clinical Trial": T.RANDOMISED_TRIAL,
    "Controlled Clinical Trial": T.OTHER_TRIAL,
    "Clinical Trial, Phase II": T.OTHER_TRIAL,
    "Clinical Trial Protocol": T.PROTOCOL,
    "Observational Study": T.OBSERVATIONAL,
    "Case Reports": T.CASE_REPORT,
    "Review": T.OTHER_REVIEW,
    "Editorial": T.OPINION,
    "Letter": T.OPINION,
    "Published Erratum": T.NOTICE,
    "Retraction of Publication": T.NOTICE,
    "Retraction Notice": T.NOTICE,
    "Expression of Concern": T.NOTICE,
    "Randomized Controlled Trial, Veterinary": T.ANIMAL,
    "Journal Article": T.NOT_STATED,
}


@pytest.mark.parametrize("printed", BY_TYPE)
def test_publication_type_decides(printed: str) -> None:
    typed = evidence_type_of(record("1", "Brillamine", "Journal Article", printed.upper() if printed == "Review" else printed))
    assert (typed.kind, typed.doubt) == (BY_TYPE[printed], "")


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (("Review", "Meta-Analysis", "Randomized Controlled Trial"), T.SYSTEMATIC_REVIEW),
        (("Letter", "Randomized Controlled Trial"), T.RANDOMISED_TRIAL),
        (("Comment", "Editorial"), T.OPINION),
        (("Case Reports", "Review"), T.CASE_REPORT),
        (("Guideline", "Systematic Review"), T.GUIDELINE),
    ],
)
def test_the_stronger_of_several_types_counts(types: tuple[str, ...], kind: T) -> None:
    assert evidence_type_of(record("1", "Brillamine", *types)).kind is kind


BY_TITLE = {
    "Brillamine for tarnish fever: a randomised controlled trial": T.RANDOMISED_TRIAL,
    "Brillamine versus placebo: a double-blind study": T.RANDOMISED_TRIAL,
    "Brillamine: a randomized trial, study protocol": T.PROTOCOL,
    "Protocol for a trial of brillamine": T.PROTOCOL,
    "Brillamine: a systematic review and meta-analysis of randomised controlled trials": T.SYSTEMATIC_REVIEW,
    "Brillamine: a scoping review": T.OTHER_REVIEW,
    "Clinical practice guideline for tarnish fever": T.GUIDELINE,
    "A non-randomised trial of brillamine": T.OTHER_TRIAL,
    "Brillamine and falls: a case-control study": T.CASE_CONTROL,
    "Brillamine use, a cohort study": T.COHORT,
    "Brillamine use: a cross-sectional study": T.CROSS_SECTIONAL,
    "Living with tarnish fever: a qualitative study": T.QUALITATIVE,
    "Tarnish fever after travel: case report": T.CASE_REPORT,
    "Correction: brillamine at two years": T.NOTICE,
    "Correction of anaemia with brillamine": T.NOT_STATED,
    "Adherence to guidelines": T.NOT_STATED,
}


@pytest.mark.parametrize("title", [title for title in BY_TITLE if not title.startswith("Correction of")])
def test_title_decides_where_no_type_does_and_says_so(title: str) -> None:
    typed = evidence_type_of(record("1", title, abstract="x"))
    assert typed.kind is BY_TITLE[title]
    assert ("no such publication type" in typed.doubt) == (typed.kind is not T.NOT_STATED)


def test_a_title_more_exact_than_the_type_is_flagged() -> None:
    typed = evidence_type_of(record("1", "Brillamine: systematic review", "Review"))
    assert (typed.kind, typed.disagree) == (T.SYSTEMATIC_REVIEW, True)
    assert "only Review" in typed.doubt
    trial = evidence_type_of(record("1", "Brillamine: a randomised controlled trial", "Clinical Trial, Phase III"))
    assert (trial.kind, trial.disagree) == (T.RANDOMISED_TRIAL, True)


def test_a_title_that_contradicts_the_type_is_flagged_and_the_type_stands() -> None:
    typed = evidence_type_of(record("1", "Brillamine: a case report", "Randomized Controlled Trial"))
    assert (typed.kind, typed.disagree) == (T.RANDOMISED_TRIAL, True)
    assert "case reports" in typed.doubt


def test_a_letter_about_a_trial_is_no_trial() -> None:
    assert evidence_type_of(record("1", "Re: a randomised controlled trial of brillamine", "Letter")).kind is T.OPINION


def test_headings_decide_after_types_and_title() -> None:
    mesh = (
        MeshHeading(descriptor="Humans"),
        MeshHeading(descriptor="Cross-Sectional Studies"),
        MeshHeading(descriptor="Follow-Up Studies"),
    )
    assert evidence_type_of(record("1", "Brillamine", mesh=mesh)).kind is T.CROSS_SECTIONAL
    topic = (MeshHeading(descriptor="Randomized Controlled Trials as Topic"),)
    assert evidence_type_of(record("1", "Brillamine", mesh=topic)).kind is T.NOT_STATED


def test_headings_and_abstract_that_disagree_are_flagged() -> None:
    mesh = (MeshHeading(descriptor="Cohort Studies"),)
    typed = evidence_type_of(record("1", "Brillamine", mesh=mesh, abstract="Patients were randomly assigned to brillamine."))
    assert (typed.kind, typed.disagree) == (T.RANDOMISED_TRIAL, True)
    assert "Cohort Studies" in typed.doubt


def test_animals_without_humans_are_animal_studies() -> None:
    animals = (MeshHeading(descriptor="Animals"), MeshHeading(descriptor="Mice"))
    assert evidence_type_of(record("1", "Brillamine in mice", mesh=animals)).kind is T.ANIMAL
    both = (*animals, MeshHeading(descriptor="Humans"))
    assert evidence_type_of(record("1", "Brillamine", mesh=both)).kind is T.NOT_STATED


def test_trials_without_any_type_are_known_by_their_words(shared_data: Path) -> None:
    """Evidence Inference is all trials; the pool's types are placeholders, so that words alone decide."""
    questions = (shared_data / "evidence_inference/dev.jsonl").read_text(encoding="utf-8").splitlines()
    trials = {json.loads(line)["pmid"] for line in questions}
    kinds: Counter[T] = Counter()
    with gzip.open(shared_data / "pubmed/pool.xml.gz") as pool:
        for _, element in etree.iterparse(pool, tag="PubmedArticle"):
            if element.findtext("MedlineCitation/PMID") in trials and sum(kinds.values()) < 250:
                kinds[evidence_type_of(citation_of(element, "a" * 64)).kind] += 1
            element.clear()
            if sum(kinds.values()) == 250:
                break
    assert sum(kinds.values()) == 250
    assert kinds[T.RANDOMISED_TRIAL] / 250 > 0.75
    assert (kinds[T.SYSTEMATIC_REVIEW] + kinds[T.GUIDELINE] + kinds[T.OPINION]) / 250 < 0.03
