"""The circumstances of one export: when, for which library, and whether the sources' standing was looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from evidence.citation import COMPROMISED, Integrity
from evidence.errors import EvidenceError, InvalidInput
from evidence.integrity import integrity_of
from evidence.review import SignedContent, SourceCheck
from evidence.services import CitationSource
from reporting import words
from reporting.references.links import Library

__all__ = ["Edition", "Library", "Recheck", "compared", "recheck_sources"]


@dataclass(frozen=True, slots=True)
class Recheck:
    """The look at the sources on export. `at` is unset where it could not be had, and `why_not` says why."""

    at: datetime | None = None
    why_not: str = "no source was asked"
    missing: tuple[str, ...] = ()
    changed: tuple[SourceCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """When an export is made, for which library, and what the recheck of the sources gave."""

    made_at: datetime
    recheck: Recheck = field(default_factory=Recheck)
    library: Library = field(default_factory=Library)


def recheck_sources(content: SignedContent, source: CitationSource, at: datetime) -> Recheck:
    """Ask the source for every record that a standing claim rests on, and compare its standing with that at signing.

    Raises `InvalidInput` where one was retracted, withdrawn or put under a concern since: then nothing may be exported. A
    source that cannot be reached is no fault of the summary; the documents say that it was not reached.
    """
    asked = tuple(check.pmid for check in content.sources)
    if not asked:
        return Recheck(at=at, why_not="")
    try:
        records, _ = source.fetch(asked)
    except EvidenceError as fault:
        return Recheck(why_not=words.lower_first(words.one_line(fault.message)))
    return compared(content, {record.citation.pmid: integrity_of(record.citation) for record in records}, at)


def compared(content: SignedContent, now: Mapping[str, Integrity], at: datetime) -> Recheck:
    """What a look at the sources means for an export; raises as `recheck_sources` does."""
    changed = tuple(
        SourceCheck(pmid=check.pmid, integrity=now[check.pmid], at=at)
        for check in content.sources
        if check.pmid in now and now[check.pmid].status is not check.integrity.status
    )
    for check in changed:
        if check.integrity.status in COMPROMISED:
            raise InvalidInput(
                f"PMID {check.pmid}, on which this summary rests, is marked {check.integrity.status.value} since it was "
                "signed, so nothing is exported: open the review again, take its statements out and sign a new version."
            )
    missing = tuple(check.pmid for check in content.sources if check.pmid not in now)
    return Recheck(at=at, why_not="", missing=missing, changed=changed)
