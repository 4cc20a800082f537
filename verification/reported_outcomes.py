"""Which sentences of an abstract report harms, and which report on the primary outcome: by rule, with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from evidence.citation import AbstractSection, Citation
from evidence.text import normalise, split_sentences
from verification.content_words import content_words
from verification.directions import Way, read_directions
from verification.orders import gives_orders
from verification.primary_outcome import defines, letters_of, names_of, primary_outcome_span
from verification.quantities import Kind, read_quantities

_LEVEL = 0.05
_TOLD_BY = frozenset({Kind.P, Kind.INTERVAL, Kind.ESTIMATE, Kind.PAIR, Kind.SPREAD})
HARMS = re.compile(
    r"(?i)\b(?:adverse|AEs?\b|harm(?:s|ful)?\b|side[- ]?effects?|toxicit|toxic\b|(?:un)?safe(?:ty|ly)?\b|"
    r"(?:in)?tolera(?:ted|bility|ble|nce)\b|"
    r"complication|reactogenicity|morbidit|mortalit|deaths?\b|died\b|fatal|withdr[ae]w|discontinu|drop-?outs?\b|bleed|h(?:a)?emorrhag|"
    r"nausea|vomit|diarrh|headache|dizz|drows|sedation|somnolen|rash|pruritus|itching|hypoglyc|hypotensi|bradycardi|neutropeni|"
    r"thrombocytopeni|injection[- ]site|extrapyramidal|akathisia|weight gain|dry mouth|constipation|cough\b|(?:o)?edema|"
    r"infections?\b|"
    r"injur|fractures?\b|falls?\b|h(?:a)?emolysis|nephropath|hepato|liver enzymes|suicid|reactions?\b|hospitali[sz]ations?\b)"
)
"""Words of harm; an efficacy outcome may be one of them, and is then looked for just the same."""

_PRIMARY = re.compile(
    r"(?i)\b(?:primary|main|principal) (?:[a-z-]+ ){0,3}?"
    r"(?:outcome|end ?-?points?|efficacy|variable|measure|objective|analysis)"
)
_NOT_RESULTS = frozenset({"BACKGROUND", "OBJECTIVE", "METHODS"})
_RESULTS = frozenset({"RESULTS", "CONCLUSIONS"})
_AIM = re.compile(
    r"(?i)\b(?:aim(?:s|ed)?|objectives?|hypothesi[sz]\w+|purpose|sought|designed|"
    r"to (?:assess|compare|determine|evaluate|examine|investigate|test|study)|"
    r"(?:we|study|trial) (?:assess|compar|determin|evaluat|examin|investigat|test|stud)\w+|"
    r"(?:outcomes?|end ?-?points?|measures?) (?:were|was|included?|is)\b(?!.*\b(?:P|CI|vs|versus|higher|lower|signif))"
    r"(?! (?:also |\w+ly )?(?:not|no|met|missed|reached|achieved|attained|similar|comparable|equal|identical|better|worse|more|"
    r"less|fewer|greater|superior|(?:non-?)?inferior|un(?:changed|affected)|differ|reduced|increased|decreased|improved|"
    r"observed|seen|reported in|reported by|in favou?r)\b))"
)
_REPORTS = re.compile(
    r"(?i)\d|\b(?:no|not|none|neither|without|similar|comparable|equal|higher|lower|more|less|fewer|greater|common|frequent|"
    r"occurr|observed|reported|experienc|differ|increas|decreas|reduc|improv|signific|well tolerated|safe|mild)"
)
_SURE_HARM = re.compile(r"(?i)\b(?:adverse|side[- ]?effects?|toxicit|complications?|tolera(?:ted|bility))\b")
_LOOKED_FOR = re.compile(
    r"(?i)\b(?:were|was) (?:\w+ly |also |all )?"
    r"(?:record|monitor|assess|evaluat|tabulat|collect|measur|grad|register|document|defin)"
    r"\w*\b(?![^.]*\d)(?![^.]*\b(?:differ|similar|higher|lower|more|less|no|not|none)\b)"
)
"""In a sentence that says that something was looked for, and not what was found."""

_ABSTRACTS = 12_288
"""Abstracts whose sentences are kept: a page of the workbench asks for those of every record read each time it is opened, and
this is 24 reviews of 500."""
Sections = tuple[tuple[str, str], ...]
"""Text and category of each section of an abstract."""
_LEAST_SHARED = 0.6
"""Share of the words of one primary outcome's name that a sentence of results must have to be on it."""


@dataclass(frozen=True, slots=True)
class ReportedSentence:
    """A sentence with its place in `abstract_text`."""

    text: str
    start: int
    end: int

    @property
    def null(self) -> bool:
        """Whether it reports no significant difference, by its words or by every p value in it.

        `A similar effect (P = 0.03)` is none: there every p value says otherwise.
        """
        values = [quantity for quantity in read_quantities(self.text) if quantity.kind is Kind.P]
        above = [float(value.value) >= _LEVEL and value.comparator != "<" for value in values]
        said = any(statement.way is Way.NULL for statement in read_directions(self.text))
        return (said and (not above or any(above))) or (bool(above) and all(above))

    @property
    def tells(self) -> bool:
        """Whether it tells a result: a direction, a p value, a share or an effect, and not who was studied or when."""
        return bool(read_directions(self.text)) or any(
            quantity.percent or quantity.kind in _TOLD_BY for quantity in read_quantities(self.text)
        )


def harm_sentences(citation: Citation) -> tuple[ReportedSentence, ...]:
    """The sentences of results or conclusions that report harms, in order."""
    return _harms_in(*_read(citation))


def primary_sentences(citation: Citation) -> tuple[ReportedSentence, ...]:
    """The sentences of results that are on the primary outcome: those that say so, else those that speak of what it was.

    Empty where the abstract does not say what the primary outcome was.
    """
    return _primary_in(*_read(citation))


def primary_outcome(citation: Citation) -> str:
    """What the abstract says that the primary outcome was, in its own words; empty where it does not say."""
    span = primary_outcome_span(citation.abstract_text)
    return citation.abstract_text[slice(*span)] if span else ""


@lru_cache(maxsize=256)
def _sentences(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(split_sentences(text))


def _read(citation: Citation) -> tuple[str, Sections]:
    """The abstract and its sections, for what is worked out once an abstract."""
    return citation.abstract_text, tuple((section.text, _category(section)) for section in citation.abstract)


def _category(section: AbstractSection) -> str:
    """NlmCategory, else the label; nothing for `Methods and results`, which NLM files under methods."""
    label = (section.label or "").upper()
    both = "METHOD" in label and ("RESULT" in label or "FINDING" in label)
    return "" if both else section.category or label


@lru_cache(maxsize=_ABSTRACTS)
def _harms_in(text: str, sections: Sections) -> tuple[ReportedSentence, ...]:
    return tuple(one for one in _results_in(text, sections) if HARMS.search(one.text))


@lru_cache(maxsize=_ABSTRACTS)
def _primary_in(text: str, sections: Sections) -> tuple[ReportedSentence, ...]:
    results = [one for one in _results_in(text, sections) if one.tells and not defines(one.text)]
    saying = tuple(one for one in results if _PRIMARY.search(one.text))
    span = primary_outcome_span(text)
    named = text[slice(*span)] if span else ""
    parts, short = names_of(named), letters_of(named)
    about = tuple(
        one
        for one in results
        if any(len(part & content_words(one.text)) >= _LEAST_SHARED * len(part) for part in parts)
        or short & letters_of(one.text)
    )
    return tuple(dict.fromkeys((*saying, *about)))


@lru_cache(maxsize=256)
def _results_in(text: str, sections: Sections) -> tuple[ReportedSentence, ...]:
    """Sentences that report something: in sections of results where the abstract has them, else wherever no aim is told."""
    found, place = [], 0
    for part, category in sections:
        start = text.index(part, place) if part else place
        end = place = start + len(part)
        if any(category.startswith(name[:6]) for name in _NOT_RESULTS):
            continue
        sure = any(category.startswith(name[:6]) for name in _RESULTS)
        for left, right in _sentences(text):
            sentence = text[left:right]
            if not (start <= left < end) or gives_orders(sentence):
                continue
            plain = normalise(sentence).text
            if _LOOKED_FOR.search(plain):
                continue
            if (_REPORTS.search(plain) or _SURE_HARM.search(plain)) and (sure or not _AIM.search(plain)):
                found.append(ReportedSentence(sentence, left, right))
    return tuple(found)
