"""What is asked of one comparison, and where a text names its arms: by their words, short forms, group labels or roles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from evidence.text import normalise
from verification.content_words import stem
from verification.reported.arms import Arms, read_arms
from verification.reported.sentence_arms import ANOTHER, Mention

_WORD = re.compile(r"[^\W_]{2,}")
_LITTLE_TEXT = "the of in and with for to at on by from or mean level levels score scores rate rates change total number"
_LITTLE = frozenset(stem(word) for word in _LITTLE_TEXT.split())
_SHORT = re.compile(r"(?<![\w-])(?P<group>(?i:groups?|arm)\s)?(?P<letters>[A-Z][A-Za-z+]{0,7})(?![\w-])")
_NO_INITIALS = frozenset({"of", "the", "and", "with", "in", "for", "a", "to", "mg", "group"})
_NUMBERED = (("1", 0), ("I", 0), ("2", 1), ("II", 1))
"""Groups that nobody describes: the first is nearly always the intervention's."""

_ROLE = re.compile(r"(?i)(?:the |post-?)?(?:treatment|treated|therapy|drug|intervention|active|control|study)s?")
_NAMED_NEXT = re.compile(r"(?i)\s?(?:with|by|on|to)?(?: the| a)?\s?")
_OF_TIME = re.compile(
    r"(?i)\b(?:of|after|during|before|following|weeks'?|months'?|post-?|at the end of|drug|glyc\w+|pain|symptom)\s*$"
)
_LEADING = re.compile(r"(?i)(?:(?:than|to|with|in|of|from|and|while|for|by|versus|vs|after|on|or|the|showed|between)\s)*")
_NO_NAME = re.compile(r"(?i)(?:the )?(?:comparisons?\b(?! (?:group|arm))|standard (?:errors?|deviations?)\b)")
_NEVER = frozenset({"case", "cases", "dl"})

_TIME = re.compile(r"(?i)\b(?:time|duration|latency|onset|length|period|delay|days?|interval|survival)\b")
_DOSE = re.compile(r"(?i)\b(?:dos(?:e|es|age)|consumption|requirements?|ED50|ED95|amount|use of|intake|volume)\b")
_FALLING = re.compile(r"(?i)\b(?:reduc|decreas|declin|loss|fall in|drop|lower)\w*")
_RISING = re.compile(r"(?i)\b(?:increas|improve|gain|rise|elevat)\w*")
_BAD = re.compile(
    r"(?i)\b(?:pain|mortality|deaths?|died?|fail\w*|relapses?|recurren\w*|infections?|symptoms?|complications?|advers\w*|events?|"
    r"risk|depress\w*|anxiety|fatigue|bleeding|blood loss|stress|fever|falls?|fractures?|nausea|vomiting|severity|disability|"
    r"burden|craving|distress|errors?|cholesterol|glucose|hba1c|bmi|weight|fat|blood pressure|hypertens\w*|triglycerid\w*|"
    r"inflamm\w*|swelling|oedema|edema|toxicity|exacerbations?|dyspn\w*|insomnia|cough|disease activity|womac|impairment|"
    r"itch\w*|lesions?|length of stay|hospitali[sz]ation|discomfort|trismus|agitation|drop-?outs?|problems?|resistance)\b"
)
_GOOD = re.compile(
    r"(?i)\b(?:quality of life|qol|survival|function\w*|satisfaction|response|remission|cure|healing|success|adherence|"
    r"performance|strength|knowledge|efficacy|effectiveness|well-?being|recovery|compliance|tolerab\w*|capacity|fitness|"
    r"efficiency|accuracy|comfort|relief|improv\w*|self-\w+|balance|skills?|confidence|visibility|quality|mindfulness|"
    r"cognit\w*|memory|ability|sleep|rate of return|completion|absorption|density|range of motion|control)\b"
)


@dataclass(frozen=True)
class Comparison:
    """What was compared, and by what."""

    intervention: str
    comparator: str
    outcome: str


@dataclass(frozen=True)
class Asked:
    """A comparison in the words of one report."""

    outcome: frozenset[str]
    """Stems of the outcome's own words."""

    arms: Arms
    short: tuple[tuple[str, int], ...]
    """Short forms of the arms' names, each with its arm."""

    changes: bool
    """Whether the outcome is itself a rise or a fall (`reduction in weight`)."""

    falling: bool
    worth: int
    """+1 where more of the outcome is good, -1 where it is bad, 0 where that is not plain."""

    timed: bool
    dosed: bool
    """Whether times, or doses, are what is measured."""

    def nearness(self, text: str) -> float:
        """Share of the outcome's words that the text has, 0 to 1."""
        return len(_stems(text) & self.outcome) / max(1, len(self.outcome))

    def mentions(self, sentence: str) -> list[Mention]:
        """Where the sentence names an arm, in order."""
        found = [_trimmed(sentence, one) for one in self.arms.mentions(sentence) if one[2] != ANOTHER]
        for letters, arm in self.short:
            for match in _short_form(letters).finditer(sentence):
                if not any(start < match.end() and match.start() < end for start, end, _ in found):
                    found.append((match.start(), match.end(), arm))
        found.sort()
        return [one for place, one in enumerate(found) if not _says_little(sentence, one, found[place + 1 :])]


@lru_cache(maxsize=512)
def read_asked(comparison: Comparison, report: str) -> Asked:
    """The comparison as a report words it: short forms and labels of its arms are looked for there."""
    outcome = normalise(comparison.outcome).text
    return Asked(
        outcome=_stems(outcome) - _LITTLE,
        arms=read_arms(normalise(comparison.intervention).text, normalise(comparison.comparator).text, outcome, report),
        short=_short_forms(comparison, report),
        changes=bool(_FALLING.search(outcome) or _RISING.search(outcome)),
        falling=bool(_FALLING.search(outcome)),
        worth=bool(_GOOD.search(outcome)) - bool(_BAD.search(outcome)),
        timed=bool(_TIME.search(outcome)),
        dosed=bool(_DOSE.search(outcome)),
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(text.lower()))


def _short_forms(comparison: Comparison, report: str) -> tuple[tuple[str, int], ...]:
    """Capitals that are the initials of one arm alone, letters of groups that begin a word of one, and groups by number."""
    initials = [_initials(comparison.intervention), _initials(comparison.comparator)]
    found: dict[str, int] = {}
    for match in _SHORT.finditer(report):
        letters, group = match["letters"], (match["group"] or "").strip()
        capitals = "".join(letter for letter in letters if letter.isupper()).lower()
        if len(capitals) < 2 and not group:
            continue
        fits = [capitals in one for one in initials]
        if fits[0] == fits[1] and group and letters in "AB":
            fits = [letters == "A", letters == "B"]
        if fits[0] != fits[1]:
            found[letters if len(capitals) > 1 else f"{group} {letters}"] = int(fits[1])
    named = f"{comparison.intervention} {comparison.comparator}".lower()
    for number, arm in _NUMBERED:
        if f"group {number}".lower() not in named:
            found.setdefault(f"group {number}", arm)
    return tuple(found.items())


def _initials(arm: str) -> str:
    words = (word.lower() for word in re.findall(r"[A-Za-z]+", arm))
    return "".join(word[0] for word in words if word not in _NO_INITIALS)


@lru_cache(maxsize=512)
def _short_form(letters: str) -> re.Pattern[str]:
    flags = re.IGNORECASE if letters.lower().startswith("group") else 0
    return re.compile(rf"(?<![\w-]){re.escape(letters)}(?![\w-])", flags)


def _trimmed(sentence: str, mention: Mention) -> Mention:
    """Without the little words that a name was found with: `than placebo`."""
    start, end, arm = mention
    leading = _LEADING.match(sentence, start, end)
    return (leading.end() if leading else start, end, arm)


def _says_little(sentence: str, mention: Mention, later: Sequence[Mention]) -> bool:
    """`treated` before a name, and `of treatment` after a time: neither is an arm's name."""
    start, end, _ = mention
    words = sentence[start:end]
    if _NO_NAME.match(sentence, start):
        return True
    if words.lower() in _NEVER or not _ROLE.fullmatch(words):
        return words.lower() in _NEVER
    named_next = bool(later) and later[0][0] - end <= 12 and _NAMED_NEXT.fullmatch(sentence[end : later[0][0]])
    return bool(named_next) or bool(_OF_TIME.search(sentence[max(0, start - 24) : start]))
