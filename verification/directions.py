"""Which way a sentence says things went: read from its words, clause by clause.

A clause that denies a difference (`no significant difference`, `did not reduce`, `similar`) says only that, whatever direction
words it holds besides; `greater reduction` goes the way of its noun, `less improvement` the other way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

from evidence.text import normalise
from verification.content_words import content_words


class Way(StrEnum):
    """A direction as worded."""

    UP = "higher"
    DOWN = "lower"
    BETTER = "better"
    WORSE = "worse"
    NULL = "no difference"
    DIFFERENT = "different"


OPPOSITE = {Way.UP: Way.DOWN, Way.DOWN: Way.UP, Way.BETTER: Way.WORSE, Way.WORSE: Way.BETTER}


@dataclass(frozen=True)
class Statement:
    """One direction, the words that say it, and the clause they stand in."""

    way: Way
    words: str
    clause: str

    @cached_property
    def about(self) -> frozenset[str]:
        """Stems of the clause's subject words."""
        return content_words(self.clause)

    @cached_property
    def arms(self) -> tuple[frozenset[str], frozenset[str]]:
        """Stems found only outside, and only in, what follows `than`, `compared with` or `versus`; empty without such words."""
        found = _COMPARED.search(self.clause)
        if not found:
            return frozenset(), frozenset()
        second = content_words(found.group("with"))
        first = content_words(self.clause[: found.start()]) | content_words(self.clause[found.end() :])
        return first - second, second - first


_COMPARED = re.compile(
    r"(?i)\b(?:than|compared (?:with|to)|in comparison (?:with|to)|versus|vs\.?|relative to|as opposed to|"
    r"as compared (?:with|to)) (?P<with>[^,;()\[\]]{1,80})"
)
_VERBS = "had|has|was|were|is|are|did|does|do|no|not|there|increas|decreas|reduc|improv|lower|similar|significant|worsen"
_CLAUSE_BORDER = re.compile(
    rf"(?i)[;:]\s|(?<=[a-z)\]%\d])[.?!]\s(?=[\"'(\[]*[A-Z\d])|,?\s(?:but|while|whereas|although|though|however|yet|without|despite"
    rf"|except)\b|,\s(?:with|which|and|nor|or)\s|\sand\s(?=(?:{_VERBS}))|,\s(?=(?:{_VERBS}))"
)
_CHANGE = (
    r"(?:differ(?:ed|s|ences?|ent|ently|ing)?|effects?|changed?|changes|improve[a-z]*|reduc[a-z]+|increas[a-z]+|decreas[a-z]+|"
    r"benefi[a-z]+|impact|associat[a-z]+|advantage|influenced?|altered|alter|affected|affects?|superior[a-z]*|lower(?:ed)?|higher|protect(?:ion|ive|ed)?|"
    r"better|worse[a-z]*|greater|fewer|less|more|longer|shorter|effective|significan[a-z]+|prevent(?:ed)?|correlat[a-z]+|"
    r"relationship|interaction|excess|evidence|prolong(?:ed|s)?|shorten(?:ed|s)?|enhanced?|declined?|rise|rose|fall|drop|"
    r"diminish(?:ed|es)?|suppress(?:ed|es)?|attenuate[ds]?|inhibit(?:ed|s)?|raised?|elevated?|halved?|doubled?|delay(?:ed|s)?|"
    r"relieve[ds]?)"
)
_BETWEEN = r"(?:(?!(?:only|but|than|that|which|who|doubt|longer|and|group|having)\b)[a-z'/-]+\s){0,5}?"
_DENIALS = (
    r"no\s",
    r"(?:not|never|cannot|neither|nor)\b(?! only)\s?",
    r"(?:is|are|was|were|do|does|did|could|would|has|have)n't\s",
    r"fail(?:ed|s|ure)? to\s",
    r"(?:without|absence of|lack of|unlikely to)\s",
)
_NULL = re.compile(
    rf"(?i)\b(?:{'|'.join(_DENIALS)}){_BETWEEN}{_CHANGE}\b|\bno\b.{{1,60}}\bin either\b"
    r"|\blittle (?:or no |to no )?(?:difference|effect|change|impact|benefit)\b"
    r"|\b(?:similar|comparable|equivalent|equal(?:ly)?|identical|unchanged|unaffected|indistinguishable)\b"
    r"|\bthe same\b(?= (?:in|as|for|between|with|compared|whether|across|among|regardless)\b|[.,;]|$)"
    r"|\bas (?:effective|good|safe|well tolerated|efficacious) as\b|\bnon-?inferior(?:ity)?\b"
    r"|\b(?:non-?significant|insignificant)(?:ly)?\b|\bno\s(?:better|worse|more|less|higher|lower)\b"
)
_DIFFERENT = (
    r"significant(?:ly)? (?:[a-z]+ )?(?:differences?|different|differ(?:ed|s)?|effects?|affected|"
    r"associat(?:ed|ion)|correlat(?:ed|ion))"
)
_UP = (
    r"increas(?:e|es|ed|ing)|higher|greater|more(?! than)|larger|rais(?:es|ed|ing)|elevat(?:es|ed|ing|ion)|rose|rise|rises|"
    r"longer|prolong(?:s|ed|ing)|prolongation|doubled|tripled|augment(?:s|ed)|excess|gained"
)
_DOWN = (
    r"decreas(?:e|es|ed|ing)|reduc(?:e|es|ed|ing|tion|tions)|lower(?:s|ed|ing)?|fewer|less(?! than)|"
    r"declin(?:e|es|ed|ing)|fell(?! asleep)|"
    r"dropp?(?:ed|s)?|diminish(?:es|ed|ing)?|smaller|shorter|shorten(?:s|ed|ing)?|suppress(?:es|ed|ion)?|attenuat(?:es|ed|ion)|"
    r"halved|prevent(?:s|ed|ing)?|inhibit(?:s|ed)?"
)
_BETTER = (
    r"improv(?:e|es|ed|ing|ement|ements)|better|superior(?:ity)?|beneficial|benefit(?:s|ed)?|efficacious|outperform(?:s|ed)|"
    r"ameliorat(?:es|ed|ion)|alleviat(?:es|ed|ion)|enhanc(?:es|ed|ing|ement)|more effective(?:ly)?|(?<!-)effective(?:ly)?|"
    r"protective|protects|protected|relieve[sd]"
)
_WORSE = (
    r"worse|worsen(?:s|ed|ing)?|(?<!non)(?<!non-)inferior(?:ity)?|deteriorat(?:e|es|ed|ion)|less effective(?:ly)?|harmful|"
    r"impairs|ineffective"
)
_WAYS = {"up": Way.UP, "down": Way.DOWN, "better": Way.BETTER, "worse": Way.WORSE, "different": Way.DIFFERENT}
_NO_DIRECTION_AFTER = (
    r"(?!\s(?:than\s(?:[<>$£€]?\s?\d|one|two|three|half)|dos(?:e|es|age)\b|limbs?\b|extremit|legs?\b|back\b|respiratory|urinary|"
    r"gastrointestinal|(?:studies|trials|research|work|data|investigation|evidence)\b|ejection|-?density|abdom|lobe|esophag|eyelid))"
)
_DIRECTION = re.compile(
    rf"(?i)(?<!or )(?<!one )(?<![\w-])(?:(?P<flip>less|smaller|lower|lesser) (?=(?:{_BETTER}|{_DOWN}|increase|gain|rise)\b))?"
    rf"(?:(?:greater|larger|more|higher|stronger|bigger|faster) (?=(?:{_BETTER}|{_DOWN}|{_WORSE})\b(?!\slikely)))?"
    rf"(?:(?P<different>{_DIFFERENT})|(?P<worse>{_WORSE})|(?P<better>{_BETTER})|(?P<up>{_UP})|(?P<down>{_DOWN}))\b{_NO_DIRECTION_AFTER}"
)


@lru_cache(maxsize=2048)
def read_directions(text: str) -> tuple[Statement, ...]:
    """The directions that the text states, in order; empty where it states none."""
    statements: list[Statement] = []
    for clause in _clauses(normalise(text).text):
        if null := _NULL.search(clause):
            statements.append(Statement(Way.NULL, null.group(), clause))
            continue
        seen: set[Way] = set()
        for match in _DIRECTION.finditer(clause):
            way = _WAYS[match.lastgroup or "up"]
            way = OPPOSITE.get(way, way) if match.group("flip") else way
            if way not in seen:
                seen.add(way)
                statements.append(Statement(way, match.group(), clause))
    return tuple(statements)


def _clauses(text: str) -> list[str]:
    borders = [match.start() for match in _CLAUSE_BORDER.finditer(text)]
    return [text[start:end] for start, end in zip([0, *borders], [*borders, len(text)], strict=True)]
