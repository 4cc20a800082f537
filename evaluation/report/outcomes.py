"""What went wrong, by kind: each case of a run taken apart into what was asked of it and what came of that."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.harness.result import Row

_PASSED = "supported"
_HALF = 0.5


@dataclass(frozen=True)
class Outcome:
    """One thing asked of a case. `kind` is empty where it went right."""

    among: str
    kind: str
    expected: str
    given: str
    words: str = ""
    """What it is about, where that is not the case's own words."""


@dataclass(frozen=True)
class FailedCase:
    """A case with what failed in it."""

    row: Row
    outcome: Outcome


@dataclass(frozen=True)
class Failure:
    """One kind of failure: its cases, and how many times it could have happened."""

    kind: str
    cases: tuple[FailedCase, ...]
    of: int


def failures(suite: str, rows: Sequence[Row]) -> list[Failure]:
    """The kinds of failure among the scored rows, the commonest first; then what could not be scored, by its reason."""
    read = _READERS.get(suite, _labels)
    asked: Counter[str] = Counter()
    found: dict[tuple[str, str], list[FailedCase]] = defaultdict(list)
    for row in rows:
        for outcome in read(row) if row.problem is None else ():
            asked[outcome.among] += 1
            if outcome.kind:
                found[outcome.among, outcome.kind].append(FailedCase(row, outcome))
    by_size = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Failure(kind, tuple(cases), asked[among]) for (among, kind), cases in by_size] + _unscored(rows)


def _unscored(rows: Sequence[Row]) -> list[Failure]:
    found: dict[str, list[FailedCase]] = defaultdict(list)
    for row in rows:
        if row.problem is not None:
            kind = "error, no answer" if row.error else "unreadable answer, not scored"
            found[kind].append(FailedCase(row, Outcome("", kind, row.target or "an answer", row.problem)))
    return [Failure(kind, tuple(cases), len(rows)) for kind, cases in sorted(found.items())]


def _labels(row: Row) -> Iterator[Outcome]:
    """A right answer in one word against the one given; where the suite sorts its cases, within their sort."""
    given = str(row.made.get("answer", ""))
    if row.target and given:
        sort = str(row.made.get("group") or row.made.get("setting") or "").replace("_", " ")
        among = f"{sort}: {row.target}" if sort else row.target
        yield Outcome(among, "" if given == row.target else f"{among}, said to be {given}", row.target, given)


def _extraction(row: Row) -> Iterator[Outcome]:
    if row.target:
        yield from _labels(row)
        return
    read = _mapping(row.made.get("extract"))
    for name, what in (("size_right", "number of participants"), ("intervention_right", "intervention"),
                       ("comparator_right", "comparator")):  # fmt: skip
        if row.made.get(name) is not None:
            field = _mapping(read.get({"size_right": "sample_size"}.get(name, name.removesuffix("_right"))))
            given = str(field.get("value") or "nothing")
            yield Outcome(what, "" if row.made[name] else f"{what}: not as in the report", "as in the report", given)
    values = _list(row.made.get("values_right"))
    statements = " ".join(str(_mapping(one).get("statement", "")) for one in _list(read.get("findings"))) or "no finding"
    for told in values:
        yield Outcome(
            "outcome value", "" if told else "outcome value: not told", "a value that the abstract prints", statements
        )


def _numbers(row: Row) -> Iterator[Outcome]:
    for field in map(_mapping, _list(row.made.get("fields"))):
        if "right" not in field:
            continue
        right, flagged = bool(field["right"]), bool(field["flagged"])
        what, number = str(field["field"]).replace("_", " "), f"{field['value']:g}"
        among = f"{'right' if right else 'wrong'} {what}"
        kind = f"right {what}, flagged" if right and flagged else f"wrong {what}, passed" if not right and not flagged else ""
        told = f"{'flagged' if flagged else 'passed'}: {field['reason']}" if field.get("reason") else "passed"
        yield Outcome(among, kind, "passed" if right else "flagged", told, f"{row.shown}; {field['arm']} {what}: {number}")


def _mutations(row: Row) -> Iterator[Outcome]:
    texts = _mapping(row.made.get("texts"))
    for kind, verdict in _mapping(row.made.get("planted")).items():
        failed = f"{kind}: not caught" if verdict == _PASSED else ""
        yield Outcome(kind, failed, f"any verdict but {_PASSED}", str(verdict), str(texts.get(kind, "")))
    for name in ("own_sentence", "sentence_removed"):
        verdict = row.made.get(name)
        if verdict is not None:
            among = f"untouched, {name.replace('_', ' ')}"
            failed = f"{among}: flagged" if verdict != _PASSED else ""
            yield Outcome(among, failed, _PASSED, str(verdict))


def _retrieval(row: Row) -> Iterator[Outcome]:
    relevant, first = [str(pmid) for pmid in _list(row.made.get("relevant"))], _list(row.made.get("first"))
    hit = len({*relevant} & {*first})
    among = row.id.partition("-")[0]
    missed = "none of what belongs to it in the first ten" if not hit else "less than half in the first ten"
    few = hit < _HALF * min(len(relevant), 10)
    yield Outcome(among, f"{among}: {missed}" if few else "", ", ".join(relevant), ", ".join(str(pmid) for pmid in first))


def _search(row: Row) -> Iterator[Outcome]:
    compiled, among = _mapping(row.made.get("compiled")), row.id.partition("-")[0]
    recall = float(compiled.get("recall", 0.0))
    kind = "none of the known studies found" if not recall else "less than half of the known studies found"
    given = f"{recall:.0%} of them, among {compiled.get('found', 0):,} records, by: {row.made.get('strategy', '')}"
    yield Outcome(among, f"{among}: {kind}" if recall < _HALF else "", "all known studies", given)


def _citations(row: Row) -> Iterator[Outcome]:
    drafted = [_mapping(one) for one in _list(row.made.get("statements"))]
    settled = str(row.made.get("settled", ""))
    among = "drafted sentence" if drafted else f"claim that people settled: {settled.lower()}"
    for one in drafted or ([row.made] if "recalled" in row.made and settled == "SUPPORT" else []):
        words = str(one.get("sentence", ""))
        cited, precise = int(str(one["citations"])), int(str(one["precise"]))
        given = f"{cited} citations, {precise} of them needed" + (f"; {one['verdict']}" if "verdict" in one else "")
        missing = f"{among}: not supported by its citations" if cited else f"{among}: nothing cited"
        yield Outcome(among, "" if one["recalled"] else missing, "citations that support it together", given, words)
    for one in map(_mapping, _list(row.made.get("tried"))):
        supports, said = bool(one["supports"]), bool(one["said"])
        judged = "people: supports" if supports else "people: does not support"
        wrong = f"checker as judge, {judged}; checker: {'supports' if said else 'does not'}"
        yield Outcome(
            f"checker, {judged}", "" if supports == said else wrong, judged, "supports" if said else "does not support"
        )


def _fabrications(row: Row) -> Iterator[Outcome]:
    passed = _mapping(row.made.get("passed"))
    for kind, made in _mapping(row.made.get("fabricated")).items():
        told = f"{passed.get(kind, 0)} of {made} passed"
        yield Outcome(kind, f"{kind}: passed" if passed.get(kind) else "", f"none of {made}", told)
    for name in _list(row.made.get("leaked")):
        yield Outcome("draft", f"fabricated claim in the {name} document", "none", "one or more")


def _none(_: Row) -> Iterator[Outcome]:
    return iter(())


_READERS: Mapping[str, Callable[[Row], Iterator[Outcome]]] = {
    "extraction": _extraction,
    "numbers": _numbers,
    "mutations": _mutations,
    "retrieval": _retrieval,
    "search": _search,
    "citations": _citations,
    "fabrications": _fabrications,
    "speed": _none,
    "cost": _none,
}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
