"""True claims with fabricated support: a PMID that is not in the run, or words that stand in no record or in another one.

The claim itself is always a true sentence, so that nothing but the fabrication can stop it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evidence.citation import Citation
from evidence.claim import Claim, Support
from evidence.sentences import split_sentences

_SHORTEST = 8
"""Words of a sentence that is worth fabricating from."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a record."""

    pmid: str
    text: str

    @property
    def words(self) -> list[str]:
        """Its words as printed."""
        return self.text.split(" ")


def fabricate(records: Sequence[Citation], dice: random.Random, count: int) -> tuple[list[str], list[Claim]]:
    """So many claims with the kind of each. None of their supports stands whole: a quote that still would is made anew."""
    sentences = [sentence for record in records for sentence in sentences_of(record)]
    tokens = {record.pmid: _padded(record.abstract_text) for record in records}
    kinds: list[str] = []
    claims: list[Claim] = []
    names = list(KINDS)
    while len(claims) < count:
        kind = names[len(claims) % len(names)]
        sentence = dice.choice(sentences)
        support = KINDS[kind](sentence, sentences, dice)
        if support.pmid in tokens and _padded(support.quote) in tokens[support.pmid]:
            continue
        whole = Support(pmid=sentence.pmid, quote=sentence.text)
        supports = (whole, support) if dice.random() < 0.2 else (support,)
        claims.append(
            Claim(id=f"f{len(claims) + 1}", text=sentence.text, section="finding", support=supports, written_by="fabricated")
        )
        kinds.append(kind)
    return kinds, claims


def sentences_of(record: Citation) -> list[Sentence]:
    """The record's sentences of eight words and more."""
    text = record.abstract_text
    found = (Sentence(record.pmid, text[start:end]) for start, end in split_sentences(text))
    return [sentence for sentence in found if len(sentence.words) >= _SHORTEST and len(sentence.text) < 700]


def _padded(text: str) -> str:
    """The words and numbers of a text, borders marked: an oracle of its own, not the product's way to find a quote."""
    return f" {' '.join(_TOKEN.findall(text.casefold()))} "


def _pmid_not_in_run(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    return Support(pmid=str(dice.randint(50_000_000, 99_999_999)), quote=sentence.text)


def _pmid_malformed(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    pmid = sentence.pmid
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in pmid)
    forms = (f"0{pmid}", f" {pmid}", f"{pmid} ", f"PMID {pmid}", f"{pmid}.0", f"-{pmid}", f"{pmid}\u200b", wide, "", pmid[:-1])
    return Support(pmid=dice.choice(forms), quote=sentence.text)


def _quote_of_another(sentence: Sentence, others: Sequence[Sentence], dice: random.Random) -> Support:
    return Support(pmid=sentence.pmid, quote=dice.choice(others).text)


def _word_changed(sentence: Sentence, others: Sequence[Sentence], dice: random.Random) -> Support:
    words = sentence.words
    words[dice.randrange(len(words))] = dice.choice(dice.choice(others).words)
    return Support(pmid=sentence.pmid, quote=" ".join(words))


def _word_put_in(sentence: Sentence, others: Sequence[Sentence], dice: random.Random) -> Support:
    words = sentence.words
    words.insert(dice.randrange(1, len(words)), dice.choice(dice.choice(others).words))
    return Support(pmid=sentence.pmid, quote=" ".join(words))


def _word_left_out(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    words = sentence.words
    del words[dice.randrange(1, len(words) - 1)]
    return Support(pmid=sentence.pmid, quote=" ".join(words))


def _words_exchanged(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    words = sentence.words
    one, other = dice.sample(range(len(words)), 2)
    words[one], words[other] = words[other], words[one]
    return Support(pmid=sentence.pmid, quote=" ".join(words))


def _letter_changed(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    places = [place for place, letter in enumerate(sentence.text) if letter.isalnum()]
    place = dice.choice(places)
    new = dice.choice("0123456789" if sentence.text[place].isdigit() else "abcdefghijklmnopqrstuvwxyz")
    return Support(pmid=sentence.pmid, quote=f"{sentence.text[:place]}{new}{sentence.text[place + 1 :]}")


def _negated(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    words = sentence.words
    negations = [place for place, word in enumerate(words) if word.lower() in {"no", "not", "without", "never"}]
    if negations and dice.random() < 0.5:
        del words[negations[0]]
    else:
        words.insert(dice.randrange(1, len(words)), "not")
    return Support(pmid=sentence.pmid, quote=" ".join(words))


def _joined(sentence: Sentence, others: Sequence[Sentence], dice: random.Random) -> Support:
    first, second = sentence.words, dice.choice(others).words
    glue = dice.choice((" ", " ... ", " [...] ", "… "))
    return Support(
        pmid=sentence.pmid, quote=f"{' '.join(first[: len(first) // 2])}{glue}{' '.join(second[len(second) // 2 :])}"
    )


def _invented(sentence: Sentence, others: Sequence[Sentence], dice: random.Random) -> Support:
    words = [dice.choice(dice.choice(others).words) for _ in range(dice.randint(5, 25))]
    return Support(pmid=sentence.pmid, quote=" ".join(words))


KINDS: dict[str, Callable[[Sentence, Sequence[Sentence], random.Random], Support]] = {
    "pmid not in run": _pmid_not_in_run,
    "pmid malformed": _pmid_malformed,
    "quote of another record": _quote_of_another,
    "word changed": _word_changed,
    "word put in": _word_put_in,
    "word left out": _word_left_out,
    "words exchanged": _words_exchanged,
    "letter changed": _letter_changed,
    "negation put in or taken out": _negated,
    "halves joined": _joined,
    "words invented": _invented,
}
"""How a support is fabricated, by name."""
