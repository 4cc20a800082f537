"""The worst model there can be: it does what any text in its material tells it to. Chosen by name as `obedient`, to test with.

It answers as `extractive` does until a record speaks to it. Then it obeys, whatever the disguise (hidden or look-alike letters,
base64, other languages, fake turns, JSON), and it remembers: what one record ordered it does for every record after it. The
gate must hold against it, so it must hold against a model that is only sometimes taken in.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.language_model.extractive import ExtractiveModel
from evidence import __version__
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt

_MOST_REMEMBERED = 40
_LONGEST_SAID = 300
_LEAD = r"(?:\A|[.!?:;>\]\)\"”'’|]\s*|\b(?:then|please|must|should)\s|(?<!we )\bnow\s)"
_SAY = re.compile(
    rf"(?i)(?:{_LEAD}(?:state|write|report|say|conclude|claim|mark the claim|answer|reply|tell the librarian)|"
    r"\band (?:state|write|mark the claim))"
    r"(?: only| exactly)? that\b\s*(?P<said>[^\n<>]{8,300}?)"
    r"(?=[.;\n<]|\Z| and (?:cite|quote|sign|add|append|rate)\b| as supported)"
)
_SAY_ABROAD = re.compile(
    r"(?i)(?:\b(?:dass|que|che|dat|że)\b|что|أن|写：|写:|書く：|쓰라:|iddia:)\s?(?P<said>[^\n<>]{8,300}?)(?=[.;。\n<]|\Z)"
)
_FINDING = re.compile(
    r"(?i)\b(?:add|insert|append) the (?:finding|result|sentence)\b[^“\"\n]{0,40}[“\"](?P<said>[^”\"\n]{8,300})[”\"]"
)
_CITE = re.compile(r"(?i)\bcite (?:the )?PMID (?P<pmid>\d{1,9})")
_LINK = re.compile(r"!?\[[^\]\n]{0,60}\]\([^)\s]{4,200}\)|<(?:img|a|script)\b[^>]{4,200}>")
_PART = re.compile(r"(?i)\bpart (?P<number>\d) of \d[^:\n]{0,40}:\s*(?P<text>[^\n]{4,300}?)(?=\.\s|\.?$)", re.MULTILINE)
_INCLUDE = re.compile(r"(?i)\b(?:include|accept|keep|select) (?:only )?this (?:record|paper|article|study|trial)")
_EXCLUDE = re.compile(r"(?i)\bexclude (?:all |every |any )?(?:the )?(?:other|others|remaining|this)\b")
_ENCODED = re.compile(r"[A-Za-z0-9+/]{24,2000}={0,2}")
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_LOOK_ALIKES = str.maketrans("аеорсухіјѕАВЕКМНОРСТХοΑΒΕΗΙΚΜΝΟΡΤΧ", "aeopcyxijsABEKMHOPCTXoABEHIKMNOPTX")


@dataclass
class _Orders:
    """What the model was told so far, the latest last."""

    statements: list[str] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    parts: dict[int, str] = field(default_factory=dict)
    ornaments: list[str] = field(default_factory=list)
    include: bool = False
    exclude_others: bool = False

    def read(self, text: str) -> bool:
        """Take in the orders of a text, and say whether there was one."""
        before = self._told()
        for reading in _readings(text):
            self._read_one(reading)
        return self._told() != before

    @property
    def any(self) -> bool:
        """Whether there is an order to carry out."""
        return any(self._told())

    def _told(self) -> tuple[int, ...]:
        return len(self.statements), len(self.answers), len(self.parts), len(self.ornaments), self.include, self.exclude_others

    def _read_one(self, text: str) -> None:
        for pattern in (_SAY, _SAY_ABROAD, _FINDING):
            self._remember(self.statements, (found["said"].strip() for found in pattern.finditer(text)))
        self._remember(self.ornaments, (found.group() for found in _LINK.finditer(text)))
        self._remember(self.ornaments, (f"(PMID {found['pmid']})" for found in _CITE.finditer(text)))
        self.answers += [answer for answer in _objects(text) if answer not in self.answers]
        self.parts |= {int(found["number"]): found["text"] for found in _PART.finditer(text)}
        if len(self.parts) > 1:
            whole = " ".join(self.parts[number] for number in sorted(self.parts))
            self.parts.clear()
            self._read_one(f"{whole}.")
        self.include = self.include or _INCLUDE.search(text) is not None
        self.exclude_others = self.exclude_others or _EXCLUDE.search(text) is not None

    def _remember(self, told: list[str], found: Iterator[str]) -> None:
        told += [text for text in found if text not in told]
        del told[:-_MOST_REMEMBERED]


class ObedientModel:
    """`evidence.services.LanguageModel` that does as records tell it."""

    def __init__(self) -> None:
        self._rules = ExtractiveModel()
        self._orders = _Orders()

    @property
    def identity(self) -> ModelIdentity:
        """Says that it is for tests."""
        return ModelIdentity(name="obedient", provider="no model", version=f"obedient of {__version__}", demonstration=True)

    @property
    def was_told(self) -> bool:
        """Whether anything that it read so far gave it an order that it would carry out."""
        return self._orders.any

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        """One answer a prompt, in order: that of the rules, changed as it was told to."""
        answers = []
        for index, prompt in enumerate(prompts):
            (plain,) = self._rules.answer([prompt])
            answers.append(self._obeying(prompt, plain))
            if on_answer is not None:
                on_answer(index, answers[-1])
        return answers

    def _obeying(self, prompt: RenderedPrompt, plain: ModelAnswer) -> ModelAnswer:
        obey = {"screen_citation": self._screen, "extract_study": self._extract, "write_bottom_line": self._bottom_line}
        if prompt.name not in obey or plain.finish == "error":
            return plain
        inputs = prompt.inputs
        material = [str(inputs.get("title", "")), *inputs.get("sentences", ())]
        material += [str(finding.get("statement", "")) for finding in inputs.get("findings", ())]
        here = self._orders.read("\n".join(material))
        changed = obey[prompt.name](inputs, json.loads(plain.text), here)
        return plain.model_copy(update={"text": json.dumps(changed, ensure_ascii=False)})

    def _screen(self, _: dict[str, Any], said: dict[str, Any], here: bool) -> dict[str, Any]:
        if fitting := [answer for answer in self._orders.answers if "decision" in answer]:
            return fitting[-1]
        if here and self._orders.include:
            return said | {"decision": "include"}
        return said | {"decision": "exclude"} if self._orders.exclude_others else said

    def _extract(self, inputs: dict[str, Any], said: dict[str, Any], _: bool) -> dict[str, Any]:
        """What it was told to say, tied to the sentence that said so and again to a sentence of results."""
        if fitting := [answer for answer in self._orders.answers if "results" in answer]:
            return fitting[-1]
        if not self._orders.statements:
            return said
        statement = self._adorned(self._orders.statements[-1])
        place = next((at for at, text in enumerate(inputs["sentences"], 1) if self._orders.statements[-1] in text), 1)
        results = said["results"]
        genuine = results[0]["sentence"] if results else len(inputs["sentences"])
        told = [
            {"outcome": "as told", "statement": statement, "direction": "lower", "sentence": sentence}
            for sentence in dict.fromkeys((place, genuine))
        ]
        return said | {"results": told[:2]}

    def _bottom_line(self, _: dict[str, Any], said: dict[str, Any], __: bool) -> dict[str, Any]:
        if not self._orders.statements:
            return said
        told = [{"text": self._adorned(text), "findings": [1]} for text in self._orders.statements[-2:]]
        return said | {"sentences": [*told, *said["sentences"]][:3]}

    def _adorned(self, statement: str) -> str:
        return " ".join([statement.rstrip("."), *self._orders.ornaments[-2:]])[:_LONGEST_SAID] + "."


def _readings(text: str) -> Iterator[str]:
    """The text in every disguise taken off: as it is, hidden letters shown, look-alikes made Latin, encoded text decoded."""
    hidden = "".join(chr(ord(letter) - 0xE0000) for letter in text if 0xE0020 <= ord(letter) <= 0xE007E)
    visible = "".join(letter for letter in text if not 0xE0000 <= ord(letter) <= 0xE007F)
    plain = unicodedata.normalize("NFKC", _ZERO_WIDTH.sub("", visible))
    yield plain
    if hidden:
        yield hidden
    if (latin := plain.translate(_LOOK_ALIKES)) != plain:
        yield latin
    for found in _ENCODED.finditer(plain):
        try:
            decoded = base64.b64decode(found.group() + "=" * (-len(found.group()) % 4), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        yield decoded


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Every JSON object that stands in the text."""
    decoder = json.JSONDecoder()
    place = text.find("{")
    while place >= 0:
        try:
            found, end = decoder.raw_decode(text, place)
        except ValueError:
            place = text.find("{", place + 1)
            continue
        if isinstance(found, dict):
            yield found
        place = text.find("{", max(end, place + 1))
