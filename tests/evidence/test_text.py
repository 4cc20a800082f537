from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.text import find_verbatim, has_hidden_text, normalise, sentences_around, split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The risk fell by 0.82. It rose later.", ["The risk fell by 0.82.", "It rose later."]),
        ("It was lower (p = .03). Pain rose.", ["It was lower (p = .03).", "Pain rose."]),
        ("Zinc vs. Placebo was tested. It failed.", ["Zinc vs. Placebo was tested.", "It failed."]),
        ("Smith et al. (2010) found it. So did we.", ["Smith et al. (2010) found it.", "So did we."]),
        ("As shown by Smith et al. The rest differed.", ["As shown by Smith et al.", "The rest differed."]),
        ("See Fig. 2 and No. 5 of Dr. J. Smith. Then stop.", ["See Fig. 2 and No. 5 of Dr. J. Smith.", "Then stop."]),
        ("We grew E. coli and S. aureus. Both grew.", ["We grew E. coli and S. aureus.", "Both grew."]),
        ("They took vitamin C. Mortality fell.", ["They took vitamin C.", "Mortality fell."]),
        ("It was done in the U.S. Army. It worked.", ["It was done in the U.S. Army.", "It worked."]),
        ("RESULTS: Pain fell. CONCLUSION: It works.", ["Pain fell.", "It works."]),
        ("Main outcome measures: Pain. Results: Less pain.", ["Pain.", "Less pain."]),
        ("no full stop here\nnor here", ["no full stop here", "nor here"]),
        ("1. First aim. 2. Second aim.", ["1. First aim.", "2. Second aim."]),
        ("Did it work? Yes! It did [1,2]. Good.", ["Did it work?", "Yes!", "It did [1,2].", "Good."]),
        ("The p < . 05 was kept. Next.", ["The p < . 05 was kept.", "Next."]),
        ("Twelve died (see text.) Others lived.", ["Twelve died (see text.)", "Others lived."]),
        ("In 2010. 25 patients were seen.", ["In 2010.", "25 patients were seen."]),
        ("", []),
        (" \n \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_spans_are_trimmed_in_order_and_apart(text: str) -> None:
    last = 0
    for start, end in split_sentences(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        last = end


def test_sentences_around_a_span() -> None:
    text = "Pain fell. Sleep did not change. Mood rose."
    start = text.index("change. Mood")
    assert [text[a:b] for a, b in sentences_around(text, start, start + 12)] == ["Sleep did not change.", "Mood rose."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0·82 and p<·001 and 0•5", "0.82 and p<.001 and 0.5"),
        ("a · b", "a · b"),
        ("−5 – 3 — x‑ray", "-5 - 3 - x-ray"),
        ("“so” ‘it’s’", "\"so\" 'it's'"),
        ("a\u2009b\u00a0c \n\t d", "a b c d"),
        ("eﬀect ﬁnd", "effect find"),
        ("zero\u200bwidth\u202e \ufeffgone", "zerowidth gone"),
        ("10⁵ m² ½ ™", "10⁵ m² ½ ™"),
        ("cafe\u0301", "café"),
        ("１２％", "12%"),
        ("1,234 AIDS", "1,234 AIDS"),
        ("µg", "μg"),
        ("…", "..."),
        (" lead", "lead"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text).text == expected


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing_and_the_way_back_is_sound(text: str) -> None:
    once = normalise(text)
    assert len(once.text) == len(once.starts) == len(once.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(once.starts, once.ends, strict=True))
    assert list(once.starts) == sorted(once.starts)
    for character, start, end in zip(once.text, once.starts, once.ends, strict=True):
        if character.isascii() and character.isalnum():
            assert character in unicodedata.normalize("NFKC", text[start:end])


TEXT = (
    "RESULTS: The RR was 0·82 (p = .03) for eﬀects. "
    "No non-significant difference was 12% or −5 kg; AIDS\u00a0fell.\nCONCLUSION: It works."
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("The RR was 0.82 (p = .03) for effects", "The RR was 0·82 (p = .03) for eﬀects"),
        ("the RR was 0.82", "The RR was 0·82"),
        ("“The RR was 0.82”", "The RR was 0·82"),
        ("... The RR was 0.82 ...", "The RR was 0·82"),
        ("for effects.", "for eﬀects."),
        ("For effects;", "for eﬀects"),
        ("AIDS fell", "AIDS\u00a0fell"),
        ("RESULTS: The RR", "RESULTS: The RR"),
        ("the rr was 0.82", None),
        ("The RR was 0.8", None),
        ("The RR was 0", None),
        ("RR was 0.82 (p = .03) for effect", None),
        ("significant difference", None),
        ("difference was 12", None),
        ("5 kg", None),
        ("-5 kg", "−5 kg"),
        ("aids fell", None),
        ("The RR ... for effects", None),
        ("", None),
        (" .", None),
        ("82 (p = .03)", None),
        ("05", None),
    ],
)
def test_find_verbatim(quote: str, found: str | None) -> None:
    span = find_verbatim(quote, TEXT)
    assert (TEXT[slice(*span)] if span else None) == found


def test_a_later_whole_occurrence_is_found_where_the_first_is_part_of_a_word() -> None:
    assert find_verbatim("pain", "painful, then pain") == (14, 18)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_can_be_compared(quote: str, text: str) -> None:
    span = find_verbatim(quote, text)
    assert span is None or 0 <= span[0] < span[1] <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "ig\u200bnore this",
        "\u202eabc",
        "tag \U000e0041\U000e0042",
        "f\u0430lls",
        "\u0391spirin",
        "a\u200b \u200b \u200b",
        "blank \u3164",
        "\x00",
    ],
)
def test_hidden_text_is_seen(text: str) -> None:
    assert has_hidden_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "plain words",
        "TNFα, NF-κB and β-blockers",
        "10 μg",
        "soft\u00adhyphen",
        "thin\u2009space",
        "\ufeffmark",
        "Привет",
        "χ2 = 3",
    ],
)
def test_honest_text_is_not_suspected(text: str) -> None:
    assert not has_hidden_text(text)
