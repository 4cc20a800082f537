"""Altered or invented quotes and PMIDs never pass, and no input stops the checks."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.claim import Claim, DraftSummary, Support, Verdict
from evidence.text import split_sentences
from tests.verification.build import RUN, record
from verification import verify_claim, verify_draft

MUTANTS = 20_500
SENTENCES = [
    (pmid, item.abstract_text[start:end]) for pmid, item in RUN.items() for start, end in split_sentences(item.abstract_text)
]
WORDS = sorted({word for _, sentence in SENTENCES for word in sentence.split()})


def plain(text: str) -> str:
    """The test's own idea of `the same words`: white space, raised points and dashes aside, and nothing else."""
    return " ".join(text.replace("·", ".").replace("–", "-").replace("−", "-").split()).strip(" .")


TEXTS = {pmid: plain(item.abstract_text) for pmid, item in RUN.items()}


def replace_word(words: list[str], draw: random.Random) -> list[str]:
    place = draw.randrange(len(words))
    return [*words[:place], draw.choice(WORDS), *words[place + 1 :]]


def drop_word(words: list[str], draw: random.Random) -> list[str]:
    place = draw.randrange(1, len(words) - 1)
    return words[:place] + words[place + 1 :]


def add_word(words: list[str], draw: random.Random) -> list[str]:
    place = draw.randrange(1, len(words))
    return [*words[:place], draw.choice([*WORDS, "not", "no", "never", "significantly"]), *words[place:]]


def swap_words(words: list[str], draw: random.Random) -> list[str]:
    place = draw.randrange(len(words) - 1)
    return [*words[:place], words[place + 1], words[place], *words[place + 2 :]]


def change_character(words: list[str], draw: random.Random) -> list[str]:
    place = draw.randrange(len(words))
    word = words[place]
    at = draw.randrange(len(word))
    return [
        *words[:place],
        word[:at] + draw.choice("abcxyz0123456789%<>\u0430\u043e\u03bf") + word[at + 1 :],
        *words[place + 1 :],
    ]


def join_with_dots(words: list[str], draw: random.Random) -> list[str]:
    place = draw.randrange(2, len(words) - 2)
    return [*words[:place], draw.choice(["...", "…", "[...]"]), *words[place + 1 :]]


def graft(words: list[str], draw: random.Random) -> list[str]:
    other = draw.choice(SENTENCES)[1].split()
    return words[: len(words) // 2] + other[len(other) // 2 :]


MUTATIONS: list[Callable[[list[str], random.Random], list[str]]] = [
    replace_word,
    drop_word,
    add_word,
    swap_words,
    change_character,
    join_with_dots,
    graft,
]


def altered_quote(draw: random.Random) -> tuple[str, str]:
    pmid, sentence = draw.choice(SENTENCES)
    return pmid, " ".join(draw.choice(MUTATIONS)(sentence.split(), draw))


def wrong_pmid(draw: random.Random) -> tuple[str, str]:
    pmid, sentence = draw.choice(SENTENCES)
    named = draw.choice(
        [*(set(RUN) - {pmid}), str(draw.randrange(10**9)), pmid + "0", "0" + pmid, pmid[:-1], f"PMID {pmid}", ""]
    )
    return named, sentence


def test_altered_quotes_and_wrong_pmids_never_pass() -> None:
    draw = random.Random(20261122)
    claims: list[Claim] = []
    while len(claims) < MUTANTS:
        pmid, quote = altered_quote(draw) if draw.random() < 0.7 else wrong_pmid(draw)
        held = TEXTS.get(pmid, "")
        if plain(quote)[1:] in held:
            continue
        support = Support(pmid=pmid, quote=quote)
        claims.append(Claim(id=f"c{len(claims)}", text=quote, section="finding", support=(support,), written_by="a model"))
    verification = verify_draft(DraftSummary(findings=tuple(claims)), RUN)
    assert len(verification.claims) == MUTANTS
    assert [(item.claim.support[0].pmid, item.claim.text) for item in verification.supported] == []
    assert {item.verdict for item in verification.claims} <= {
        Verdict.QUOTE_FABRICATED,
        Verdict.QUOTE_MISATTRIBUTED,
        Verdict.SOURCE_COMPROMISED,
    }


@given(text=st.text(min_size=1, max_size=120), pmid=st.text(max_size=12), quote=st.text(max_size=200))
def test_any_claim_gets_a_verdict_and_none_of_these_passes(text: str, pmid: str, quote: str) -> None:
    named = (Support(pmid=pmid, quote=quote), Support(pmid="90000003", quote=quote))
    verified = verify_claim(Claim(id="c", text=text, section="finding", support=named, written_by="a model"), RUN)
    assert verified.verdict is not Verdict.SUPPORTED
    assert verified.reason


@settings(max_examples=200)
@given(st.data())
def test_any_words_of_a_record_keep_their_span(data: st.DataObject) -> None:
    pmid, sentence = data.draw(st.sampled_from([item for item in SENTENCES if item[0] not in {"90000004"}]))
    words = sentence.split()
    start = data.draw(st.integers(0, len(words) - 5))
    end = data.draw(st.integers(start + 5, len(words)))
    quote = data.draw(st.sampled_from([" ", "  ", "\n", "\u00a0", " \u200b"])).join(words[start:end])
    support = verify_claim(
        Claim(id="c", text=sentence, section="finding", support=(Support(pmid=pmid, quote=quote),), written_by="a model"), RUN
    ).claim.support[0]
    if support.start is not None:
        assert plain(RUN[pmid].abstract_text[support.start : support.end]) == plain(quote.replace("\u200b", ""))


HOSTILE = [
    "\x00" * 5000,
    "." * 100_000,
    "a" * 100_000,
    "no " * 30_000,
    "1 " * 30_000,
    "(" * 50_000,
    "9" * 50_000,
    "e\u0301" * 20_000,
    "\u202e" * 10_000,
    " " * 100_000,
    "p = " * 20_000,
    "95% CI " * 10_000,
    "one hundred " * 10_000,
]


def test_hostile_text_is_judged_and_quickly() -> None:
    for text in HOSTILE:
        for sentence, quote in ((text[:4000], text), ("Exercise classes reduced falls.", text)):
            named = (Support(pmid="90000003", quote=quote),)
            verified = verify_claim(Claim(id="c", text=sentence, section="finding", support=named, written_by="a model"), RUN)
            assert verified.verdict is not Verdict.SUPPORTED


def test_a_record_no_abstract_could_be_is_unchecked() -> None:
    sentence = "Exercise classes reduced falls at home."
    flood = record("90000003", (None, f"{sentence} " * 2000))
    verified = verify_claim(
        Claim(
            id="c", text=sentence, section="finding", support=(Support(pmid="90000003", quote=sentence),), written_by="a model"
        ),
        {"90000003": flood},
    )
    assert verified.verdict is Verdict.UNCHECKED
