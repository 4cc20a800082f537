"""What people say of a run beside screening and review, as its steps keep it. Works inside a caller's transaction.

The name of who said it is kept with the log's entry and not in the statement, so that a person can be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection

from connectors.store import results
from connectors.store.people_said import batches
from evidence.base import EvidenceModel, content_hash
from evidence.citation import GroupingDecision
from evidence.errors import ChangedMeanwhile
from evidence.prisma import FullTextDecision
from evidence.search_ledger import PrismaStatement
from evidence.signed_parts import CertaintyRating, Rewording

Statement = TypeVar("Statement", PrismaStatement, GroupingDecision, FullTextDecision, CertaintyRating, Rewording)

STEPS: dict[type[EvidenceModel], str] = {
    PrismaStatement: "prisma_statement",
    GroupingDecision: "grouping_decision",
    FullTextDecision: "full_text_decision",
    CertaintyRating: "certainty_rating",
    Rewording: "rewording",
}
"""By kind of statement the step that keeps it."""

_SUBJECTS: dict[type[EvidenceModel], Callable[[Any], str]] = {
    PrismaStatement: lambda said: str(said.item),
    GroupingDecision: lambda said: content_hash([said.records]),
    FullTextDecision: lambda said: str(said.pmid),
    CertaintyRating: lambda said: str(said.subject),
    Rewording: lambda said: f"{said.reader.value} {said.claim_id}",
}
_TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Said(Generic[Statement]):
    """One thing that a person said, or took back. `subject`: what it is about; of two on one subject the later stands."""

    subject: str
    statement: Statement
    taken_back: bool


def history(connection: Connection, run_id: str, kind: type[Statement]) -> list[Said[Statement]]:
    """Everything of this kind that people said of the run or took back, oldest first."""
    found = []
    for batch, _, by in batches(connection, run_id, STEPS[kind]):
        kept = cast(dict[str, Any], batch)
        taken_back = bool(kept.pop(_TAKEN_BACK, False))
        statement = kind.model_validate({**kept, "by": by})
        found.append(Said(_SUBJECTS[kind](statement), statement, taken_back))
    return found


def of_run(connection: Connection, run_id: str, kind: type[Statement]) -> list[Statement]:
    """Everything of this kind that people said of the run and did not take back, oldest first."""
    kept: list[Said[Statement]] = []
    for said in history(connection, run_id, kind):
        if said.taken_back:
            kept = [earlier for earlier in kept if earlier.subject != said.subject]
        else:
            kept.append(said)
    return [said.statement for said in kept]


def say(connection: Connection, run_id: str, statement: Statement, *, seen: int, taken_back: bool = False) -> None:
    """Keeps what a person says, under the statement's `by`. `seen`: how many words on its subject the person had before them.

    Raises `ChangedMeanwhile`, with who said what, where there are more by now. The same form sent twice is kept once.
    """
    kind = type(statement)
    before = history(connection, run_id, kind)
    subject = _SUBJECTS[kind](statement)
    since = [said for said in before if said.subject == subject][seen:]
    if since and all(_same(said, statement) and said.taken_back == taken_back for said in since):
        return
    if since:
        raise ChangedMeanwhile(
            "Somebody else said something on this since the page was made, so nothing was changed: look, then decide.",
            [f"{said.statement.by} {'took it back' if said.taken_back else 'said something else'}." for said in since],
        )
    kept = statement.model_dump(mode="json", exclude={"by"}) | ({_TAKEN_BACK: True} if taken_back else {})
    place = (run_id, STEPS[kind], content_hash([len(before), kept]))
    results.commit_step(connection, place, kept, by=statement.by)


def _same(said: Said[Any], statement: EvidenceModel) -> bool:
    undated = {"at", "on"}
    return bool(said.statement.model_dump(exclude=undated) == statement.model_dump(exclude=undated))
