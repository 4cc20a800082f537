"""ESpell: a spelling for words that stand in no record, taken from the words of titles that are loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

from starlette.responses import Response

from connectors.mirror.answer_text import element, text, xml_answer
from connectors.mirror.index_schema import fold_text
from connectors.mirror.request_parameters import check_database
from connectors.mirror.search_index import SearchIndex
from evidence.errors import InvalidInput

_SHORTEST = 4
_KEPT = 2
_LEAST_LIKE = 0.75
_CANDIDATES = 5_000
_MOST_WORDS = 50
_WORD = re.compile(r"(?<!\[)\b[^\W\d_]{4,40}\b(?![^\[]*\])")


def answer_espell(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    """The query with the words that stand in no record spelt as words that do. Raises InvalidInput."""
    check_database(parameters)
    term = parameters.get("term", "").strip()
    if not term:
        raise InvalidInput("Empty term - nothing todo")
    found = {match.group(): _spelling(index, match.group()) for match in list(_WORD.finditer(term))[:_MOST_WORDS]}
    changes = {written: better for written, better in found.items() if better}
    corrected = _WORD.sub(lambda match: changes.get(match.group(), match.group()), term) if changes else ""
    parts = [f"<Original>{text(piece)}</Original>" for piece in [""]] if changes else []
    parts += [f"<Replaced>{text(better)}</Replaced>" for better in changes.values()]
    body = element("Database", "pubmed") + element("Query", term) + element("CorrectedQuery", corrected)
    return xml_answer("espell", f"{body}<SpelledQuery>{''.join(parts)}</SpelledQuery><ERROR/>")


def _spelling(index: SearchIndex, written: str) -> str | None:
    """The likest word that begins with the same letters, the more frequent of two alike; None where the word is known."""
    word = fold_text(written).casefold()
    if len(word) < _SHORTEST or index.holds_word(word):
        return None
    best: tuple[float, int, str] = (0.0, 0, "")
    for candidate, count in index.words_beginning(word[:_KEPT], _CANDIDATES):
        if abs(len(candidate) - len(word)) <= _KEPT:
            likeness = SequenceMatcher(None, word, candidate).ratio()
            best = max(best, (round(likeness, 2), count, candidate))
    return best[2] if best[0] >= _LEAST_LIKE else None
