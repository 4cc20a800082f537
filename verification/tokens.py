"""The words of a sentence as units that a claim and its source can share, whatever form they take.

A token's `key` is equal for forms of one word: `reduced` and `reduces`, `was` and `are`, `0.40` and `0.4`, `six` and `6`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from evidence.text import normalise
from verification.content_words import stem


def words_in(text: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(text.split())


def keys_in(text: str) -> frozenset[str]:
    """The keys of the words of a list written as running text."""
    return frozenset(key_of(word) for word in text.split())


_TOKEN = re.compile(r"[^\W\d_]+(?:'(?=[a-z])[a-z]+|\+(?=[\s),.;]))?|\d+(?:[.,]\d+)*|[()\[\];:,%]|[.?!](?=\s|$)")
_MARKS = frozenset("()[];:,.?!")
_ARTICLES = frozenset({"the", "a", "an", "%"})
_LEMMAS_TEXT = """
be is are was were been being am | have has had having | do does did done doing | show shows showed shown showing
lead leads led | rise rises rose risen | fall falls fell fallen | grow grows grew grown | give gives gave given
take takes took taken | make makes made | find finds found | become becomes became | keep keeps kept | lose loses lost
feel feels felt | begin begins began begun | cut cuts | hold holds held | see sees saw seen | go goes went gone
get gets got gotten | leave leaves left | bring brings brought | undergo undergoes underwent undergone | tell tells told
mean means meant | meet meets met | spend spends spent | come comes came | draw draws drew | sleep sleeps slept
occur occurs occurred occurring | do don't doesn't didn't | child children childhood | woman women | man men
person people persons | mouse mice | patient patients | versus vs | percent percentage | diarrhoea diarrhea
1 one | 2 two | 3 three | 4 four | 5 five | 6 six | 7 seven | 8 eight | 9 nine | 10 ten | 12 twelve
"""
_LEMMAS = {
    form: group.split()[0]
    for line in _LEMMAS_TEXT.strip().splitlines()
    for group in line.split("|")
    for form in group.split()[1:]
}
_FUNCTION = words_in(
    """
    a an the and or of in on at to for with without by from into over under as than that this these those there it its
    their our we they he she his her who which whom whose be have do can could may might must shall should will would
    not no nor neither but while whereas although though however if so such also both either each any all some most more
    less then when where between among amongst during after before within until since through per versus about above
    below again further only same other own very too just because against up down out off once here how what why i you
    my your me him them us were was is are compare compar relat respect both whether yet despite
    """
)


class Token(NamedTuple):
    """One word or number. `start` and `end` count in the normalised text; `clause` counts the clauses of the sentence."""

    text: str
    key: str
    start: int
    end: int
    clause: int
    content: bool
    """Whether it is neither a function word nor an article."""
    bracketed: bool
    """Whether it stands in round or square brackets."""

    @property
    def number(self) -> bool:
        """Whether it is written in digits."""
        return self.text[0].isdigit()


_CLAUSE_WORDS = frozenset({"but", "while", "whereas", "although", "though", "however", "despite", "which", "who"})


@lru_cache(maxsize=1024)
def tokenise(text: str) -> tuple[Token, ...]:
    """The tokens of `text` in order, articles and marks left out; a clause ends at a mark or at `but`, `while` and the like."""
    found: list[Token] = []
    clause = depth = 0
    for match in _TOKEN.finditer(normalise(text).text):
        printed = match.group()
        word = printed.lower()
        if word in _MARKS:
            clause += 1
            depth = max(0, depth + (word in "([") - (word in ")]"))
            continue
        if word in _ARTICLES and not (printed == "A" and found):  # `group A`
            continue
        if word in _CLAUSE_WORDS:
            clause += 1
        found.append(Token(word, key_of(word), match.start(), match.end(), clause, _is_content(word), depth > 0))
    return tuple(found)


@lru_cache(maxsize=16_384)
def _is_content(word: str) -> bool:
    return key_of(word) not in _FUNCTION and word not in _FUNCTION and (len(word) > 1 or word.isdigit())


@lru_cache(maxsize=16_384)
def key_of(word: str) -> str:
    """The form in which a word or number, in lower case, is compared."""
    if word[0].isdigit():
        bare = re.sub(r",(?=\d{3}\b)", "", word).replace(",", ".")
        return bare.rstrip("0").rstrip(".") if "." in bare else bare
    lemma = _LEMMAS.get(word)
    if lemma:
        return lemma
    if len(word) <= 4 and not word.endswith("s"):
        return word
    return stem(word)


def one_word(one: str, other: str) -> bool:
    """Whether two words, in lower case, are forms of one: they begin alike for five letters and most of the shorter one."""
    least = max(5.0, 0.6 * min(len(one), len(other)))
    begins = list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return len(begins) >= least
