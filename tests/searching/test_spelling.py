"""UK and US spellings: both are searched, and words that only look alike keep theirs."""

from __future__ import annotations

import pytest

from searching.spelling import spelling_variants

PAIRS = [
    ("haemorrhage", "hemorrhage"),
    ("leukaemia", "leukemia"),
    ("hyperglycaemia", "hyperglycemia"),
    ("ischaemic", "ischemic"),
    ("lymphoedema", "lymphedema"),
    ("oesophagus", "esophagus"),
    ("gastrooesophageal", "gastroesophageal"),
    ("oestradiol", "estradiol"),
    ("foetal", "fetal"),
    ("diarrhoea", "diarrhea"),
    ("dyspnoea", "dyspnea"),
    ("coeliac", "celiac"),
    ("anaesthetic", "anesthetic"),
    ("paediatric", "pediatric"),
    ("orthopaedic", "orthopedic"),
    ("gynaecological", "gynecological"),
    ("tumours", "tumors"),
    ("behavioural", "behavioral"),
    ("multicentre", "multicenter"),
    ("programmes", "programs"),
    ("ageing", "aging"),
    ("randomisation", "randomization"),
    ("computerised", "computerized"),
    ("paralysed", "paralyzed"),
    ("counselling", "counseling"),
    ("sulphate", "sulfate"),
    ("leucocyte", "leukocyte"),
    ("aetiology", "etiology"),
    ("manoeuvre", "maneuver"),
]


ONE_SPELLING = """
exercise disease chemical aspirin size imaging laboratory literature colorectal parameter diameter
hemiplegia leucovorin academic epidemic systemic circumcise enterprise programmed fetuin tumorigenesis surprise
"""


@pytest.mark.parametrize(("british", "american"), PAIRS)
def test_each_spelling_leads_to_the_other(british: str, american: str) -> None:
    assert spelling_variants(british) == (british, american)
    assert spelling_variants(american) == (american, british)


@pytest.mark.parametrize("word", ONE_SPELLING.split())
def test_a_word_with_one_spelling_keeps_it(word: str) -> None:
    assert spelling_variants(word) == (word,)


def test_a_phrase_is_all_in_one_spelling_or_all_in_the_other() -> None:
    assert spelling_variants("Iron deficiency anaemia in paediatric haematology") == (
        "iron deficiency anaemia in paediatric haematology",
        "iron deficiency anemia in pediatric hematology",
    )
