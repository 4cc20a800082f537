"""Words for people: what the ledger's values are called in a document, and text from outside made safe to look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

from evidence.claim import CheckOutcome, Direction, Verdict

MARKING = "DRAFT, NOT SIGNED"
NOT_STATED = "not stated"
NOT_REPORTED = "not reported in the abstract"
NO_ABSTRACT = "abstract not available - obtain full text"
DISCLAIMER = (
    "This is library evidence support. It is not clinical advice about a patient, and it is not exhaustive. "
    "It was drafted by a machine and no named person has signed it: read the records before you rely on it. "
    "The same question asked again may give other words."
)

VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.SUPPORTED: "Supported by its quote",
    Verdict.QUOTE_FABRICATED: "The quote is not in the record",
    Verdict.QUOTE_MISATTRIBUTED: "The quote belongs to another record",
    Verdict.UNSUPPORTED: "The quote does not support it",
    Verdict.CONTRADICTED: "The record says otherwise",
    Verdict.NUMBER_UNBOUND: "A number is not in the quote",
    Verdict.SCOPE_INFLATED: "It goes further than the record",
    Verdict.CERTAINTY_MISMATCHED: "Its certainty differs from the record's",
    Verdict.SOURCE_COMPROMISED: "Its source is retracted or in doubt",
    Verdict.UNCHECKED: "It could not be checked",
}
CHECK_WORDS: dict[CheckOutcome, str] = {
    CheckOutcome.PASSED: "passed",
    CheckOutcome.FAILED: "failed",
    CheckOutcome.UNCHECKED: "could not be checked",
    CheckOutcome.NOT_APPLICABLE: "does not apply",
}
DIRECTION_SHAPES: dict[Direction, str] = {
    Direction.HIGHER: "▲",
    Direction.LOWER: "▼",
    Direction.NO_DIFFERENCE: "=",
    Direction.UNCLEAR: "?",
}

# What a page would obey or hide rather than show: control characters (but not line feed and tab), bidirectional
# controls, lone surrogates, invisible tag characters, and code points that are no characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u206f\ud800-\udfff\ufdd0-\ufdef"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text with every character that would be obeyed or hidden shown by its name, for example `[U+202E]`."""
    return _UNSEEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def one_line(text: str) -> str:
    """The visible text with every run of white space as one space."""
    return " ".join(visible(text).split())


def sentence(text: str) -> str:
    """The text with a full stop at its end, unless it ends with a mark of its own."""
    bare = text.rstrip()
    return bare if bare.endswith((".", "?", "!", "]")) else f"{bare}."


def lower_first(text: str) -> str:
    """The text for the middle of a sentence: its first letter small, no full stop at its end."""
    return (text[:1].lower() + text[1:]).rstrip(". ")


@lru_cache(maxsize=16_384)  # a page may list every record of a review
def safe_url(url: str) -> str | None:
    """The address if it is a complete http or https one, with anything that could end a link early encoded; else None."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or _UNSEEN.search(url) or any(part.isspace() for part in url):
        return None
    return quote(url, safe=":/?#[]@!$&*+,;=%~-._")


def day(moment: datetime | None) -> str:
    """`22 November 2026, 14:05 UTC`; a moment without a zone is taken as UTC."""
    if moment is None:
        return NOT_STATED
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    utc = aware.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def thousands(count: int) -> str:
    """`1,204`."""
    return f"{count:,}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 record`, `2 records`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def money(amount: float | None, currency: str) -> str:
    """`0.0042 GBP`, or that the price is unknown."""
    if amount is None:
        return "price unknown"
    digits = f"{amount:.4f}" if 0 < amount < 0.1 else f"{amount:.2f}"
    return f"{digits} {currency}".strip()


def duration(seconds: float) -> str:
    """`41 seconds`, `2 minutes 5 seconds`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{counted(minutes, 'minute')} {counted(rest, 'second')}" if minutes else counted(rest, "second")


FILTERS: Mapping[str, Callable[..., str]] = {
    each.__name__: each for each in (sentence, lower_first, day, thousands, counted, duration)
}
"""What the templates call by name."""
