"""Between claims: what the claims of one draft say of the same thing agrees, and what is counted twice is one study.

The bottom line is held against the findings, each finding against the table of studies, and every claim against every other
that rests on the same study. Only claims that stand by themselves are compared: a claim that failed speaks against nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations

from evidence.citation import Citation
from evidence.claim import ClaimCheck, StudyExtract, Verdict, VerifiedClaim
from evidence.text import normalise
from verification.case import Records, failed, not_applicable, passed, shown
from verification.content_words import content_words
from verification.direction import arms_swapped
from verification.directions import OPPOSITE, Statement, Way, read_directions
from verification.quantities import Kind, Quantity, read_quantities
from verification.same_study import first_dependence, not_independent
from verification.units import STRICT_UNITS

NAME = "between claims"

_NO_MEASURE = frozenset({Kind.NAME, Kind.ORDINAL, Kind.YEAR, Kind.CONFIDENCE_LEVEL, Kind.P, Kind.FRACTION})
_PART_BORDER = re.compile(r"(?i)[,;:()]|\b(?:and|but|or|versus|vs\.?|compared (?:with|to)|than|against|while|whereas|to)\b")
_FEWEST_SHARED = 2
"""Subject words that two figures must share, and share wholly, to be of the same thing."""

_CLOSE = 0.5
"""Share of the subject words of two statements, or of two claims, that both must have to be of the same thing."""

_WHEN = re.compile(r"(?i)\b(?:baseline|before|after|post|pre|initial|final|first|second|during)")
_AT = re.compile(r"(?i)\b(?:at|after|for|over|within|during|until|in|of|every|week|day|month|year)[ -](?:the )?\Z")
_DOSE = re.compile(r"(?i)\s?-?[a-zµ/]{1,8}(?: of\b| (?:[a-z]+ )?(?:daily|once|twice|per|every|bid|tid)\b|/d)")
_SEVERAL = re.compile(
    r"(?i)\b(?:two|three|four|five|six|seven|eight|nine|ten|both|several|multiple|many|all|\d+) (?:[a-z-]+ ){0,3}"
    r"(?:studies|trials|reviews|records|reports|analyses)\b|\b(?:independent(?:ly)?|confirm(?:s|ed)|replicat(?:ed|es|ion)|"
    r"consistent(?:ly)?|corroborat\w+|likewise|also found|across (?:studies|trials))\b"
)
_TOTAL = re.compile(
    r"(?i)\b(?:trial|study|review|cohort|survey)s? (?:of|in|with|among|included|enrolled|randomi[sz]ed) (?P<in>\d[\d,]*)\b"
    r"|(?<![\d.,/])(?P<were>\d[\d,]*) (?:[a-z-]+ ){0,4}?(?:were|was) "
    r"(?:randomi[sz]ed|included|enrol+ed|recruited|studied)\b(?! to\b)"
)
_RANDOMISED = re.compile(r"(?i)(?<!non-)(?<!non)(?<!not )\brandomi[sz]ed\b")
_OBSERVATIONAL = re.compile(
    r"(?i)\b(?:cohort|case[- ]control|cross[- ]sectional|observational|retrospective|case series|survey)\b"
)
_OBSERVED = re.compile(
    r"(?i)\b(?:cohort|case[- ]control|cross[- ]sectional|observational|retrospective) (?:study|analysis|survey)\b"
)


@dataclass(frozen=True)
class _Told:
    """A claim that stands, with the studies it rests on and what it says, read once."""

    item: VerifiedClaim
    records: tuple[Citation, ...]

    @property
    def text(self) -> str:
        return self.item.claim.text

    @cached_property
    def pmids(self) -> frozenset[str]:
        return frozenset(record.pmid for record in self.records)

    @cached_property
    def figures(self) -> tuple[_Figure, ...]:
        return tuple(_figures(self.text))

    @cached_property
    def apart(self) -> frozenset[tuple[Decimal | str, str]]:
        """Doses, time points, numbers in names, `baseline`: what may tell one result from another of the same words."""
        plain = normalise(self.text).text
        numbers = ((one.value, one.unit or one.measure) for one in read_quantities(self.text) if _tells_apart(one, plain))
        return frozenset((*numbers, *((word.lower(), "") for word in _WHEN.findall(self.text))))

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        return read_directions(self.text)


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure with the subject words of its own part of the sentence."""

    quantity: Quantity
    about: frozenset[str]


def check_between(
    claims: Sequence[VerifiedClaim], records: Records, extracts: Sequence[StudyExtract] = ()
) -> tuple[ClaimCheck, ...]:
    """One check a claim, in order. Fails with `contradicted` for claims that cannot both be right, with `scope_inflated` for
    one study counted as several."""
    by_pmid = {extract.pmid: extract for extract in extracts}
    told = [_told(item, records) if item.verdict is Verdict.SUPPORTED else None for item in claims]
    related = _related([one for one in told if one is not None])
    touching = [(other, _with(other, related)) for other in told if other]
    return tuple(
        _check(one, [other for other, pmids in touching if other is not one and one.pmids & pmids], by_pmid)
        if one is not None
        else not_applicable(NAME, "The claim does not stand by itself, so it is held against no other.")
        for one in told
    )


def _told(item: VerifiedClaim, records: Records) -> _Told:
    pmids = dict.fromkeys(support.pmid for support in item.claim.support)
    found = (records.get(pmid) for pmid in pmids)
    return _Told(item, tuple(record.citation for record in found if record))


def _related(told: Sequence[_Told]) -> dict[str, frozenset[str]]:
    """Each record of the claims with those that are not independent of it, itself included."""
    records = {record.pmid: record for one in told for record in one.records}
    found = {pmid: {pmid} for pmid in records}
    for one, other in combinations(records.values(), 2):
        if not_independent(one, other):
            found[one.pmid].add(other.pmid)
            found[other.pmid].add(one.pmid)
    return {pmid: frozenset(pmids) for pmid, pmids in found.items()}


def _with(one: _Told, related: dict[str, frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*(related[pmid] for pmid in one.pmids))


def _check(one: _Told, others: Sequence[_Told], extracts: dict[str, StudyExtract]) -> ClaimCheck:
    for extract in (extracts[pmid] for pmid in one.pmids if pmid in extracts):
        if problem := _against_table(one, extract):
            return problem
    for other in others:
        if problem := _against_finding(one, other) or _told_twice(one, other):
            return problem
    return _independence(one)


def _independence(one: _Told) -> ClaimCheck:
    """Several records behind one claim: where they are one study, a claim that counts them counts too many."""
    reason = first_dependence(one.records) if len(one.records) > 1 else ""
    if not reason:
        return passed(NAME, "Nothing else in the draft says otherwise, and no study is counted twice.")
    counted = _SEVERAL.search(one.text)
    if counted is None:
        return passed(NAME, f"{reason} The claim counts them nowhere as several.")
    told = f"The claim says {shown(counted.group())}, but {reason}"
    return failed(NAME, Verdict.SCOPE_INFLATED, told, claim_words=counted.group(), record_words=reason)


def _against_table(one: _Told, extract: StudyExtract) -> ClaimCheck | None:
    """The number studied and the design, where the claim rests on this study alone."""
    if len(one.pmids) != 1:
        return None
    total, size = _TOTAL.search(one.text), extract.sample_size.value
    printed = (total["in"] or total["were"]).replace(",", "") if total else ""
    if total and size and size.replace(",", "").isdigit() and int(printed) != int(size.replace(",", "")):
        reason = f"The claim says {shown(total.group())}, but the table of studies gives {size} people for PMID {extract.pmid}."
        return failed(NAME, Verdict.CONTRADICTED, reason, claim_words=total.group(), record_words=_words(extract.sample_size))
    design = extract.design.value or ""
    said = _RANDOMISED.search(one.text) if _OBSERVATIONAL.search(design) and not _RANDOMISED.search(design) else None
    if said is None and _RANDOMISED.search(design) and not _OBSERVATIONAL.search(design):
        said = _OBSERVED.search(one.text)
    if said:
        reason = (
            f"The claim says {shown(said.group())}, but the table of studies gives {shown(design)} for PMID {extract.pmid}."
        )
        return failed(NAME, Verdict.CONTRADICTED, reason, claim_words=said.group(), record_words=_words(extract.design))
    return None


def _words(value: object) -> str:
    support = getattr(value, "support", None)
    return support.quote if support else ""


def _against_finding(one: _Told, other: _Told) -> ClaimCheck | None:
    """A sentence of the bottom line against another claim on the same record, where no word of its own agrees with that claim.

    Two sentences of the bottom line that oppose each other both fail: which of them is right a person must say.
    """
    if one.item.claim.section != "bottom_line":
        return None
    if not one.pmids & other.pmids or one.apart != other.apart:
        return None
    for statement in one.statements:
        near = [said for said in other.statements if _close(said.about, statement.about)]
        if near and all(_opposes(statement, said) for said in near):
            reason = f"The bottom line says {shown(statement.words)}, but {_named(other)} says {shown(near[0].words)}."
            return failed(
                NAME, Verdict.CONTRADICTED, reason, claim_words=statement.clause.strip(" ,;"), record_words=other.text
            )
    return None


def _named(one: _Told) -> str:
    return f"finding {one.item.claim.id}" if one.item.claim.section == "finding" else f"its sentence {one.item.claim.id}"


def _close(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= max(_FEWEST_SHARED, _CLOSE * len(one | other))


def _opposes(one: Statement, other: Statement) -> bool:
    way = OPPOSITE.get(other.way, other.way) if arms_swapped(one, other) else other.way
    return OPPOSITE.get(one.way) is way or (Way.NULL in (one.way, way) and one.way is not way)


def _told_twice(one: _Told, other: _Told) -> ClaimCheck | None:
    """The same figure of the same study with two values, in claims of which one speaks of nothing but what the other does."""
    words, theirs_words = content_words(one.text), content_words(other.text)
    if one.apart != other.apart or not (words <= theirs_words or theirs_words <= words):
        return None
    for mine in one.figures:
        same = [theirs for theirs in other.figures if _same_thing(mine, theirs)]
        if not same or any(theirs.quantity.value == mine.quantity.value for theirs in same):
            continue
        theirs = same[0].quantity
        reason = (
            f"The claim says {shown(_around(one.text, mine.quantity))}, but {other.item.claim.id} says "
            f"{shown(_around(other.text, theirs))} of the same thing."
        )
        return failed(NAME, Verdict.CONTRADICTED, reason, claim_words=mine.quantity.text, record_words=other.text)
    return None


def _figures(text: str) -> Iterator[_Figure]:
    plain = normalise(text).text
    quantities = read_quantities(text)
    borders = list(_PART_BORDER.finditer(plain))
    for quantity in quantities:
        if quantity.kind in _NO_MEASURE or quantity.in_words or _tells_apart(quantity, plain):
            continue
        start = max((match.end() for match in borders if match.end() <= quantity.start), default=0)
        end = min((match.start() for match in borders if match.start() >= quantity.end), default=len(plain))
        yield _Figure(quantity, content_words(plain[start:end]))


def _tells_apart(quantity: Quantity, text: str) -> bool:
    if quantity.kind in {Kind.NAME, Kind.ORDINAL, Kind.YEAR}:
        return True
    before, after = text[max(0, quantity.start - 12) : quantity.start], text[quantity.end : quantity.end + 24]
    return quantity.unit in STRICT_UNITS and (_AT.search(before) or _DOSE.match(after)) is not None


def _same_thing(one: _Figure, other: _Figure) -> bool:
    mine, theirs = one.quantity, other.quantity
    kind, other_kind = (
        (figure.kind, figure.measure, figure.unit, figure.percent, figure.comparator) for figure in (mine, theirs)
    )
    return (
        kind == other_kind
        and len(one.about & other.about) >= _FEWEST_SHARED
        and (one.about <= other.about or other.about <= one.about)
    )


def _around(text: str, quantity: Quantity) -> str:
    plain = normalise(text).text
    return plain[max(0, quantity.start - 40) : quantity.end + 24].strip()
