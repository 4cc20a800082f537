"""The sums of a PRISMA flow: every edge of it adds up, or nothing is shown."""

from __future__ import annotations

from collections.abc import Iterable

from evidence.errors import StorageFailure
from evidence.prisma import FlowPart, PrismaFlow


def check_flow(flow: PrismaFlow) -> None:
    """Raise `StorageFailure`, naming the first sum that is wrong, unless every edge of the flow adds up."""
    before = flow.duplicates + total(flow.ineligible) + total(flow.removed_otherwise)
    screened_out = total(flow.excluded_by_person) + flow.excluded_by_automation
    sums = {
        "identified is not the sum over the sources": flow.identified - sum(source.records for source in flow.sources),
        "identified less removed is not what is left for screening": flow.identified - before - flow.for_screening,
        "for screening less unseen is not screened": flow.for_screening - total(flow.unseen) - flow.screened,
        "screened less excluded is not sought": flow.screened - screened_out - flow.sought,
        "sought less not retrieved and open is not assessed": flow.sought
        - total(flow.not_retrieved)
        - flow.retrieval_open
        - flow.assessed,
        "assessed less excluded is not included": flow.assessed - total(flow.excluded_in_full) - flow.included_reports,
        "ineligible and unseen are not what no person looked at": flow.seen_by_no_person
        - total(flow.ineligible)
        - total(flow.unseen),
        "there are more included studies than reports": max(0, flow.included_studies - flow.included_reports),
        "automation excluded works that were screened": flow.excluded_by_automation,
    }
    for what, difference in sums.items():
        if difference:
            raise does_not_add_up(f"{what}, by {abs(difference):,}")


def total(parts: Iterable[FlowPart]) -> int:
    """The sum over the parts."""
    return sum(part.count for part in parts)


def does_not_add_up(what: str) -> StorageFailure:
    """The fault to raise, naming what does not add up."""
    return StorageFailure(
        f"The numbers of the PRISMA flow do not add up ({what}), so no report was written; run the search again with --again."
    )
