"""The suites by name; each is imported when it is run."""

from __future__ import annotations

import importlib

from evaluation.harness.suite import Suite
from evidence.errors import InvalidInput

SUITES: dict[str, str] = {
    "claims": "Supported, refuted or not enough: SciFact, HealthVer, Evidence Inference directions.",
    "mutations": "Planted errors in true claims, of thirteen kinds: how many the checks catch.",
    "fabrications": "A million fabricated PMIDs and quotes against the gate; a thousand drafts in every document.",
    "adversary": "A model that obeys every order in a record, over a thousand records with orders.",
    "omissions": "A harm, a null primary outcome or a study left out of a draft: is it said, draft by draft.",
    "pubmedqa": "Yes, no or maybe from an abstract's sections without its conclusion.",
    "bioasq": "Yes or no from the gold snippets of a biomedical question.",
    "extraction": "What the product's extraction stage reads from abstracts: directions, arms' sizes and values.",
    "numbers": "Right and wrong numbers that models read from trial reports: how many of each are flagged.",
    "retrieval": "What a question needs, ranked first: the product's fusion against BM25 and MiniLM.",
    "search": "Strategies from questions: recall and precision against known included studies, compiled beside raw.",
    "medevidence": "The whole flow's answer against that of Cochrane reviews, sources given and sources to be found.",
    "citations": "Does each quote and PMID support its sentence: recall and precision as ALCE defines them.",
    "speed": "Seconds by stage of the flow, for a record.",
    "cost": "Model calls and tokens by stage of the flow, for a record.",
}
"""Name of each suite: its line in the list."""


def load_suite(name: str) -> Suite:
    """The suite of this name. Raises InvalidInput for a name that is none."""
    if name not in SUITES:
        raise InvalidInput(f"There is no suite “{name}”: the suites are {', '.join(SUITES)}.")
    suite: Suite = importlib.import_module(f"evaluation.suites.{name}").SUITE
    return suite
