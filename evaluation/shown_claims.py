"""Ten claims on invented records with the verdict of each: `python -m evaluation.shown_claims` writes docs/claims-that-hold.md.

Records and claims are invented; the verdicts are what the checks say when the page is made.
"""

from __future__ import annotations

from pathlib import Path

from evidence.citation import AbstractSection, Citation
from evidence.claim import Claim, ClaimCheck, DraftSummary, Support, VerifiedClaim
from verification.verify import verify_draft

PAGE = Path("docs/claims-that-hold.md")
_NO_HASH = "0" * 64
_TRIAL, _OTHER, _WITHDRAWN = "90000101", "90000102", "90000103"
_PRIMARY = "Fever lasted 4.1 days with brillamine and 6.3 days with placebo (P = 0.002)."
_HARM = "Nausea occurred in 31 of 206 adults given brillamine and in 12 of 204 given placebo."
_NULL = "Hospital stay did not differ significantly between brillamine and placebo (P = 0.41)."
_CONCLUSION = "Brillamine may shorten fever in adults with mild tarnish fever."
_RASH = "Rash was seen in 9 of 80 children given brillamine."
_OLD = "Brillamine halved mortality compared with placebo."


def records() -> dict[str, Citation]:
    """Three invented records; the last is retracted."""
    trial = _record(
        _TRIAL,
        "Brillamine for tarnish fever: a randomised trial",
        ("METHODS", "We randomised 410 adults with mild tarnish fever to brillamine or placebo."),
        ("RESULTS", f"{_PRIMARY} {_HARM} {_NULL}"),
        ("CONCLUSIONS", _CONCLUSION),
    )
    other = _record(_OTHER, "Brillamine in children", ("RESULTS", _RASH))
    withdrawn = _record(_WITHDRAWN, "Brillamine and mortality", ("RESULTS", _OLD))
    withdrawn = withdrawn.model_copy(update={"publication_types": ("Journal Article", "Retracted Publication")})
    return {record.pmid: record for record in (trial, other, withdrawn)}


def _record(pmid: str, title: str, *sections: tuple[str, str]) -> Citation:
    parts = tuple(AbstractSection(label=label, category=label, text=text) for label, text in sections)
    return Citation(pmid=pmid, title=title, abstract=parts, source_hash=_NO_HASH)


_CLAIMS: tuple[tuple[str, str, str, str], ...] = (
    ("True, word for word", _PRIMARY, _TRIAL, _PRIMARY),
    ("True, in other words", "Fever lasted 4.1 days with brillamine against 6.3 days with placebo.", _TRIAL, _PRIMARY),
    (
        "Numbers of the two arms exchanged",
        "Nausea occurred in 12 of 204 adults given brillamine and in 31 of 206 given placebo.",
        _TRIAL,
        _HARM,
    ),
    ("Direction turned", "Fever lasted longer with brillamine than with placebo (P = 0.002).", _TRIAL, _PRIMARY),
    (
        "Denial left out",
        "Hospital stay differed significantly between brillamine and placebo (P = 0.41).",
        _TRIAL,
        _NULL,
    ),
    ("Population widened", "Brillamine may shorten fever in adults and children with tarnish fever.", _TRIAL, _CONCLUSION),
    ("Hedge dropped", "Brillamine shortens fever in adults with mild tarnish fever.", _TRIAL, _CONCLUSION),
    ("Quote of another record", _RASH, _TRIAL, _RASH),
    ("Quote that stands nowhere", _PRIMARY, _TRIAL, "Fever lasted 2.1 days with brillamine and 6.3 days with placebo."),
    ("Retracted source", _OLD, _WITHDRAWN, _OLD),
)
"""What was done, the claim, the PMID named, and the words quoted from it."""


def checked() -> tuple[VerifiedClaim, ...]:
    """The claims, each checked by itself."""
    run = records()
    made = (
        Claim(id=f"c{number}", text=text, section="finding", support=(Support(pmid=pmid, quote=quote),), written_by="invented")
        for number, (_, text, pmid, quote) in enumerate(_CLAIMS, 1)
    )
    return tuple(verify_draft(DraftSummary(findings=(claim,)), run).claims[0] for claim in made)


def page() -> str:
    """The page, whole."""
    parts = [_OPENING]
    for number, ((what, text, pmid, quote), item) in enumerate(zip(_CLAIMS, checked(), strict=True), 1):
        check = next((one for one in item.checks if one.verdict is item.verdict), None)
        rows = [
            f"## {number}. {what}",
            f"- Claim: “{text}”",
            f"- Quoted from PMID {pmid}: “{quote}”",
            f"- Verdict: **{item.verdict.value}**",
            f"- Why: {item.reason}",
            *_words(check),
        ]
        parts.append("\n".join([rows[0], "", *rows[1:]]))
    return "\n\n".join(parts) + "\n"


def _words(check: ClaimCheck | None) -> list[str]:
    if check is None:
        return []
    sides = (("claim", check.claim_words), ("record", check.record_words))
    return [f"- Check: {check.name}", *(f"- Words of the {side}: “{words}”" for side, words in sides if words)]


_OPENING = """# Ten claims, right and wrong

Every record and claim on this page is invented. Each claim was checked by itself, by the product's own checks and without a
model; the page is made by `.venv/bin/python -m evaluation.shown_claims`, and a test fails where it is not what they say now.
How often the checks are right on real text is in [the figures](evaluation-figures.md)."""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
