"""Fabricated PMIDs and quotes against the gate: how many of a million pass, and how many of a thousand drafts let one out?

One case is one draft of a thousand claims over twenty records, every one fabricated: a PMID that is not in the run, or words
that stand in no record or in another one than named. The claim itself is always a true sentence, so that nothing but the
fabrication can stop it. A part of each draft is published with true claims around it, unsigned and signed, and read back from
every document and file that leaves the house.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Sequence

from pydantic import JsonValue

from evaluation.harness.data import SuiteData
from evaluation.harness.fabricated import Sentence, fabricate, sentences_of
from evaluation.harness.made_draft import bare, body_sentences, exports, ledger_of
from evaluation.harness.pool import records_where
from evaluation.harness.result import Metric, Row
from evaluation.harness.signed_draft import documents_of, forced, is_refused, signed_draft
from evaluation.harness.suite import SEED, Case, Made, Suite, Systems
from evidence.citation import Citation
from evidence.claim import Claim, DraftSummary, Support, Verdict
from evidence.signed_parts import Reader
from verification.verify import verify_draft

DRAFTS = 1_000
CLAIMS = 1_000
RECORDS = 20
_PUBLISHED = 20
"""Fabricated claims of each draft that are published, with as many true ones."""

_MARK = "As is reported there: "
"""Before every published sentence, so that it is told from the same words of an abstract that a document shows. No abstract may
run into it: `… was reported. Zinc worked` reads as `As reported: Zinc worked` once spaces and marks are gone."""

_PDFS = ("summary", "dossier", "full-texts", *(reader.value for reader in Reader))
"""Documents that come as PDF, which take as long as all the rest: one of them, in turns, of one draft in so many."""

_PDF_EVERY = 4

_NUMBER = re.compile(r"(?<![\d.])\d{7,8}(?!\d)")
"""A PMID as it is printed; shorter ones are any number."""

_QUESTION = "What do these records say?"


def read(data: SuiteData) -> Sequence[Case]:
    """A thousand lots of twenty records of the pool; lots overlap where the pool is too small for all."""
    pool = data.main("pubmed", "pool.xml.gz", like="*.xml*")
    records = [record for record in records_where(pool, lambda _: True).values() if len(sentences_of(record)) > 2]
    records.sort(key=lambda record: hashlib.sha256(record.pmid.encode()).digest())
    return [
        Case(id=f"draft-{number:04}", cluster=f"draft-{number:04}", shown=f"{CLAIMS} fabricated claims", given=lot)
        for number in range(DRAFTS)
        if (lot := [records[(number * RECORDS + place) % len(records)] for place in range(min(RECORDS, len(records)))])
    ]


def answer(case: Case, _systems: Systems) -> Made:
    """How many fabricated claims passed, by kind, and which documents let one out."""
    return {**at_the_gate(case), **published(case)}


def at_the_gate(case: Case) -> Made:
    """The verdicts on the draft's fabricated claims."""
    records: list[Citation] = case.given
    kinds, claims = fabricate(records, _dice(case), CLAIMS)
    verified = verify_draft(DraftSummary(findings=tuple(claims)), {record.pmid: record for record in records}).claims
    passed = Counter(kind for kind, item in zip(kinds, verified, strict=True) if item.verdict is Verdict.SUPPORTED)
    return {
        "fabricated": dict(Counter(kinds)),
        "passed": dict(passed),
        "verdicts": dict(Counter(item.verdict.value for item in verified)),
        "right": not passed,
    }


def published(case: Case) -> Made:
    """True and fabricated claims as a draft and as a signed summary: which documents hold a fabricated one.

    The reviewer keeps what passed. One fabricated claim is then made to stand behind the reviewer's back, too.
    """
    records: list[Citation] = case.given
    _, claims = fabricate(records, _dice(case), _PUBLISHED)
    true = [_true_claim(sentence, number) for number, sentence in enumerate(_true_sentences(records, claims)[:_PUBLISHED], 1)]
    marked = [claim.model_copy(update={"text": f"{_MARK}{claim.text}"}) for claim in (*true, *claims)]
    run = {record.pmid: record for record in records}
    verification = verify_draft(DraftSummary(findings=tuple(marked)), run)
    ledger = ledger_of(_QUESTION, verification, records)
    said, false = _traces(true, marked[: len(true)]), _traces(claims, marked[len(true) :])
    found = {name: sentences & (said | false) for name, sentences in body_sentences(exports(ledger)).items()}
    signed = signed_draft(ledger)
    number = int(case.id.rsplit("-", 1)[-1])
    pdf = _PDFS[number // _PDF_EVERY % len(_PDFS) :][:1] if number % _PDF_EVERY == 0 else ()
    for name, text in documents_of(signed, pdf=pdf):
        whole, numbers = bare(text), frozenset(_NUMBER.findall(text))
        traces = {one for one in said | false if one in numbers or (not one.isdigit() and one in whole)}
        # Every document may list a record of the run that was read; a list of references only those that a claim rests on.
        found[f"signed {name}"] = frozenset(traces if name.startswith("references") else traces - set(run))
    return {
        "leaked": [*sorted(name for name, traces in found.items() if traces & (false - said))],
        "shown": {name: len(traces & said) for name, traces in found.items()},
        "forced_refused": is_refused(forced(signed, claims[number % len(claims)].id)),
    }


def _traces(claims: Sequence[Claim], marked: Sequence[Claim]) -> frozenset[str]:
    """What tells in a document that it holds the claims: their sentences, mark included, and the PMIDs that they name."""
    pmids = {support.pmid for claim in claims for support in claim.support}
    return frozenset({bare(claim.text) for claim in marked} | {pmid for pmid in pmids if _NUMBER.fullmatch(pmid)})


def _dice(case: Case) -> random.Random:
    return random.Random(f"{SEED} {case.id}")


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Shares that passed, together and by kind, and the share of drafts of which a document lets a fabricated claim out."""
    made, passed = Counter[str](), Counter[str]()
    for row in rows:
        made.update(_counts(row, "fabricated"))
        passed.update(_counts(row, "passed"))
    found = {"passed": _share(sum(passed.values()), sum(made.values()))}
    found |= {f"passed_{kind}".replace(" ", "_"): _share(passed[kind], made[kind]) for kind in made}
    for name in sorted({name for row in rows for name in _counts(row, "shown")}):
        own = [row for row in rows if name in _counts(row, "shown")]
        leaks = sum(name in leaked for row in own if isinstance(leaked := row.made["leaked"], list))
        found[f"drafts_leaking_in_{name}".replace(" ", "_")] = _share(leaks, len(own))
    let_out = sum(row.made["forced_refused"] is not True for row in rows)
    found["drafts_let_out_with_a_claim_put_in_after_review"] = _share(let_out, len(rows))
    return found


def tables(rows: Sequence[Row]) -> dict[str, JsonValue]:
    """How often each verdict was given, and how many sentences the documents' bodies held, so that an empty one is seen."""
    verdicts, shown = Counter[str](), Counter[str]()
    for row in rows:
        verdicts.update(_counts(row, "verdicts"))
        shown.update(_counts(row, "shown"))
    return {"verdicts": dict(verdicts), "sentences_shown": dict(shown)}


def _share(passed: int, made: int) -> Metric:
    """The upper end is exact for none (Hanley and Lippman-Hand 1983: three over n) and a Wilson end otherwise."""
    if not made:
        return Metric(value=None, n=0)
    if not passed:
        return Metric(value=0.0, low=0.0, high=min(1.0, 3 / made), n=made, method="rule of three")
    share, z = passed / made, 1.959964
    middle, half = share + z * z / 2 / made, z * (share * (1 - share) / made + z * z / 4 / made / made) ** 0.5
    scale = 1 + z * z / made
    return Metric(value=share, low=(middle - half) / scale, high=(middle + half) / scale, n=made, method="Wilson")


def _counts(row: Row, name: str) -> dict[str, int]:
    counts = row.made[name]
    return {key: value for key, value in counts.items() if isinstance(value, int)} if isinstance(counts, dict) else {}


def _true_sentences(records: Sequence[Citation], claims: Sequence[Claim]) -> list[Sentence]:
    used = {claim.text for claim in claims[:_PUBLISHED]}
    return [sentence for record in records for sentence in sentences_of(record)[-3:] if sentence.text not in used]


def _true_claim(sentence: Sentence, number: int) -> Claim:
    support = Support(pmid=sentence.pmid, quote=sentence.text)
    return Claim(id=f"t{number}", text=sentence.text, section="finding", support=(support,), written_by="rules")


SUITE = Suite(
    name="fabrications",
    purpose="A million fabricated PMIDs and quotes against the gate, and a thousand drafts in every document.",
    read=read,
    answer=answer,
    measure=measure,
    tables=tables,
)
