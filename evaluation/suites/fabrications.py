"""Fabricated PMIDs and quotes against the gate: how many of a million pass, and how many of a thousand drafts let one out?

One case is one draft of a thousand claims over twenty records, every one fabricated: a PMID that is not in the run, or words
that stand in no record or in another one than named. The claim itself is always a true sentence, so that nothing but the
fabrication can stop it. A part of each draft is published with true claims around it and read back from every document.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from evaluation.harness.data import SuiteData
from evaluation.harness.made_draft import bare, body_sentences, exports, ledger_of
from evaluation.harness.pool import records_where
from evaluation.harness.result import Metric, Row
from evaluation.harness.suite import SEED, Case, Made, Suite, Systems
from evaluation.metrics.classification import share_where
from evidence.citation import Citation
from evidence.claim import Claim, DraftSummary, Support, Verdict
from evidence.sentences import split_sentences
from verification.verify import verify_draft

DRAFTS = 1_000
CLAIMS = 1_000
RECORDS = 20
_PUBLISHED = 20
"""Fabricated claims of each draft that are published, with as many true ones."""

_SHORTEST = 8
"""Words of a sentence that is worth fabricating from."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a record."""

    pmid: str
    text: str

    @property
    def words(self) -> list[str]:
        """Its words as printed."""
        return self.text.split(" ")


def read(data: SuiteData) -> Sequence[Case]:
    """A thousand lots of twenty records of the pool; lots overlap where the pool is too small for all."""
    pool = data.main("pubmed", "pool.xml.gz", like="*.xml*")
    records = [record for record in records_where(pool, lambda _: True).values() if len(_sentences(record)) > 2]
    records.sort(key=lambda record: hashlib.sha256(record.pmid.encode()).digest())
    return [
        Case(id=f"draft-{number:04}", cluster=f"draft-{number:04}", shown=f"{CLAIMS} fabricated claims", given=lot)
        for number in range(DRAFTS)
        if (lot := [records[(number * RECORDS + place) % len(records)] for place in range(min(RECORDS, len(records)))])
    ]


def answer(case: Case, _systems: Systems) -> Made:
    """How many fabricated claims passed, by kind, and which documents had one in their body."""
    records: list[Citation] = case.given
    dice = random.Random(f"{SEED} {case.id}")
    run = {record.pmid: record for record in records}
    kinds, claims = fabricate(records, dice, CLAIMS)
    verified = verify_draft(DraftSummary(findings=tuple(claims)), run).claims
    passed = Counter(kind for kind, item in zip(kinds, verified, strict=True) if item.verdict is Verdict.SUPPORTED)
    true = [_true_claim(sentence, number) for number, sentence in enumerate(_true_sentences(records, claims)[:_PUBLISHED], 1)]
    published = DraftSummary(findings=(*true, *claims[:_PUBLISHED]))
    verification = verify_draft(published, run)
    shown = body_sentences(exports(ledger_of("What do these records say?", verification, records)))
    false = {bare(claim.text) for claim in claims[:_PUBLISHED]} - {bare(claim.text) for claim in true}
    return {
        "fabricated": dict(Counter(kinds)),
        "passed": dict(passed),
        "verdicts": dict(Counter(item.verdict.value for item in verified)),
        "leaked": [*sorted(name for name, sentences in shown.items() if sentences & false)],
        "shown": {name: len(sentences) for name, sentences in shown.items()},
        "right": not passed,
    }


def fabricate(records: Sequence[Citation], dice: random.Random, count: int) -> tuple[list[str], list[Claim]]:
    """So many claims with the kind of each. None of their supports stands whole: a quote that still would is made anew."""
    sentences = [sentence for record in records for sentence in _sentences(record)]
    tokens = {record.pmid: _padded(record.abstract_text) for record in records}
    kinds: list[str] = []
    claims: list[Claim] = []
    names = list(KINDS)
    while len(claims) < count:
        kind = names[len(claims) % len(names)]
        sentence = dice.choice(sentences)
        support = KINDS[kind](sentence, sentences, dice)
        if support.pmid in tokens and _padded(support.quote) in tokens[support.pmid]:
            continue
        whole = Support(pmid=sentence.pmid, quote=sentence.text)
        supports = (whole, support) if dice.random() < 0.2 else (support,)
        claims.append(
            Claim(id=f"f{len(claims) + 1}", text=sentence.text, section="finding", support=supports, written_by="fabricated")
        )
        kinds.append(kind)
    return kinds, claims


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Shares that passed, together and by kind, and the share of drafts of which a document lets a fabricated claim out."""
    made, passed = Counter[str](), Counter[str]()
    for row in rows:
        made.update(_counts(row, "fabricated"))
        passed.update(_counts(row, "passed"))
    found = {"passed": _share(sum(passed.values()), sum(made.values()))}
    found |= {f"passed_{kind}".replace(" ", "_"): _share(passed[kind], made[kind]) for kind in made}
    clusters = [row.cluster for row in rows]
    for name in ("md", "html", "json"):
        leaked = [row.made["leaked"] for row in rows]
        flags = [isinstance(names, list) and name in names for names in leaked]
        found[f"drafts_leaking_in_{name}"] = share_where(flags, clusters)
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


def _sentences(record: Citation) -> list[Sentence]:
    text = record.abstract_text
    found = (Sentence(record.pmid, text[start:end]) for start, end in split_sentences(text))
    return [sentence for sentence in found if len(sentence.words) >= _SHORTEST and len(sentence.text) < 700]


def _padded(text: str) -> str:
    """The words and numbers of a text, borders marked: an oracle of its own, not the product's way to find a quote."""
    return f" {' '.join(_TOKEN.findall(text.casefold()))} "


def _true_sentences(records: Sequence[Citation], claims: Sequence[Claim]) -> list[Sentence]:
    used = {claim.text for claim in claims[:_PUBLISHED]}
    return [sentence for record in records for sentence in _sentences(record)[-3:] if sentence.text not in used]


def _true_claim(sentence: Sentence, number: int) -> Claim:
    support = Support(pmid=sentence.pmid, quote=sentence.text)
    return Claim(id=f"t{number}", text=sentence.text, section="finding", support=(support,), written_by="rules")


def _pmid_not_in_run(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    return Support(pmid=str(dice.randint(50_000_000, 99_999_999)), quote=sentence.text)


def _pmid_malformed(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    pmid = sentence.pmid
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in pmid)
    forms = (f"0{pmid}", f" {pmid}", f"{pmid} ", f"PMID {pmid}", f"{pmid}.0", f"-{pmid}", f"{pmid}\u200b", wide, "", pmid[:-1])
    return Support(pmid=dice.choice(forms), quote=sentence.text)


def _quote_of_another(sentence: Sentence, others: Sequence[Sentence], dice: random.Random) -> Support:
    return Support(pmid=sentence.pmid, quote=dice.choice(others).text)


def _word_changed(sentence: Sentence, others: Sequence[Sentence], dice: random.Random) -> Support:
    words = sentence.words
    words[dice.randrange(len(words))] = dice.choice(dice.choice(others).words)
    return Support(pmid=sentence.pmid, quote=" ".join(words))


def _word_put_in(sentence: Sentence, others: Sequence[Sentence], dice: random.Random) -> Support:
    words = sentence.words
    words.insert(dice.randrange(1, len(words)), dice.choice(dice.choice(others).words))
    return Support(pmid=sentence.pmid, quote=" ".join(words))


def _word_left_out(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    words = sentence.words
    del words[dice.randrange(1, len(words) - 1)]
    return Support(pmid=sentence.pmid, quote=" ".join(words))


def _words_exchanged(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    words = sentence.words
    one, other = dice.sample(range(len(words)), 2)
    words[one], words[other] = words[other], words[one]
    return Support(pmid=sentence.pmid, quote=" ".join(words))


def _letter_changed(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    places = [place for place, letter in enumerate(sentence.text) if letter.isalnum()]
    place = dice.choice(places)
    new = dice.choice("0123456789" if sentence.text[place].isdigit() else "abcdefghijklmnopqrstuvwxyz")
    return Support(pmid=sentence.pmid, quote=f"{sentence.text[:place]}{new}{sentence.text[place + 1 :]}")


def _negated(sentence: Sentence, _: Sequence[Sentence], dice: random.Random) -> Support:
    words = sentence.words
    negations = [place for place, word in enumerate(words) if word.lower() in {"no", "not", "without", "never"}]
    if negations and dice.random() < 0.5:
        del words[negations[0]]
    else:
        words.insert(dice.randrange(1, len(words)), "not")
    return Support(pmid=sentence.pmid, quote=" ".join(words))


def _joined(sentence: Sentence, others: Sequence[Sentence], dice: random.Random) -> Support:
    first, second = sentence.words, dice.choice(others).words
    glue = dice.choice((" ", " ... ", " [...] ", "… "))
    return Support(
        pmid=sentence.pmid, quote=f"{' '.join(first[: len(first) // 2])}{glue}{' '.join(second[len(second) // 2 :])}"
    )


def _invented(sentence: Sentence, others: Sequence[Sentence], dice: random.Random) -> Support:
    words = [dice.choice(dice.choice(others).words) for _ in range(dice.randint(5, 25))]
    return Support(pmid=sentence.pmid, quote=" ".join(words))


KINDS: dict[str, Callable[[Sentence, Sequence[Sentence], random.Random], Support]] = {
    "pmid not in run": _pmid_not_in_run,
    "pmid malformed": _pmid_malformed,
    "quote of another record": _quote_of_another,
    "word changed": _word_changed,
    "word put in": _word_put_in,
    "word left out": _word_left_out,
    "words exchanged": _words_exchanged,
    "letter changed": _letter_changed,
    "negation put in or taken out": _negated,
    "halves joined": _joined,
    "words invented": _invented,
}
"""How a support is fabricated, by name."""


SUITE = Suite(
    name="fabrications",
    purpose="A million fabricated PMIDs and quotes against the gate, and a thousand drafts in every document.",
    read=read,
    answer=answer,
    measure=measure,
    tables=tables,
)
