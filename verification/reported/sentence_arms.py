"""Which arm the numbers of a sentence are printed for, by where the sentence names the arms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from verification.reported.cells import Printed, Role

ANOTHER = 2
"""The arm of words that name a group of the trial which is in neither arm of the comparison."""

Mention = tuple[int, int, int]
"""Start, end and arm (0, 1 or ANOTHER) of words that name an arm."""

_NEAR = 90
_NO_RESULT = frozenset({Role.P, Role.BOUND})
_NAME_BEFORE = re.compile(r"[A-Za-z]-\Z|(?i:\b(?:fig(?:ure)?|tables?|weeks?|days?|months?|years?|phase|stage|grade)s?\.? ?)\Z")
_TIME_AFTER = re.compile(r"(?i)-?(?:st|nd|rd|th)?[ -](?:weeks?|months?|years?|days?|hours?|h)\b")
_TIME_BEFORE = re.compile(r"(?i)\b(?:at|over|after|within|for|the|of|first|last|during|an?)\s\Z")
_OF_ALL = re.compile(r"(?i)(?:(?:\A|[.,;:] )(?:of|among)(?: the| these| all)? |\btotal of )\Z")
"""Before a number of people of whom parts are told after it."""

_COMPARED = re.compile(
    r"(?i)\b(?:compar\w+(?: (?:with|to))?|in contrast to|versus|vs\.?|than|relative to|against)(?: \w+){0,3}\s?\Z"
)
_JOINED = re.compile(
    r"\s*(?:[(\[]\s*S\.?[DE]\.?M?,?\s*|±|\+/-|\+-|/| ?(?:out )?of (?:the |a total of )?|%?\s?[;,] (?=[\d.]+ ?%))\s*"
)
_SET_AGAINST = re.compile(r"\b(?:vs?\b\.?|versus|compared (?:with|to)|as against|than)")
_COMMA = re.compile(r"\s?%?,\s")
_LISTED = re.compile(r"[^()\[\];]{0,25}?(?:,? ?and|,? ?or|vs?\.?|versus|,? ?compared (?:with|to)|than)\s[^()\[\];,]{0,12}")
_RIGHT = re.compile(
    r"(?:[^\W\d_]|[\s%/°'’²-]|\.(?! )|\([^()]*\)|\[[^\[\]]*\])*?"
    r"\b(?:in|with|for|of|on|to|among|given|by|at|from|after|during|per|taking|took|allocated|assigned|received|receiving|underwent|using|under)"
    r"(?: (?:the|a|an|those|patients|participants|subjects|either|only|once-daily|study))*[\s'\"“‘]*"
)
_LEFT = re.compile(
    r"[^\d;]{0,12}(?:groups?|arms?|patients?|participants?|subjects?)?[^\d;,]{0,40}|[^\d;]{0,40}?[(\[][^\d()\[\]]{0,14}"
)


@dataclass(frozen=True, slots=True)
class _Group:
    """Numbers printed together: `29 of 40 (73 %)`."""

    start: int
    end: int
    members: tuple[int, ...]


def arms_in_sentence(mentions: Sequence[Mention], numbers: Sequence[Printed], sentence: str) -> dict[int, tuple[float, float]]:
    """How well each number, by its start, is bound to each arm, 0 to 1 each.

    Numbers set against each other (`4.1 vs 5.9`; `24 and 40 ..., respectively`) take the names in order. Others take the name
    that follows (`29 in the zinc group`) or the one before (`zinc: 29`), whichever way the rest of the sentence goes.
    """
    own = [mention for mention in mentions if mention[1] > mention[0]]
    groups = _groups(own, numbers, sentence)
    found: dict[int, tuple[float, float]] = {}
    if not own:
        return found
    taken = {after for one in groups if (after := _next(own, one)) and _right(after, groups, one, sentence) > 0.7}
    for series in _series(own, groups, sentence):
        placed = _in_order(own, series, sentence) if len(series) > 1 else None
        if placed is None:
            placed = [_alone(own, groups, one, sentence, taken) for one in series]
        for group, (arm, strength) in zip(series, placed, strict=True):
            bound = (strength if arm == 0 else 0.0, strength if arm == 1 else 0.0)
            found.update(dict.fromkeys(group.members, bound))
    return found


def _groups(mentions: Sequence[Mention], numbers: Sequence[Printed], sentence: str) -> list[_Group]:
    groups: list[_Group] = []
    for number in numbers:
        start, end = number.start, number.start + len(number.text)
        if number.role in _NO_RESULT or any(left <= start < right for left, right, _ in mentions):
            continue
        if is_name(sentence, start, end):
            continue
        gap = sentence[groups[-1].end : start] if groups else ""
        named = groups and any(groups[-1].end <= left < start for left, _, _ in mentions)
        same = _same_people(gap, sentence[end : end + 3]) or (groups and _in_one_bracket(sentence, groups[-1], gap))
        if groups and not named and (_JOINED.fullmatch(gap) or same):
            last = groups[-1]
            groups[-1] = _Group(last.start, end, (*last.members, start))
        else:
            groups.append(_Group(start, end, (start,)))
    return groups


def is_name(sentence: str, start: int, end: int) -> bool:
    """Whether the number is part of a name or a time: `SPN-804`, `week 12`, `a 16-week course`."""
    before = sentence[max(0, start - 12) : start]
    if _NAME_BEFORE.search(before) or _OF_ALL.search(sentence[:start]):
        return True
    after = _TIME_AFTER.match(sentence[end : end + 12])
    return after is not None and (after.group().startswith("-") or _TIME_BEFORE.search(before) is not None)


def _in_one_bracket(sentence: str, last: _Group, gap: str) -> bool:
    """Whether both stand in one bracket of the group before: `3 patients (4 %, 3 events`."""
    opened = max(sentence.rfind(mark, 0, last.end) for mark in "([")
    inside = opened >= last.start and not re.search(r"[()\[\]]", sentence[opened + 1 : last.end] + gap)
    return inside and len(gap) < 40 and not _SET_AGAINST.search(gap)


def _same_people(gap: str, after: str) -> bool:
    """Whether a bracket opens after the number's own noun and holds this number alone: `28 patients (75 %)`."""
    if not re.match(r"\s?[%)\],;/]", after):
        return False
    return re.fullmatch(r"%?\s?(?:[a-zµ/°-]+\s?){0,4}[(\[](?:n ?= ?|i\.e\.,? )?", gap) is not None


def _series(mentions: Sequence[Mention], groups: Sequence[_Group], sentence: str) -> list[list[_Group]]:
    """Groups that are set against each other or listed, without a name between them."""
    found: list[list[_Group]] = []
    for group in groups:
        last = found[-1][-1] if found else None
        if last is not None:
            gap = _bare(sentence[last.end : group.start])
            named = any(last.end <= left < group.start for left, _, _ in mentions)
            against = len(gap) < 40 and _SET_AGAINST.search(gap) is not None
            pair = len(found[-1]) == 2 and _SET_AGAINST.search(sentence[found[-1][0].end : last.start])
            listed = _COMMA.fullmatch(gap) or _LISTED.fullmatch(gap)
            if not named and not pair and (against or listed):
                found[-1].append(group)
                continue
        found.append([group])
    return found


def _bare(text: str) -> str:
    """The text without whole brackets and without the end of one that began before."""
    return re.sub(r"\A[^()\[\]]{0,30}[)\]]", "", re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", text))


def _in_order(mentions: Sequence[Mention], series: Sequence[_Group], sentence: str) -> list[tuple[int, float]] | None:
    """The arms of a series in the order of the names before it, after it, or on both its sides."""
    count, start, end = len(series), series[0].start, series[-1].end
    if count == 2 and _COMMA.fullmatch(sentence[series[0].end : series[1].start]):
        return None
    earlier = _distinct([mention for mention in mentions if mention[1] <= start])
    later = _distinct([mention for mention in mentions if mention[0] >= end])
    follows = bool(later) and _follows(sentence[end : later[0][0]])
    if "respectively" in sentence[end:]:
        named = _named_list(later, end, count, sentence) if count > 2 else None
        if named or len(later) >= count:
            return named or [(arm, 0.8) for _, _, arm in later[:count]]
    if count == 2 and earlier and follows and earlier[-1][2] != later[0][2]:
        return [(earlier[-1][2], 0.7), (later[0][2], 0.8)]
    for names, strength in ((later[:count] if follows else [], 0.8), (earlier[-count:], 0.75), (later[:count], 0.5)):
        if len(names) == count:
            return [(arm, strength) for _, _, arm in names]
    return _against_one(earlier, later, series, sentence) if count == 2 and (earlier or later) else None


def _against_one(
    earlier: Sequence[Mention], later: Sequence[Mention], series: Sequence[_Group], sentence: str
) -> list[tuple[int, float]] | None:
    """The arms of two numbers set against each other where one arm alone is named."""
    arm = earlier[-1][2] if earlier else later[0][2]
    if arm == ANOTHER or not _SET_AGAINST.search(sentence[series[0].end : series[-1].start]):
        return None
    if earlier and _COMPARED.search(sentence[: earlier[-1][0]]):
        return [(1 - arm, 0.65), (arm, 0.65)]
    if earlier or not _follows(sentence[series[-1].end : later[0][0]]):
        return [(arm, 0.6), (1 - arm, 0.6)]
    return [(1 - arm, 0.6), (arm, 0.7)]


def _named_list(later: Sequence[Mention], start: int, count: int, sentence: str) -> list[tuple[int, float]] | None:
    """The arms of `in groups H0, H1 and H2, respectively`; a part of the list that names no arm is another group."""
    listed = sentence[start : sentence.index("respectively", start)].rstrip(" ,")
    cuts = [start, *(start + found.end() for found in re.finditer(r",? and |, ", listed)), start + len(listed)]
    if len(cuts) <= count:
        return None
    spans = list(pairwise(cuts))[-count:]
    inside = [{arm for left, _, arm in later if one <= left < two} for one, two in spans]
    named = [arms.pop() if len(arms) == 1 else ANOTHER for arms in inside]
    return [(arm, 0.8) for arm in named] if {0, 1} & set(named) else None


def _distinct(mentions: Sequence[Mention]) -> list[Mention]:
    """The names without one that repeats the name right before it."""
    return [one for at, one in enumerate(mentions) if not at or mentions[at - 1][2] != one[2]]


def _follows(between: str) -> bool:
    """Whether only the number's own words stand before a name: ` patients (38.1 %) in the `."""
    return not _SET_AGAINST.search(between) and len(between) <= _NEAR and _RIGHT.fullmatch(_bare(between)) is not None


def _next(mentions: Sequence[Mention], group: _Group) -> Mention | None:
    return next((mention for mention in mentions if mention[0] >= group.end), None)


def _alone(
    mentions: Sequence[Mention], groups: Sequence[_Group], group: _Group, sentence: str, taken: set[Mention]
) -> tuple[int, float]:
    before = next((mention for mention in reversed(mentions) if mention[1] <= group.start), None)
    after = _next(mentions, group)
    right = _right(after, groups, group, sentence)
    left = _left(before, groups, group, sentence) - 0.5 * (before in taken)
    if right and left:
        way = _way(mentions, groups)
        right, left = right + 0.2 * (way > 0), left + 0.2 * (way < 0)
    if after is not None and right > max(left, 0.2):
        return after[2], min(0.9, right)
    if before is not None and left > 0.2:
        return before[2], min(0.9, left)
    if before is not None:
        return before[2], 0.3
    return (after[2], 0.3) if after is not None else (0, 0.0)


def _right(after: Mention | None, groups: Sequence[_Group], group: _Group, sentence: str) -> float:
    """How surely the name that follows is the number's."""
    if after is None or any(group.end <= other.start < after[0] for other in groups):
        return 0.0
    between = sentence[group.end : after[0]]
    if re.fullmatch(r"(?:%|\s|[)\]])*(?:\([^()]*\)\s*)?['\"“‘]?", between):
        return 0.75
    if _follows(between):
        return 0.85 if len(between) < 50 else 0.6
    return 0.0


def _left(before: Mention | None, groups: Sequence[_Group], group: _Group, sentence: str) -> float:
    """How surely the name before is the number's."""
    if before is None:
        return 0.0
    between = sentence[before[1] : group.start]
    if any(before[1] <= other.start < group.start for other in groups) or ";" in between:
        return 0.3
    if re.fullmatch(r"(?: groups?| arms?)?['\"”’,]?\s*[:=]?\s*[(\[]?\s*(?:[nN]\s?=\s?)?", between):
        return 0.9
    return 0.75 if _LEFT.fullmatch(between) else 0.45 if len(between) < _NEAR else 0.35


def _way(mentions: Sequence[Mention], groups: Sequence[_Group]) -> int:
    """1 where numbers come before their names throughout, -1 where names come first, 0 where that does not show."""
    if not groups or not mentions:
        return 0
    first = 1 if groups[0].start < mentions[0][0] else -1
    last = 1 if groups[-1].start < mentions[-1][0] else -1
    return first if first == last else 0
