"""The arms of a study as its abstract prints them: names with sizes, the two that were compared, and the one asked for.

Each value has the place where it stands. What is not plainly an arm is left out: a table with a gap is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence.text import split_sentences
from verification.content_words import content_words, stem
from verification.orders import gives_orders
from verification.study_facts import Fact

_SIZE = r"(?:\d{1,3}(?:,\d{3})+|\d{1,6})"
_PEOPLE = r"(?: (?:patients|participants|subjects|people|adults|children|infants|women|men|volunteers|individuals|pupils))?"
_PART = r"[A-Za-z0-9+/'-]{1,40}(?:\.[A-Za-z0-9]{1,40}){0,3}"
_NAME = rf"(?=[A-Za-z]){_PART}(?: (?!and\b|or\b|versus\b){_PART}){{0,5}}?(?: \([^()]{{1,30}}\))?"
_COUNT = rf"(?<![\w.,/])(?<!group )(?<!arm )(?<!day )(?P<size>{_SIZE}){_PEOPLE}"
_AFTER = re.compile(
    rf"(?P<name>[A-Za-z](?:[A-Za-z0-9+/ .-]|(?<=\d),(?=\d)){{1,70}}?)\s?[\[(]\s?[Nn]\s?=\s?(?P<size>{_SIZE})\s?(?=[\]);,])"
)
"""`placebo (n = 60)`"""

_BEFORE = (
    re.compile(rf"{_COUNT} (?:were |was )?(?:in|to) (?:the |an? )(?P<name>{_NAME})(?= (?:group|arm)s?\b)"),
    re.compile(
        rf"{_COUNT} (?:(?:were )?(?:randomi[sz]ed|randomly assigned|assigned|allocated) to "
        rf"(?:receive )?|received |were given |were treated with |underwent )(?:the |an? )?(?P<name>{_NAME})"
        r"(?= (?:and|or|versus|group|arm|for|over|during|daily|once|twice|every|while|whereas)\b|\s?[;,.(]|$)"
    ),
)
"""`60 in the placebo group`, `60 received placebo`: an arm only where one sentence has two, else it may be some of an arm."""

_LEAD = re.compile(
    r"(?i)^.*?(?:\b(?:randomly|to|either|or|and|with|versus|vs\.?|received|receiving|given|of|in|the|a|an|by|than|than the|"
    r"compared with)\s)(?=\S)"
)
_NO_ARM = re.compile(
    r"(?i)\b(?:total|overall|who|analysis|studies|trials|men|women|males?|females?|all|was|were|divided|groups|survey|excluded|"
    r"samples?|specimens?|biopsies|portions?|phases?|"
    r"responders|non-?responders|completers|sites?|cent(?:re|er)s?|hospitals?)\b|"
    r"^(?:(?:\w+ )?(?:patients|subjects|participants|people|children|adults|cases)|group|each|same|other|\W*)$|(?:\S+ ){6}"
)
_BARE_UNIT = re.compile(r"(?i)^(?:m?g|mcg|µg|ml|mg/\w+|hours?|days?|weeks?|months?|years?|ratio|doses?|times?|as|[a-z])$")
_NO_TREATMENT = re.compile(
    r"(?i)\b(?:is|are|was|were|as|when|whether|assess|evaluat\w+|clarify|confirm\w*|demonstrat\w+|compar\w+|effects?|"
    r"efficacy|safety|"
    r"superior\w*|role|increased|decreased|better|limited|meeting|including|patients|subjects|symptoms|assure|provided)\b|[.;]\s*\w*$"
)
"""In words beside `versus` or `or` that name no treatment."""

_OF_SOME = re.compile(
    r"(?i)\b(?:experienc\w+|developed|died|deaths?|withdr[ae]w\w*|discontinu\w+|respon[ds]\w+|occurred|relapsed|failed|improved|"
    r"dropped out|excluded|adverse|rescue|achieved|had)\b|%"
)
"""In a sentence that counts some of an arm."""

_EVENTS = re.compile(
    r"(?i)\b(?:adverse|side effects?|nausea|vomiting|withdr[ae]w\w*|discontinu\w+|died|deaths?|lack of|reasons?|infarctions?|"
    r"seizures?|eradication|ulcers?|diagnos\w+|severity|lost to follow-up)\b"
)
"""In a sentence whose `(n = 4)` counts events, or people by what they have."""

MOST = 8
_ALLOCATES = re.compile(
    r"(?i)\b(?:randomi[sz]ed|randomly|assigned|allocated|received|given|administered|compar(?:e|ed|ing)|versus|vs|underwent|"
    r"groups?|arms?|treated|effects? of|efficacy of)\b"
)
_TWO = (
    re.compile(
        r"(?i)\b(?:randomi[sz]ed|randomly|assigned|allocated|received?|given|administered)\b[^.;:]{0,80}?"
        r"\b(?:to (?:receive |undergo )?|receive |received |either |given )(?:either )?(?:the |an? )?"
        rf"(?P<one>{_NAME})(?: group| arm)?(?: \([^()]{{1,40}}\))?,? (?:or|versus|vs\.?) "
        r"(?:to )?(?:receive )?(?:the |an? )?"
        rf"(?P<two>{_NAME})(?= (?:group|arm|for|over|during|daily|once|twice|every|in|at|by|before|after|as)\b|\s?[;,.(]|$)"
    ),
    re.compile(
        rf"(?i)(?:^|\b(?:of|compared|comparing|between|with)\s|[:,]\s)(?P<one>{_NAME}) "
        rf"(?:versus|vs\.?|compared (?:with|to)|against) (?P<two>{_NAME})"
        r"(?= (?:in|for|on|as|among|after|before|during|following|to|at|by|was|were)\b|\s?[;:,.(]|$)"
    ),
)
_FEWEST = 0.6
"""Share of the words asked for that one stretch of a sentence must have to name the same arm."""

_JOINED = re.compile(r"(?i)(?P<word>[^\W\d_]+) (?:with|in|after|on|by|from)\b")
"""A word of its own before these joins the name to something else: `asthma attacks with salbutamol` is no arm."""

_WITHOUT = re.compile(r"(?i)\b(?:without|no|not|non|except)\b")
_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")
_LITTLE = frozenset(
    {
        "the",
        "of",
        "and",
        "with",
        "for",
        "to",
        "in",
        "a",
        "an",
        "or",
        "on",
        "group",
        "groups",
        "arm",
        "arms",
        "dose",
        "doses",
        "daily",
    }
)


def sized_arms(text: str) -> tuple[tuple[str, Fact], ...]:
    """Each arm that is printed with its size: its name in lower case, and the size with its place; at most eight.

    None where there is but one: a size alone is mostly that of the whole study, or of some of its people.
    """
    found: dict[str, Fact] = {}
    for start, end in split_sentences(text):
        if gives_orders(text[start:end]):
            continue
        for match in _sizes_in(text, start, end):
            name = _trimmed(match["name"])
            if name and not _NO_ARM.search(name) and not _BARE_UNIT.search(name):
                found.setdefault(name.lower(), Fact(match["size"].replace(",", ""), *match.span("size")))
    return tuple(found.items())[:MOST] if len(found) > 1 else ()


def _sizes_in(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    if not _EVENTS.search(text, start, end):
        yield from _AFTER.finditer(text, start, end)
    if not _OF_SOME.search(text, start, end):
        for pattern in _BEFORE:
            matches = list(pattern.finditer(text, start, end))
            yield from matches if len(matches) > 1 else ()


def _trimmed(name: str) -> str:
    """The name without the words that lead up to it."""
    for _ in range(3):
        name = _LEAD.sub("", name.strip(), count=1)
    return name.rsplit(". ", 1)[-1].removeprefix("either ").strip(" .,-")


def compared_arms(text: str) -> tuple[Fact, Fact] | None:
    """The two arms that a sentence says were compared, `randomised to zinc or placebo`, each with its place; else None."""
    for pattern in _TWO:
        for match in pattern.finditer(text):
            names = match["one"], match["two"]
            if not any(_no_treatment(name) for name in names) and not _in_order(text, match.start()):
                return Fact(names[0], *match.span("one")), Fact(names[1], *match.span("two"))
    return None


def _no_treatment(name: str) -> bool:
    return any(pattern.search(name) for pattern in (_NO_ARM, _BARE_UNIT, _NO_TREATMENT))


def arm_asked(text: str, asked: str, *, against: str = "") -> Fact | None:
    """The stretch of one sentence that names what was asked for, with its place; None where no sentence names it.

    What tells it from the arm that it is held `against` must be in it. Sentences on how people were treated come first, then
    those with more of the words asked for, then the earlier.
    """
    wanted = _wanted(asked)
    telling = wanted - _wanted(against) or wanted
    best: tuple[tuple[bool, float, int], Fact] | None = None
    for start, end in split_sentences(text) if wanted else ():
        sentence = text[start:end]
        found = _stretch(sentence, wanted)
        if found is None or gives_orders(sentence):
            continue
        left, right = start + found[0], start + found[1]
        words = _wanted(text[left:right])
        share = len(words & wanted) / len(wanted)
        if len(words & telling) < _FEWEST * len(telling) or not _same_sense(text[left:right], asked):
            continue
        key = (_ALLOCATES.search(sentence) is not None, share, -start)
        if best is None or key > best[0]:
            best = key, Fact(text[left:right], left, right)
    return best[1] if best else None


def _wanted(asked: str) -> set[str]:
    return {stem(word) for word in _WORD.findall(asked.lower()) if word not in _LITTLE}


def _same_sense(stretch: str, asked: str) -> bool:
    """Whether the stretch names something in words, and says `without` only where that was asked for."""
    named = any(len(word) > 2 and not any(sign.isdigit() for sign in word) for word in _wanted(stretch) & _wanted(asked))
    return named and (_WITHOUT.search(asked) is not None or _WITHOUT.search(stretch) is None)


def _stretch(sentence: str, wanted: set[str]) -> tuple[int, int] | None:
    """Start and end of the shortest stretch that has most of the wanted words; None where too few stand together."""
    places = [(stem(match.group().lower()), match.start(), match.end()) for match in _WORD.finditer(sentence)]
    longest = 2 * len(wanted) + 2
    best: tuple[int, int, int, int] | None = None
    for first, (word, left, _) in enumerate(places):
        if word not in wanted:
            continue
        seen: set[str] = set()
        for length, (other, _, right) in enumerate(places[first : first + longest], 1):
            if other in wanted and other not in seen:
                seen.add(other)
                if (best is None or (len(seen), -length) > best[:2]) and _is_one_name(sentence[left:right], wanted):
                    best = len(seen), -length, left, right
    if best is None or best[0] < _FEWEST * len(wanted):
        return None
    closed = sentence[best[2] : best[3]].count("(") > sentence[best[2] : best[3]].count(")")
    return best[2], best[3] + (closed and sentence[best[3] : best[3] + 1] == ")")


def _is_one_name(stretch: str, wanted: set[str]) -> bool:
    return all(content_words(match["word"]) <= wanted for match in _JOINED.finditer(stretch))


def other_arm(arms: tuple[Fact, Fact] | None, named: str) -> Fact | None:
    """Of two compared arms the one that is not the one named; None where not exactly one of them is."""
    words = content_words(named)
    if arms is None or not words:
        return None
    shared = [len(words & content_words(arm.value)) for arm in arms]
    if (shared[0] > 0) is (shared[1] > 0):
        return None
    return arms[0] if shared[1] else arms[1]


def _in_order(text: str, place: int) -> bool:
    return any(start <= place < end and gives_orders(text[start:end]) for start, end in split_sentences(text))
