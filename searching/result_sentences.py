"""Which sentences of an abstract report a result for a question, by rule: cues of a result and words of the question."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from searching.content_words import content_words

_RESULT_CUES = re.compile(
    r"\b(?:significant(?:ly)?|p\s*[<=>]|ci\b|confidence interval|odds ratio|hazard ratio|relative risk|risk ratio|higher|"
    r"lower(?! (?:limb|leg|extremit|back|body|respiratory|urinary|gastro|abdom|lip|eyelid|third|half|molar)\w*)|"
    r"reduc\w+|increas\w+|decreas\w+|improv\w+|fewer|greater|no difference|did not differ|efficacy was)",
    re.IGNORECASE,
)
_AIM = re.compile(
    r"\b(?:aim(?:s|ed)?|objectives?|hypothesi[sz]\w+|unproven|(?:not (?:yet )?|un)known whether|whether|"
    r"to (?:assess|compare|determine|evaluate|examine|explore|find out|investigate|test)|"
    r"(?:we|study|trial) (?:also )?(?:assess|compar|determin|evaluat|examin|explor|investigat|test)ed)\b",
    re.IGNORECASE,
)
"""In a sentence that says what was looked for, and not what was found."""

_LABEL = re.compile(r"^[A-Z][A-Z /&-]{3,}:\s+")


def asked_words(question: str) -> set[str]:
    """The question's content words by their first six letters, which finds a word in its other forms."""
    return {word[:6] for word in content_words(question)}


def words_shared(asked: Collection[str], text: str) -> int:
    """How many of the words asked for the text has."""
    return len(set(asked) & {word[:6] for word in content_words(text)})


def result_sentences(question: str, sentences: Sequence[str], *, most: int, longest: int, fewest_words: int = 1) -> list[int]:
    """Places, from 0 and ascending, of at most `most` sentences that report a result for the question.

    A sentence needs a cue of a result, at least `fewest_words` words of the question and at most `longest` characters.
    """
    asked = asked_words(question)
    scored = [
        (len(_RESULT_CUES.findall(sentence)) + 2 * words_shared(asked, sentence), -place)
        for place, sentence in enumerate(sentences)
        if _RESULT_CUES.search(sentence)
        and not _AIM.search(sentence)
        and len(sentence) <= longest
        and words_shared(asked, sentence) >= fewest_words
    ]
    return sorted(-place for _, place in sorted(scored, reverse=True)[:most])


def without_label(sentence: str) -> str:
    """The sentence without the section's label before it, as `RESULTS: `."""
    return _LABEL.sub("", sentence)
