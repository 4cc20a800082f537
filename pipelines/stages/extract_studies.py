"""Reads each study. What the model says is tied to the record's sentences by code, or dropped and named."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.language_model.structured import Structured, ask
from evidence.citation import Citation
from evidence.claim import AnchoredValue, Finding, StudyExtract, Support
from evidence.question import Protocol
from evidence.services import LanguageModel, Progress
from evidence.text import normalise
from pipelines.stages.screen_citations import sentences_of
from prompts.contracts import ExtractStudyAnswer, ExtractStudyInputs, ReportedResult
from prompts.registry import render
from searching.content_words import content_words

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NOT_REPORTED = frozenset({"", "not reported", "none", "n/a", "unknown", "not stated"})
ANCHOR = 0.6
"""Share of a value's content words that must stand in one sentence of the record for the value to be kept."""


def extract_studies(
    protocol: Protocol, citations: Sequence[Citation], model: LanguageModel, progress: Progress
) -> tuple[StudyExtract, ...]:
    """One extract a record, in order; a record whose answer cannot be used has an empty one that says why."""
    prompts = [
        render(
            "extract_study",
            ExtractStudyInputs(
                question=protocol.question, pmid=citation.pmid, title=citation.title, sentences=sentences_of(citation)
            ),
        )
        for citation in citations
    ]
    done = 0

    def tell(_: int, __: object) -> None:
        nonlocal done
        done += 1
        progress.update(done, len(prompts), "studies read")

    answers = ask(model, prompts, ExtractStudyAnswer, on_done=tell)
    return tuple(
        anchor_extract(citation, answer, model.identity.name) for citation, answer in zip(citations, answers, strict=True)
    )


def anchor_extract(citation: Citation, answer: Structured[ExtractStudyAnswer], read_by: str) -> StudyExtract:
    """The extract whose every value names the sentence it was read from. Values no sentence carries are dropped."""
    said = answer.value
    if said is None:
        return StudyExtract(pmid=citation.pmid, read_by=read_by, dropped=(f"The answer could not be used: {answer.problem}",))
    sentences = sentences_of(citation)
    dropped: list[str] = []
    findings: dict[str, Finding] = {}
    for result in said.results:
        sentence = _reporting_sentence(result, sentences)
        if sentence is None:
            dropped.append(f"No sentence of the record reports “{result.statement}”.")
        elif result.statement not in findings:
            findings[result.statement] = _finding(citation, result, sentence, len(findings) + 1)

    def anchor(name: str, value: str) -> AnchoredValue:
        anchored = _anchor(citation.pmid, value, sentences)
        if anchored.value is None and value.strip().lower() not in _NOT_REPORTED:
            dropped.append(f"The record does not say, as {name}: “{value}”.")
        return anchored

    return StudyExtract(
        pmid=citation.pmid,
        design=anchor("design", said.design),
        population=anchor("population", said.population),
        sample_size=anchor("number studied", str(said.participants) if said.participants else ""),
        intervention=anchor("intervention", said.intervention),
        comparator=anchor("comparator", said.comparator),
        findings=tuple(findings.values()),
        dropped=tuple(dropped),
        read_by=read_by,
    )


def _finding(citation: Citation, result: ReportedResult, sentence: str, number: int) -> Finding:
    return Finding(
        id=f"{citation.pmid}.f{number}",
        outcome=result.outcome.strip() or "outcome not named",
        direction=result.direction,
        statement=result.statement.strip(),
        support=Support(pmid=citation.pmid, quote=sentence),
    )


def _reporting_sentence(result: ReportedResult, sentences: Sequence[str]) -> str | None:
    """The sentence that carries most of the statement's numbers and words; the model's own choice wins a tie."""
    numbers, words = _numbers(result.statement), set(content_words(result.statement, generic=True))

    def score(number: int) -> tuple[float, bool]:
        sentence = sentences[number - 1]
        shared_numbers = len(numbers & _numbers(sentence)) / len(numbers) if numbers else 0.0
        shared_words = len(words & set(content_words(sentence, generic=True))) / len(words) if words else 0.0
        return shared_numbers + shared_words, number == result.sentence

    best = max(range(1, len(sentences) + 1), key=score, default=0)
    return sentences[best - 1] if best and score(best)[0] > 0 else None


def _anchor(pmid: str, value: str, sentences: Sequence[str]) -> AnchoredValue:
    value = value.strip()
    if value.lower() in _NOT_REPORTED:
        return AnchoredValue()
    words, numbers = set(content_words(value, generic=True)), _numbers(value)

    def coverage(sentence: str) -> float:
        if not numbers <= _numbers(sentence):
            return 0.0
        return len(words & set(content_words(sentence, generic=True))) / len(words) if words else 1.0

    best = max(sentences, key=coverage, default="")
    if not best or coverage(best) < ANCHOR:
        return AnchoredValue()
    return AnchoredValue(value=value, support=Support(pmid=pmid, quote=best))


def _numbers(text: str) -> set[str]:
    """Numbers as compared: `1,234`, `1 234` and `1234` are one, `0·82` is 0.82."""
    plain = re.sub(r"(?<=\d)[,\u2008\u2009\u202f\u00a0 ](?=\d{3}\b)", "", normalise(text).text)
    return {match.rstrip(".,") for match in _NUMBER.findall(plain)}
