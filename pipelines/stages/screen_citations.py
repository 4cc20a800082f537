"""Screens the records: rules first, then the model's suggestion on the best ranked. A model never excludes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.language_model.structured import Structured, ask
from evidence.citation import COMPROMISED, Citation
from evidence.integrity import integrity_of
from evidence.question import EligibilityCriterion, Protocol
from evidence.screening import ScreeningDecision, ScreeningEntry, ScreeningOutcome, standing_decisions
from evidence.services import LanguageModel, Progress
from evidence.text import split_sentences
from prompts.contracts import ScreenCitationAnswer, ScreenCitationInputs
from prompts.registry import render
from searching.screening.criteria import INTEGRITY, NO_ABSTRACT, NOT_SCREENED, ORDERS, topical_criteria
from verification.orders import orders_in


def screen_citations(
    protocol: Protocol,
    ranked: Sequence[str],
    citations: Mapping[str, Citation],
    model: LanguageModel,
    progress: Progress,
    *,
    at_most: int,
) -> tuple[ScreeningDecision, ...]:
    """One decision for each ranked record, in rank order. The model sees the first `at_most` that no rule decides."""
    by_rule = {pmid: decision for pmid in ranked if (decision := _by_rule(citations[pmid])) is not None}
    for_model = [pmid for pmid in ranked if pmid not in by_rule][:at_most]
    ordering = {pmid: decision for pmid in for_model if (decision := _by_orders(citations[pmid])) is not None}
    to_ask = [citations[pmid] for pmid in for_model if pmid not in ordering]
    suggested = _suggestions(protocol, to_ask, model, progress)
    decisions = []
    for rank, pmid in enumerate(ranked, 1):
        decision = by_rule.get(pmid) or ordering.get(pmid) or suggested.get(pmid) or _not_screened(pmid, at_most)
        decisions.append(decision.model_copy(update={"rank": rank}))
    return tuple(decisions)


def choose_citations(decisions: Sequence[ScreeningDecision], *, draft_from: int) -> tuple[str, ...]:
    """PMIDs to read: included by rank, then unsure by rank, those that the model would exclude last; best `draft_from`."""

    def order(decision: ScreeningDecision) -> tuple[int, int]:
        included = decision.outcome is ScreeningOutcome.INCLUDE
        last = decision.criterion == ORDERS or decision.reason.startswith(_WOULD_EXCLUDE)
        return (0 if included else 2 if last else 1), decision.rank or 0

    readable = [d for d in decisions if d.outcome is not ScreeningOutcome.EXCLUDE and d.criterion != NO_ABSTRACT]
    return tuple(decision.pmid for decision in sorted(readable, key=order)[:draft_from])


def put_people_first(
    decisions: Sequence[ScreeningDecision], history: Sequence[ScreeningEntry]
) -> tuple[ScreeningDecision, ...]:
    """The same records with a person's last word, where there is one, in place of the rule's or model's."""
    ranked = {decision.pmid for decision in decisions}
    return tuple(decision for decision in standing_decisions(decisions, history) if decision.pmid in ranked)


LONGEST_WORDS = 600
"""Characters of a record's own words that a decision carries."""

_WOULD_EXCLUDE = "The model would exclude it"


def _by_rule(citation: Citation) -> ScreeningDecision | None:
    integrity = integrity_of(citation)
    if integrity.status in COMPROMISED:
        return ScreeningDecision(
            pmid=citation.pmid,
            outcome=ScreeningOutcome.EXCLUDE,
            criterion=INTEGRITY,
            reason=f"Its own record says: {integrity.status}.",
            words=" ".join(integrity.notices),
            made_by="rule",
            by=INTEGRITY,
        )
    if not citation.has_abstract:
        return ScreeningDecision(
            pmid=citation.pmid,
            outcome=ScreeningOutcome.UNSURE,
            criterion=NO_ABSTRACT,
            reason="Abstract not available: obtain the full text. Nothing is summarised from a title alone.",
            made_by="rule",
            by=NO_ABSTRACT,
        )
    return None


def _by_orders(citation: Citation) -> ScreeningDecision | None:
    """A record whose text speaks to its reader is given to no model: it could speak for itself there, or against others."""
    orders = orders_in(citation)
    if not orders:
        return None
    sign, words = orders[0]
    return ScreeningDecision(
        pmid=citation.pmid,
        outcome=ScreeningOutcome.UNSURE,
        criterion=ORDERS,
        reason=f"Its text {sign}, so no model was asked about it; a person decides.",
        words=words.strip()[:LONGEST_WORDS],
        made_by="rule",
        by=ORDERS,
    )


def _suggestions(
    protocol: Protocol, citations: Sequence[Citation], model: LanguageModel, progress: Progress
) -> dict[str, ScreeningDecision]:
    criteria = topical_criteria(protocol)
    prompts = [
        render(
            "screen_citation",
            ScreenCitationInputs(
                question=protocol.question,
                pmid=citation.pmid,
                title=citation.title,
                sentences=sentences_of(citation),
                criteria=tuple(criterion.text for criterion in criteria),
                licensed_from=citation.licensed_from,
            ),
        )
        for citation in citations
    ]
    done = 0

    def tell(_: int, __: object) -> None:
        nonlocal done
        done += 1
        progress.update(done, len(prompts), "records screened")

    answers = ask(model, prompts, ScreenCitationAnswer, on_done=tell)
    return {
        citation.pmid: _from_model(citation, answer, criteria, model.identity.name)
        for citation, answer in zip(citations, answers, strict=True)
    }


def sentences_of(citation: Citation) -> tuple[str, ...]:
    """The abstract's sentences as prompts number them, from 1."""
    text = citation.abstract_text
    return tuple(text[start:end] for start, end in split_sentences(text))


def _from_model(
    citation: Citation, answer: Structured[ScreenCitationAnswer], criteria: Sequence[EligibilityCriterion], by: str
) -> ScreeningDecision:
    said = answer.value
    if said is None:
        return ScreeningDecision(
            pmid=citation.pmid,
            outcome=ScreeningOutcome.UNSURE,
            criterion=NOT_SCREENED,
            reason=f"The model's answer could not be used: {answer.problem}",
            made_by="model",
            by=by,
        )
    criterion = criteria[min(said.criterion, len(criteria)) - 1]
    included = said.decision == "include"
    reason = {
        "include": "The model would include it.",
        "unsure": "The model is unsure.",
        "exclude": f"{_WOULD_EXCLUDE}; a person decides.",
    }[said.decision]
    return ScreeningDecision(
        pmid=citation.pmid,
        outcome=ScreeningOutcome.INCLUDE if included else ScreeningOutcome.UNSURE,
        criterion=criterion.id,
        reason=f"{reason} {criterion.text}",
        **_words(citation, said.sentence),
        made_by="model",
        by=by,
    )


def _words(citation: Citation, sentence: int) -> dict[str, Any]:
    """The sentence of this number with its place: 0 the title, from 1 the abstract's; nothing where there is no such one."""
    if sentence == 0:
        return {"words": citation.title, "words_in": "title", "start": 0, "end": len(citation.title)}
    spans = split_sentences(citation.abstract_text)
    if sentence > len(spans):
        return {}
    start, end = spans[sentence - 1]
    return {"words": citation.abstract_text[start:end], "words_in": "abstract", "start": start, "end": end}


def _not_screened(pmid: str, at_most: int) -> ScreeningDecision:
    return ScreeningDecision(
        pmid=pmid,
        outcome=ScreeningOutcome.UNSURE,
        criterion=NOT_SCREENED,
        reason=f"Ranked below the {at_most} records that were screened; no one has looked at it.",
        made_by="ranking",
        by="relevance",
    )
