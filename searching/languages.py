"""The names of the languages that most records are in."""

from __future__ import annotations

LANGUAGES: dict[str, str] = {
    "eng": "english",
    "fre": "french",
    "ger": "german",
    "spa": "spanish",
    "ita": "italian",
    "por": "portuguese",
    "chi": "chinese",
    "jpn": "japanese",
    "rus": "russian",
    "dut": "dutch",
    "pol": "polish",
    "tur": "turkish",
}
"""MEDLINE's codes of the commonest languages."""
