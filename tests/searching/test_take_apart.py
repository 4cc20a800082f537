"""Questions are taken apart in their own words; what nobody said is in no element, whoever proposes it."""

from __future__ import annotations

import time

import pytest

from evidence.question import FRAMEWORK_ELEMENTS, Framework, QuestionElement
from searching.take_apart import keep_stated, take_apart


@pytest.mark.parametrize(
    ("question", "elements"),
    [
        (
            "Do oral cholera vaccines prevent cholera at two years compared with placebo?",
            {"intervention": "oral cholera vaccines", "outcome": "cholera at two years", "comparator": "placebo"},
        ),
        (
            "In children with anaemia, does iron improve growth versus placebo?",
            {"population": "children with anaemia", "intervention": "iron", "outcome": "growth", "comparator": "placebo"},
        ),
        (
            "Is fatigue severity higher, lower, or the same when comparing exercise to usual care?",
            {"intervention": "exercise", "comparator": "usual care", "outcome": "fatigue severity"},
        ),
        (
            "Is fatigue higher, lower, or the same when comparing exercise to usual care in people with Parkinson's disease?",
            {
                "population": "people with Parkinson's disease",
                "intervention": "exercise",
                "comparator": "usual care",
                "outcome": "fatigue",
            },
        ),
        (
            "What is the effect of computerised cognitive training on memory in older adults?",
            {"population": "older adults", "intervention": "computerised cognitive training", "outcome": "memory"},
        ),
        ("fever management by nurses", {"intervention": "fever management by nurses"}),
    ],
)
def test_questions_are_taken_apart_by_their_shape(question: str, elements: dict[str, str]) -> None:
    assert {element.name: element.text for element in take_apart(question, Framework.PICO)} == elements


def test_in_another_framework_the_elements_have_its_names_and_order() -> None:
    taken = take_apart("Do reminders reduce missed appointments in clinics compared with no reminder?", Framework.SPICE)
    assert [element.name for element in taken] == ["perspective", "intervention", "comparison", "evaluation"]


def test_what_the_question_does_not_say_is_not_kept() -> None:
    proposed = (
        QuestionElement(name="population", text="children"),
        QuestionElement(name="Intervention", text="oral cholera vaccine"),
        QuestionElement(name="invented", text="cholera"),
    )
    kept = keep_stated(proposed, "Do oral cholera vaccines prevent cholera?", Framework.PICO)
    assert [(element.name, element.text) for element in kept] == [("intervention", "oral cholera vaccine")]


SHAPED = [
    (
        Framework.PEO,
        "Does night shift work increase the risk of breast cancer among nurses?",
        {"population": "nurses", "exposure": "night shift work", "outcome": "breast cancer"},
    ),
    (
        Framework.SPIDER,
        "What are nurses' views and attitudes about handover at the bedside in qualitative studies?",
        {
            "sample": "nurses",
            "phenomenon of interest": "handover at the bedside",
            "evaluation": "views and attitudes",
            "research type": "qualitative",
        },
    ),
    (
        Framework.SPICE,
        "In care homes, from the perspective of residents, does music therapy reduce agitation compared with usual care?",
        {
            "setting": "care homes",
            "perspective": "residents",
            "intervention": "music therapy",
            "comparison": "usual care",
            "evaluation": "agitation",
        },
    ),
    (
        Framework.ECLIPSE,
        "How should a home oxygen service be organised for people with COPD in England to reduce admissions?",
        {
            "expectation": "reduce admissions",
            "client group": "people with COPD",
            "location": "England",
            "service": "a home oxygen service",
        },
    ),
    (
        Framework.PCC,
        "What is known about peer support in adults with diabetes in primary care?",
        {"population": "adults with diabetes", "concept": "peer support", "context": "primary care"},
    ),
]


@pytest.mark.parametrize(("framework", "question", "elements"), SHAPED)
def test_each_framework_has_questions_of_its_own_shape(framework: Framework, question: str, elements: dict[str, str]) -> None:
    assert {element.name: element.text for element in take_apart(question, framework)} == elements


@pytest.mark.parametrize("framework", list(Framework))
def test_an_element_that_was_not_given_is_absent_in_every_framework(framework: Framework) -> None:
    taken = take_apart("Does zinc shorten colds?", framework)
    asked = {"zinc", "colds"}
    assert all(element.name in FRAMEWORK_ELEMENTS[framework] and element.text in asked for element in taken)
    assert not {"comparator", "comparison", "population", "design", "location"} & {element.name for element in taken}


@pytest.mark.parametrize("framework", list(Framework))
def test_a_model_that_invents_is_not_believed_in_any_framework(framework: Framework) -> None:
    proposed = tuple(QuestionElement(name=name, text="placebo tablets") for name in FRAMEWORK_ELEMENTS[framework])
    assert keep_stated(proposed, "Zinc for colds", framework) == ()


@pytest.mark.parametrize(
    ("question", "intervention", "comparator", "kept"),
    [
        ("Zinc for colds in adults", "Zinc", "placebo", False),
        ("Zinc for colds in adults", "Zinc", "colds", False),
        ("Zinc for colds in adults", "Zinc", "zinc", False),
        ("Zinc or echinacea for colds", "Zinc", "echinacea", True),
        ("Zinc lozenges versus zinc tablets", "Zinc lozenges", "zinc tablets", True),
    ],
)
def test_a_comparator_needs_a_comparison_in_the_question(question: str, intervention: str, comparator: str, kept: bool) -> None:
    proposed = (
        QuestionElement(name="intervention", text=intervention),
        QuestionElement(name="comparator", text=comparator),
    )
    names = [element.name for element in keep_stated(proposed, question, Framework.PICO)]
    assert names == (["intervention", "comparator"] if kept else ["intervention"])


@pytest.mark.parametrize("framework", list(Framework))
def test_a_question_made_to_be_slow_is_not(framework: Framework) -> None:
    started = time.process_time()
    for words in ("how can a in be in for to ", "what are the a and views of ", "do a than in be for versus "):
        take_apart(words * 200, framework)
        take_apart((words * 200)[:499], framework)
    assert time.process_time() - started < 2
