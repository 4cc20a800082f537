"""Reads each study. What the model says is tied to the record's sentences by code, or dropped and named."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.language_model.structured import Structured, ask
from evidence.citation import Citation
from evidence.claim import OUTCOME_NOT_NAMED, AnchoredValue, Direction, Finding, StudyExtract, Support
from evidence.question import Protocol
from evidence.services import LanguageModel, Progress
from evidence.text import normalise
from pipelines.stages.hold_to_arms import of_the_other_arm, two_arms
from pipelines.stages.read_by_rule import facts_of, total_studied
from pipelines.stages.read_comparison import with_comparison
from pipelines.stages.screen_citations import sentences_of
from prompts.contracts import ExtractStudyAnswer, ExtractStudyInputs, ReportedResult
from prompts.registry import render
from searching.content_words import content_words
from searching.result_sentences import asked_words, result_sentences, without_label
from verification.orders import gives_orders, orders_in
from verification.reported.sentence_roles import TwoArms, size_of_one_arm
from verification.reported.words import abbreviations

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NOT_REPORTED = frozenset({"", "not reported", "none", "n/a", "unknown", "not stated"})
_LITTLE_FIRST = re.compile(r"^(?:(?:of|in|at|for|the|a|an|and|or)\s+)+", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
ANCHOR = 0.6
"""Share of a value's content words that must stand in one sentence of the record for the value to be kept."""

VALUE_DROPPED = "The record does not say"
"""How the note on a value begins that no sentence carries; the other notes are on results."""

NOT_READ = "nobody, because its text gives orders"
"""Who read a record that no model was given."""

BY_RULE = "rules, where the model named no result"
"""Who read a record whose result was chosen by rule."""

_MEASURED = re.compile(r"\d|significan|differ", re.IGNORECASE)
_HEDGED = re.compile(r"\b(?:may|might|could|should)\b", re.IGNORECASE)
LONGEST_COPIED = 500
"""Characters of the longest sentence that is taken over whole."""

_NO_RESULTS = frozenset({"BACKGROUND", "OBJECTIVE", "METHODS"})
_HARMS = re.compile(r"\b(?:adverse|harms?|side effects?|safety|tolerat|deaths?|died|mortality|complications?)", re.IGNORECASE)
_PEOPLE = (
    r"people|persons?|participants?|patients?|adults?|children|infants?|babies|neonates|newborns|women|men|mothers|boys|girls|"
    r"recruits|volunteers|subjects|residents|students|individuals|recipients|employees|workers|users|clients|veterans|"
    r"survivors|carers|caregivers|families|households|pregnancies|births|cases|controls|eyes|knees|teeth"
)
# A number of people, not of dwellings or years: `120 older adults`, `n = 120`, `120 were randomised`.
_COUNTED = (
    r"(?<![\d.,]){number}(?![\d.,]*\d)(?:\s+[a-z'-]+){{0,4}}?\s+(?:{people})\b|\bn\s*=\s*{number}\b|"
    r"(?<![\d.,]){number}(?![\d.,]*\d)\s+(?:were|was|received|completed|underwent|took|entered)\b|"
    r"\b(?:{people})\s*[(\[,]?\s*{number}(?![\d.,]*\d)"
)


def extract_studies(
    protocol: Protocol, citations: Sequence[Citation], model: LanguageModel, progress: Progress
) -> tuple[StudyExtract, ...]:
    """One extract a record, in order; a record whose answer cannot be used has an empty one that says why.

    A record whose text gives orders to its reader is given to no model: its extract says so and holds nothing.
    """
    readable = [citation for citation in citations if not orders_in(citation)]
    prompts = [
        render(
            "extract_study",
            ExtractStudyInputs(
                question=protocol.question,
                pmid=citation.pmid,
                title=citation.title,
                sentences=sentences_of(citation),
                licensed_from=citation.licensed_from,
            ),
        )
        for citation in readable
    ]
    done = 0

    def tell(_: int, __: object) -> None:
        nonlocal done
        done += 1
        progress.update(done, len(prompts), "studies read")

    answers = ask(model, prompts, ExtractStudyAnswer, on_done=tell)
    read = {
        citation.pmid: with_comparison(
            anchor_extract(protocol.question, citation, answer, model.identity.name), citation, protocol
        )
        for citation, answer in zip(readable, answers, strict=True)
    }
    return tuple(read.get(citation.pmid) or _not_read(citation) for citation in citations)


def _not_read(citation: Citation) -> StudyExtract:
    reason = f"Its text {orders_in(citation)[0][0]}, so it was given to no model: a person must read it."
    return StudyExtract(pmid=citation.pmid, read_by=NOT_READ, dropped=(reason,))


def anchor_extract(question: str, citation: Citation, answer: Structured[ExtractStudyAnswer], read_by: str) -> StudyExtract:
    """The extract whose every value names the sentence it was read from. Values no sentence carries are dropped."""
    said, asked, facts = answer.value, asked_words(question), facts_of(citation)
    if said is None:
        problem = f"The answer could not be used: {answer.problem}"
        return StudyExtract(
            pmid=citation.pmid, read_by=read_by, dropped=(problem,), sample_size=total_studied(citation), **facts
        )
    sentences = sentences_of(citation)
    arms = two_arms(said.intervention, said.comparator, citation)
    dropped: list[str] = []
    findings: dict[str, Finding] = {}
    for result in said.results:
        sentence = _reporting_sentence(result, sentences)
        why = _why_not(result, sentence, citation, asked, arms)
        if why:
            dropped.append(why)
        elif sentence and result.statement not in findings:
            findings[result.statement] = _finding(citation, result, sentence, len(findings) + 1)

    def anchor(name: str, value: str) -> AnchoredValue:
        anchored = _anchor(citation, value, sentences)
        if anchored.value is None and value.strip().lower() not in _NOT_REPORTED:
            dropped.append(f"{VALUE_DROPPED}, as {name}: “{value}”.")
        return anchored

    chosen_by_rule = () if findings else _by_rule(question, citation, sentences)
    return StudyExtract(
        pmid=citation.pmid,
        design=anchor("design", said.design),
        population=anchor("population", said.population),
        sample_size=_number_studied(citation, said.participants, arms, dropped),
        intervention=anchor("intervention", said.intervention),
        comparator=anchor("comparator", said.comparator),
        findings=chosen_by_rule or tuple(findings.values()),
        dropped=tuple(dropped),
        read_by=BY_RULE if chosen_by_rule else read_by,
        **facts,
    )


def _why_not(result: ReportedResult, sentence: str | None, citation: Citation, asked: set[str], arms: TwoArms | None) -> str:
    """Why a result that the model read is not kept; nothing where it is."""
    if sentence is None:
        return f"No sentence of the record reports “{result.statement}”."
    if gives_orders(sentence):
        return f"“{result.statement}” stands in a sentence that gives its reader orders: nothing is taken from it."
    if _section_of(citation, sentence) in _NO_RESULTS:
        return f"“{result.statement}” stands in the background or methods, not among the results."
    if not asked & _stems(in_full(f"{result.statement} {sentence}", citation)) and not _HARMS.search(sentence):
        return f"“{result.statement}” has no word of the question."
    return of_the_other_arm(result.statement, sentence, arms)


def _by_rule(question: str, citation: Citation, sentences: Sequence[str]) -> tuple[Finding, ...]:
    """Where the model names no result: the one sentence among the results that most plainly reports one, word for word.

    A small model passes over results that stand there; two fifths of the question's words keep other people's results out.
    """
    fewest = max(2, (2 * len(asked_words(question)) + 4) // 5)
    reporting = [
        sentence
        for sentence in sentences
        if _section_of(citation, sentence) not in _NO_RESULTS
        and not gives_orders(sentence)
        and _MEASURED.search(sentence)
        and not _HEDGED.search(sentence)
    ]
    return tuple(
        Finding(
            id=f"{citation.pmid}.f1",
            outcome=OUTCOME_NOT_NAMED,
            direction=Direction.UNCLEAR,
            statement=without_label(reporting[place]),
            support=_support(citation, reporting[place]),
        )
        for place in result_sentences(question, reporting, most=1, longest=LONGEST_COPIED, fewest_words=fewest)
    )


def _number_studied(citation: Citation, number: int, arms: TwoArms | None, dropped: list[str]) -> AnchoredValue:
    """The number where a sentence counts people with it; a number of dwellings, doses, years or one arm is dropped.

    Where a sentence counts those taken in, that is the number studied, whatever the model said.
    """
    counted = total_studied(citation)
    if not number or counted.value:
        if number and counted.value and counted.value != str(number):
            dropped.append(
                f"{VALUE_DROPPED}, as the number of people studied: “{number}”; it counts {counted.value} as taken in."
            )
        return counted
    pattern = re.compile(_COUNTED.format(number=number, people=_PEOPLE), re.IGNORECASE)
    for sentence in sentences_of(citation):
        of_one = arms is not None and size_of_one_arm(number, sentence, arms) is not None
        if pattern.search(_plain_numbers(sentence)) and not of_one:
            return AnchoredValue(value=str(number), support=_support(citation, sentence))
    dropped.append(f"{VALUE_DROPPED}, as the number of people studied: “{number}”.")
    return AnchoredValue()


def _support(citation: Citation, sentence: str) -> Support:
    """The sentence with its place in the abstract; it was cut from there, so it is found as it stands."""
    start = citation.abstract_text.index(sentence)
    return Support(pmid=citation.pmid, quote=sentence, start=start, end=start + len(sentence))


def _section_of(citation: Citation, sentence: str) -> str | None:
    """NlmCategory of the section that the sentence stands in; None where the abstract has no sections."""
    return next((section.category for section in citation.abstract if sentence in section.text), None)


def _finding(citation: Citation, result: ReportedResult, sentence: str, number: int) -> Finding:
    return Finding(
        id=f"{citation.pmid}.f{number}",
        outcome=_outcome_name(result.outcome, citation),
        direction=result.direction,
        statement=result.statement.strip(),
        support=_support(citation, sentence),
    )


def _reporting_sentence(result: ReportedResult, sentences: Sequence[str]) -> str | None:
    """The sentence that carries most of the statement's numbers and words; the model's own choice wins a tie."""
    numbers, words = _numbers(result.statement), _stems(result.statement)

    def score(number: int) -> tuple[float, bool]:
        sentence = sentences[number - 1]
        shared_numbers = len(numbers & _numbers(sentence)) / len(numbers) if numbers else 0.0
        shared_words = len(words & _stems(sentence)) / len(words) if words else 0.0
        return shared_numbers + shared_words, number == result.sentence

    best = max(range(1, len(sentences) + 1), key=score, default=0)
    return sentences[best - 1] if best and score(best)[0] > 0 else None


def _outcome_name(outcome: str, citation: Citation) -> str:
    """The outcome in those of the model's words that stand in the record; an outcome without any is not named."""
    there = _stems(f"{citation.title} {citation.abstract_text}")
    kept = [word for word in outcome.split() if not _stems(word) or _stems(word) <= there]
    name = _LITTLE_FIRST.sub("", " ".join(kept).strip(" ,;:-"))
    return name if _stems(name) else OUTCOME_NOT_NAMED


def in_full(text: str, citation: Citation) -> str:
    """The text followed by the long forms of those of its abbreviations that the abstract defines."""
    words = {word.lower() for word in _LETTERS.findall(text)}
    long = [" ".join(sorted(form)) for short, form in abbreviations(citation.abstract_text).items() if short in words]
    return " ".join((text, *long))


def _stems(text: str) -> set[str]:
    """Content words by their first six letters, hyphens apart: enough to find a word in another form."""
    return {word[:6] for word in content_words(text.replace("-", " "), generic=True)}


def _anchor(citation: Citation, value: str, sentences: Sequence[str]) -> AnchoredValue:
    value = value.strip()
    if value.lower() in _NOT_REPORTED:
        return AnchoredValue()
    words, numbers = _stems(value), _numbers(value)

    def coverage(sentence: str) -> float:
        if not numbers <= _numbers(sentence):
            return 0.0
        return len(words & _stems(sentence)) / len(words) if words else 0.0

    best = max(sentences, key=coverage, default="")
    if not best or coverage(best) < ANCHOR:
        return AnchoredValue()
    return AnchoredValue(value=value, support=_support(citation, best))


def _numbers(text: str) -> set[str]:
    """Numbers as compared: `1,234`, `1 234` and `1234` are one, `0·82` is 0.82."""
    return {match.rstrip(".,") for match in _NUMBER.findall(_plain_numbers(text))}


def _plain_numbers(text: str) -> str:
    return re.sub(r"(?<=\d)[, ](?=\d{3}\b)", "", normalise(text).text)
