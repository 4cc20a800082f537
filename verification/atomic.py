"""Cuts a drafted sentence into atomic claims, so that one wrong half neither passes with a right one nor takes it along.

A cut is made where a sentence ends, and where both sides say something of their own: two main clauses, or two verbs of one
subject, which is then said again. What cannot be cut surely stays whole and is checked whole. Words are never changed: a claim
is made of words of its sentence, in their order (the claims of Min et al. 2023, FActScore, but by rule).
"""

from __future__ import annotations

import re
from itertools import pairwise

from evidence.text import split_sentences

_AUXILIARY = (
    "was|were|had|did|could|would|is|are|has|have|does|do|may|might|can|will|cannot|didn't|wasn't|weren't|doesn't|don't|isn't|"
    "aren't"
)
_PAST = (
    "reduced|increased|decreased|improved|lowered|raised|prevented|delayed|shortened|prolonged|worsened|caused|produced|showed|"
    "remained|differed|resulted|led|rose|fell|declined|experienced|achieved|lost|gained|enhanced|doubled|halved|affected|"
    "altered|changed|eliminated|relieved|attenuated|suppressed|inhibited|required|yielded|lasted|occurred|developed|died|recovered|survived"
)
_PRESENT = (
    "reduces|improves|lowers|raises|prevents|delays|shortens|prolongs|worsens|produces|remains|differs|results in|leads to|"
    "alters|eliminates|relieves|requires"
)
"""Forms that are no nouns: `increases` and `changes` are left out."""

_FINITE = re.compile(rf"(?i)\b(?:{_AUXILIARY}|{_PAST}|{_PRESENT})\b")
_LEXICAL = re.compile(rf"(?i)(?:{_PAST}|{_PRESENT})\Z")

_NEW_CLAUSE = re.compile(
    r";\s+(?:(?:and|but|however|while|whereas),? )?|,\s+(?:and|but|while|whereas)\s+|\s+(?:but|whereas)\s+"
)
_NEXT_VERB = re.compile(rf",?\s+(?:and|but)\s+(?=(?:also |then )?(?:{_AUXILIARY}|{_PAST}|{_PRESENT})\b)")
_TOGETHER = re.compile(
    r"(?i)\b(?:both|respectively|each|neither|nor|either|whether|if|unless|because|therefore|so|same|thus|overall|otherwise)\b"
)
"""Words that tie the parts of a sentence into one statement."""

_RELATIVE = re.compile(
    r"(?i)\b(?:who|whom|whose|which|that|when|where|after|before|than|as|of|with|by|in|for|from|to|a|an|the)\s+\Z"
)
"""Before these a word that looks like a verb is none of the sentence's own, or is one of a clause inside it."""

_POINTS_BACK = re.compile(
    r"(?i)(?:to|also|then|it|its|this|that|these|those|they|their|he|she|there|one|most|some|all|none|only|not|"
    r"the (?:latter|former|others?|differences?|effects?|changes?|reductions?|increases?|decreases?|improvements?|benefits?|"
    r"results?|rates?|risks?|findings?|associations?|groups?|evidence|certainty|confidence|estimates?))\b"
)
"""A clause that begins so says something of the clause before it, and that one must not stand without it."""

_REPORTED = re.compile(
    r"(?i)\b(?:found|finds?|suggest\w*|indicat\w*|report\w*|conclu\w+|show\w*|demonstrat\w*|confirm\w*|reveal\w*|states?|stated)\b"
    r".{0,60}\bthat\b"
)
"""`The trial found that …`: what follows may all be what it found."""

_PRONOUN = re.compile(r"(?i)\b(?:it|its|they|them|their|this|these|those|he|she|his|her)\b")
"""A subject with one of these is not named."""

_SHARED_BEGINNING = re.compile(
    r"(?i)(?:in|among|after|at|for|during|with|of|over|when|by|within|on|from|under|following|compared|between|overall|"
    r"although|though|while|whereas|despite)\b"
)
"""What begins so, before the subject, may hold for every clause that follows."""

_CONDITION = re.compile(
    r"(?i)\b(?:in|among|after|at|during|when|over|within|for|with|without|compared|than|versus|vs|following|until|under|by|"
    r"between|before|at|if|only|especially|mainly|particularly)\b"
)
"""A condition behind the last verb may hold for every verb before it."""

_OWN_CONDITIONS = re.compile(
    r"(?i)\b(?:in|among|with|without|than|versus|vs|compared|after|during|for|group|groups|arm|placebo|controls?)\b"
)
"""What a clause needs to be understood alone: `the score did not change` hangs on the clause before it."""

_LISTED = re.compile(rf",\s+(?:{_AUXILIARY}|{_PAST}|{_PRESENT})\b")
"""The first of three verbs and more."""

_BROKEN = re.compile(r"[.?!]\s+[a-z]")
"""A sentence border that was not seen as one: a new sentence seldom begins with a small letter."""

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_INSIDE = re.compile(rf"\b(?:who|which|that|when|where|after|while)\b.*\b(?:{_AUXILIARY}|{_PAST}|{_PRESENT})\b")
"""A clause inside the clause, with a verb of its own."""

_LONGEST_SENTENCE = 800
"""Characters; a longer one is checked whole."""
_LONGEST_SUBJECT = 20
"""Words; a longer beginning is hardly a subject alone."""


def atomic_claims(text: str) -> tuple[str, ...]:
    """The claims that `text` makes, each a sentence; `(text,)` where it makes one or cannot be cut surely."""
    found: list[str] = []
    for start, end in split_sentences(text):
        sentence = text[start:end].strip()
        if found and _POINTS_BACK.match(sentence):
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.extend(_of_sentence(sentence))
    return tuple(found) if len(found) > 1 else (text,)


def _of_sentence(sentence: str) -> list[str]:
    if len(sentence) > _LONGEST_SENTENCE or _TOGETHER.search(sentence) or _BROKEN.search(sentence):
        return [sentence]
    found = [part for clause in _cut(sentence, _main_clauses(sentence)) for part in _by_verb(clause)]
    return [_as_sentence(part) for part in found] if len(found) > 1 else [sentence]


def _main_clauses(sentence: str) -> list[tuple[int, int]]:
    """Where one main clause ends and the next begins: each side has a subject and a finite verb of its own."""
    found: list[tuple[int, int]] = []
    if _SHARED_BEGINNING.match(sentence):
        return found
    for match in _NEW_CLAUSE.finditer(_without_brackets(sentence)):
        before, after = sentence[found[-1][1] if found else 0 : match.start()], sentence[match.end() :]
        if _subject_of(before) and not _REPORTED.search(before) and _stands_alone(after):
            found.append(match.span())
    return found


def _stands_alone(clause: str) -> bool:
    subject = _subject_of(clause)
    named = bool(subject) and not _POINTS_BACK.match(clause) and not _PRONOUN.search(subject)
    return named and _OWN_CONDITIONS.search(clause) is not None


def _own_verb(clause: str) -> re.Match[str] | None:
    """The first finite verb outside brackets that is not one of a relative clause."""
    plain = _without_brackets(clause)
    return next((verb for verb in _FINITE.finditer(plain) if not _RELATIVE.search(plain[: verb.start()])), None)


def _subject_of(clause: str) -> str:
    """The words before its verb; empty where there is no verb, or too much before it."""
    verb = _own_verb(clause)
    subject = clause[: verb.start()].strip() if verb else ""
    return subject if len(subject.split()) <= _LONGEST_SUBJECT else ""


def _by_verb(clause: str) -> list[str]:
    """The clause, or its verbs with their objects, the subject said again before each.

    Only where the verbs are surely of one subject (`was associated with reduced pain and improved sleep` has one verb) and no
    condition behind the last of them may hold for all.
    """
    verb, subject = _own_verb(clause), _subject_of(clause)
    plain = _without_brackets(clause)
    borders = [match.span() for match in _NEXT_VERB.finditer(plain) if verb and match.start() > verb.end()]
    if verb is None or not subject or not borders or _POINTS_BACK.match(subject):
        return [clause]
    until = plain[verb.end() : borders[0][0]]
    simple = _LEXICAL.match(verb.group()) is not None
    parallel = simple or not any(_LEXICAL.match(other.group()) for _, end in borders if (other := _FINITE.search(plain, end)))
    first, *others = _cut(clause, borders)
    if not parallel or _INSIDE.search(until) or _LISTED.search(until) or not _conditions(others[-1]) <= _conditions(first):
        return [clause]
    return [first, *(f"{subject} {other}" for other in others)]


def _conditions(part: str) -> set[str]:
    return {word.lower() for word in _CONDITION.findall(_without_brackets(part))}


def _cut(text: str, borders: list[tuple[int, int]]) -> list[str]:
    edges = [(0, 0), *borders, (len(text), len(text))]
    return [text[left[1] : right[0]].strip() for left, right in pairwise(edges)]


def _without_brackets(text: str) -> str:
    """The text with what stands in brackets struck out, every place as it was."""
    return _BRACKETS.sub(lambda match: "_" * len(match.group()), text)


def _as_sentence(part: str) -> str:
    whole = part.rstrip(",; ")
    return f"{whole[:1].upper()}{whole[1:]}{'' if whole.endswith(('.', '?', '!')) else '.'}"
