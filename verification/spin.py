"""Spin: a record that concludes in favour of what it tested although its primary outcome showed no difference.

Such conclusions mislead readers of abstracts (Boutron et al. 2010 and 2014). A claim that relays one may be true to its
sentence; so this raises a banner beside the record and the claim, and is no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence.citation import Citation
from evidence.claim import ClaimCheck, SourceRemark
from evidence.text import normalise, split_sentences
from verification.case import Case, not_applicable, passed, shown
from verification.directions import Way, read_directions
from verification.quantities import Kind, read_quantities
from verification.significance import INSIGNIFICANT

NAME = "spin"
_PRIMARY = re.compile(
    r"(?i)\bprimary (?:[a-z]+ ){0,2}?(?:end-?\s?points?|outcomes?|measures?|variables?|objective)\b|\bmain outcome\b"
)
_PLANNED = re.compile(
    r"(?i)\b(?:was|were|is|are) (?:to (?:assess|evaluate|determine|compare)|defined|assessed|measured|chosen|an?|the)\b"
)
_CONCLUDES = re.compile(r"(?i)\bconclu(?:sions?|de[sd]?)\b|\binterpretation\b|\bimplications?\b|\bdiscussion\b")
_FAVOURS = re.compile(
    r"(?i)\b(?:effective|efficacious|beneficial|benefits?|promising|superior|improves?|improved|useful|recommended|favou?rable|"
    r"advantage(?:s|ous)?|reduces?|reduced|protects?|prevents?|valuable|viable|attractive)\b"
)
_RESERVES = re.compile(
    r"(?i)\b(?:not|no|nor|neither|without|fail\w*|lack\w*|insufficient|cannot|unlikely|unclear|limited|similar|comparable|"
    r"as effective as|equally|non-?inferior\w*|equivalen\w+|alternative)\b"
)


def spin_of(citation: Citation) -> SourceRemark | None:
    """The banner for a record whose conclusion favours its treatment over a null primary outcome; None where there is none."""
    null = next((sentence for sentence in _sentences(citation) if _null_primary(sentence)), None)
    if null is None:
        return None
    concluding = conclusions(citation)
    favouring = next((sentence for sentence in concluding if sentence != null and favours(sentence)), None)
    if favouring is None or any(_admits(sentence) for sentence in concluding):
        return None
    text = (
        f"Its conclusion speaks for the treatment ({shown(favouring[:120])}), while its primary outcome showed no significant "
        "difference: read the claims that rest on it with that in mind."
    )
    return SourceRemark(pmid=citation.pmid, kind="spin", text=text, words=null)


def check_spin(case: Case) -> ClaimCheck:
    """Never fails: says in its reason, as a banner, that the claim relays such a conclusion."""
    if not case.standing:
        return not_applicable(NAME, "No quote stands whose record could be read for spin.")
    for anchor in case.standing:
        if anchor.record is None or not favours(anchor.sentence):
            continue
        remark = spin_of(anchor.record.citation)
        if remark and anchor.sentence in conclusions(anchor.record.citation):
            reason = (
                f"Banner: PMID {remark.pmid} concludes in favour although its primary outcome showed no significant difference."
            )
            return passed(NAME, reason, claim_words=case.claim.text[:240], record_words=remark.words)
    return passed(NAME, "The claim relays no favourable conclusion over a null primary outcome.")


def _admits(sentence: str) -> bool:
    """Whether a concluding sentence says itself that there was no effect."""
    plain = normalise(sentence).text
    return INSIGNIFICANT.search(plain) is not None or any(statement.way is Way.NULL for statement in read_directions(plain))


def favours(sentence: str) -> bool:
    """Whether the sentence speaks for a treatment and keeps nothing back."""
    plain = normalise(sentence).text
    if not _FAVOURS.search(plain) or _RESERVES.search(plain):
        return False
    return all(statement.way not in {Way.NULL, Way.WORSE} for statement in read_directions(plain))


def conclusions(citation: Citation) -> tuple[str, ...]:
    """The sentences of the record's concluding section or, where sections are not marked, its last sentence."""
    for section in reversed(citation.abstract):
        if section.label and _CONCLUDES.search(section.label):
            return tuple(section.text[start:end] for start, end in split_sentences(section.text))
    last = list(_sentences(citation))[-1:]
    return tuple(last)


def _sentences(citation: Citation) -> Iterator[str]:
    text = citation.abstract_text[:20_000]
    for start, end in split_sentences(text):
        yield text[start:end]


def _null_primary(sentence: str) -> bool:
    plain = normalise(sentence).text
    if not _PRIMARY.search(plain) or _PLANNED.search(plain):
        return False
    values = [quantity for quantity in read_quantities(plain) if quantity.kind is Kind.P]
    if any(value.value < 0.05 for value in values):
        return False
    ways = {statement.way for statement in read_directions(plain)}
    return INSIGNIFICANT.search(plain) is not None or ways == {Way.NULL} or (bool(values) and bool(ways))
