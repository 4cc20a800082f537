"""Identifiers are found, ordinary clinical questions pass. Every person here is invented."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nhs_number.validate import calculate_checksum

from evidence.errors import PatientDataSuspected
from evidence.patient_data import IdentifierKind as Kind
from evidence.patient_data import find_patient_identifiers, refuse_patient_identifiers

IDENTIFYING = [
    ("Is apixaban safe for patient 943 476 5919?", Kind.NHS_NUMBER, "943 476 5919"),
    ("Is apixaban safe for 943-476-5919", Kind.NHS_NUMBER, "943-476-5919"),
    ("Is apixaban safe (9434765919)?", Kind.NHS_NUMBER, "9434765919"),
    ("NHS no. 943\u00a0476\u00a05919, falls", Kind.NHS_NUMBER, "943\u00a0476\u00a05919"),
    ("NHS number: 9 4 3 4 7 6 5 9 1 9", Kind.NHS_NUMBER, "9 4 3 4 7 6 5 9 1 9"),
    ("NHS number 943 476 5918 with a slip in its last digit", Kind.NHS_NUMBER, "943 476 5918"),
    ("CHI 0101017003 has asthma", Kind.NHS_NUMBER, "0101017003"),
    ("What helps a woman, DOB 12/03/1957, with fatigue?", Kind.BIRTH_DATE, "12/03/1957"),
    ("D.O.B.: 3.4.62 chest pain", Kind.BIRTH_DATE, "3.4.62"),
    ("date of birth is 1957-03-12", Kind.BIRTH_DATE, "1957-03-12"),
    ("A boy born on 3rd of March 2019 with croup", Kind.BIRTH_DATE, "3rd of March 2019"),
    ("My patient was admitted on 4 June 2024 with sepsis", Kind.BIRTH_DATE, "4 June 2024"),
    ("A 67-year-old man had a stroke on 12/03/2024; thrombolysis?", Kind.BIRTH_DATE, "12/03/2024"),
    ("Should Mr John Smith take statins?", Kind.NAME, "John Smith"),
    ("Should Mrs. O'Brien take statins?", Kind.NAME, "O'Brien"),
    ("Statins for mr McDonald", Kind.NAME, "McDonald"),
    ("Ms J. K. Brown-Jones has migraine", Kind.NAME, "J. K. Brown-Jones"),
    ("Mrs \u0141ucja Nowak has migraine", Kind.NAME, "\u0141ucja Nowak"),
    ("A patient named Peter with gout", Kind.NAME, "Peter"),
    ("a girl who is called Amy Stone with eczema", Kind.NAME, "Amy Stone"),
    ("What helps my patient Jane with her vertigo?", Kind.NAME, "Jane"),
    ("Exercise for patient Jane Doe after a fracture", Kind.NAME, "Jane Doe"),
    ("Patient name: Jane Doe. Exercise?", Kind.NAME, "Jane Doe"),
    ("Surname: DOE is not matched but Forename: Jane is", Kind.NAME, "Jane"),
    ("John Smith is a 67-year-old man with gout", Kind.NAME, "John Smith"),
    ("John Smith (67M) with gout", Kind.NAME, "John Smith"),
    ("Home oxygen for someone at LS2 9JT", Kind.POSTCODE, "LS2 9JT"),
    ("Home oxygen, postcode: sw1a1aa", Kind.POSTCODE, "sw1a1aa"),
    ("She lives alone in a flat, EC1A 1BB", Kind.POSTCODE, "EC1A 1BB"),
    ("MRN 00412345 and rash", Kind.HOSPITAL_NUMBER, "00412345"),
    ("hospital number: K123456, rash", Kind.HOSPITAL_NUMBER, "K123456"),
    ("Patient ID RXF778812 rash", Kind.HOSPITAL_NUMBER, "RXF778812"),
    ("Her daughter can be rung on 07700 900123", Kind.PHONE, "07700 900123"),
    ("Tel (0113) 496 0123", Kind.PHONE, "(0113) 496 0123"),
    ("Tel +44 7700 900 123", Kind.PHONE, "+44 7700 900 123"),
    ("Write to jane.doe@example.org about it", Kind.EMAIL, "jane.doe@example.org"),
]

ORDINARY = [
    "Do oral cholera vaccines prevent cholera at two years compared with placebo?",
    "Are the findings of PMID 34567890 and PMC9434765 confirmed?",
    "Was NCT00000620 registered before ISRCTN12345678, ChiCTR2000031234 and EudraCT 2004-000446-20?",
    "Is doi 10.1016/9434765919 retracted, or 10.1056/NEJMoa9434765919?",
    "Fatigue in Parkinson's disease: studies published from 01/01/2015 to 31/12/2024 in a patient with falls?",
    "In a 45-year-old man, which trials published since 1 January 2020 support PSA testing?",
    "Outcomes of women born between 1 January 1990 and 31 December 2000?",
    "Are children born 1 January 2000 to 31 December 2001 more often asthmatic?",
    "MR imaging versus CT; mRS score; mrs at 90 days; MS in adults; Dr Atkins diet; MR CLEAN trial",
    "Patient Reported Outcomes in the patient Health Questionnaire and our patient Safety culture",
    "Patient: Adults with type 2 diabetes. Intervention: Metformin. Comparison: Placebo. Outcome: Death.",
    "Is a child called to school reminders less often? Is a gene named Sonic Hedgehog involved?",
    "Does CD45RA expression, vitamin B12 5 mg, HLA-B27, L858R or E10 5AB matter?".replace("E10 5AB", "E10-5AB"),
    "Is 12.5-25 mg captopril, 2.5-10 mg benazapril or 0.05 mg better for a patient with hypertension?",
    "Do 1234567890 cells per ml matter, 1,234,567,890 or 123.456.7890?",
    "Number of patients 12345; case number needed; hospital numbers of beds 2019",
    "Crohn's Disease, Hodgkin Lymphoma (12 months), Santa Cruz (430 m), Alzheimer Disease aged 65 and over",
    "Will They Miss Doses After Surgery?",
    "In 2010 2015 2020, how many people aged 18-65 had HbA1c of 6.5-7.0%?",
]


@pytest.mark.parametrize(("question", "kind", "words"), IDENTIFYING)
def test_an_identifier_is_found_where_it_stands(question: str, kind: Kind, words: str) -> None:
    found = [each for each in find_patient_identifiers(question) if each.words == words]
    assert [each.kind for each in found] == [kind]
    assert question[found[0].start : found[0].end] == words
    assert words not in found[0].sentence


@pytest.mark.parametrize("question", ORDINARY)
def test_an_ordinary_question_passes(question: str) -> None:
    assert find_patient_identifiers(question) == []
    refuse_patient_identifiers(question)


def test_the_refusal_names_kinds_and_repeats_nothing() -> None:
    question = "Statins for Mrs Jane Doe, DOB 12/03/1957, NHS number 943 476 5919, and Mr Doe?"
    with pytest.raises(PatientDataSuspected) as refusal:
        refuse_patient_identifiers(question)
    assert refusal.value.message == (
        "The question seems to hold a person's name, a date of birth or of care and an NHS number: "
        "nothing was sent; take out whatever could identify a patient and ask again."
    )


@given(st.sampled_from(["{}{}{}", "{} {} {}", "{}-{}-{}"]), st.integers(400_000_000, 499_999_999))
def test_every_valid_nhs_number_is_found(layout: str, issued: int) -> None:
    check = calculate_checksum(str(issued))
    assume(check != 10)
    number = f"{issued}{check}"
    written = layout.format(number[:3], number[3:6], number[6:])
    found = find_patient_identifiers(f"Is it safe for {written}, please?")
    assert [(each.kind, each.words) for each in found] == [(Kind.NHS_NUMBER, written)]


@given(st.text(max_size=300))
def test_any_text_is_read_and_spans_fit(text: str) -> None:
    found = find_patient_identifiers(text)
    assert all(text[each.start : each.end] == each.words and each.words for each in found)
    assert all(first.end <= second.start for first, second in pairwise(found))


@pytest.mark.parametrize("piece", ["1/1/2000 ", "07 ", "a@", "address a ", "Mr A ", "NHS 1 ", "patient ", "1-", "born ", "Aa "])
def test_long_hostile_text_takes_no_long_time(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    started = time.process_time()
    find_patient_identifiers(text)
    assert time.process_time() - started < 10


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "field", "least"),
    [
        ("medevidence/dev_questions.jsonl", "question", 100),
        ("bioasq/7b-9b.jsonl", "body", 1_497),
        ("pubmedqa/train500.jsonl", "QUESTION", 500),
    ],
)
def test_no_false_alarm_on_real_questions(shared_data: Path, file: str, field: str, least: int) -> None:
    lines = (shared_data / file).read_text(encoding="utf-8").strip().split("\n")
    questions = [json.loads(line)[field] for line in lines]
    assert len(questions) >= least
    assert [question for question in questions if find_patient_identifiers(question)] == []
