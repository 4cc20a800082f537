"""In which form a server takes an answer's schema. Servers differ, and say so only by refusing."""

from __future__ import annotations

import json
import re
import threading
from typing import Any

from connectors.language_model.json_grammar import without_lengths
from evidence.model_call import RenderedPrompt

FORMS = ("json_schema", "json_object", "plain")
"""From the tightest to the loosest. The last two put the schema into the instructions."""

_FORMAT_WORDS = re.compile(r"response_format|json_schema|json_object|schema|grammar|guided|structured", re.IGNORECASE)
_TEMPERATURE_WORDS = re.compile(r"temperature", re.IGNORECASE)


class Dialect:
    """What one server was found to take. Shared by the threads that talk to it; only ever loosens."""

    def __init__(self, *, official: bool) -> None:
        """`official`: OpenAI's own schema subset, which has no lengths of text."""
        self._official = official
        self._lock = threading.Lock()
        self._state = (0, True)

    @property
    def state(self) -> tuple[int, bool]:
        """Place in FORMS, and whether a temperature is sent."""
        return self._state

    def request(self, prompt: RenderedPrompt, state: tuple[int, bool]) -> tuple[str, dict[str, Any]]:
        """The instructions and the body's extra fields for one prompt.

        The form goes into the body as it is: the client's own handling of it raises when an answer breaks off, and
        loses the text.
        """
        place, with_temperature = state
        extra: dict[str, Any] = {"temperature": 0} if with_temperature else {}
        if FORMS[place] == "json_schema":
            schema = without_lengths(prompt.answer_schema) if self._official else prompt.answer_schema
            named = {"name": re.sub(r"[^A-Za-z0-9_-]", "_", prompt.name)[:64], "strict": True, "schema": schema}
            return prompt.system, extra | {"response_format": {"type": "json_schema", "json_schema": named}}
        system = (
            f"{prompt.system}\n\nAnswer with one JSON object and nothing else. It must fit this JSON schema:\n"
            f"{json.dumps(prompt.answer_schema, ensure_ascii=False)}"
        )
        if FORMS[place] == "json_object":
            extra["response_format"] = {"type": "json_object"}
        return system, extra

    def loosen(self, used: tuple[int, bool], complaint: str) -> bool:
        """Learn from a refused request that was sent in the form `used`. True: send it again; False: nothing left to change.

        A complaint that names no cause is taken to be about the form.
        """
        with self._lock:
            if self._state != used:
                return True
            place, with_temperature = used
            if with_temperature and _TEMPERATURE_WORDS.search(complaint) and not _FORMAT_WORDS.search(complaint):
                self._state = (place, False)
            elif place + 1 < len(FORMS):
                self._state = (place + 1, with_temperature)
            else:
                return False
            return True


def names_the_form(complaint: str) -> bool:
    """Whether a server's fault speaks of response formats, schemas or grammars."""
    return bool(_FORMAT_WORDS.search(complaint))
