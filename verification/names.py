"""Names: a drug, scale, place or code that the claim names is named by one of its records too."""

from __future__ import annotations

import re
from functools import lru_cache

from evidence.citation import Citation
from evidence.claim import ClaimCheck, Verdict
from evidence.text import normalise
from verification.case import Case, failed, not_applicable, passed, shown

_TOKEN = re.compile(r"[^\W_][^\W_'’-]*(?:[-'’][^\W_]+)*")
_CODE = re.compile(r"(?=[^\W\d_]*\d)(?=\d*[^\W\d_])[^\W_]{5,}")
_CAPITALISED = re.compile(r"[A-Z][a-z]{3,}[^\W_]*(?:[-'’][^\W_]+)*")
_MONTHS_AND_PEOPLES = re.compile(
    r"(?i)\b(?:january|february|march|april|june|july|august|september|october|november|december|bayesian|cochrane|grade|pubmed|"
    r"europe(?:an)?|america[ns]*|africa[ns]*|asian?s?|british|english)\b"
)


def check_names(case: Case) -> ClaimCheck:
    """Fails with `unsupported` for a name that no record of the claim has in title, abstract, headings or keywords."""
    records = [anchor.record.citation for anchor in case.standing if anchor.record]
    if not records:
        return not_applicable("names", "No quote stands that the claim's names could be held against.")
    named = _names(normalise(case.claim.text).text)
    if not named:
        return not_applicable("names", "The claim names nothing that has a name of its own.")
    known = _bare(" ".join(map(_all_words, records)))
    if missing := [name for name in named if _bare(name) not in known]:
        reason = f"The claim names {shown(', '.join(missing[:4]))}, which none of its records does."
        return failed("names", Verdict.UNSUPPORTED, reason, claim_words=", ".join(missing))
    return passed("names", f"Its records name what the claim names: {', '.join(named[:8])}.")


def _names(text: str) -> list[str]:
    """Words with a capital that begin no sentence, and words of letters and digits together."""
    found = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word.isalpha() and word.islower():
            continue
        if _is_capitalised_name(word, text[: match.start()]) or _CODE.fullmatch(word):
            found.append(word)
    return list(dict.fromkeys(found))


def _is_capitalised_name(word: str, before: str) -> bool:
    if not _CAPITALISED.fullmatch(word) or _MONTHS_AND_PEOPLES.fullmatch(word):
        return False
    return before.rstrip("\"'([ ")[-1:] not in {"", ".", "!", "?", ":", ";"}


def _all_words(citation: Citation) -> str:
    headings = (heading.descriptor for heading in citation.mesh)
    return " ".join(
        (citation.title, citation.abstract_text, *headings, *citation.keywords, *citation.substances, citation.label)
    )


@lru_cache(maxsize=256)
def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", normalise(text).text.casefold())
