"""The shapes of questions that rules can take apart, one table for interventions and one for what a framework is made for."""

from __future__ import annotations

import re

from evidence.question import Framework

_VERBS = (
    r"(?:prevents?|reduces?|improves?|increases?|decreases?|lowers?|raises?|affects?|treats?|relieves?|shortens?|delays?|"
    r"slows?|cures?|protects?(?: against)?|helps?(?: with)?|lead to|leads to|change|changes)"
)
COMPARED = (
    r"(?:compared (?:with|to)|in comparison (?:with|to)|versus|vs\.?|rather than|instead of|"
    r"(?:better|worse|more|less) than|than)"
)
_POPULATION = r"(?:in|for|among|amongst)"

COMPARES = re.compile(rf"\b(?:{COMPARED}|compar\w+|against|or|without|between|alone|added to)(?!\w)", re.IGNORECASE)

_WHO = rf"(?: {_POPULATION} (?P<population_after>.+?))?"
_AGAINST = rf"(?: {COMPARED} (?P<comparator>.+?))?\?*$"
_GOOD = r"(?:an? )?(?:safe and )?(?:effective|efficacious|useful|beneficial|safe)(?: treatments?)?"
_EFFECT = (
    r"(?:what (?:is|are) the (?:effects?|effectiveness|efficacy|impact|benefits?)|how effective (?:is|are)|"
    r"what is the evidence)"
)

# Each pattern names the PICO elements it finds. The first that matches is used.
INTERVENTION_SHAPES = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"^is (?:the )?(?P<outcome>.+?) higher, lower,? or the same when comparing (?P<intervention>.+?) "
        rf"(?:to|with|and) (?P<comparator>.+?){_WHO}\?*$",
        rf"^(?:{_POPULATION} (?P<population>.+?), )?(?:do|does|can|will|could|should) (?P<intervention>.+?) {_VERBS} "
        rf"(?P<outcome>.+?){_WHO}{_AGAINST}",
        rf"^(?:is|are) (?P<intervention>.+?) {_GOOD} (?:for|in|against|at) (?:preventing |reducing |treating |improving )?"
        rf"(?P<outcome>.+?){_WHO}{_AGAINST}",
        rf"^{_EFFECT} (?:(?:of|for) )?(?P<intervention>.+?)(?: (?:on|for|against|in reducing|in preventing) (?P<outcome>.+?))?"
        rf"{_WHO}{_AGAINST}",
        rf"^(?:which|what) (?P<intervention>.+?) {_VERBS} (?P<outcome>.+?){_WHO}{_AGAINST}",
    )
)

_VIEWS = (
    r"(?P<evaluation>(?:\w+(?: and | or |, )){0,4}"
    r"(?:experience|view|perception|attitude|belief|perspective|feeling|opinion)s?)"
)
_STUDIES = r"(?: (?:in|from|using|by) (?P<research_type>qualitative|quantitative|mixed[- ]methods?)(?: (?:studies|research))?)?"
_RISK = (
    r"(?:increase|raise|reduce|lower|change|affect)s?(?: the)? (?:risk|odds|likelihood|incidence|rate) of|lead to|cause|predict"
)
_LINKED = r"(?:associated with|linked to|related to)"
_AMONG = r"(?: (?:in|among|amongst) (?P<population>.+?))?\?*$"
_PLACES = (
    r"(?:the )?(?:\w+[ -]){0,3}(?:care|hospitals?|practices?|settings?|wards?|clinics?|homes?|schools?|prisons?|units?|"
    r"departments?|communit(?:y|ies)|countries|areas?|England|Wales|Scotland|UK|NHS)"
)
_DONE = r"(?:be )?(?:provided|delivered|organised|organized|run|set up|improved|staffed)"
_KNOWN = r"(?:is known|is the evidence|evidence is there|is reported|has been (?:written|published))"

_MADE_FOR: dict[Framework, tuple[str, ...]] = {
    Framework.PEO: (
        rf"^(?:do|does|is|are) (?:being )?(?:exposure|exposed) to (?P<exposure>.+?) {_LINKED} (?P<outcome>.+?){_AMONG}",
        rf"^(?:do|does|can|is|are) (?P<exposure>.+?) (?:{_LINKED}|a risk factor for|{_RISK}) (?P<outcome>.+?){_AMONG}",
    ),
    Framework.SPIDER: (
        rf"^what (?:are|were) (?:the )?{_VIEWS} of (?P<sample>.+?) (?:of|about|on|towards?|regarding|with|who \w+) "
        rf"(?P<phenomenon_of_interest>.+?){_STUDIES}\?*$",
        rf"^what (?:are|were) (?P<sample>.+?)(?:['’]s|(?<=s)['’]) {_VIEWS} (?:of|about|on|towards?|regarding|with) "
        rf"(?P<phenomenon_of_interest>.+?){_STUDIES}\?*$",
        rf"^how do (?P<sample>.+?) (?:experience|view|perceive|feel about|see) (?P<phenomenon_of_interest>.+?){_STUDIES}\?*$",
    ),
    Framework.SPICE: (
        r"^(?:in|at|within) (?P<setting>.+?), (?:from the (?:perspective|point of view) of|for) (?P<perspective>.+?), "
        rf"(?:do|does|can|is|are|what is the (?:effect|impact) of) (?P<intervention>.+?) {_VERBS} (?P<evaluation>.+?)"
        rf"(?: {COMPARED} (?P<comparison>.+?))?\?*$",
    ),
    Framework.ECLIPSE: (
        rf"^how (?:can|could|should|do|does|might) (?P<service>.+?) {_DONE}(?: by (?P<professionals>.+?))?"
        rf"(?: for (?P<client_group>.+?))?(?: (?:in|at|within) (?P<location>{_PLACES}))?"
        r"(?: (?:to|so as to) (?P<expectation>.+?))?\?*$",
    ),
    Framework.PCC: (
        rf"^what {_KNOWN} (?:about|on) (?P<concept>.+?)"
        r"(?: (?:in|among|amongst|for) (?P<population>(?:(?! in | at ).)+?))?"
        rf"(?: (?:in|at|within) (?P<context>{_PLACES}))?\?*$",
    ),
}

SHAPES: dict[Framework, tuple[re.Pattern[str], ...]] = {
    framework: tuple(re.compile(pattern, re.IGNORECASE | re.DOTALL) for pattern in patterns)
    for framework, patterns in _MADE_FOR.items()
}
"""Shapes that one framework is made for, groups named after its elements; tried before those of interventions."""
