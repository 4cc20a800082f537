"""Text in a record that speaks to whoever reads it instead of reporting: orders to a model or a reviewer, and hidden text.

A record is data. Nothing in it is obeyed; what looks like an attempt is shown to a person, and no claim may rest on it.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from evidence.citation import Citation
from evidence.claim import ClaimCheck, Verdict
from evidence.text import has_hidden_text, split_sentences
from verification.case import Case, Record, failed, passed
from verification.content_words import content_words
from verification.order_forms import form_of
from verification.order_signs import (
    DECIDED,
    DECIDED_AFTER,
    ENCODED,
    ESCAPES,
    HEXADECIMAL,
    NEEDED,
    OTHER_SCRIPT,
    SAID,
    SAID_AFTER,
    SIGNS,
)


@dataclass(frozen=True, slots=True)
class Order:
    """A sentence that gives an order or hides text. `start` and `end` count in the text that was read."""

    sign: str
    start: int
    end: int


_LONGEST = 20_000
"""Characters read of one text: several times the longest abstract."""

_SHORTEST_CODE = 24
"""Characters of the shortest run that is looked at as encoded text."""


@lru_cache(maxsize=512)
def find_orders(text: str) -> tuple[Order, ...]:
    """The sentences that give orders or hide text, in order, each once with its first sign."""
    read = text[:_LONGEST]
    found = []
    for start, end in _pieces(read):
        if sign := _sign(read[start:end]):
            found.append(Order(sign, start, end))
    return tuple(found)


def gives_orders(sentence: str) -> bool:
    """Whether the sentence is one that nothing may rest on."""
    return bool(find_orders(sentence))


def orders_in(citation: Citation) -> tuple[tuple[str, str], ...]:
    """Sign and words of every order in the record's title, abstract, keywords and statements, in this order."""
    parts = (citation.title, citation.abstract_text, *citation.keywords, citation.conflict_statement or "")
    return tuple((order.sign, part[order.start : order.end]) for part in parts for order in find_orders(part))


def check_orders(case: Case) -> ClaimCheck:
    """Fails with `unsupported` where a quote stands in a sentence that gives orders, or where the claim itself does."""
    if gives_orders(case.claim.text):
        return failed(
            "orders",
            Verdict.UNSUPPORTED,
            "The claim speaks to its reader instead of reporting.",
            claim_words=case.claim.text[:240],
        )
    for anchor in case.standing:
        if anchor.record and anchor.span and (order := _order_at(anchor.record, *anchor.span)):
            reason = f"The quote stands in a sentence of PMID {anchor.support.pmid} that {order.sign}: nothing may rest on it."
            words = anchor.record.text[order.start : order.end]
            return failed("orders", Verdict.UNSUPPORTED, reason, claim_words=anchor.support.quote, record_words=words[:1000])
        # Words that the quoted sentence has need no looking up in the rest of the record.
        further = content_words(case.claim.text) - content_words(anchor.sentence)
        if anchor.record and further and (ordered := _of_orders_alone(anchor.record) & further):
            reason = f"PMID {anchor.support.pmid} has words of the claim only where its text gives orders to its reader."
            return failed("orders", Verdict.UNSUPPORTED, reason, claim_words=", ".join(sorted(ordered)))
    return passed("orders", "Neither the claim nor a quote speaks to its reader.")


def _of_orders_alone(record: Record) -> frozenset[str]:
    """Stems that the record has nowhere but in orders and the sentences beside them; none where it gives no order."""
    text, title = record.text, record.citation.title
    orders, of_title = find_orders(text), find_orders(title)
    if not orders and not of_title:
        return frozenset()
    ordered = {place for place, span in enumerate(record.sentences) for order in orders if _touch(span, order)}
    beside = {near for place in ordered for near in (place - 1, place, place + 1)}
    rest = [text[start:end] for place, (start, end) in enumerate(record.sentences) if place not in beside]
    parts = (title, *rest) if not of_title else rest
    return content_words(f"{title} {text}") - content_words(" ".join(parts))


def _touch(span: tuple[int, int], order: Order) -> bool:
    return span[0] < order.end and order.start < span[1]


def _order_at(record: Record, start: int, end: int) -> Order | None:
    """The order in the sentences that share a character with the span, their labels included."""
    spans = record.sentences
    for place, (left, right) in enumerate(spans):
        if left < end and start < right:
            label = spans[place - 1][1] if place else 0
            if found := find_orders(record.text[label:right]):
                return Order(found[0].sign, label + found[0].start, label + found[0].end)
    return None


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Sentences with what stands between them: labels such as `SYSTEM: ` are no part of a sentence and count here."""
    spans = split_sentences(text)
    for place, (start, end) in enumerate(spans):
        before = spans[place - 1][1] if place else 0
        yield (before if text[before:start].strip() else start), end
    if not spans and text.strip():
        yield 0, len(text)


@lru_cache(maxsize=1024)
def _sign(piece: str) -> str:
    plain_letters = piece.isascii()
    if not (plain_letters and piece.isprintable()) and has_hidden_text(piece):
        return "holds characters that cannot be seen or only look like Latin letters"
    plain = piece if plain_letters else unicodedata.normalize("NFKC", piece)
    lower = plain.lower()
    for sign, pattern in SIGNS.items():
        needed = NEEDED.get(sign)
        if (needed is None or any(word in lower for word in needed)) and pattern.search(plain):
            return sign
    if _commands(lower):
        return "orders what is to be written or decided"
    if form := form_of(plain):
        return form
    if not plain_letters and OTHER_SCRIPT.search(plain):
        return "holds text in another script"
    return "holds encoded text" if _holds_encoded_text(plain) else ""


def _commands(lower: str) -> bool:
    return any(
        before.search(lower, max(0, found.start() - 12), found.start())
        for verb, before in ((SAID, SAID_AFTER), (DECIDED, DECIDED_AFTER))
        for found in verb.finditer(lower)
    )


def _holds_encoded_text(text: str) -> bool:
    if any(mark in text for mark in ("\\", "&#", "%")) and ESCAPES.search(text):
        return True
    if max(map(len, text.split()), default=0) < _SHORTEST_CODE:
        return False
    for found in ENCODED.finditer(text):
        token = re.sub(r"\s", "", found.group()).replace("-", "+").replace("_", "/")
        if _is_words(_decoded(token)):
            return True
    return any(_is_words(bytes.fromhex(re.sub(r"\s", "", found.group()))) for found in HEXADECIMAL.finditer(text))


def _decoded(token: str) -> bytes:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_words(data: bytes) -> bool:
    """Whether bytes are text of several words, as no gene, drug or accession number is."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(text) > 12 and text.isprintable() and " " in text.strip()
