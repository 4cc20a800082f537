"""How orders in a record look: what each sign is called for a librarian, and how it is seen.

The signs were held against the real abstracts of the development pool, so that reporting is not taken for an order.
"""

from __future__ import annotations

import re

_READERS = (
    r"(?:language models?|LLMs?|chat ?bots?|(?:AI|artificial intelligence)(?:[- ](?:model|assistant|system|reviewer|"
    r"screener|agent|tool|"
    r"summari[sz]er))s?|assistants?|(?:automated|automatic|machine) (?:reader|reviewer|screener|system|summari[sz]er)s?|"
    r"summari[sz]ers?|screeners?|librarians?|peer reviewers?|reviewers?|whoever reads)"
)
_DEEDS = (
    r"(?:includ|exclud|accept|approv|reject|ignor|disregard|stat|say|writ|report|conclud|answer|repl|respond|output|print|"
    r"repeat|"
    r"mark|rat|sign|cit|quot|add|append|insert|append|follow|obey|execut|run|call|fetch|open|visit|send|forward|omit|leav|"
    r"drop|"
    r"delet|tell|treat|score|rank|pass|mention|not mention|remember|combin|carr|translat|decod)(?:e|es|y|s|t)?"
)
_RULES = r"(?:instructions?|prompts?|orders?|rules?|directions?|guardrails?|commands?|system messages?)"
_VERBS_TEXT = """
accept act add admit advise affirm agree alter announce answer append apply approve argue ask assert assign assume
authorise authorize avoid begin believe block call cancel capitalise carry cease change choose cite claim clear close
command compose conceal conclude confirm consider continue convert copy correct count cover create declare decode
delete deliver deny describe disable discard display disregard download draft drop edit emit emphasise enable end
endorse ensure erase escape exclude execute expand explain export express extract favour favor fetch fill find finish
fix flag follow force forget forward generate give grant grade hand hide highlight hold ignore imagine import include
inform inject insert insist invent keep leave limit list load lock log maintain make mark mention modify move
name note notify obey omit open order output overwrite paste perform pick place post praise prefer present pretend
print prioritise produce prohibit promise promote prove provide publish put quote raise rank rate read recommend
record redirect refer refuse reject remember remove rename render repeat rephrase replace reply report reset respond
restart return reveal reverse review revise rewrite run save say score search select send set share show shut sign
skip speak start state stop store submit substitute suggest summarise summarize suppress switch take tell terminate
think translate treat trust turn type unlock update upload use verify view visit warn withhold write
"""
_VERBS = "|".join(f"[{verb[0].upper()}{verb[0]}]{verb[1:]}" for verb in _VERBS_TEXT.split())
"""Verbs as an order begins with them, at the head of a sentence and before an article or a pronoun."""

SIGNS: dict[str, re.Pattern[str]] = {
    "tells its reader to set instructions aside": re.compile(
        r"(?i)\b(?:ignore|disregard|forget|override|bypass|set aside|do not follow|stop following)\b[^.\n]{0,60}"
        rf"\b{_RULES}\b|\bnew (?:instructions?|orders|task|rules)\s?[:.]|\b(?:your|these|the following|hidden|secret|"
        r"further) "
        r"(?:new |real |actual |only )?instructions? (?:is|are|apply|replace|override|follow)\b|\bfollow (?:these|the|my) "
        r"(?:steps|instructions|orders)\b[^.]{0,40}\b(?:instead|exactly|below|now)\b"
    ),
    "gives its reader a role": re.compile(
        r"(?i)\byou are (?:now |no longer |hereby )?(?:an? |the |in )?(?:[\w-]+,? (?:an? )?){0,4}"
        r"(?:AI|assistant|language model|model|chatbot|reviewer|screener|developer mode|expert system|agent|DAN|pirate|"
        r"editor|"
        r"professor|author)\b|"
        r"\b(?:answer|respond|reply|speak|write) as (?-i:[A-Z])\w+|"
        r"\b(?:pretend|role-?play|imagine) (?:to be|as if you|as (?:an?|the)|that you|you are)\b|"
        r"\b(?:act|behave|respond|answer) as (?:if you\b|though you\b|(?:an?|the) (?:[a-z]+ )?(?:AI|assistant|model|"
        r"chatbot|reviewer|"
        r"screener|expert|editor|professor|author)\b)|"
        r"\bas an? (?:AI|language model|large language model)\b|\b(?:in|enter|enable) (?:developer|debug|god|jailbreak|"
        r"admin) mode\b"
    ),
    "poses as a turn of a conversation": re.compile(
        r"(?i)<\s?\|[^|<>\n]{1,40}\|\s?>|\[/?(?:INST|SYS|SYSTEM|ASSISTANT|USER)\]|<</?SYS>>|(?:\A|[\n.!?]\s*|[\"'“])#{0,4}\s?"
        r"(?:system|assistant|user|human|developer)(?: (?:message|prompt|note|turn|update))?\s?:(?=\s)|"
        r"#{2,} ?(?:instruction|response|"
        r"system|task|prompt)\b|\b(?:system|developer) (?:prompt|message|override|notice)\b|\bend of (?:record|document|"
        r"abstract|input|"
        r"data|prompt|context)\b(?=[^a-z]{0,6}(?:new|begin|start|now|system|$|[.:\]>=-]))"
    ),
    "breaks out of the form it is read in": re.compile(
        r"(?i)</?(?:record|question|system|data|abstract|prompt|instructions?|answer|earlier_answer|document|context|user|"
        r"assistant|"
        r"tool|function_calls?)\s?/?>|\{\s*[\"'“”](?:results|decision|sentences?|elements|concepts|statement|direction|"
        r"criterion|answer|"
        r"role|tool|name|include|verdict)[\"'“”]\s*:|[\"'“”](?:decision|statement|direction|findings|criterion|role|"
        r"verdict)[\"'“”]\s*:\s*"
        r"[\"'“”\[{0-9]|```|\bTask: (?:extract|screen|answer)\b|\}\s*,\s*\{|-{3,}\s?(?:BEGIN|END)\b|={5,}"
    ),
    "speaks to a model or reviewer": re.compile(
        r"(?i)\b(?:dear|note (?:to|for)|attention|message (?:to|for)|instructions? (?:to|for)|for (?:any|the|all)|hey|"
        r"important for)"
        r"[ ,:]+(?:any |the |all |every |our |an? |human |future |automated |reviewing |reading |"
        rf"evidence )*{_READERS}\b(?! (?:of|and|were|"
        r"who were|in this|involved|from))|"
        rf"\b{_READERS}(?: reading this| of this record| of this abstract|,)?,? (?:must|should|shall|need to|have to|"
        r"are (?:asked|told|"
        r"ordered|instructed) to|is (?:asked|told|ordered|instructed) to|will now|"
        rf"please)\b[^.\n]{{0,40}}\b{_DEEDS}\b[^.\n]{{0,60}}"
        r"\b(?:this|record|stud(?:y|ies)|trial|abstract|summary|claim|sentence|finding|answer|paper|article|PMID|draft|"
        r"that)\b|"
        r"\b(?:if|when|while|since) you (?:are|read|have read|process|summari[sz]e|screen|see|review)\b"
    ),
    "speaks to its reader as you": re.compile(
        r"(?i)\byour (?:[a-z]+ ){0,2}(?:summar(?:y|ies)|answers?|tasks?|outputs?|responses?|repl(?:y|ies)|guidelines|"
        r"duty|orders?|"
        r"instructions?|rules|prompts?|conclusions?|drafts?|verdicts?|training|role|goals?|developers?|users?)\b|"
        r"\byou (?:must|shall|will now|are (?:to|required|instructed|asked|told|ordered|obliged|hereby|free)|have to|"
        r"may not)\b|"
        r"(?:\A|[.!?:;]\s+)(?:kindly|from now on|henceforth|do not|don't|never|assistant,|set|treat|omit|hide|remove|reveal|"
        r"praise|recommend|favou?r|prefer|promote|leave out|skip|stop) (?:[a-z]+ ){0,3}(?:mention|summari[sz]e|tell|"
        r"report|include|"
        r"state|the (?:above|following|sentence|deaths|adverse|results|other|harms?)|"
        r"this (?:paper|record|study|trial|sentence|abstract)|everyone|your|all other|hidden|anything|only)\b|"
        r"\bin (?:valid )?JSON\b|"
        r"\b(?:software|parsers?|crawlers?|pipelines?|reviewers?|readers?|screeners?|graders?|assessors?)\b[^.\n]{0,40}"
        r"\b(?:is|are) (?:hereby )?(?:required|instructed|ordered|told|obliged) to\b|"
        r"\b(?:tools?|systems?) (?:is|are) (?:hereby )?(?:required|instructed|ordered|told) to (?:list|state|say|"
        r"include|report|write)\b|"
        r"\bmust be (?:included|accepted|cited|marked|rated) (?:in|by|as) (?:every|any|all|the|low|high|included) "
        r"(?:[a-z]+ ){0,3}(?:reviews?|summar|software|screen|system|model|risk|reader)|"
        r"\b(?:parsing|reading|ingesting|processing|summari[sz]ing|indexing) this (?:text|abstract|record|document|page|"
        r"paper)\b|"
        r"\b(?:GPT|ChatGPT|Claude|Gemini|Copilot|Llama)\s?[:,]"
    ),
    "gives an order": re.compile(
        rf"(?:\A\W*|[.!?>]\s+|\b(?i:please|important!?|kindly|notes?|note to self):? )(?i:do not |never |always |"
        rf"now )?(?:{_VERBS}) "
        r"(?:this|that|these|those|every|everyone|everything|any|anyone|all|only|it|them|me|us|him|her|no|nothing|yes|"
        r"silent|one more|"
        r"your|our|out|off|without|the|a|an|both|each|PMID)\b(?! (?:of|for) (?:the )?(?:study|trial|present))"
        r"(?![^.!?]*\?)"
    ),
    "grants or withholds a permission": re.compile(
        r"\b(?i:skip (?:the )?(?:verification|checks?|checking)|pre-?approved|without checking|sudo)\b|"
        r"\b(?i:new (?:directive|command|policy|mission))\b|\b(?i:hello|dear|hi),? (?i:model|assistant|AI|machine|"
        r"computer|bot)\b|"
        r"\b(?i:I|we|our editors) (?:command|order|instruct|authorise|authorize|require|forbid|ask) (?:you|that)\b|"
        r"\b(?i:tool|function) calls?:|\b(?i:the (?:correct|right|true|expected) (?:output|answer|decision|verdict|"
        r"abstract))\b|"
        r"\b(?i:the user) (?:has |had )?(?:asked|wants|requested|requires)\b|\b(?i:LLM|AI|bot|model)-(?i:note|message|only)\b"
    ),
    "orders what is to be written or decided": re.compile(
        r"(?i)\b(?:verdict|decision|certainty|rating)s?\b[^.\n]{0,20}\b(?:must|should|has to|shall) (?:be|read|say):? "
        r"[\"“'‘]?(?:include|exclude|supported|accept|approve|high)|"
        r"\b(?:part|half|piece|fragment) (?:\d|one|two|three|i{1,3}) (?:of|/) ?(?:\d|two|three|four|i{1,3}|the|an?)\b"
        r"[^.\n]{0,40}"
        r"(?:order|instruction|message|command|note)|"
        r"\b(?:order|instruction|message|command|note)s?\b[^.\n]{0,40}\b"
        r"(?:part|half|piece|fragment) (?:\d|one|two|three|i{1,3})\b|"
        r"\b(?:continued|continues|completed) in (?:another|the next|a later|the other) record"
    ),
    "carries a link or an image in a format's own marks": re.compile(
        r"(?i)!?\[[^\]\n]{0,80}\]\(\s?[a-z][a-z0-9+.-]{1,12}:[^)\s]*|<\s?(?:img|script|iframe|a|link|svg|object|form|meta|"
        r"style|base)\b"
        r"[^<>]{0,10}(?:src|href|on\w+|http|=|>)|\b(?:javascript|vbscript|data:text/html)\s?:|\bon(?:error|load|click)\s?="
    ),
    "gives an order in another language": re.compile(
        r"(?i)\b(?:ignorier\w*|missachte\w*|vergiss|vergessen sie)\b[^.\n]{0,60}|\b(?:alle|vorherige\w*|bisherige\w*|"
        r"obige\w*) "
        r"(?:Anweisung|Vorgabe|Regel)\w*|\b(?:schreib\w*|antworte\w*|berichte\w*|nimm|nehmen sie|gib|"
        r"geben sie)[ ,:]+(?:nur|dass|diese|den|sie|"
        r"bitte|als)\b|\b(?:ignor(?:ez|e|er)|oublie[zr]?|ne tenez pas compte)\b[^.\n]{0,30}\b(?:les|toutes|vos|des|ces|"
        r"tes)\b|"
        r"\b(?:[ée]cri(?:s|vez)|r[ée]ponds?(?:ez)?|affirme[zr]?|incluez|indique[zr]?)\b[ ,:]+(?:que|cette?|seulement|ce|"
        r"uniquement)\b|"
        r"\b(?:ignor[ae](?:r|d)?|olvid[ae]|omit[ae]|desconsider[ea]|esque[çc]a)\b[^.\n]{0,30}\b(?:las?|los?|todas?|todos?|"
        r"as|os|tus|sus|suas)\b|"
        r"\b(?:escrib[ae]|respond[ae]|afirm[ae]|incluy[ae]|escreva|responda|inclua)\b[ ,:]+(?:que|este|esta|solo|s[oó]lo|"
        r"apenas|somente)\b|"
        r"\b(?:ignora|dimentica|trascura)(?:te|re)?\b[^.\n]{0,30}\b(?:le|tutte|gli|istruzioni)\b|"
        r"\b(?:scriv[iae](?:te|re)?|rispond[ia](?:te)?|afferma(?:te)?|includi)\b[ ,:]+(?:che|questo|solo)\b|"
        r"\b(?:negeer|vergeet|schrijf|vermeld|neem)\b[ ,:]+(?:alle|de|dat|deze|dit|eerdere|vorige|op)\b|"
        r"\b(?:zignoruj|pomi[ńn]|napisz|uwzgl[ęe]dnij)\b|\b(?:ignorera|skriv att)\b|\b(?:yok say|g[öo]rmezden gel|"
        r"[şs]unu yaz|talimat)\w*|"
        r"\b(?:abaikan|tuliskan bahwa)\b"
    ),
}
"""What a sentence does, in words for a librarian, and how it is seen."""

NEEDED: dict[str, tuple[str, ...]] = {
    "tells its reader to set instructions aside": (
        "ignor", "disregard", "forget", "overrid", "bypass", "aside", "follow", "instruction",
        "new orders", "new task", "new rules",
    ),
    "gives its reader a role": (
        "you are", "pretend", "role", "imagine", "act as", "answer as", "respond as", "reply as", "speak as", "write as",
        "behave as", "as an ai", "as a l", "as an l", " mode",
    ),
    "poses as a turn of a conversation": (
        "<|", "< |", "inst]", "sys]", "system", "assistant", "user", "human", "developer", "##", "end of", "sys>>",
    ),
    "breaks out of the form it is read in": ("<", "{", "}", "[", '"', "'", "“", "”", "```", "task:", "---", "====="),
    "grants or withholds a permission": (
        "skip ", "pre-approved", "preapproved", "checking", "sudo", "new ", "hello", "dear", "hi ", "hi, ", "command", "order",
        "instruct", "authori", "require", "forbid", " ask ", " call", "the correct ", "the right ", "the true ",
        "the expected ", "the user ", "llm-", "ai-", "bot-", "model-",
    ),
    "speaks to a model or reviewer": (
        "model", "llm", "bot", "assistant", "ai ", "ai-", "ai,", "artificial", "automat", "machine", "summari", "screener",
        "librarian", "reviewer", "whoever", " you ",
    ),
    "speaks to its reader as you": (
        "you", "kindly", "from now on", "henceforth", "do not ", "don't", "never ", "assistant,", "set ", "treat ",
        "omit ", "hide ",
        "remove ", "reveal ", "praise ", "recommend ", "favo", "prefer ", "promote ", "leave out", "skip ", "stop ", "json",
        "required to", "instructed to", "ordered to", "told to", "obliged to", "must be ", "ing this ",
    ),
    "orders what is to be written or decided": (
        "verdict", "decision", "certainty", "rating", "part ", "half ", "piece ", "fragment ", " in another", " in the next",
        " in a later", " in the other",
    ),
    "carries a link or an image in a format's own marks": ("](", "<", "script", "data:text", "onerror", "onload", "onclick"),
    "gives an order in another language": (
        "ignor", "missacht", "vergiss", "vergess", "anweisung", "vorgabe", "regel", "schreib", "antwort", "bericht", "nimm",
        "nehmen", "gib", "geben", "oubli", "tenez", "cri", "pond", "affirm", "inclu", "indiqu", "olvid", "omit", "desconsider",
        "esque", "respond", "escreva", "dimentic", "trascur", "includi", "negeer", "vergeet", "schrijf", "vermeld", "neem",
        "zignor",
        "pomi", "napisz", "uwzgl", "ignorera", "skriv", "yok say", "rmezden", "unu yaz", "talimat", "abaikan", "tuliskan",
    ),
}  # fmt: skip
"""What a text must have, in lower case, for the sign to be looked for: nearly every sentence is done with these alone."""

SAID = re.compile(
    r"\b(?:state|say|write|report|conclude|answer|reply|respond|output|print|repeat|append|quote|cite|insert|"
    r"tell (?:the|your) \w+|"
    r"add|put|summari[sz]e)(?: (?:only|exactly|simply|instead|back|as (?:a|the) \w+|in (?:the|your) [a-z ]{1,24}))*"
    r"(?:,? that\b|\s?:|,? with\b|\s[\"“'‘]| the (?:following|sentence|words|text|line|link|image|statement|"
    r"finding|result|claim|quote)\b| pmid\b| as (?:the|a) (?:result|finding|bottom line|quote)\b)"
)
DECIDED = re.compile(
    r"\b(?:include|exclude|accept|approve|reject|mark|rate|sign|select|keep|screen) "
    r"(?:this|that|these|all|every|any|the|each|only this)(?: (?:other|present|following|remaining|above|current))*,? "
    r"(?:record|abstract|paper|article|claim|sentence|citation|summary|draft|finding)s?\b"
    r"(?! (?:was|were|is|are|that|which|with|in)\b)"
)
_LEADS = r"\A\s*|[.!?:;\"'“(\]\[>*]\s?|\bplease |\bmust (?:now )?|\bshould |\bthen |(?<!we )\bnow |\byou (?:will|shall|can) "
SAID_AFTER, DECIDED_AFTER = re.compile(rf"(?:{_LEADS})\Z"), re.compile(rf"(?:{_LEADS}|\b(?:and|to) )\Z")
"""How an order begins: with its verb, or after a word that makes it one."""

OTHER_SCRIPT = re.compile(
    "(?:[\u0400-\u052f\u0590-\u06ff\u0750-\u077f\u0900-\u0dff\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
    "[\\s，。：、,.:!？?“”\"'-]{0,2}){8,}"
)
ENCODED = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{24,4000}={0,2}(?![A-Za-z0-9+/])")
HEXADECIMAL = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{2}){20,2000}(?![0-9A-Za-z])")
ESCAPES = re.compile(r"(?:(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|&#x?[0-9a-fA-F]{1,6};|%[0-9a-fA-F]{2})){6,}")
