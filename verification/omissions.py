"""What the records read say and no claim that stands does: harms, the result on the primary outcome, sizes, and disagreement.

An omission is told and never decided: the draft stays as it is, and a person sees what is missing from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evidence.citation import Citation
from evidence.claim import OUTCOME_NOT_NAMED, Claim, Direction, Omission, Verdict, VerifiedClaim
from verification.content_words import content_words
from verification.directions import OPPOSITE, Way, read_directions
from verification.printed_statistics import read_effects, read_shares
from verification.quantities import Kind, read_quantities
from verification.reported_outcomes import HARMS, ReportedSentence, harm_sentences, primary_sentences

_MOST_SHOWN = 10
"""Sentences of a record that one omission shows."""

_ALREADY = 0.9
"""Share of a sentence's subject words, words of harm among them, that a claim on the record has where it tells the same."""

_ENOUGH = 4
"""Subject words that a sentence must have for its words to tell it from others."""

_NO_MEASURE = frozenset({Kind.NAME, Kind.ORDINAL, Kind.YEAR, Kind.CONFIDENCE_LEVEL})
_CHANGES = frozenset({Way.UP, Way.DOWN, Way.BETTER, Way.WORSE})


def find_omissions(claims: Sequence[VerifiedClaim], read: Sequence[Citation]) -> tuple[Omission, ...]:
    """What is missing from the claims that stand, record by record in the order read, then what studies disagree on."""
    standing = [item.claim for item in claims if item.verdict is Verdict.SUPPORTED]
    by_pmid: dict[str, list[Claim]] = {citation.pmid: [] for citation in read}
    for claim in standing:
        for pmid in dict.fromkeys(support.pmid for support in claim.support):
            by_pmid.setdefault(pmid, []).append(claim)
    found = [omission for citation in read for omission in _of_record(citation, by_pmid[citation.pmid])]
    return (*found, *_disagreements(standing), *_sizes(standing))


def _of_record(citation: Citation, claims: Sequence[Claim]) -> Iterator[Omission]:
    harms = [one for one in harm_sentences(citation) if not _told(one, claims, citation.pmid)]
    if harms:
        yield Omission(
            kind="harms",
            pmid=citation.pmid,
            text=f"PMID {citation.pmid} reports on harms what no claim tells.",
            words=_words(harms),
        )
    primary = primary_sentences(citation)
    untold = [one for one in primary if not _told(one, claims, citation.pmid)]
    null = any(one.null for one in untold)
    if untold and (null or len(untold) == len(primary)):
        which = "that its primary outcome did not differ significantly" if null else "a result on its primary outcome"
        yield Omission(
            kind="primary outcome",
            pmid=citation.pmid,
            text=f"PMID {citation.pmid} reports {which}, and no claim tells it.",
            words=_words(untold),
        )


def _told(sentence: ReportedSentence, claims: Sequence[Claim], pmid: str) -> bool:
    """Whether a claim rests on the sentence, or on another of this record and has most of its subject words."""
    words = _subject(sentence.text)
    for claim in claims:
        for support in claim.support:
            if support.pmid != pmid or support.start is None or support.end is None:
                continue
            if support.start < sentence.end and sentence.start < support.end:
                return True
        if len(words) >= _ENOUGH and len(words & _subject(claim.text)) >= _ALREADY * len(words):
            return True
    return False


def _subject(text: str) -> frozenset[str]:
    return content_words(text) | frozenset(found.group().lower() for found in HARMS.finditer(text))


def _words(sentences: Sequence[ReportedSentence]) -> str:
    return " … ".join(one.text for one in sentences[:_MOST_SHOWN])


def _disagreements(claims: Sequence[Claim]) -> Iterator[Omission]:
    """Studies that went the other way on an outcome than the bottom line says, and that it does not rest on."""
    bottom = [claim for claim in claims if claim.section == "bottom_line"]
    findings = [claim for claim in claims if claim.section == "finding"]
    cited = {support.pmid for claim in bottom for support in claim.support}
    outcomes = {claim.outcome for claim in bottom if claim.outcome} - {OUTCOME_NOT_NAMED}
    said: set[tuple[str, str]] = set()
    for finding in findings:
        others = {support.pmid for support in finding.support} - cited
        against = [
            one
            for one in bottom
            if finding.outcome in outcomes and one.outcome == finding.outcome and _differ(one, finding, findings)
        ]
        for pmid in sorted(others):
            if against and (pmid, finding.outcome or "") not in said:
                said.add((pmid, finding.outcome or ""))
                text = f"PMID {pmid} disagrees with the bottom line on {finding.outcome}, and the bottom line does not say so."
                yield Omission(kind="disagreement", pmid=pmid, text=text, words=finding.text)


def _differ(bottom: Claim, finding: Claim, findings: Sequence[Claim]) -> bool:
    mine, theirs = _ways(bottom, findings), _ways(finding, ())
    return (
        bool(mine and theirs)
        and not mine & theirs
        and (any(OPPOSITE.get(way) in theirs for way in mine) or (Way.NULL in mine) is not (Way.NULL in theirs))
    )


_OF_FIELD: Mapping[Direction, Way] = {
    Direction.HIGHER: Way.UP,
    Direction.LOWER: Way.DOWN,
    Direction.NO_DIFFERENCE: Way.NULL,
}


def _ways(claim: Claim, findings: Sequence[Claim]) -> frozenset[Way]:
    """What the claim's words say; where they say nothing, how it was filed, or how the findings it rests on were."""
    stated = frozenset(statement.way for statement in read_directions(claim.text)) - {Way.DIFFERENT}
    if stated:
        return stated
    quotes = {(support.pmid, support.start) for support in claim.support}
    same = [one for one in findings if any((support.pmid, support.start) in quotes for support in one.support)]
    filed = {one.direction for one in (claim, *same) if one.direction}
    return frozenset(_OF_FIELD[direction] for direction in filed if direction in _OF_FIELD)


def _sizes(claims: Sequence[Claim]) -> Iterator[Omission]:
    """Claims that say which way and not how much, where a quote prints how much."""
    for claim in claims:
        if not any(statement.way in _CHANGES for statement in read_directions(claim.text)) or _figures(claim.text):
            continue
        printing = next(
            (one for one in claim.support if read_effects(one.quote) or read_shares(one.quote) or _figures(one.quote)), None
        )
        if printing is not None:
            text = f"Claim {claim.id} says which way and not how much, while PMID {printing.pmid} prints it."
            yield Omission(kind="size", pmid=printing.pmid, text=text, words=printing.quote)


def _figures(text: str) -> bool:
    """Whether the text prints a measured figure: a p value alone tells no size."""
    return any(
        quantity.kind not in _NO_MEASURE
        and quantity.kind is not Kind.P
        and not quantity.in_words
        and quantity.unit not in {"people", "studies", "groups", "weeks", "months", "years", "days"}
        for quantity in read_quantities(text)
    )
