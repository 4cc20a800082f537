"""A signed summary as its readers get it: sentence, quote, record, who decided, and what has happened to it since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evidence.citation import Integrity, IntegrityStatus
from evidence.claim import Verdict
from evidence.review import ReviewedClaim, SignedSummary, SignedVersion, SourceRecheck
from evidence.text import find_verbatim
from reporting.words import VERDICT_WORDS, day
from review.side_by_side import SideBySide, set_side_by_side
from review.sides import changed_abstracts

GENERAL = "Other findings"


@dataclass(frozen=True)
class Sentence:
    """One sentence of the summary. `caution` says that the checks did not pass it, who kept it all the same, and why."""

    id: str
    beside: SideBySide
    checked: str
    caution: str
    by_person: str


@dataclass(frozen=True)
class Received:
    """A signed summary, ready for a page. `since` is what a reader must know that happened after the signature."""

    summary: SignedSummary
    bottom_line: tuple[Sentence, ...]
    findings: tuple[tuple[str, tuple[Sentence, ...]], ...]
    since: tuple[str, ...]
    left_out: int


def receive(summary: SignedSummary, versions: Sequence[SignedVersion], rechecks: Sequence[SourceRecheck]) -> Received:
    """The summary with every standing sentence beside its records."""
    content = summary.content
    records = {citation.pmid: citation for citation in content.ledger.citations}
    sentences = [(item, _sentence(item, set_side_by_side(item.claim, records))) for item in content.standing]
    groups: dict[str, tuple[str, list[Sentence]]] = {}
    for item, sentence in sentences:
        if item.claim.section == "finding":
            name = " ".join((item.claim.outcome or "").split()) or GENERAL
            groups.setdefault(name.casefold(), (name, []))[1].append(sentence)
    return Received(
        summary=summary,
        bottom_line=tuple(sentence for item, sentence in sentences if item.claim.section == "bottom_line"),
        findings=tuple((name, tuple(kept)) for name, kept in groups.values()),
        since=(*_newer(summary, versions), *_notices(summary, rechecks), *_reworded(summary, rechecks)),
        left_out=len(content.claims) - len(content.standing),
    )


def _sentence(item: ReviewedClaim, beside: SideBySide) -> Sentence:
    entry = item.decision
    reason = entry.decision.reason if entry and entry.decision else ""
    caution = ""
    if item.verdict is not Verdict.SUPPORTED and entry is not None:
        caution = f"{VERDICT_WORDS[item.verdict]}. {entry.by} kept it all the same: {reason}"
    by_person = f"Worded by a person, {entry.by}." if entry and item.claim.written_by == "a person" else ""
    return Sentence(item.id, beside, item.reason, caution, by_person)


def _newer(summary: SignedSummary, versions: Sequence[SignedVersion]) -> list[str]:
    newest = max(versions, key=lambda item: item.version, default=None)
    if newest is None or newest.version <= summary.content.version:
        return []
    return [
        f"A newer version exists: version {newest.version}, signed by {newest.sign_off.name} on {day(newest.sign_off.at)}. "
        "Use that one."
    ]


def _notices(summary: SignedSummary, rechecks: Sequence[SourceRecheck]) -> list[str]:
    """What looks at the sources after the signature showed that was not known when it was made."""
    known = {check.pmid: check.integrity for check in summary.content.sources}
    last = {
        check.pmid: check
        for recheck in rechecks
        for check in recheck.found
        if check.pmid in known and check.at > summary.sign_off.at
    }
    return [
        f"PMID {pmid} is now marked {check.integrity.status.value} (looked at on {day(check.at)}): "
        f"{' '.join(check.integrity.notices)}"
        for pmid, check in last.items()
        if _news(known[pmid], check.integrity)
    ]


def _reworded(summary: SignedSummary, rechecks: Sequence[SourceRecheck]) -> Iterator[str]:
    """The records whose abstract no longer has the words that a sentence here quotes, at the last look."""
    now = changed_abstracts(rechecks)
    for item in summary.content.standing:
        for support in item.claim.support:
            change = now.get(support.pmid)
            if change is not None and find_verbatim(support.quote, change.abstract) is None:
                yield (
                    f"The abstract of PMID {change.pmid} has changed (looked at on {day(change.at)}), and the words quoted "
                    f"under “{item.text}” are gone from it."
                )


def _news(before: Integrity, now: Integrity) -> bool:
    return now.status is not IntegrityStatus.NO_NOTICE and now != before
