"""Finds what could identify a patient in the text of a question, before anything is sent anywhere.

Rules over the text alone: check digits, formats and the words around them. They are made for questions as librarians take
them down, and to leave ordinary clinical questions alone; a person still confirms that no identifier remains. Not found:
names in small letters, names with nothing around them that says so, initials, streets, and stories that only one person fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from nhs_number.validate import is_valid
from pydantic import Field

from evidence.base import EvidenceModel
from evidence.errors import PatientDataSuspected


class IdentifierKind(StrEnum):
    """What could identify a patient."""

    NHS_NUMBER = "an NHS number"
    BIRTH_DATE = "a date of birth or of care"
    NAME = "a person's name"
    POSTCODE = "a postcode"
    HOSPITAL_NUMBER = "a hospital number"
    PHONE = "a telephone number"
    EMAIL = "an e-mail address"


class Suspicion(EvidenceModel):
    """Words that could identify a patient. Offsets count code points in the text, half open."""

    kind: IdentifierKind = Field(description="What the words look like.")
    words: str = Field(description="The words themselves: show them to the person who typed them, never log them.")
    start: int = Field(ge=0, description="Where they begin.")
    end: int = Field(ge=0, description="Where they end.")
    sentence: str = Field(description="What was found and what to do, one sentence, without the words themselves.")


def find_patient_identifiers(text: str) -> list[Suspicion]:
    """Every suspicion in the text, in order of place; where two overlap, the more telling one."""
    found: list[Suspicion] = []
    for kind, rule in _RULES:
        for start, end in rule(text):
            if all(end <= other.start or start >= other.end for other in found):
                sentence = f"Characters {start + 1} to {end} look like {kind.value}: take them out or say it without them."
                found.append(Suspicion(kind=kind, words=text[start:end], start=start, end=end, sentence=sentence))
    return sorted(found, key=lambda suspicion: suspicion.start)


def refuse_patient_identifiers(text: str) -> None:
    """Raises `PatientDataSuspected`, naming the kinds found and repeating no identifier, where there is any suspicion."""
    kinds = list(dict.fromkeys(suspicion.kind.value for suspicion in find_patient_identifiers(text)))
    if kinds:
        listed = kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} and {kinds[-1]}"
        raise PatientDataSuspected(
            f"The question seems to hold {listed}: nothing was sent; take out whatever could identify a patient and ask again."
        )


_Spans = Iterator[tuple[int, int]]

_SPACE = r"[ \t\u00a0\u2007\u2009\u202f]"
_DASH = r"[-\u2010\u2011\u2012\u2013]"
_JOINT = rf"(?:{_SPACE}|{_DASH})?"
_IS = rf"{_SPACE}?(?:is|was|=|:|#)?{_SPACE}?"
_NUMBER_WORD = r"(?:number|num|no\.?|id|identifier|#)"

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_NTH = rf"{_DAY}(?:st|nd|rd|th)?"
_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:1[89]|20)\d\d"
_FULL_DATE = "(?:{})(?![\\d/])".format(
    "|".join(
        [rf"{_DAY}{mark}{_MONTH_NUMBER}{mark}(?:{_YEAR}|\d\d)" for mark in ("/", r"\.", "-")]
        + [rf"{_YEAR}{mark}{_MONTH_NUMBER}{mark}{_DAY}" for mark in ("/", r"\.", "-")]
        + [rf"{_NTH}{_SPACE}(?:of{_SPACE})?{_MONTH},?{_SPACE}{_YEAR}", rf"{_MONTH}{_SPACE}{_NTH},?{_SPACE}{_YEAR}"]
    )
)
_SENTENCE_END = re.compile(r"[.?!]\s|\n")
_PERSON = r"(?:patient|pt|client|man|woman|lady|gentleman|boy|girl|child|baby|resident|service user|mother|father|son|daughter)"

_TEN_DIGITS = re.compile(rf"(?<![\w/.,+\-])\d{{3}}{_JOINT}\d{{3}}{_JOINT}\d{{4}}(?![\w/]|[.,]\d|-\d)")
_LABELLED_NHS = re.compile(
    rf"\b(?:NHS|CHI|H&C|health and care){_JOINT}{_NUMBER_WORD}?{_IS}-?((?:\d{_JOINT}){{9}}\d)(?!\d)", re.IGNORECASE
)
_BORN = re.compile(
    rf"\b(?:d\.?{_SPACE}?o\.?{_SPACE}?b\b\.?|date of birth|birth ?date|born(?: on)?)(?:{_SPACE}|[:=(,]|is|was|the){{0,6}}"
    rf"({_FULL_DATE})(?!{_SPACE}?(?:{_DASH}|to\b|and\b|until\b|or\b))",
    re.IGNORECASE,
)
_DATE = re.compile(rf"(?<![\w/.\-]){_FULL_DATE}(?!\.\d)", re.IGNORECASE)
_ONE_PERSON = re.compile(
    rf"\b(?:my|our|this|the|an?){_SPACE}(?!last|first|final|each)(?:[\w\-]+{_SPACE}){{0,3}}?{_PERSON}\b|\b(?:he|she|his|her|him)\b"
    rf"|\b(?:Mr|Mrs|Ms|Miss)\b|\b\d{{1,3}}{_JOINT}(?:years?|yrs?|months?)?{_JOINT}(?:old|y/?o)\b",
    re.IGNORECASE,
)
_NOT_OF_CARE = re.compile(
    r"\b(?:since|published|publications?|literature|search(?:ed|es)?|records?|papers?|articles?|studies|trials?|from|between|until|"
    r"till|after|before|up to|as of|as at|and|to|or|guidelines?|version|accessed|updated|recruited|enrolled)"
    r"\W{1,3}(?:\w+\W{1,2}){0,2}$",
    re.IGNORECASE,
)

_CAPITAL = r"[A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u017f]"
_SMALL = r"[a-z\u00df-\u00f6\u00f8-\u024f]"
_WORD = rf"(?:(?:Ma?c|[OD]['\u2019]){_CAPITAL}{_SMALL}+|{_CAPITAL}{_SMALL}+(?:['\u2019\-]{_CAPITAL}?{_SMALL}+)?)\b"
_FULL_NAME = rf"{_WORD}{_SPACE}{_WORD}"
_ANY_NAME = rf"{_WORD}(?:{_SPACE}{_WORD})?"
_TITLED = re.compile(
    rf"(?<!We )(?<!Not )(?<!To )(?<!They )(?<!May )\b(?:Mr|Mrs|Ms|Miss|Mx|mr|mrs|miss)\.?{_SPACE}"
    rf"((?:[A-Z]\.?{_SPACE}){{0,2}}{_ANY_NAME})"
)
_CALLED = re.compile(
    rf"\b(?i:{_PERSON},?{_SPACE}(?:(?:who{_SPACE})?(?:is|was){_SPACE})?(?:named|called|by the name of)){_SPACE}({_ANY_NAME})"
)
_NAME_IS = re.compile(
    rf"\b(?i:(?:(?:his|her|their|patient|pt|full|first|last|(?:the|my) {_PERSON}['\u2019]s){_SPACE}(?:sur|fore)?name{_SPACE}?"
    rf"(?:is|was|:|=)|(?:sur|fore)?names?{_SPACE}?[:=])){_SPACE}{{0,3}}({_WORD}(?:,?{_SPACE}{_WORD}){{0,2}})"
)
_MY_PATIENT = re.compile(rf"\b(?i:(?:my|our|this){_SPACE}(?:patient|client|pt)),?{_SPACE}({_ANY_NAME})")
_PATIENT_NAME = re.compile(rf"\b(?:patient|client|pt),?{_SPACE}({_FULL_NAME})")
_NAME_AGE = re.compile(
    rf"\b({_FULL_NAME})(?:,?{_SPACE}(?:is|was){_SPACE}an?{_SPACE}\d{{1,3}}{_JOINT}(?:(?:years?|yrs?|months?){_JOINT}old|y/?o)\b"
    rf"|{_SPACE}?\((?:aged?{_SPACE})?\d{{1,3}}{_SPACE}?(?:y|yo|y/o|yrs?|years?|[MF])\)|,{_SPACE}\d{{1,3}}{_SPACE}?y/?o\b)"
)
_NO_NAMES = frozenset(
    """
    Access Activation Analogue And Are Assessment At Blood Can Care Centered Centred Controlled Could Data Decision Determined
    Did Does Education Empowerment Engagement Experience Flow For Generated Global Group Groups Had Has Health How If In
    Information Initiated Involvement Is Management Navigation On Outcome Outcomes Population Portal Presented Presents
    Protection Public Rated Related Reported Safety Satisfaction Scale Self Should Specific Study The Trial Was What When Which
    Who Will With Would
    """.split()  # noqa: SIM905 - a list of words is read more easily than a list of quoted words
)

_AREAS = (
    "AB|AL|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|EC|EH|EN|EX|FK|FY|GL|GU|GY|HA|"
    "HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL|LN|LS|LU|ME|MK|ML|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|"
    "RG|RH|RM|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE|B|E|G|L|M|N|S|W"
)
_OUTWARD = rf"(?:{_AREAS})\d[\dA-HJKMNPR-Y]?"
_INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"
_POSTCODE = re.compile(rf"(?<![\w\-/]){_OUTWARD}{_SPACE}{_INWARD}(?![\w\-/])")
_LOOSE_POSTCODE = re.compile(
    r"\b(?:post ?code|address|lives|living|resid(?:es|ing))\b(?:\W{1,3}\w+){0,8}?\W{1,3}"
    rf"({_OUTWARD}{_SPACE}?{_INWARD})\b",
    re.IGNORECASE,
)
_HOSPITAL = re.compile(
    rf"\b(?:(?:hospital|patient|unit|case|case ?note|chart|medical record|record){_SPACE}{_NUMBER_WORD}"
    rf"|(?:MRN|UHID)(?:{_SPACE}{_NUMBER_WORD})?){_IS}([A-Z]{{0,3}}-?\d{{4,10}}[A-Z]?)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    rf"(?<![\w.,/\-+])(?:\+44{_SPACE}?(?:\(0\))?|\(?0)[1-378]\d{{1,4}}\)?{_JOINT}(?:\d{_JOINT}){{4,8}}\d(?![\w/]|[.,]\d)"
)
_EMAIL = re.compile(r"(?<![\w.+\-])[A-Za-z0-9][\w.+\-]{0,63}@[A-Za-z0-9][A-Za-z0-9\-]{0,62}(?:\.[A-Za-z0-9\-]{1,62}){1,8}")


def _nhs_numbers(text: str) -> _Spans:
    for match in _LABELLED_NHS.finditer(text):
        yield match.span(1)  # whatever its check digit: a slip in typing leaves a number that points at somebody
    for match in _TEN_DIGITS.finditer(text):
        if is_valid("".join(str(int(digit)) for digit in match[0] if digit.isdigit())):
            yield match.span()


def _birth_dates(text: str) -> _Spans:
    for match in _BORN.finditer(text):
        yield match.span(1)
    for match in _DATE.finditer(text):
        before, after = text[max(0, match.start() - 300) : match.start()], text[match.end() : match.end() + 300]
        sentence = _SENTENCE_END.split(before)[-1] + match[0] + _SENTENCE_END.split(after)[0]
        if _ONE_PERSON.search(sentence) and not _NOT_OF_CARE.search(before[-60:]):
            yield match.span()


def _names(text: str) -> _Spans:
    for pattern in (_TITLED, _CALLED, _NAME_IS, _MY_PATIENT, _PATIENT_NAME, _NAME_AGE):
        for match in pattern.finditer(text):
            if _NO_NAMES.isdisjoint(match[1].split()):
                yield match.span(1)


def _postcodes(text: str) -> _Spans:
    for match in _POSTCODE.finditer(text):
        yield match.span()
    for match in _LOOSE_POSTCODE.finditer(text):
        yield match.span(1)


def _hospital_numbers(text: str) -> _Spans:
    for match in _HOSPITAL.finditer(text):
        yield match.span(1)


def _phones(text: str) -> _Spans:
    for match in _PHONE.finditer(text):
        if 10 <= sum(character.isdigit() for character in match[0]) <= 13:
            yield match.span()


def _emails(text: str) -> _Spans:
    for match in _EMAIL.finditer(text):
        yield match.span()


_RULES: tuple[tuple[IdentifierKind, Callable[[str], _Spans]], ...] = (
    (IdentifierKind.EMAIL, _emails),
    (IdentifierKind.NHS_NUMBER, _nhs_numbers),
    (IdentifierKind.HOSPITAL_NUMBER, _hospital_numbers),
    (IdentifierKind.PHONE, _phones),
    (IdentifierKind.BIRTH_DATE, _birth_dates),
    (IdentifierKind.POSTCODE, _postcodes),
    (IdentifierKind.NAME, _names),
)
"""The most telling first: it takes the words where two rules overlap."""
