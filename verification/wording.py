"""Wording: a claim that retells its sentence puts no other word in a word's place, and adds nothing that the record lacks.

Most errors of a drafter are small: one outcome for another, `higher` for `lower`, `unsafe` for `safe`, a stronger word. Beside
its sentence such a word shows, because it alone has no counterpart there. What both can mean is let through: abbreviations that
the record defines, a few plain synonyms, and words of direction that go the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from evidence.claim import ClaimCheck, Verdict
from verification.abbreviations import abbreviated
from verification.alignment import Alignment, Gap, alignments, nearest, sentence_of, words_of
from verification.case import Case, failed, not_applicable, passed, shown, unchecked
from verification.content_words import content_words, stem
from verification.directions import OPPOSITE, Way, read_directions
from verification.tokens import Token, key_of, keys_in, one_word

_SYNONYMS_TEXT = """
patient participant people subject individual person volunteer | group arm | study trial | older elderly aged old |
reduce lower decrease decline fall drop less fewer smaller lesser reduction | improve better improvement |
increase higher greater more larger rise raise gain increment | worsen worse deteriorate | begin start |
show demonstrate find observe report have | receive give treat take administer | therapy treatment intervention |
efficacy effectiveness effective | death mortality die | adverse side | shorten shorter | prolong longer | compare versus |
percent percentage proportion | similar comparable | drug medication medicine | result finding | change alter |
rate incidence frequency risk occurrence occur | prevent protect | placebo sham | associate link relate correlate
"""
_SYNONYMS = [frozenset(key_of(word) for word in group.split()) for group in _SYNONYMS_TEXT.replace("\n", " ").split("|")]
_OPPOSITES_TEXT = """
more less | more fewer | high low | increase decrease | increase reduce | great small | great less | large small | long short |
better worse | improve worsen | improve deteriorate | positive negative | safe unsafe | safe harmful | benefit harm |
beneficial harmful | effective ineffective | superior inferior | favourable unfavourable | above below | before after |
early late | fast slow | strong weak | success failure | gain loss | rise fall | rise drop | common rare | frequent rare |
frequent infrequent | survive die | survival mortality | prevent cause | prevent promote | protect harm | enhance impair |
enhance diminish | raise lower | lengthen shorten | prolong shorten | faster slower | tolerate reject | all none | lower higher
"""
_OPPOSITES = frozenset(
    frozenset(key_of(word) for word in pair.split()) for pair in _OPPOSITES_TEXT.replace("\n", " ").split("|")
)
_NEGATING = ("un", "in", "im", "ir", "non", "dis", "ab")
_NEUTRAL = keys_in(
    """
    study trial group arm participants patients people subjects compared comparison versus respectively found reported
    observed results showed treated received given using used use significantly significant significance randomised
    randomized randomly assigned who those had findings author authors published abstract concluded conclude conclusion
    report data one two three
    """
)
_MEASURING = keys_in(
    """
    total overall case number level score rate measure mean value treatment therapy intervention analysis
    """
)
"""Words that say nothing new where they are only added, as in `pain score` for `pain`."""
_BOOSTERS = keys_in(
    """
    clearly markedly dramatically strongly substantially greatly considerably highly completely fully proven established
    remarkable remarkably excellent powerful superb extremely vastly profoundly undoubtedly consistently universally
    overwhelmingly proves prove proved definitely definitively certainly conclusively entirely totally invariably
    """
)


def check_wording(case: Case) -> ClaimCheck:
    """Fails with `contradicted`, `unsupported` or `certainty_mismatched` for the first word that has no counterpart."""
    laid = nearest(case)
    if laid is None:
        if case.standing:
            return unchecked(
                "wording", "The claim or its quote is too long to be laid side by side, so a person must compare them."
            )
        return not_applicable("wording", "No quote stands that the claim's words could be held against.")
    if laid.same or not laid.close:
        return passed("wording", "The claim puts no other word in place of its quote's.")
    known = frozenset[str]().union(
        *(other.source_keys for other in alignments(case)), *(abbreviated(case, other.source) for other in alignments(case))
    )
    for gap in laid.gaps:
        if problem := _in_gap(case, laid, gap, known):
            return problem
    return passed("wording", "The claim retells its quote without another word in a word's place.")


def _in_gap(case: Case, laid: Alignment, gap: Gap, known: frozenset[str]) -> ClaimCheck | None:
    gone = [token for token in laid.source[slice(*gap.source)] if token.content and token.key in laid.fewer]
    come = [token for token in laid.claim[slice(*gap.claim)] if _counts(token, laid, known, replacing=bool(gone))]
    lost = [laid.source[index] for index in laid.dropped()]
    found = _fault(case, [token for token in come if not any(one_word(token.text, other.text) for other in lost)], gone)
    if found is None:
        return None
    verdict, said, instead = found
    mine = words_of(laid.claim[slice(*gap.claim)], case.claim.text)
    theirs = words_of(laid.source[slice(*gap.source)], sentence_of(case, laid))
    if verdict is Verdict.CERTAINTY_MISMATCHED:
        reason = f"The claim says {shown(said)}, and no quote goes that far."
    elif gone:
        reason = f"The claim says {shown(said or mine)} where the record says {shown(instead or theirs)}."
    else:
        reason = f"The claim adds {shown(said)} to its quote's words, which its record never mentions."
        theirs = words_of(laid.source, sentence_of(case, laid))[:400]
    return failed("wording", verdict, reason, claim_words=mine, record_words=theirs)


def _fault(case: Case, come: Sequence[Token], gone: Sequence[Token]) -> tuple[Verdict, str, str] | None:
    """The verdict on words that came in place of others, with the words of both sides; empty: the whole gap's."""
    if opposed := _opposed(come, gone):
        return Verdict.CONTRADICTED, *opposed
    if booster := next((token.text for token in come if token.key in _BOOSTERS), ""):
        return Verdict.CERTAINTY_MISMATCHED, booster, ""
    unlike = [token for token in come if not any(_alike(token, other) for other in gone)]
    if unlike and gone:
        return Verdict.UNSUPPORTED, "", ""
    foreign = " ".join(token.text for token in unlike if not _way(token.text) and not _in_records(case, token))
    return (Verdict.UNSUPPORTED, foreign, "") if foreign else None


def _counts(token: Token, laid: Alignment, known: frozenset[str], *, replacing: bool) -> bool:
    """Whether the word says something of its own: one that no quote has or, where it took a word's place, has less often."""
    if not token.content or token.number or token.key in _NEUTRAL:
        return False
    if token.key in laid.source_keys:
        return replacing and token.key in laid.more
    return token.key not in known and (replacing or token.key not in _MEASURING)


def _opposed(come: Iterable[Token], gone: Sequence[Token]) -> tuple[str, str] | None:
    for token in come:
        for other in gone:
            if (
                frozenset({token.key, other.key}) in _OPPOSITES
                or _negates(token.text, other.text)
                or _ways_oppose(token, other)
            ):
                return token.text, other.text
    return None


def _negates(one: str, other: str) -> bool:
    return any(one == prefix + other or other == prefix + one for prefix in _NEGATING)


@lru_cache(maxsize=2048)
def _way(word: str) -> frozenset[Way]:
    """The directions that a single word states."""
    return frozenset(statement.way for statement in read_directions(word))


def _ways_oppose(token: Token, other: Token) -> bool:
    return any(OPPOSITE.get(way) in _way(other.text) for way in _way(token.text))


def _alike(token: Token, other: Token) -> bool:
    if stem(token.text) == stem(other.text) or one_word(token.text, other.text):
        return True
    if any(token.key in group and other.key in group for group in _SYNONYMS):
        return True
    return bool(_way(token.text) & _way(other.text))


def _in_records(case: Case, token: Token) -> bool:
    for anchor in case.standing:
        if anchor.record is None:
            continue
        citation = anchor.record.citation
        headings = " ".join((*(heading.descriptor for heading in citation.mesh), *citation.keywords, *citation.substances))
        words = content_words(citation.title) | content_words(citation.abstract_text) | content_words(headings)
        if stem(token.text) in words:
            return True
    return False
