"""The people a sentence speaks of: heads (`patients`, `women`) with the words before and after that narrow them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from verification.number_words import whole_numbers
from verification.tokens import Token, key_of, keys_in, words_in

_HEADS_TEXT = """
patients participants people persons individuals adults children women men infants newborns neonates adolescents boys girls
subjects volunteers smokers veterans residents outpatients inpatients survivors mothers students workers nurses physicians
population populations users drinkers males females elderly toddlers babies teenagers youth caregivers soldiers recruits
athletes runners recipients travellers schoolchildren preschoolers households families humans hypertensives diabetics
mice rats animals rabbits dogs pigs cells
"""
HEADS = frozenset(key_of(word) for word in _HEADS_TEXT.split())
"""Words that name who or what was studied."""

ANIMALS = keys_in(
    """
    mice mouse rat rats murine animal animals rabbit rabbits dog dogs canine pig pigs porcine piglets swine monkeys
    macaques primates zebrafish hamsters guinea sheep ovine vitro cell cells hepatocytes fibroblasts
    """
)
"""Words that say that what was studied is no person."""

_FOLLOW = words_in(
    """
    with aged undergoing receiving who at in from on having suffering without over under older younger admitted
    hospitalized hospitalised referred presenting living awaiting following after between taking requiring attending
    scheduled diagnosed treated
    """
)
_STOP = words_in(
    """
    was were is are had has have did does do than versus vs compared and but while whereas or that which may might could
    can will would should to
    """
)
_NEUTRAL = keys_in(
    """
    treated given receiving received receive assigned randomised randomized allocated group arm studied included
    enrolled evaluated analysed analyzed total number study trial recipient more fewer less most all both each who these
    those the other remaining treatment intervention control placebo therapy percent proportion respectively compared
    higher lower greater significantly significant reduced improved increased decreased showed had completed followed
    proportion majority of taking remained among living in our this present current than better worse were was effective safe
    efficacious well tolerated
    """
)
_ASSIGNED = keys_in("treated assigned randomized randomised allocated")
_REACH_BACK = 4
_REACH_ON = 9


@dataclass(frozen=True, slots=True)
class Population:
    """A head with the tokens that narrow it, as indices into the sentence's tokens."""

    head: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    adjunct: bool
    """Whether a preposition leads it in: `in`, `among`, `for`, `of`."""

    @property
    def narrowing(self) -> tuple[int, ...]:
        """Indices of every token that narrows the head."""
        return self.before + self.after


@lru_cache(maxsize=512)
def read_populations(tokens: tuple[Token, ...]) -> tuple[Population, ...]:
    """Every head of the sentence that names people or animals, in order."""
    found = []
    for index, token in enumerate(tokens):
        if token.key in HEADS and not token.bracketed:
            before = _before(tokens, index)
            lead = min((index, *before)) - 1
            adjunct = lead >= 0 and tokens[lead].text in {"in", "among", "for", "of", "amongst"}
            found.append(Population(index, before, _after(tokens, index), adjunct))
    return tuple(found)


def _counts(token: Token) -> bool:
    """Whether the word is a number, in digits or in words: how many were studied narrows nothing."""
    return token.number or any(whole_numbers(token.text))


def _before(tokens: Sequence[Token], head: int) -> tuple[int, ...]:
    kept: list[int] = []
    for index in range(head - 1, max(-1, head - 1 - _REACH_BACK), -1):
        token = tokens[index]
        if token.key in _ASSIGNED:
            continue
        if token.clause != tokens[head].clause or token.key in _NEUTRAL or token.text in _STOP or _counts(token):
            break
        if not token.content and token.text not in {"non", "without"}:
            break
        kept.append(index)
    return tuple(reversed(kept))


def _after(tokens: Sequence[Token], head: int) -> tuple[int, ...]:
    start = head + 1
    if start >= len(tokens) or tokens[start].text not in _FOLLOW or tokens[start].clause > tokens[head].clause + 1:
        return ()
    kept: list[int] = []
    relative = tokens[start].text == "who"
    for index in range(start, min(len(tokens), start + _REACH_ON)):
        token = tokens[index]
        ends = token.text in _STOP - {"or", "to", "and"} and not (relative and not kept)
        if ends or (token.clause != tokens[start].clause and token.text != "who"):
            break
        if token.text == "and" and index + 1 < len(tokens) and not tokens[index + 1].content:
            break
        if (token.content or token.text in {"without", "over", "under"}) and token.key not in _NEUTRAL:
            kept.append(index)
    return tuple(kept)
