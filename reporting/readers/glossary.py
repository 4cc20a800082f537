"""Words of research in plain English. This tool's own wording, for staff to change."""

from __future__ import annotations

import re
from collections.abc import Iterable

GLOSSARY = {
    "abstract": "The short text at the start of a research paper. It does not tell everything.",
    "adverse event": "Something bad that happened to a person in a study. The treatment may or may not be the cause.",
    "blind": "People did not know which treatment they got. This helps to keep a study fair.",
    "cohort": "A group of people who are followed over time.",
    "confidence interval": "A range around a result. It shows how far chance could have moved it.",
    "control group": "The people a treatment is compared with.",
    "efficacy": "How well a treatment works in a study.",
    "hazard ratio": "A number that compares how soon or how often something happens in two groups. 1 means no difference.",
    "incidence": "How many new cases there are in a time.",
    "intention to treat": "Everyone is counted in the group they were put in, whatever they took.",
    "meta-analysis": "A sum of the results of several studies.",
    "mortality": "How many people died.",
    "observational": "The researchers watched and did not choose who got what.",
    "odds ratio": "A number that compares the odds of something in two groups. 1 means no difference.",
    "p value": "A number for how odd a result would be if there were no real difference.",
    "placebo": "A dummy treatment that looks like the real one.",
    "prevalence": "How many people have something at one time.",
    "randomised": "People were put into groups by chance, to make the groups alike.",
    "relapse": "The illness came back.",
    "relative risk": "A number that compares the risk in two groups. 1 means no difference.",
    "risk ratio": "A number that compares the risk in two groups. 1 means no difference.",
    "significant": "In research: larger than chance alone would often give. It does not mean large or important.",
    "systematic review": "A study that looks for all the research on one question and sums it up.",
    "trial": "A study in which people get a treatment so that its effect can be measured.",
    "vaccine": "A medicine that helps the body to fight an illness before it comes.",
}
"""Words in lower case with what they mean."""

_ALIKE = {"randomized": "randomised", "95% ci": "confidence interval", "ci": "confidence interval", "blinded": "blind",
          "adverse events": "adverse event", "trials": "trial", "vaccines": "vaccine", "side effect": "adverse event",
          "side effects": "adverse event", "p=": "p value", "p<": "p value", "abstracts": "abstract"}  # fmt: skip


def terms_in(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The words of the glossary that the texts use, in alphabetical order, with their meaning."""
    whole = " ".join(texts).casefold()
    names = {*GLOSSARY, *_ALIKE}
    found = {_ALIKE.get(name, name) for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)|{_symbol(name)}", whole)}
    return tuple((name, GLOSSARY[name]) for name in sorted(found))


def _symbol(name: str) -> str:
    return rf"(?<!\w){re.escape(name)}" if name.endswith(("=", "<")) else r"(?!)"
