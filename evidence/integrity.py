"""What is known of a record's standing: retracted, withdrawn, of concern, superseded, corrected, a preprint.

Four places are read, because each is at times the only one that says so: the publication types, the
`CommentsCorrections` links (types of NLM's PubMed DTD), the title's prefix, and the notices that other sources gave
(`Citation.notices`, Retraction Watch for one). The worst state wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence.citation import Citation, Correction, Integrity, IntegrityStatus

_SEVERITY = {status: place for place, status in enumerate(IntegrityStatus)}
_SHOWN = 300

_BY_PUBLICATION_TYPE = {
    "retracted publication": IntegrityStatus.RETRACTED,
    "retraction of publication": IntegrityStatus.RETRACTION_NOTICE,
    "retraction notice": IntegrityStatus.RETRACTION_NOTICE,
    "expression of concern": IntegrityStatus.EXPRESSION_OF_CONCERN,
    "published erratum": IntegrityStatus.CORRECTED,
    "corrected and republished article": IntegrityStatus.CORRECTED,
    "preprint": IntegrityStatus.PREPRINT,
}

_BY_LINK = {
    "retractionin": (IntegrityStatus.RETRACTED, "It was retracted"),
    "retractedandrepublishedin": (IntegrityStatus.RETRACTED, "It was retracted and republished"),
    "partialretractionin": (IntegrityStatus.PARTLY_RETRACTED, "It was partly retracted"),
    "expressionofconcernin": (IntegrityStatus.EXPRESSION_OF_CONCERN, "An expression of concern about it was published"),
    "expressionofconcernfor": (IntegrityStatus.EXPRESSION_OF_CONCERN, "It is itself an expression of concern about another"),
    "retractionof": (IntegrityStatus.RETRACTION_NOTICE, "It is itself the notice that retracts another"),
    "partialretractionof": (IntegrityStatus.RETRACTION_NOTICE, "It is itself the notice that partly retracts another"),
    "updatein": (IntegrityStatus.SUPERSEDED, "A newer version was published"),
    "correctedandrepublishedin": (IntegrityStatus.SUPERSEDED, "It was corrected and republished"),
    "erratumin": (IntegrityStatus.CORRECTED, "A correction was published"),
    "erratumfor": (IntegrityStatus.CORRECTED, "It is itself the correction of another"),
    "correctedandrepublishedfrom": (IntegrityStatus.CORRECTED, "It is the corrected version of another"),
    "retractedandrepublishedfrom": (IntegrityStatus.CORRECTED, "It replaces a retracted record"),
}
"""RefType, in lower case: what it says of this record, and how a sentence about it begins."""

_VERSION_LINKS = frozenset({"updateof", "republishedin", "republishedfrom"})
"""Links to other versions that take nothing away from this record."""

_BY_TITLE = (
    (re.compile(r"retracted(?: (?:article|paper|publication|chapter))?\s*[:\])]", re.IGNORECASE), IntegrityStatus.RETRACTED),
    (re.compile(r"(?:withdrawn|removed)(?: (?:article|paper))?\s*[:\])]|(?:withdrawal notice|temporary removal)\s*[:\])]",
                re.IGNORECASE), IntegrityStatus.WITHDRAWN),
    (re.compile(r"(?:partial|partly) retract(?:ion|ed)\b", re.IGNORECASE), IntegrityStatus.PARTLY_RETRACTED),
    (re.compile(r"(?:editorial )?expression of concern\b", re.IGNORECASE), IntegrityStatus.EXPRESSION_OF_CONCERN),
    (re.compile(r"(?:notice of retraction|retraction (?:notice|note|statement))\b|retraction(?: to| of)?\s*:", re.IGNORECASE),
     IntegrityStatus.RETRACTION_NOTICE),
    (re.compile(r"(?:erratum|corrigendum|correction|author correction|publisher correction)"
                r"(?: to| for)?(?: [^:]{0,80})?:", re.IGNORECASE), IntegrityStatus.CORRECTED),
)  # fmt: skip
"""How titles begin, after brackets and quotation marks."""

_OPENING = re.compile(r"[\s\[\(\"'“‘«*]*")


def integrity_of(citation: Citation) -> Integrity:
    """The record's standing: the worst state that its types, links, title and notices show, with a sentence for each."""
    found = [*_from_types(citation), *_from_links(citation), *_from_title(citation), *_from_notices(citation)]
    worst = min((status for status, _ in found), key=_SEVERITY.__getitem__, default=IntegrityStatus.NO_NOTICE)
    ordered = sorted(found, key=lambda entry: _SEVERITY[entry[0]])
    return Integrity(
        status=worst,
        notices=tuple(dict.fromkeys(sentence for _, sentence in ordered)),
        related_pmids=tuple(dict.fromkeys(_related(citation))),
    )


def _from_types(citation: Citation) -> Iterator[tuple[IntegrityStatus, str]]:
    for printed in citation.publication_types:
        status = _BY_PUBLICATION_TYPE.get(" ".join(printed.lower().split()))
        if status:
            yield status, f"Its publication types include “{printed}”."


def _from_links(citation: Citation) -> Iterator[tuple[IntegrityStatus, str]]:
    for link in citation.corrections:
        if known := _BY_LINK.get(link.kind.lower()):
            status, beginning = known
            yield status, f"{beginning}{_where(link)} ({link.kind} in its comments and corrections)."


def _from_notices(citation: Citation) -> Iterator[tuple[IntegrityStatus, str]]:
    for notice in citation.notices:
        said = f"{notice.source} lists it: {notice.nature}"
        dated = f" of {notice.date}" if notice.date else ""
        reasons = f" ({notice.reason[:_SHOWN]})" if notice.reason else ""
        entry = f", entry {notice.entry}" if notice.entry else ""
        yield notice.status, f"{said}{dated}{reasons}{entry}."


def _where(link: Correction) -> str:
    parts = [link.reference[:_SHOWN].strip(" ."), f"PMID {link.pmid}" if link.pmid else ""]
    named = ", ".join(part for part in parts if part)
    return f": {named}" if named else ""


def _from_title(citation: Citation) -> Iterator[tuple[IntegrityStatus, str]]:
    opening = _OPENING.match(citation.title)
    start = opening.end() if opening else 0
    for pattern, status in _BY_TITLE:
        if found := pattern.match(citation.title, start):
            yield status, f"Its title begins with “{found[0].strip()}”."
            return


def _related(citation: Citation) -> Iterator[str]:
    for link in citation.corrections:
        if link.pmid and (link.kind.lower() in _BY_LINK or link.kind.lower() in _VERSION_LINKS):
            yield link.pmid
    for notice in citation.notices:
        if notice.pmid:
            yield notice.pmid
