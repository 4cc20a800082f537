"""The intake form: from what was typed to a request, or to one sentence beside each field that cannot be used.

The fields follow what NHS searching guidance has a librarian ask: the question and what the answer is for, its parts under a
framework, limits, papers already known, when and in which form the answer is needed, and for whom (role, organisation).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from evidence.patient_data import Suspicion, find_patient_identifiers
from evidence.question import FRAMEWORK_ELEMENTS, Framework, QuestionElement, Request
from searching.content_words import content_words, words_of
from searching.seed_papers import read_known

HERE = ZoneInfo("Europe/London")
"""The clock that people of the NHS type and read by."""

FEWEST_WORDS = 4
_MOST_SHOWN = 5
"""Suspicions that one sentence names."""
TEXTS = (
    "question",
    "purpose",
    "synonyms",
    "known_papers",
    "since",
    "until",
    "languages",
    "publication_types",
    "population_limits",
    "exclusions",
    "strategy",
    "output_format",
    "results_wanted",
    "requester_role",
    "organisation",
    "needed_day",
    "needed_time",
    "framework",
    "patient_care",
)
"""The fields of the form, the framework's elements apart."""

_ELEMENT = re.compile(r"element-[a-z-]{1,40}")
_LIST = re.compile(r"[\n;,]+")


@dataclass(frozen=True)
class Intake:
    """What the form came to. With faults, `request` is unset."""

    request: Request | None
    patient_care: bool
    needed_by: datetime | None
    faults: dict[str, str]


def element_field(name: str) -> str:
    """The form's field for an element of a framework."""
    return f"element-{name.replace(' ', '-')}"


def kept_fields(given: Mapping[str, str]) -> dict[str, str]:
    """The fields of the form among those sent, for keeping as a draft; empty ones are left out."""
    return {name: text for name, text in given.items() if text.strip() and (name in TEXTS or _ELEMENT.fullmatch(name))}


def patient_faults(fields: Mapping[str, str]) -> dict[str, str]:
    """By field, what seems to identify a patient, in the words of the person who typed it. It is neither kept nor sent."""
    found = {name: find_patient_identifiers(text) for name, text in fields.items()}
    return {name: _seems(suspicions) for name, suspicions in found.items() if suspicions}


def _seems(suspicions: Sequence[Suspicion]) -> str:
    said = "; ".join(f"“{item.words}” looks like {item.kind.value}" for item in suspicions[:_MOST_SHOWN])
    return f"{said}: take it out, or say it without."


def read_intake(fields: Mapping[str, str]) -> Intake:
    """The request that a whole form makes, or what is missing or cannot be used."""
    faults = dict(_missing(fields))
    values: dict[str, Any] = {
        "question": " ".join(fields.get("question", "").split()),
        "synonyms": _listed(fields, "synonyms"),
        "languages": tuple(word.lower() for word in _listed(fields, "languages")),
        "publication_types": _listed(fields, "publication_types"),
        "known_pmids": _known(fields, faults),
        "since": _day(fields, "since", faults),
        "until": _day(fields, "until", faults),
        "results_wanted": _count(fields, faults),
        **_framework(fields),
    }
    for name in ("purpose", "population_limits", "exclusions", "strategy", "output_format", "requester_role", "organisation"):
        values[name] = fields.get(name, "").strip() or None
    needed_by = _needed_by(fields, faults)
    values["deadline"] = needed_by.astimezone(HERE).date() if needed_by else None
    if values["since"] and values["until"] and values["since"] > values["until"]:
        faults["until"] = "The last day lies before the first: change one of them."
    limits = next((name for name in ("since", "until", "languages", "publication_types") if values[name]), None)
    if values["strategy"] and limits:
        faults[limits] = "A strategy is run as it is written: put the limit into it, or leave the strategy out."
    faults |= patient_faults(fields)
    request = None if faults else Request(**{name: value for name, value in values.items() if value not in (None, ())})
    return Intake(request, fields.get("patient_care") == "yes", needed_by, faults)


def _missing(fields: Mapping[str, str]) -> dict[str, str]:
    faults = {}
    question = fields.get("question", "").strip()
    if not question:
        faults["question"] = "Write the question in one or two sentences."
    elif not fields.get("strategy", "").strip() and (len(words_of(question)) < FEWEST_WORDS or not content_words(question)):
        faults["question"] = "The question is too short to search for: say who, what, compared with what, and which outcome."
    if fields.get("patient_care") not in ("yes", "no"):
        faults["patient_care"] = "Say whether a decision on a patient's care waits for the answer."
    elif fields.get("patient_care") == "yes" and not fields.get("needed_day", "").strip():
        faults["needed_day"] = "Say when the decision is made: the request takes its place in the queue by it."
    return faults


def _needed_by(fields: Mapping[str, str], faults: dict[str, str]) -> datetime | None:
    """The moment the answer is needed, UTC; a day alone means its end of work, five in the afternoon."""
    day = _day(fields, "needed_day", faults)
    clock = fields.get("needed_time", "").strip()
    try:
        at = time.fromisoformat(clock) if clock else time(17)
    except ValueError:
        faults["needed_time"] = "Write the time as 14:30."
        return None
    if day is None:
        if clock and "needed_day" not in faults:
            faults["needed_day"] = "Give the day that the time belongs to."
        return None
    return datetime.combine(day, at.replace(tzinfo=None, second=0, microsecond=0), HERE).astimezone(UTC)


def _day(fields: Mapping[str, str], name: str, faults: dict[str, str]) -> date | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        if 1800 <= day.year <= 2200:
            return day
    except ValueError:
        pass
    faults[name] = "Write the date as year-month-day, for example 2026-11-20."
    return None


def _count(fields: Mapping[str, str], faults: dict[str, str]) -> int | None:
    text = fields.get("results_wanted", "").strip()
    if text and not (text.isascii() and text.isdigit() and 0 < int(text[:9]) < 100_000 and len(text) < 7):
        faults["results_wanted"] = "Write a whole number such as 20, or leave it empty."
        return None
    return int(text) if text else None


def _known(fields: Mapping[str, str], faults: dict[str, str]) -> tuple[str, ...]:
    papers = read_known(fields.get("known_papers", ""))
    if papers.identifiers or papers.unread:
        odd = (*papers.identifiers, *papers.unread)[0]
        faults["known_papers"] = f"“{odd[:60]}” is no PMID: give PMIDs or addresses of PubMed, one a line."
    return papers.pmids


def _framework(fields: Mapping[str, str]) -> dict[str, Any]:
    chosen = fields.get("framework", "")
    if chosen not in Framework.__members__:
        return {}
    framework = Framework(chosen)
    said = {name: fields.get(element_field(name), "").strip() for name in FRAMEWORK_ELEMENTS[framework]}
    elements = tuple(QuestionElement(name=name, text=text) for name, text in said.items() if text)
    return {"framework": framework, "elements": elements}


def _listed(fields: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in _LIST.split(fields.get(name, "")) if word.strip()))
