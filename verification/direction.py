"""Direction: the claim goes the way its quotes go, and the way it says itself that it goes.

What a quote says is read from the whole sentence it was taken from, so that a `not` before the first word quoted counts.
Outcomes that go `up` and outcomes that get `better` are not held against each other: whether more is better depends on the
outcome. Where the two name the arms in opposite order around `than` or `compared with`, the quote is read the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from evidence.claim import ClaimCheck, Direction, Verdict
from evidence.text import normalise
from verification.case import Anchor, Case, failed, not_applicable, passed, shown
from verification.content_words import content_words
from verification.directions import OPPOSITE, Statement, Way, read_directions
from verification.quantities import Kind, read_quantities

_OF_FIELD = {Direction.HIGHER: Way.UP, Direction.LOWER: Way.DOWN, Direction.NO_DIFFERENCE: Way.NULL}
_CONTROL_LEADS = re.compile(
    r"(?i)\b(?:controls?|placebo|usual care|standard|untreated|non-[a-z]+)\b.*\b(?:than|compared|versus|vs)\b"
)
_LEVEL = Decimal("0.05")
_SECOND = re.compile(
    r"(?i)\b(?:than|versus|vs\.?|(?:as )?compared (?:with|to)|relative to) (?:with |in |for |among |after |to )?"
    r"(?:the |those given |those on )?(?P<arm>[^,;()]+?)(?=\s(?:in|for|at|among|after|during|on|by|over|group|arm)\b|[,;().]|$)"
)
"""The second arm of a comparison, without what follows it."""

_SAID_OF = re.compile(r"(?i)(?:\s[a-z-]+){0,3}?\s(?:with|in|for|among|on|after)\s(?P<who>[^,;()]{1,60})")
"""Who or what a direction is said of, right after its words."""

_CONTROLS = r"(?:placebo|controls?|usual care|standard care|no treatment|sham|untreated|unvaccinated)"
_CONTROL_ARM = re.compile(rf"(?i)\b{_CONTROLS}\b")
_FIGURE = r"(?<![\w.,-])(?P<{name}>\d[\d,]*(?:\.\d+)?)(?: ?%)?(?:(?: of |/)(?P<of_{name}>\d[\d,]*))?"
_TWO_ARMS = re.compile(
    rf"(?i){_FIGURE.format(name='one')}(?P<between>[^\d.;:()]{{1,60}}?)\b(?:and|versus|vs\.?|compared with|against) "
    rf"{_FIGURE.format(name='other')}[^\d.;:()]{{0,40}}?\b{_CONTROLS}\b"
)
"""A figure, its arm, a second figure and the control arm, nothing else in between."""
_NO_MEASURE = frozenset({Kind.NAME, Kind.ORDINAL, Kind.YEAR})
LEAST_SHARED = 1 / 3
"""Share of the subject words of the shorter of two opposite clauses that both have, from which they contradict each other."""

_CLEARLY_NEARER = 2
"""Subject words by which an opposing clause must be nearer to the claim than an agreeing one to count against it."""


def check_direction(case: Case) -> ClaimCheck:
    """Fails with `contradicted` where words oppose each other, with `unsupported` where the quotes state no direction."""
    if not case.standing and not case.claim.direction:
        return not_applicable("direction", "No quote stands that the claim's direction could be held against.")
    stated = read_directions(case.claim.text)
    if problem := _against_itself(case, stated):
        return problem
    field = _OF_FIELD.get(case.claim.direction) if case.claim.direction else None
    if not stated and field:
        stated = (Statement(field, f"direction: {field.value}", case.claim.text),)
    if not stated:
        return not_applicable("direction", "The claim states no direction.")
    if not case.standing:
        return not_applicable("direction", "No quote stands that the claim's direction could be held against.")
    quoted = [(anchor, read_directions(anchor.sentence)) for anchor in case.standing]
    if not any(statements for _, statements in quoted):
        return _from_figures(case, stated)
    return _against_quotes(stated, quoted)


def _against_itself(case: Case, stated: Sequence[Statement]) -> ClaimCheck | None:
    """Intervention against comparator is what is filed; a sentence that leads with the control arm may word the reverse."""
    direction = case.claim.direction
    field = _OF_FIELD.get(direction) if direction else None
    if field is None or not stated or any(_relation(field, statement.way) != "opposes" for statement in stated):
        return None
    if field is not Way.NULL and any(_CONTROL_LEADS.search(statement.clause) for statement in stated):
        return None
    if field is Way.NULL and set(_differences(case.claim.text)) == {False}:
        return None
    reason = f"The claim is filed as {shown(field.value)} but its own words say {shown(stated[0].words)}."
    return failed("direction", Verdict.CONTRADICTED, reason, claim_words=stated[0].words, record_words="")


def _against_quotes(stated: Sequence[Statement], quoted: Sequence[tuple[Anchor, Sequence[Statement]]]) -> ClaimCheck:
    everything = [statement for _, statements in quoted for statement in statements]
    for statement in stated:
        if other := _opposed(statement, everything):
            return _contradicted(statement, other)
    for _, statements in quoted:
        if other := _opposed_as_a_whole(stated, statements):
            return _contradicted(stated[0], other)
    said, read = stated[0].words, everything[0].words
    reason = f"The claim says {shown(said)} and the quotes say {shown(read)}: nothing opposes."
    return passed("direction", reason, claim_words=said, record_words=everything[0].clause.strip())


def _contradicted(statement: Statement, other: Statement) -> ClaimCheck:
    clause = other.clause.strip(" ,;")
    if arms_swapped(statement, other) and Way.NULL not in (statement.way, other.way):
        reason = f"The claim names the arms the other way round than the record does in {shown(clause)}."
    else:
        reason = f"The claim says {shown(statement.words)}, but the record says {shown(other.words)} in {shown(clause)}."
    # Opposite directions of two outcomes do not contradict each other; that the quotes are of another outcome is a fault too.
    verdict = Verdict.CONTRADICTED if _same_subject(statement, other) else Verdict.UNSUPPORTED
    return failed("direction", verdict, reason, claim_words=statement.clause.strip(" ,;"), record_words=clause)


def _same_subject(statement: Statement, other: Statement) -> bool:
    fewer = min(len(statement.about), len(other.about))
    return _nearness(statement, other) >= LEAST_SHARED * fewer


def _opposed(statement: Statement, others: Sequence[Statement]) -> Statement | None:
    """The quotes' statement that opposes this one, if nothing in the quotes agrees with it as closely."""
    opposing = [other for other in others if _relates(statement, other) == "opposes"]
    if not opposing:
        return None
    nearest = max(opposing, key=lambda other: _nearness(statement, other))
    agreeing = [_nearness(statement, other) for other in others if _relates(statement, other) == "agrees"]
    apart = [_nearness(statement, other) for other in others if _relates(statement, other) == "apart"]
    nearness = _nearness(statement, nearest)
    if agreeing:
        return nearest if nearness >= max(agreeing) + _CLEARLY_NEARER else None
    return nearest if nearness >= max(apart, default=0) else None


def _opposed_as_a_whole(stated: Sequence[Statement], others: Sequence[Statement]) -> Statement | None:
    """One support, all of whose statements oppose all of the claim's: it does not stand behind the claim."""
    if others and all(_relates(statement, other) == "opposes" for statement in stated for other in others):
        return others[0]
    return None


def _nearness(statement: Statement, other: Statement) -> int:
    return len(statement.about & other.about)


def _relates(statement: Statement, other: Statement) -> str:
    way = OPPOSITE.get(other.way, other.way) if arms_swapped(statement, other) else other.way
    return _relation(statement.way, way)


def _relation(one: Way, other: Way) -> str:
    """`agrees`, `opposes`, or `apart` for directions on different axes."""
    if one is other:
        return "agrees"
    if Way.NULL in (one, other) or OPPOSITE.get(one) is other:
        return "opposes"
    return "apart"


def arms_swapped(statement: Statement, other: Statement) -> bool:
    """Whether what one clause compares with is what the other compares, and the other way round."""
    (first, second), (other_first, other_second) = statement.arms, other.arms
    if second and other_second:
        return bool(first & other_second) and bool(second & other_first) and not second & other_second
    return _says_it_of_the_second(statement, other) or _says_it_of_the_second(other, statement)


def _says_it_of_the_second(compared: Statement, plain: Statement) -> bool:
    """Whether a clause without `than` says its direction of what the other compares with.

    `More frequent with honey` of `more frequent with zinc than with honey`.
    """
    second = _SECOND.search(compared.clause)
    arm = content_words(second["arm"]) if second else frozenset[str]()
    if not arm or any(plain.arms):
        return False
    who, first = _said_of(plain), _said_of(compared) - arm
    return (arm <= who and not who & compared.arms[0]) or (arm <= plain.about and bool(first) and not first & plain.about)


def _said_of(statement: Statement) -> frozenset[str]:
    """The words that follow the direction's own, `more frequent with zinc`, up to a word that compares."""
    place = statement.clause.find(statement.words)
    found = _SAID_OF.match(statement.clause, place + len(statement.words)) if place >= 0 else None
    return content_words(_SECOND.split(found["who"])[0]) if found else frozenset()


def _from_figures(case: Case, stated: Sequence[Statement]) -> ClaimCheck:
    """Quotes without direction words: their p values and ratio intervals say at least whether there is a difference."""
    words = " | ".join(anchor.words for anchor in case.standing)
    figures = [quantity for anchor in case.standing for quantity in read_quantities(anchor.sentence)]
    differs = [flag for anchor in case.standing for flag in _differences(anchor.sentence)]
    claims_difference = any(statement.way is not Way.NULL for statement in stated)
    said = stated[0].words
    if differs and claims_difference and not any(differs):
        reason = f"The claim says {shown(said)}, but the only p values of the quote show no significant difference."
        return failed("direction", Verdict.CONTRADICTED, reason, claim_words=said, record_words=words)
    if differs and not claims_difference and all(differs):
        reason = f"The claim says {shown(said)}, but every p value of the quote shows a significant difference."
        return failed("direction", Verdict.CONTRADICTED, reason, claim_words=said, record_words=words)
    filed_only = not read_directions(case.claim.text)
    way = _way_of_figures(words) if filed_only else None
    if way and all(OPPOSITE.get(statement.way) is way for statement in stated):
        reason = f"The claim says {shown(said)}, but the figures of the quote, intervention against comparator, go {way.value}."
        return failed("direction", Verdict.CONTRADICTED, reason, claim_words=said, record_words=words)
    measured = [quantity for quantity in figures if quantity.kind not in _NO_MEASURE]
    own = [quantity for quantity in read_quantities(case.claim.text) if quantity.kind not in _NO_MEASURE]
    if len(measured) > 1 and not own and claims_difference:
        reason = (
            f"The claim says {shown(said)} without a figure, and its quotes give figures without a word for the direction: "
            "which way they go, a person must say."
        )
        return failed("direction", Verdict.UNSUPPORTED, reason, claim_words=said, record_words=words)
    if len(measured) > 1:
        reason = f"The claim says {shown(said)}; the quotes give figures without direction words, and they do not oppose."
        return passed("direction", reason, claim_words=said, record_words=words)
    reason = f"The claim says {shown(said)}, but its quotes state no direction and no figures that could be compared."
    return failed("direction", Verdict.UNSUPPORTED, reason, claim_words=said, record_words=words)


def _way_of_figures(text: str) -> Way | None:
    """Which way `14 of 200 with vaccine and 31 of 200 with placebo` goes; None where a figure's arm is not plain."""
    found = _TWO_ARMS.search(normalise(text).text)
    if found is None or _CONTROL_ARM.search(found["between"]) or bool(found["of_one"]) != bool(found["of_other"]):
        return None
    one, other = (_share(found[name], found[f"of_{name}"]) for name in ("one", "other"))
    if one is None or other is None or one == other:
        return None
    return Way.DOWN if one < other else Way.UP


def _share(figure: str, total: str | None) -> Decimal | None:
    whole = Decimal((total or "1").replace(",", ""))
    return Decimal(figure.replace(",", "")) / whole if whole else None


def _differences(text: str) -> list[bool]:
    """For each p value of the text, whether it is below 0.05, the level that `significant` means in such reports."""
    values = [quantity for quantity in read_quantities(text) if quantity.kind is Kind.P]
    return [value.value < _LEVEL or (value.value == _LEVEL and value.comparator == "<") for value in values]
