"""Drafts with something left out: a harm, a null primary outcome, a study. Does the product say so, draft by draft?

One case is one draft over eight trials: a claim for each sentence that reports one of the trial's outcomes, word for word. From
the whole draft one thing is taken out at a time. Which sentences report harms is taken from the annotators of Evidence
Inference (what they call the outcome, and the words that they marked), and, in records without annotation, from the section
that the authors put them in. What is then told is read from the ledger that the product's own stage puts together.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from evaluation.harness.data import SuiteData
from evaluation.harness.made_draft import ledger_of
from evaluation.harness.pool import records_where
from evaluation.harness.result import Metric, Row
from evaluation.harness.suite import Case, Made, Suite, Systems
from evaluation.metrics.classification import share_where
from evaluation.suites.claims_trials import TrialRow, read_trials
from evidence.citation import Citation
from evidence.claim import Claim, Direction, DraftSummary, StudyExtract, Support, Verification
from evidence.ledger import RunLedger
from evidence.text import find_verbatim, sentences_around, split_sentences
from verification.verify import verify_draft

STUDIES = 8
KINDS = ("harm", "null primary outcome", "study")
_HARMFUL = re.compile(
    r"(?i)advers|side.?effect|complication|mortalit|death|nausea|vomit|bleed|toxic|safety|"
    r"hypogly|headache|tolerab|withdraw|infection"
)
"""Names that annotators give to harms."""

_SAFETY = re.compile(r"(?i)\b(?:safety|harms?|adverse|side effects?|tolerability|complications?)\b")
"""Labels that authors give to a section on harms; the sentence that opens with `Adverse events` stands for one too."""

_OPENS = re.compile(
    r"(?i)^(?:the )?"
    r"(?:(?:most )?(?:common|frequent|serious|severe|treatment-related|drug-related) )*(?:adverse|side[- ]effects?)"
)
_NOT_REPORTED = re.compile(
    r"(?i)\b(?:were|was) (?:also |carefully |continuously |all )?(?:recorded|monitored|assessed|evaluated|compared|tabulated|"
    r"collected|followed up|measured|graded|registered|documented|defined)\b(?![^.]*[a-z] \d)"
)
"""In a sentence that says that harms were looked for, and not which there were."""

_PRIMARY_NULL = re.compile(
    r"(?i)\b(?:primary|main) (?:[a-z-]+ ){0,2}(?:outcome|end ?-?point)s?\b[^.;]{0,90}"
    r"\b(?:was|were|did|showed|had|there)\b[^.;]{0,60}"
    r"\b(?:no (?:statistically )?significant|not (?:statistically )?(?:significant|differ)|no differen|"
    r"similar (?:in|between|for))|"
    r"\b(?:no (?:statistically )?significant|not (?:statistically )?(?:significant|differ)\w*|no differen\w*|similar)\b"
    r"[^.;]{0,90}\b(?:in|for|on|of) (?:the |any |our |either )?(?:primary|main) (?:[a-z-]+ ){0,2}(?:outcome|end ?-?point)s?\b"
)
_WORD = re.compile(r"[a-z]{3,}")
_PRIMARY_IS = re.compile(
    r"(?i)\b(?:primary|main) (?:[a-z-]+ ){0,2}(?:outcome|end ?-?point)s?(?: measures?)?(?: was| were| is|:)? "
    r"(?P<what>[^.;]{5,140})"
)
_SHARED = 0.6
"""Share of the words that annotators call an outcome which the abstract's name of its primary outcome must have."""


@dataclass(frozen=True)
class Reported:
    """A sentence of a record with what it reports; several kinds may hold."""

    pmid: str
    text: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class DraftCase:
    """The records of a draft and the sentences that its claims are made of."""

    records: tuple[Citation, ...]
    sentences: tuple[Reported, ...]


def read(data: SuiteData) -> Sequence[Case]:
    """Lots of eight records that have sentences of several kinds, annotated trials first."""
    rows = read_trials(data.main("evidence_inference", "dev.jsonl", like="*.jsonl"))
    by_trial: dict[str, list[TrialRow]] = defaultdict(list)
    for row in rows:
        by_trial[row.pmid].append(row)
    records = records_where(data.companion("pubmed", "pool.xml.gz"), lambda _: True)
    found = {pmid: _reported(record, by_trial.get(pmid, ())) for pmid, record in records.items() if record.has_abstract}
    useful = [pmid for pmid, sentences in found.items() if any(one.kinds for one in sentences)]
    useful.sort(key=lambda pmid: hashlib.sha256(pmid.encode()).digest())
    cases: list[Case] = []
    for start in range(0, len(useful) - STUDIES + 1, STUDIES):
        lot = useful[start : start + STUDIES]
        given = DraftCase(tuple(records[pmid] for pmid in lot), tuple(one for pmid in lot for one in found[pmid]))
        number = f"draft-{len(cases) + 1:03}"
        cases.append(Case(id=number, cluster=number, shown=f"{len(given.sentences)} claims on {STUDIES} records", given=given))
    return cases


def _reported(record: Citation, rows: Sequence[TrialRow]) -> list[Reported]:
    """The sentences that stand for claims: annotated, on harms by their authors, on a null primary outcome, concluding."""
    text = record.abstract_text
    kinds: dict[tuple[int, int], set[str]] = defaultdict(set)
    for row in rows:
        for part in row.evidence:
            span = find_verbatim(part, text)
            whole = sentences_around(text, *span) if span else []
            if len(whole) == 1:
                kinds[whole[0]] |= {"harm"} if _HARMFUL.search(row.outcome) else set()
                on_it = _words_of(row.outcome) & _words_of(text[slice(*whole[0])])
                kinds[whole[0]] |= {"null primary outcome"} if on_it and _is_null_primary(row, text) else set()
    place = 0
    for section in record.abstract:
        start = text.index(section.text, place) if section.text else place
        place = start + len(section.text)
        for left, right in split_sentences(text):
            if start <= left < place and (_SAFETY.search(section.label or "") or _OPENS.search(text[left:right])):
                kinds[left, right] |= set() if _NOT_REPORTED.search(text[left:right]) else {"harm"}
    for left, right in split_sentences(text):
        if _PRIMARY_NULL.search(text[left:right]):
            kinds[left, right].add("null primary outcome")
    kept = {*kinds, *split_sentences(text)[-2:]}
    return [Reported(record.pmid, text[left:right], frozenset(kinds[left, right])) for left, right in sorted(kept)]


def _is_null_primary(row: TrialRow, text: str) -> bool:
    """Whether annotators found no difference on an outcome that the abstract names as its primary one."""
    named = _PRIMARY_IS.search(text)
    words, primary = _words_of(row.outcome), _words_of(named["what"] if named else "")
    return row.direction is Direction.NO_DIFFERENCE and bool(words) and len(words & primary) >= _SHARED * len(words)


def _words_of(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def answer(case: Case, _systems: Systems) -> Made:
    """For each thing left out: whether the ledger tells it; and how much it tells of the draft as it is."""
    given: DraftCase = case.given
    whole = _ledger(given, given.sentences)
    made: dict[str, JsonValue] = {}
    for kind in KINDS:
        out = _left_out(kind, given, case.id)
        if out is None:
            continue
        rest = [one for one in given.sentences if one not in out]
        made[kind] = _is_told(kind, out, _ledger(given, rest))
        made[f"{kind}, whole draft"] = _is_told(kind, out, whole)
    told = [omission.kind for omission in whole.omissions]
    return {
        "told": made,
        "omissions_of_whole": {kind: told.count(kind) for kind in sorted(set(told))},
        "right": all(bool(value) for name, value in made.items() if not name.endswith("whole draft")),
    }


def _left_out(kind: str, given: DraftCase, case_id: str) -> list[Reported] | None:
    """What is taken out: every claim on one study, or one sentence of the kind; None where the draft has nothing of it."""
    if kind == "study":
        pmids = [record.pmid for record in given.records]
        chosen = pmids[_rank(case_id) % len(pmids)]
        return [one for one in given.sentences if one.pmid == chosen]
    fitting = [one for one in given.sentences if kind in one.kinds]
    return [fitting[_rank(f"{case_id}{kind}") % len(fitting)]] if fitting else None


def _is_told(kind: str, out: Sequence[Reported], ledger: RunLedger) -> bool:
    """Whether the ledger names the study as unused, or shows the sentence as an omission of its kind."""
    if kind == "study":
        return out[0].pmid in {study.pmid for study in ledger.unused}
    name = "harms" if kind == "harm" else "primary outcome"
    return any(
        omission.kind == name and omission.pmid == one.pmid and one.text in omission.words
        for one in out
        for omission in ledger.omissions
    )


def _ledger(given: DraftCase, sentences: Sequence[Reported]) -> RunLedger:
    """The ledger of a draft that says these sentences, word for word; those that the checks withhold stay withheld."""
    claims = tuple(
        Claim(
            id=f"c{number}",
            text=one.text,
            section="finding",
            support=(Support(pmid=one.pmid, quote=one.text),),
            written_by="verbatim",
        )
        for number, one in enumerate(sentences, 1)
    )
    run = {record.pmid: record for record in given.records}
    verification: Verification = verify_draft(DraftSummary(findings=claims), run)
    extracts = [StudyExtract(pmid=record.pmid, read_by="verbatim") for record in given.records]
    return ledger_of("What do these trials report?", verification, given.records, extracts)


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Of each kind the share told, the same of whole drafts (where it should not be told), and drafts with everything told."""
    found: dict[str, Metric] = {}
    for kind in KINDS:
        for name, label in ((kind, f"told_{kind}"), (f"{kind}, whole draft", f"told_though_there_{kind}")):
            own = [(told[name], row.cluster) for row in rows if name in (told := _told(row))]
            found[label.replace(" ", "_")] = share_where([bool(flag) for flag, _ in own], [cluster for _, cluster in own])
    found["drafts_with_every_omission_told"] = share_where(
        [bool(row.made["right"]) for row in rows], [row.cluster for row in rows]
    )
    return found


def tables(rows: Sequence[Row]) -> dict[str, JsonValue]:
    """How much is told of whole drafts, by kind: what a librarian reads through."""
    counted: dict[str, int] = defaultdict(int)
    for row in rows:
        kinds = row.made["omissions_of_whole"]
        for kind, count in kinds.items() if isinstance(kinds, dict) else ():
            counted[kind] += count if isinstance(count, int) else 0
    return {"omissions_of_whole_drafts": dict(counted), "drafts": len(rows)}


def _told(row: Row) -> dict[str, JsonValue]:
    told = row.made["told"]
    return told if isinstance(told, dict) else {}


def _rank(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


SUITE = Suite(
    name="omissions",
    purpose="A harm, a null primary outcome or a study left out of a draft: does the product say so, draft by draft.",
    read=read,
    answer=answer,
    measure=measure,
    tables=tables,
)
