"""Forms of speech that reports of studies do not use, and orders do: what is asked of a reader, of a text, of a machine.

Each is a form and not a wording: second person, courtesy, duties laid on a summary or a machine, talk about the text itself,
code, letters in disguise, another language. All were held against the sentences of the development pool.
"""

from __future__ import annotations

import codecs
import re

_VERBS_TEXT = """
accept answer append approve assume attribute avoid beg begin call capitalise cease cite combine conceal confirm
count declare decode deliver disable discard disregard download downgrade drop edit emphasise emphasize endorse ensure
exclude execute fetch forget forgive highlight ignore include insert invent keep leave let list make mark mention merge
name obey omit overlook overrule overwrite paste pass praise prefer pretend print prioritise promote push put quote
recommend redirect refrain refuse reject remember remove rephrase replace reply retell reveal rewrite say select send
skip speak submit substitute summarise summarize suppose suppress swap tell translate trust upgrade visit warn withhold write
"""
_VERBS = "|".join(f"[{verb[0].upper()}{verb[0]}]{verb[1:]}" for verb in _VERBS_TEXT.split())
"""Verbs with which a sentence of a report does not begin: left out are those that are nouns as well, and a clinician's."""

_READER = (
    r"summar(?:y|ies)|digests?|answers?|outputs?|bottom line|repl(?:y|ies)|generated \w+|reviewers?|screeners?|robots?|bots?|"
    r"parsers?|machines?|software|tools?|systems?|readers?|assistants?|librarians?|whoever|anyone who|any (?:text|program)"
)
_TEXT = r"(?:this|the) (?:text|record|abstract|sentence|passage|string|line|word|message)"
_DUTY = (
    r"(?:must|shall|ought to|need not|ha(?:s|ve) to|should|(?:is|are) (?:bound|expected|required|obliged|supposed|asked|"
    r"advised|to|not to)(?: to)?|may (?=skip|ignore|omit))"
)
_DEED = (
    r"(?:be )?(?:begin|start|open|contain|includ|exclud|nam|rat(?:e|ed)\b|accept|label|mention|recommend|quot|cit|skip|ignor|"
    r"approv|prais|repeat|omit|say|give|call|conclud|present|read|kept|left|marked|placed|repeated|reproduc|presented)"
)
_CHOICE = (
    r"eligib\w+|includ\w+|inclusion|verdict|decision|confidence|priority|rating|accept(?:ed)?|"
    r"relevant|label|certainty|grade"
)

FORMS: dict[str, re.Pattern[str]] = {
    "speaks to its reader as you": re.compile(r"(?i)\b(?:you|your|yours|yourself)\b"),
    "asks something of its reader": re.compile(
        r"(?i)\b(?:kindly|please)\b(?! (?:see|refer|visit)\b)|\b(?:we|I) (?:would|should) be (?:grateful|obliged|pleased if)|"
        r"\bit would be appreciated|\bmay (?:we|I) ask|\b(?:is|are) expected from the\b|"
        r"\b(?:be sure|see to it|make sure|make it clear|take care)\b(?= (?:to|that)\b)|"
        r"\bif this (?:trial|study|record|paper) is (?:left|omitted|excluded)|"
        r"\bdon't (?:bother|mention|read|check|include|forget)\b"
    ),
    "gives an order": re.compile(
        rf"(?:\A\W*|[.!?:;>]\s+)(?i:(?:now|then|never|always|just|do not),? )?(?:{_VERBS}),? (?!of\b|[-=(])"
        r"(?![^.!?]*\?)(?!\w+ (?:was|were|is|are|did)\b)"
    ),
    "lays a duty on who or what reads it": re.compile(
        rf"(?i)\b(?:{_READER})\b(?: (?:of|on|from|for|that|who|which|generated|prepared|made|processing|reading)\b"
        rf"[^.,\n]{{0,50}})? {_DUTY} {_DEED}|{_TEXT}\b[^.,\n]{{0,30}} {_DUTY} {_DEED}|"
        r"\b(?:is|are) to be (?:read|reported|extracted|understood|quoted|cited|repeated|rated|marked|labelled) (?:as|that)\b|"
        r"\b(?:is|are|has|have|tiene|in jedem) (?:in any case|in every case|to be included|to be accepted)\b|"
        rf"\b(?:summar(?:y|ies)|digests?) (?:of|on) (?:this|our) \w+ {_DUTY}"
    ),
    "says that it need not be checked": re.compile(
        r"(?i)\bno need to (?:check|read|verify|review)\b|\b(?:no|any) (?:other abstract|further check|verification)\w* "
        r"(?:needs?|is|are)\b|\b(?:cleared|approved|confirmed|pre-?approved) (?:this|for) (?:study|record|trial|inclusion)\b|"
        r"\b(?:checks?|verification) (?:have|has) (?:already )?been (?:completed|done) for (?:this|the) "
        r"(?:record|study|paper)\b|"
        r"\bwithout (?:reading|checking|verification)\b|\bwhatever the (?:question|criteria|protocol|instructions?)\b|"
        r"\bfrom (?:here|now) on\b|\bno longer appl(?:y|ies)\b|\b(?:the )?machine has dealt with\b"
    ),
    "speaks of the text it stands in": re.compile(
        r"(?i)\b(?:sentence|text|line|string|passage|paragraph|harms|abstract|record|words?)s? (?:(?:reported|given|printed) )?"
        r"(?:above|below)\b|\b(?:above|preceding|next|previous) (?:sentence|text|string|abstract|record|passage|paragraph)s?\b|"
        r"\b(?:first|second|other|last) (?:part|half) of (?:the|this) (?:message|sentence|order|text)\b|\b(?:the|this|hidden) "
        r"(?:prompt|message) (?:is|was|says|comes|ends)\b|\bPMID:? ?\d{5}|\bcapital letters of\b|\bword of every sentence\b|"
        r"\bbase64\b|\btold so far\b|\bnew conversation\b|\b(?:machine|human) readers?\b|"
        r"\b(?:robots?|machines?|tools?|software) only\b"
    ),
    "holds code or a form filled in": re.compile(
        rf"(?i)<!--|(?:\A|\s)/\*|>>>|\[\[[a-z]+\]\]|#\#\w+#\#|\bprint\(|\breturn \{{|\bselect \w+ from\b|%% |\*{{3}} |-{{3}} |"
        rf"\b(?:{_CHOICE})\s?(?:==?|:)\s?\"?(?:true|yes\b|included?\b|accept|high\b|supported\b|relevant\b|confirmed\b|"
        r"100 ?%|no downgrad)|"
        rf"\b(?:{_CHOICE})\s?==?\s?1\b|\bset (?:{_CHOICE}) to\b|\bdo not downgrade\b|(?:\A|\s)Q: \S"
    ),
    "sends its reader elsewhere": re.compile(
        r"(?i)\b(?:fetch|download|send|open|load|post|include|call|transmit|picture|trust)\b[^.\n]{0,60}"
        r"(?:https?://|\b[\w-]+\.(?:invalid|io|dev|ai)\b)"
    ),
}
"""What a sentence does, in words for a librarian, and the form in which it is seen."""

NEEDED: dict[str, tuple[str, ...]] = {
    "speaks to its reader as you": ("you",),
    "asks something of its reader": (
        "kindly", "please", "would be", "should be", "may we", "may i ", "expected from", "be sure", "see to it", "make sure",
        "make it clear", "take care", "if this ", "don't ",
    ),
    "lays a duty on who or what reads it": (
        "must ", "shall ", "ought ", "need not ", "has to ", "have to ", "should ", " are ", " is ", "may ", " in any case",
        "tiene ", "in jedem",
    ),
    "says that it need not be checked": (
        "need to ", "abstract", "check", "verification", "cleared", "approved", "confirmed", "without reading", "whatever the",
        "from here on", "from now on", "no longer appl", "dealt with",
    ),
    "speaks of the text it stands in": (
        "above", "below", "preceding", "next ", "previous ", "part of ", "half of ", "prompt", "message", "pmid", "letters of",
        "every sentence", "base64", "told so far", "new conversation", "readers", "only",
    ),
    "holds code or a form filled in": (
        "<!--", "/*", ">>>", "[[", "##", "print(", "return {", "select ", "%% ", "*** ", "--- ", "set ", "downgrade", "q: ",
        *(f"{mark}{gap}{word}" for mark in ":=" for gap in ("", " ", '"', ' "') for word in (
            "true", "yes", "include", "accept", "high", "supported", "relevant", "confirmed", "100", "no downgrad", "1")),
    ),
    "sends its reader elsewhere": ("http", ".invalid", ".io", ".dev", ".ai"),
}  # fmt: skip
"""What a text must have, in lower case, for the form to be looked for."""

_QUOTED = re.compile(r"[“\"][^“”\"]{0,400}[”\"]|[‘'](?=\S)[^‘’]{0,300}[’'](?=[\s.,;:)]|\Z)")
_SPACED = re.compile(r"(?:\b[A-Za-z][ .*_-]{1,2}){7,}")
_WORD = re.compile(r"[^\W\d_]+")
_TELLING_TEXT = (
    "ignore instruct recommend previous forget disregard summar include answer system prompt write report above rules"
)
_TELLING = frozenset(_TELLING_TEXT.split())
_HIDDEN = (
    frozenset(word[::-1] for word in _TELLING),
    frozenset(codecs.encode(word, "rot13") for word in _TELLING),
)
_LEET = str.maketrans("013457@$", "oieastas")
_MIXED = re.compile(r"(?=[a-z@$]*[0134579@$]+[a-z])(?=[\d@$]*[a-z])[\w@$]{4,}")
_ASKS_YOU = re.compile(r"(?i)\b(?:could|would|will) you\b")
_OF_OWN_WORDS = frozenset({"speaks to its reader as you", "asks something of its reader", "gives an order"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LANGUAGES = (
    _words("der die das und nicht mit von für ist sie den dem ein eine auf im zu wird wurde auch bitte diese soll"),
    _words("le la les des et une un est pas pour dans que qui sur avec cette ces vous ne du au aux comme doit merci"),
    _words("el la los las que en por con una para este esta su se del como debe no favor tiene ser"),
    _words("il lo la gli le che di per con una questo questa non deve del della sono nel si"),
    _words("o os as que em por com uma para este esta seu sua não se da deve dos das todos favor"),
    _words("de het een en van niet met voor dat dit deze op aan te weg laat wordt moet"),
    _words("i nie na się że do w z dla proszę prosze wszystkim oraz jako ten ta"),
    _words("och att det som en av för med inte den är på till i detta ska"),
    _words("ve bir bu için ile olarak da lütfen daha"),
)
_ENGLISH = _words(
    "the of and in with was were for to a is by that at from or an as on be are this no not than after had these "
    "patients group who it we our their have has been which between both all"
)


def form_of(text: str) -> str:
    """What the sentence does that no report does, or nothing. What others are quoted as saying does not count."""
    bare = _QUOTED.sub(" ", text) if any(mark in text for mark in "“\"‘'") else text
    lower = text.lower()
    asks = bare.rstrip().endswith("?") and not _ASKS_YOU.search(bare)
    for name, pattern in FORMS.items():
        own_words = name in _OF_OWN_WORDS
        if (own_words and asks) or not any(word in lower for word in NEEDED.get(name, ("",))):
            continue
        if pattern.search(bare if own_words else text):
            return name
    if is_in_disguise(text, lower):
        return "holds letters in disguise"
    return "holds a sentence in another language" if _is_foreign(text) else ""


def is_in_disguise(text: str, lower: str) -> bool:
    """Whether words are spelt with gaps, backwards, shifted by thirteen letters, or with digits for letters."""
    if _SPACED.search(text) or any(sum(word in lower for word in hidden) > 1 for hidden in _HIDDEN):
        return True
    plain = (found.group().translate(_LEET) for found in _MIXED.finditer(lower))
    return any(telling in word for word in plain for telling in _TELLING)


def _is_foreign(text: str) -> bool:
    if any(word in text for word in (" the ", " of ", " and ", " were ", " with ")):
        return False
    words = [word.lower() for word in _WORD.findall(text) if not word.isupper()]
    english = sum(word in _ENGLISH for word in words)
    if len(words) < 4 or english > len(words) / 2:
        return False
    own = max(len({word for word in words if word in language} - _ENGLISH) for language in _LANGUAGES)
    return own >= 2 and own > english and own >= 0.2 * len(words)
