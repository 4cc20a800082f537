"""Ovid's field codes, as its database guides list them for MEDLINE, Embase, Emcare, APA PsycInfo and HMIC."""

from __future__ import annotations

_TEXT = "ti ab tw mp kf kw ot tx af hw sh fs nm rn rs rx ox px sy tn mf dm dq dv dj my ps"
_PEOPLE_AND_PLACES = "au fa fe ir fi in cp ca ed"
_RECORD = "pt la lg jn jw jx ja is ib vo ip pg yr dp dt da do ep up rd ez ui id an pm cm gr st so xs pu pb cl cc sx ax bx"
_OF_ONE_DATABASE = "mh tm tc de md po pp ag kp sb ge cn dl ac me os ar pr rf bt go oa oi rw sl"

OVID_FIELDS: frozenset[str] = frozenset(" ".join((_TEXT, _PEOPLE_AND_PLACES, _RECORD, _OF_ONE_DATABASE)).split())
"""Two-letter codes that may stand between dots after a term."""

TEXT_FIELDS: dict[str, str] = {
    "ti": "ti",
    "ab": "ab",
    "tw": "tiab",
    "mp": "tw",
    "tx": "tw",
    "kf": "ot",
    "kw": "ot",
    "ot": "tt",
    "hw": "tw",
    "nm": "nm",
    "rn": "rn",
    "af": "all",
    "sh": "mh",
    "fs": "sh",
    "pt": "pt",
    "au": "au",
    "fa": "fau",
    "ir": "ir",
    "in": "ad",
    "ca": "cn",
    "jn": "ta",
    "jw": "ta",
    "ja": "ta",
    "jx": "ta",
    "is": "is",
    "vo": "vi",
    "ip": "ip",
    "pg": "pg",
    "la": "la",
    "lg": "la",
    "yr": "dp",
    "dp": "dp",
    "ui": "uid",
    "pm": "uid",
    "do": "aid",
    "rs": "nm",
    "rx": "nm",
    "ox": "nm",
    "px": "nm",
    "gr": "gr",
    "cp": "pl",
}
"""PubMed's tag for the code of a field of Ovid MEDLINE; where it is not the same field, `WIDER_FIELDS` says so."""

WIDER_FIELDS: dict[str, str] = {
    "mp": ".mp. became [tw], PubMed's nearest field: it also searches publication types and names as subject",
    "hw": ".hw. (words of headings) became [tw], which also searches title and abstract: wider",
    "tx": ".tx. became [tw]",
    "jx": ".jx. (words of a journal's name) became [ta], which wants the journal's whole name",
    "jw": ".jw. (words of a journal's name) became [ta], which wants the journal's whole name",
}
"""Codes whose PubMed field is not quite the same, and how it differs."""
