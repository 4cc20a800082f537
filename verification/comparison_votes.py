"""Which way a text says a comparison went, as signed votes: +1 says the intervention had more of the outcome.

A word's vote is its way (`higher`, `shorter`, `a greater reduction`) times the arm it is said of. Which arm that is, is read
from what the clause compares with (`than in the placebo group`), else from the arm it names nearest before or after the word.
How far each kind of vote is to be believed is for a model to learn, so each is a feature of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evidence.sentences import split_sentences
from evidence.text import normalise
from verification.comparison_arms import Asked, Comparison, read_asked
from verification.comparison_figures import below_level, figure_votes
from verification.content_words import stem
from verification.reported.sentence_arms import Mention

_WAYS = {"up": 1, "down": -1, "better": 1, "worse": -1, "sooner": -1, "later": 1}
_AXES = {"up": "amount", "down": "amount", "better": "worth", "worse": "worth", "sooner": "time", "later": "time"}
_UP = (
    r"increas(?:e|es|ed|ing)|higher|greater|more|larger|rais(?:es|ed|ing)|elevat(?:es|ed|ion)|rose|rise|rises|exceed(?:s|ed)?|"
    r"longer|prolong(?:s|ed|ing|ation)?|doubled|tripled|augment(?:s|ed)|gained|gain|heavier|deeper|thicker|taller|wider|"
    r"most|highest|greatest|longest|frequent|likely|common"
)
_DOWN = (
    r"decreas(?:e|es|ed|ing)|reduc(?:e|es|ed|ing|tion|tions)|lower(?:s|ed|ing)?|fewer|less|declin(?:e|es|ed|ing)|fell|"
    r"drop(?:s|ped)?|diminish(?:es|ed|ing)?|smaller|short(?:er|en|ens|ened|ening)|suppress(?:es|ed|ion)?|"
    r"attenuat(?:es|ed|ion)|halved|prevent(?:s|ed|ing|ion)?|inhibit(?:s|ed|ion)?|lesser|weaker|thinner|narrower|loss|lost|"
    r"least|lowest|shortest|smallest|fewest|impaired|blunted"
)
_BETTER = (
    r"improv(?:e|es|ed|ing|ement|ements)|better|superior(?:ity)?|beneficial|benefit(?:s|ed)?|efficacious|outperform(?:s|ed)?|"
    r"ameliorat(?:es|ed|ion)|alleviat(?:es|ed|ion)|enhanc(?:e|es|ed|ing|ement)|effective|favou?r(?:s|ed|ing|able)?|"
    r"best|relie(?:f|ved|ves)|milder|easier|stronger"
)
_WORSE = r"worse|worsen(?:s|ed|ing)?|inferior(?:ity)?|deteriorat(?:e|es|ed|ion)|ineffective|worst|poorer|severe"
_SOONER = r"faster|earlier|quicker|sooner|rapid(?:ly)?|hasten(?:s|ed)|accelerat(?:e|es|ed|ing|ion)"
_LATER = r"slower|later|delay(?:s|ed|ing)?|postponed|slowed"
_WORD = re.compile(
    rf"(?i)(?<![\w-])(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<better>{_BETTER})|(?P<worse>{_WORSE})"
    rf"|(?P<sooner>{_SOONER})|(?P<later>{_LATER}))(?![\w-])"
)
_LESS_TEXT = "less|lesser|smaller|lower|fewer|least|lowest|shorter"
_LESS = re.compile(rf"(?i){_LESS_TEXT}")
_SIZE = re.compile(rf"(?i)higher|greater|more|larger|most|greatest|highest|stronger|longer|{_LESS_TEXT}")
_MARGIN = re.compile(
    r"(?i)\b(?:more|less) than (?:\d|one|two|three|half)|\bmore or less\b|\bat least\b|\bmost of\b|\bno more\b"
)
_AGAINST = re.compile(
    r"(?i)\b(?:than|compared? (?:with|to|against)|in comparison (?:with|to)|comparison (?:with|to)|versus|vs\.?|relative to|"
    r"as opposed to|as against|over|superior to|inferior to|rather than)(?![\w-])"
)
_WITH_THE_START = re.compile(r"(?i)^[^,;]{0,25}\b(?:baseline|before|pre-?\w*|initial|start|beginning|onset|values? at)\b")
_IN_THE = re.compile(
    r"(?i)[^,;.]{0,60}\b(?:in|with|for|by|among|of|on|after|receiving|favou?r(?:ing)?)(?: (?:the|patients|those|all|a|an))*\s*"
)
_BORDER = re.compile(
    r"[;:]\s|,?\s(?:but|while|whereas|although|though|however|yet)\b|,\s(?:with|and|nor)\s|\sand\s(?=(?:had|has|was|were|did)\b)"
)
_DENIED = re.compile(
    r"(?i)\b(?:no|not|n't|neither|nor|without|lack|fail\w*|cannot|never)\b|\b(?:similar|comparable|equivalent|unchanged|same|"
    r"equal(?:ly)?|insignificant(?:ly)?|non-?significant(?:ly)?|ns)\b"
)
_SIGNIFICANT = re.compile(r"(?i)(?<!not )(?<!non)(?<!non-)\bsignifican")
_TREND = re.compile(r"(?i)\b(?:trend|tend(?:ed|ency)|approach(?:ed|ing)|border-?line|NS\b|n\.s\.|marginal)")
_NEAR = 110
_LONGEST = 3_000
"""Characters of a sentence that are read."""

_OF_THE_NEAREST = 0.75
"""A clause speaks of the outcome where it has at least so much of what the clause nearest to it has."""


@dataclass(frozen=True)
class Clause:
    """A part of a sentence, by its place there."""

    sentence: str
    start: int
    end: int
    mentions: Sequence[Mention]
    """Where the whole sentence names an arm."""

    nearness: float
    """How much of the outcome the clause, and less so its sentence, speaks of, 0 to 1."""

    @property
    def text(self) -> str:
        """Its words."""
        return self.sentence[self.start : self.end]


def read_votes(comparison: Comparison, text: str, report: str = "") -> dict[str, float]:
    """Features, each -1 to 1 where signed (`v:`) and 0 or 1 for significance (`s:`); `report` is where arms' names are told."""
    plain = _plain(text)
    asked = asked_in(comparison, plain, report)
    clauses = [clause for sentence in _sentences(plain) for clause in _clauses(asked, sentence)]
    nearest = max([0.001, *(clause.nearness for clause in clauses)])
    found: dict[str, float] = {}
    for clause in clauses:
        where = "near" if clause.nearness >= _OF_THE_NEAREST * nearest else "far"
        votes = [*_word_votes(asked, clause), *(_sentence_votes(asked, clause) if clause.start == 0 else ())]
        for names, way in votes:
            _count(found, [f"v:{name}:{where}" for name in names], way)
        if where == "near":
            found |= {f"s:{name}": 1.0 for name in _significance(clause)}
    if "v:word:near" not in found and "v:figures:near" in found:
        found["v:figures alone"] = found["v:figures:near"]
    return {name: max(-1.0, min(1.0, value)) for name, value in found.items() if value}


def asked_in(comparison: Comparison, plain: str, report: str) -> Asked:
    """The comparison in the words of the report, if there is one, and of the plain text."""
    told = _plain(report)
    return read_asked(comparison, told if plain in told else f"{told} {plain}")


def _plain(text: str) -> str:
    return normalise(text).text.replace("−", "-").replace("·", ".")


def _sentences(text: str) -> list[str]:
    """Each sentence once: evidence is often given both as a sentence and within a longer passage."""
    found = (text[start:end] for start, end in split_sentences(text))
    return list({re.sub(r"\W+", " ", sentence): sentence[:_LONGEST] for sentence in found}.values())


def _clauses(asked: Asked, sentence: str) -> list[Clause]:
    borders = [0, *(match.start() for match in _BORDER.finditer(sentence)), len(sentence)]
    mentions, whole = asked.mentions(sentence), asked.nearness(sentence)
    return [
        Clause(sentence, start, end, mentions, 0.6 * asked.nearness(sentence[start:end]) + 0.4 * whole)
        for start, end in pairwise(borders)
        if end > start
    ]


def _count(found: dict[str, float], names: Sequence[str], way: int) -> None:
    for name in names:
        found[name] = found.get(name, 0.0) + way


def _sentence_votes(asked: Asked, first: Clause) -> Iterator[tuple[list[str], int]]:
    """What the figures of the sentence that this clause opens say."""
    denied = "denied " if _not_significant(first.sentence) else ""
    for kind, way in figure_votes(asked, first.sentence, first.mentions):
        yield [f"{denied}{kind}", f"{denied}figures"], way


def _word_votes(asked: Asked, clause: Clause) -> Iterator[tuple[list[str], int]]:
    """For each direction word what its vote rests on, from the most to the least particular, and its way."""
    words = [
        match for match in _WORD.finditer(clause.sentence, clause.start, clause.end)
        if not _MARGIN.match(clause.sentence, match.start())
    ]  # fmt: skip
    ways = list(_sized(asked, words))
    closest = _closest(asked, clause, [match.start() for _, _, match in ways])
    denied = "denied " if _DENIED.search(clause.text) or _not_significant(clause.text) else ""
    for way, axis, match in ways:
        side, reliance = _side(clause, match)
        named = {"worth": f"worth{asked.worth:+d}", "time": "time" if asked.timed else "pace"}.get(axis, axis)
        beside = "" if match.start() == closest else "beside, "
        yield (
            [f"{denied}{beside}{named}:{reliance}", f"{denied}{named}", f"{denied}word:{reliance}", f"{denied}word"],
            way * side,
        )


def _sized(asked: Asked, words: Sequence[re.Match[str]]) -> Iterator[tuple[int, str, re.Match[str]]]:
    """Way, axis and word; a size word counts once with the change that it is of (`greater reduction`, `decrease … larger`)."""
    sizes = [word for word in words if _SIZE.fullmatch(word.group())]
    changes = [word for word in words if word not in sizes and _AXES[word.lastgroup or "up"] != "time"]
    used: set[int] = set()
    for size in sizes:
        own = -1 if _LESS.fullmatch(size.group()) else 1
        free = [word for word in changes if word.start() not in used and _belongs(size, word)]
        change = min(free, key=lambda word: abs(word.start() - size.start()), default=None)
        if change is not None:
            used.add(change.start())
        if change is None or _is_outcome(asked, change):
            yield own, "amount", size
        else:
            kind = change.lastgroup or "up"
            yield own * _WAYS[kind], "worth" if _AXES[kind] == "worth" else "sized amount", size
    for word in words:
        if word not in sizes and word.start() not in used and not _is_outcome(asked, word):
            kind = word.lastgroup or "up"
            yield _WAYS[kind], _AXES[kind], word


def _belongs(size: re.Match[str], change: re.Match[str]) -> bool:
    gap = size.string[min(size.end(), change.end()) : max(size.start(), change.start())]
    if re.search(r"[.;]\s|\band\b", gap):
        return False
    if change.start() > size.start():
        return len(gap) <= 30 and not re.search(r"\b(?:in|than|with)\b", gap)
    return len(gap) <= 90 and bool(re.search(r"\b(?:was|were|is|significantly|be)\b", gap))


def _is_outcome(asked: Asked, word: re.Match[str]) -> bool:
    return asked.changes and stem(word.group()) in asked.outcome


def _closest(asked: Asked, clause: Clause, places: Sequence[int]) -> int:
    """The place of the direction word that stands nearest to the outcome's words; -1 without one."""
    words = [
        clause.start + match.start()
        for match in re.finditer(r"[^\W_]{2,}", clause.text)
        if stem(match.group().lower()) in asked.outcome
    ]
    if not words:
        return places[0] if places else -1
    return min(places, key=lambda place: min(abs(place - word) for word in words), default=-1)


def _side(clause: Clause, word: re.Match[str]) -> tuple[int, str]:
    """+1 where the word is said of the intervention, -1 where of the comparator, and what that rests on."""
    inside = [one for one in clause.mentions if clause.start <= one[0] < clause.end]
    against = _compared_with(clause, word.end())
    others = [one for one in inside if one is not against]
    before = [one for one in others if one[1] <= word.start()]
    after = [one for one in others if one[0] >= word.end()]
    if against:
        named = before[-1] if before else after[0] if after else None
        sides = "" if named is None else ", both" if named[2] != against[2] else ", the same twice"
        return -_of(against), f"against{sides}"
    both = len({one[2] for one in inside}) == 2
    apart = ", both" if both else ""
    if after and _IN_THE.fullmatch(clause.sentence, word.end(), after[0][0]):
        return _of(after[0]), f"in the arm{apart}"
    if before:
        return _of(before[0] if both else before[-1]), f"after the arm{apart}"
    if after:
        return _of(after[0]), f"before the arm{apart}"
    earlier = [one for one in clause.mentions if one[1] <= clause.start]
    return (_of(earlier[0]), "arm of an earlier clause") if earlier else (1, "no arm")


def _of(mention: Mention) -> int:
    return 1 if mention[2] == 0 else -1


def _compared_with(clause: Clause, place: int) -> Mention | None:
    """The arm that stands after `than` or `compared with`; those after `place` are tried first."""
    found = list(_AGAINST.finditer(clause.sentence, clause.start, clause.end))
    for match in sorted(found, key=lambda one: (one.start() < place, one.start())):
        if _WITH_THE_START.match(clause.sentence[match.end() : match.end() + _NEAR]):
            continue
        for mention in clause.mentions:
            between = clause.sentence[match.end() : mention[0]]
            if match.end() <= mention[0] + 1 <= match.end() + _NEAR and not re.search(r"[,;(]", between):
                return mention
    return None


def _not_significant(text: str) -> bool:
    """Whether the text has p values and none is below the level."""
    below = list(below_level(text))
    return bool(below) and not any(below)


def _significance(clause: Clause) -> Iterator[str]:
    yield from (f"p {'below' if below else 'above'}" for below in below_level(clause.text))
    if _DENIED.search(clause.text):
        yield "denied"
    elif _SIGNIFICANT.search(clause.text):
        yield "significant"
    if _TREND.search(clause.text):
        yield "trend"
