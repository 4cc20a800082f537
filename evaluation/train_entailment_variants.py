"""Variants of the cases that the entailment model is trained on, drawn anew in every round.

A variant belongs to the group of the case that it was made from, so that no fold sees one of its own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from evaluation.train_entailment_examples import (
    SPAN,
    ClaimText,
    Corpus,
    Example,
    Passage,
    TrialText,
    claim_example,
    trial_example,
)
from evaluation.train_entailment_words import DENIED, FLIP, denied_form, flipped, loosened
from evidence.claim import Direction
from verification.comparison_features import Comparison
from verification.content_words import content_words
from verification.directions import read_directions
from verification.judge import COMPARISON_LABELS, ClaimLabel

_HIGHER = (
    "{o} was higher with {i} than with {c}.",
    "{i} increased {o} compared with {c}.",
    "Compared with {c}, {i} led to greater {o}.",
)
_LOWER = (
    "{o} was lower with {i} than with {c}.",
    "{i} reduced {o} compared with {c}.",
    "Compared with {c}, {i} led to less {o}.",
)
_NULL = (
    "There was no significant difference in {o} between {i} and {c}.",
    "{i} did not change {o} compared with {c}.",
    "{o} was similar with {i} and {c}.",
)
_STATED = {Direction.HIGHER: _HIGHER, Direction.LOWER: _LOWER, Direction.NO_DIFFERENCE: _NULL}
_TURNED = {Direction.HIGHER: Direction.LOWER, Direction.LOWER: Direction.HIGHER}
_UP = ("significantly higher", "significantly greater", "increased", "higher")
_DOWN = ("significantly lower", "significantly less", "reduced", "lower")


def varied(corpus: Corpus, chance: random.Random) -> Iterator[Example]:
    """About one variant of each case, which may be the case itself."""
    for case in corpus.trials:
        yield from _trial_variants(case, chance)
    for one in corpus.claims:
        yield from _claim_variants(one, chance)
    for passage in corpus.passages:
        yield from _made_claims(passage, chance)


def _trial_variants(case: TrialText, chance: random.Random) -> Iterator[Example]:
    """As it is, or with the arms changed over or the text's directions flipped; a sentence of our own; a statement of it."""
    row = case.row
    span = case.source == SPAN
    if not span and chance.random() < 0.35:
        return
    draw = chance.random()
    if draw < 0.3:
        yield trial_example(_arms_over(case))
    elif draw < 0.45 and row.direction in _TURNED and not DENIED.search(case.text) and FLIP.search(case.text):
        other = row.model_copy(update={"label": _label(_TURNED[row.direction])})
        yield trial_example(replace(case, row=other, text=flipped(case.text)))
    else:
        yield trial_example(case)
    if span and chance.random() < 0.25:
        direction = chance.choice(COMPARISON_LABELS)
        own = row.model_copy(update={"label": _label(direction)})
        text = _reported(row.comparison, direction, chance)
        yield replace(trial_example(TrialText(own, text, "trial, made")), weight=0.5)
    if span and chance.random() < 0.6:
        yield _stated(case, chance)


def _arms_over(case: TrialText) -> TrialText:
    row = case.row
    over = {
        "intervention": row.comparator,
        "comparator": row.intervention,
        "label": _label(_TURNED.get(row.direction, row.direction)),
    }
    return replace(case, row=row.model_copy(update=over))


def _stated(case: TrialText, chance: random.Random) -> Example:
    """A direction stated as a claim, with the span as its evidence."""
    true = case.row.direction
    said = true if chance.random() < 0.5 else chance.choice([other for other in COMPARISON_LABELS if other is not true])
    text = _worded(chance.choice(_STATED[said]), case.row.comparison)
    label = ClaimLabel.SUPPORTED if said is true else ClaimLabel.REFUTED
    return claim_example(ClaimText(text, case.text, label, case.row.pmid, "stated"))


def _worded(template: str, comparison: Comparison) -> str:
    text = template.format(o=comparison.outcome.strip(), i=comparison.intervention.strip(), c=comparison.comparator.strip())
    return text[:1].upper() + text[1:]


def _reported(comparison: Comparison, direction: Direction, chance: random.Random) -> str:
    """A sentence as a report would word it: either arm first, with figures and a p-value."""
    first, second = comparison.intervention.strip(), comparison.comparator.strip()
    over = chance.random() < 0.5
    if over:
        first, second = second, first
    low, high = sorted(chance.sample(range(2, 90), 2))
    if direction is Direction.NO_DIFFERENCE:
        way, p_value = "not significantly different", f"P = 0.{chance.randint(6, 98):02d}"
        values = (low, low + chance.randint(0, 2))
    else:
        up = (direction is Direction.HIGHER) is not over
        way, p_value = chance.choice(_UP if up else _DOWN), f"P {chance.choice(('<', '='))} 0.0{chance.randint(1, 4)}"
        values = (high, low) if up else (low, high)
    figures = chance.choice(("({0}% vs {1}%, {p})", "({0}.{2} versus {1}.{2}; {p})", "({p})")).format(
        *values, chance.randint(0, 9), p=p_value
    )
    forms = (
        f"{comparison.outcome} was {way} {'between' if way.startswith('not') else 'in'} {first} "
        f"{'and' if way.startswith('not') else 'than in'} {second} {figures}.",
        f"{comparison.outcome} ; {first}: {values[0]}% ; {second}: {values[1]}% ; {p_value}",
        f"{first} had {values[0]}% and {second} {values[1]}% {comparison.outcome} ({p_value}).",
    )
    return chance.choice(forms)


def _claim_variants(case: ClaimText, chance: random.Random) -> Iterator[Example]:
    """As it is; with less or more of its abstract, so that length tells nothing; flipped on one side or both; denied."""
    if case.source == "pubmedqa" and chance.random() < 0.4:
        return
    draw = chance.random()
    if case.label is not ClaimLabel.NOT_ENOUGH or draw < 0.5:
        yield claim_example(case)
    if case.source == "scifact" and case.rest:
        if case.label is ClaimLabel.NOT_ENOUGH:
            yield claim_example(replace(case, evidence=_most_like(case.claim, case.rest, chance)))
        elif draw < 0.3:
            more = [case.evidence, *chance.sample(case.rest, min(2, len(case.rest)))]
            chance.shuffle(more)
            yield claim_example(replace(case, evidence=" ".join(more)))
        elif draw < 0.7:
            other = replace(case, evidence=_most_like(case.claim, case.rest, chance), label=ClaimLabel.NOT_ENOUGH)
            yield replace(claim_example(other), weight=0.5)
    if case.label is ClaimLabel.SUPPORTED:
        yield from _turned_claim(case, chance)


def _turned_claim(case: ClaimText, chance: random.Random) -> Iterator[Example]:
    refuted = replace(case, label=ClaimLabel.REFUTED)
    plain = not DENIED.search(f"{case.claim} {case.evidence}")
    both = bool(FLIP.search(case.claim)) and bool(FLIP.search(case.evidence))
    draw = chance.random()
    if plain and both and draw < 0.7:
        if draw < 0.25:
            yield claim_example(replace(refuted, claim=flipped(case.claim)))
        elif draw < 0.5:
            yield claim_example(replace(refuted, evidence=flipped(case.evidence)))
        else:
            yield claim_example(replace(case, claim=flipped(case.claim), evidence=flipped(case.evidence)))
    elif draw < 0.25 and (denied := denied_form(case.claim)):
        yield claim_example(replace(refuted, claim=denied))


def _most_like(claim: str, sentences: Sequence[str], chance: random.Random) -> str:
    """One of the two sentences that share most subject words with the claim."""
    words = content_words(claim)
    return chance.choice(sorted(sentences, key=lambda text: -len(words & content_words(text)))[:2])


def _made_claims(passage: Passage, chance: random.Random) -> Iterator[Example]:
    """A sentence that states a direction as a claim, against itself as printed, flipped or denied, and against another."""
    fit = [text for text in passage.sentences if 6 <= len(text.split()) <= 50 and read_directions(text)]
    if not fit or chance.random() < 0.5:
        return
    sentence = chance.choice(fit)
    others = [text for text in passage.sentences if text != sentence]
    made = ClaimText(loosened(sentence, chance), sentence, ClaimLabel.SUPPORTED, passage.group, "made")
    draw = chance.random()
    if draw < 0.3 and others:
        other = replace(made, evidence=_most_like(sentence, others, chance), label=ClaimLabel.NOT_ENOUGH)
        yield replace(claim_example(other), weight=0.5)
    elif draw < 0.6:
        false = flipped(made.claim) if chance.random() < 0.6 else denied_form(made.claim)
        if false and false != made.claim:
            ways = (replace(made, claim=false), replace(made, claim=sentence, evidence=false))
            yield claim_example(replace(chance.choice(ways), label=ClaimLabel.REFUTED))
    else:
        yield claim_example(made)


def _label(direction: Direction) -> str:
    return {
        Direction.HIGHER: "significantly increased",
        Direction.LOWER: "significantly decreased",
        Direction.NO_DIFFERENCE: "no significant difference",
    }[direction]
