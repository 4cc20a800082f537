"""Scope: the claim speaks of no wider population, setting, dose, comparator or follow-up than its quotes.

A claim that leaves out what narrows its sentence (`in women with osteoporosis`, `after two doses`, `at six weeks`) says more
than was studied: applicability is judged by who was studied, how, against what and for how long (PICOT; GRADE indirectness).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from evidence.claim import ClaimCheck, Verdict
from evidence.text import normalise
from verification.abbreviations import abbreviated
from verification.alignment import Alignment, alignments, nearest, sentence_of, words_of
from verification.case import Case, Record, failed, not_applicable, passed, shown
from verification.population import ANIMALS, Population, read_populations
from verification.quantities import read_quantities
from verification.tokens import Token, key_of, keys_in, one_word, words_in
from verification.units import STRICT_UNITS

_NAME = "scope"
_UNIVERSAL = re.compile(
    r"(?i)\b(?:all|every|any|most) (?:[a-z-]+ )?(?:patients|people|persons|adults|children|women|men|individuals|participants|"
    r"ages|populations?|settings|subjects|infants|types|forms|stages|doses|groups)\b|\beveryone\b|\banyone\b"
    r"|\bgeneral population\b"
    r"|\bworldwide\b|\bregardless of\b|\birrespective of\b|\bat any\b|\bin general\b|\bthe population\b"
    r"|\b(?:patients|people|adults|children|women|men|humans) of (?:all|any)\b"
)
_ANIMAL_WORDS = re.compile(
    r"(?i)\b(?:mice|mouse|rats?|murine|rabbits?|dogs?|canine|pigs?|porcine|piglets?|monkeys?|macaques?|"
    r"zebrafish|hamsters?|in vitro)\b"
)
_HUMAN_WORDS = re.compile(
    r"(?i)\b(?:patients?|participants?|volunteers?|wom[ae]n|m[ae]n|adults?|child(?:ren)?|infants?|people|persons?|humans?|subjects|"
    r"individuals|adolescents|mothers?)\b"
)
_PARTIAL = keys_in("some several certain selected few only many subgroup subset majority")
_COMPARING = frozenset({"than", "versus", "compared", "compare", "relative", "against"})
_NARROWING = words_in(
    """
    in among amongst at during after within before under when if until throughout over for following between
    """
)
_NEUTRAL = keys_in(
    """
    conclusion study trial addition contrast general summary particular present our analysis group arm respectively both
    treatment intervention therapy patient participant subject people these those this result finding end order term
    respect case comparison secondary primary outcome point least most total all baseline overall time other control
    terms setting also further moreover furthermore first second one two current we found show showed conclude
    conclusions received receiving treated given assigned recipients
    """
)
_SYNONYMS = [
    frozenset(key_of(word) for word in group.split())
    for group in [
        "older elderly aged old age geriatric",
        "female women woman girl",
        "male men man boy",
        "infant newborn neonate baby",
        "child children pediatric paediatric",
        "hypertensive hypertension",
        "diabetic diabetes",
        "asthmatic asthma",
        "obese obesity",
        "hospital hospitalised hospitalized inpatient",
        "pregnant pregnancy",
        "smoker smoking",
        "home house household",
        "depressed depression",
        "cancer tumour tumor",
        "heart cardiac",
        "kidney renal",
        "liver hepatic",
    ]
]


def check_scope(case: Case) -> ClaimCheck:
    """Fails with `scope_inflated` where the claim leaves out, or widens, what its quotes hold for."""
    laid = nearest(case)
    if laid is None:
        return not_applicable(_NAME, "No quote stands that the claim's scope could be held against.")
    every = alignments(case)
    if any(found.same for found in every):
        return passed(_NAME, "The claim speaks of what its quote speaks of.")
    rules: tuple[Callable[[Case, Alignment], ClaimCheck | None], ...] = (_universal, _species, _population, _partial, _left_out)
    for rule in rules:
        if problem := rule(case, laid):
            return problem
    return passed(_NAME, "The claim is no wider than its quotes in whom, where, how much, against what and how long.")


def _universal(case: Case, _: Alignment) -> ClaimCheck | None:
    claim = normalise(case.claim.text).text
    quotes = " | ".join(normalise(anchor.sentence).text for anchor in case.standing)
    for match in _UNIVERSAL.finditer(claim):
        if match.group().lower() not in quotes.lower():
            return _wider(match.group(), quotes[:400], f"The claim says {shown(match.group())}, and no quote is that wide.")
    return None


def _species(case: Case, laid: Alignment) -> ClaimCheck | None:
    """A result in animals or cells told without saying so."""
    if any(token.key in ANIMALS for token in laid.claim):
        return None
    records = [anchor.record for anchor in case.standing if anchor.record]
    if not records or not all(in_animals(record) for record in records):
        return None
    said = next((token.text for token in laid.source if token.key in ANIMALS), "Animals")
    reason = f"The record's result is of {shown(said)}, and the claim does not say so."
    return _wider(case.claim.text[:240], said, reason)


def in_animals(record: Record) -> bool:
    """Whether the record's study was of animals or cells alone: by its headings, else by its words."""
    headings = {heading.descriptor for heading in record.citation.mesh}
    if "Humans" in headings or "Animals" in headings:
        return "Humans" not in headings
    text = f"{record.citation.title} {record.text}"
    return _ANIMAL_WORDS.search(text) is not None and _HUMAN_WORDS.search(text) is None


def _population(case: Case, laid: Alignment) -> ClaimCheck | None:
    """People named with fewer of the words that narrow them in the quote, or left out although the quote names them."""
    mine = read_populations(laid.claim)
    theirs = [population for population in read_populations(laid.source) if population.narrowing]
    known = laid.claim_keys | _synonyms(laid.claim_keys) | abbreviated(case, laid.claim)
    added = [laid.claim[index] for index in laid.added()]
    put = (
        frozenset(token.key for token in added) | _synonyms(frozenset(token.key for token in added)) | abbreviated(case, added)
    )
    for population in theirs:
        if laid.close:
            lost = [index for index in population.narrowing if _lost(laid, index, put, added)]
        else:
            lost = [index for index in population.narrowing if laid.source[index].key not in known]
        if not lost or not (_named(population, mine, laid) or (laid.close and population.adjunct)):
            continue
        kept = [index for index in population.narrowing if laid.source[index].key in known]
        if not laid.close and (kept or len(theirs) > 1 or any(other.narrowing for other in mine)):
            continue
        indices = sorted((*population.narrowing, population.head))
        full = words_of([laid.source[index] for index in indices], sentence_of(case, laid))
        missing = ", ".join(laid.source[index].text for index in lost)
        reason = f"The record speaks of {shown(full)}; the claim leaves out {shown(missing)}."
        return _wider(case.claim.text[:240], full, reason)
    return None


def _lost(laid: Alignment, index: int, put: frozenset[str], added: Sequence[Token]) -> bool:
    """Whether the claim dropped the word from its place and says it nowhere else, in this or another form."""
    token = laid.source[index]
    if index in laid.claim_of or token.key not in laid.fewer or token.key in put:
        return False
    return not any(one_word(token.text, other.text) for other in added)


def _named(population: Population, mine: Sequence[Population], laid: Alignment) -> bool:
    """Whether the claim names these people, by the same word or by another word for people."""
    return bool(mine) or laid.source[population.head].key in laid.claim_keys


def _partial(case: Case, laid: Alignment) -> ClaimCheck | None:
    """`Some patients` told as `patients`."""
    if not laid.close:
        return None
    for index in laid.dropped():
        token = laid.source[index]
        follows = index + 1 < len(laid.source) and laid.source[index + 1].key in laid.claim_keys
        if token.key in _PARTIAL and token.key not in laid.claim_keys and follows and not token.bracketed:
            said = words_of(laid.source[index : index + 2], sentence_of(case, laid))
            return _wider(
                case.claim.text[:240], said, f"The record says {shown(said)}; the claim leaves out {shown(token.text)}."
            )
    return None


def _left_out(case: Case, laid: Alignment) -> ClaimCheck | None:
    """A phrase of the quote that narrows the result and of which the claim has nothing."""
    if not laid.close:
        return None
    known = laid.claim_keys | _synonyms(laid.claim_keys) | abbreviated(case, laid.claim)
    for phrase in _dropped_phrases(laid):
        content = [token for token in phrase[1:] if token.content and token.key not in _NEUTRAL]
        if not content or any(token.key in known for token in content if not token.number):
            continue
        said = words_of(phrase, sentence_of(case, laid))
        if phrase[0].text not in _COMPARING and all(token.number for token in content) and not _measured(said):
            continue
        reason = f"The record's result holds {shown(said)}; the claim leaves that out."
        return _wider(case.claim.text[:240], said, reason)
    return None


def _measured(words: str) -> bool:
    return any(quantity.unit in STRICT_UNITS for quantity in read_quantities(words))


def _dropped_phrases(laid: Alignment) -> Iterator[Sequence[Token]]:
    """Runs of words that only the source has, from a preposition or comparing word to the end of the run or clause."""
    for gap in laid.gaps:
        start = None
        for index in range(*gap.source):
            token = laid.source[index]
            if token.bracketed:
                if start is not None:
                    yield laid.source[start:index]
                start = None
                continue
            if start is not None and (token.clause != laid.source[start].clause or token.text == "and"):
                yield laid.source[start:index]
                start = None
            if start is None and token.text in _NARROWING | _COMPARING:
                start = index
        if start is not None:
            yield laid.source[start : gap.source[1]]


def _synonyms(keys: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(group for group in _SYNONYMS if group & keys))


def _wider(claim_words: str, record_words: str, reason: str) -> ClaimCheck:
    return failed(_NAME, Verdict.SCOPE_INFLATED, reason, claim_words=claim_words, record_words=record_words)
