"""MeSH's subheadings (qualifiers) with the two-letter codes that PubMed and Ovid take for them.

Source: NLM, MeSH Qualifiers.
"""

from __future__ import annotations

SUBHEADINGS: dict[str, str] = {
    "ab": "abnormalities",
    "ad": "administration & dosage",
    "ae": "adverse effects",
    "ag": "agonists",
    "aa": "analogs & derivatives",
    "an": "analysis",
    "ah": "anatomy & histology",
    "ai": "antagonists & inhibitors",
    "bi": "biosynthesis",
    "bs": "blood supply",
    "bl": "blood",
    "cf": "cerebrospinal fluid",
    "cs": "chemical synthesis",
    "ci": "chemically induced",
    "ch": "chemistry",
    "cl": "classification",
    "co": "complications",
    "cn": "congenital",
    "cy": "cytology",
    "df": "deficiency",
    "dg": "diagnostic imaging",
    "di": "diagnosis",
    "dh": "diet therapy",
    "de": "drug effects",
    "dt": "drug therapy",
    "ec": "economics",
    "ed": "education",
    "em": "embryology",
    "en": "enzymology",
    "ep": "epidemiology",
    "es": "ethics",
    "eh": "ethnology",
    "et": "etiology",
    "gd": "growth & development",
    "ge": "genetics",
    "hi": "history",
    "im": "immunology",
    "ir": "innervation",
    "in": "injuries",
    "is": "instrumentation",
    "ip": "isolation & purification",
    "lj": "legislation & jurisprudence",
    "me": "metabolism",
    "mt": "methods",
    "mi": "microbiology",
    "mo": "mortality",
    "nu": "nursing",
    "og": "organization & administration",
    "ps": "parasitology",
    "py": "pathogenicity",
    "pa": "pathology",
    "pk": "pharmacokinetics",
    "pd": "pharmacology",
    "ph": "physiology",
    "pp": "physiopathology",
    "po": "poisoning",
    "pc": "prevention & control",
    "px": "psychology",
    "re": "radiation effects",
    "rt": "radiotherapy",
    "rh": "rehabilitation",
    "sc": "secondary",
    "se": "secretion",
    "st": "standards",
    "sn": "statistics & numerical data",
    "sd": "supply & distribution",
    "su": "surgery",
    "th": "therapy",
    "tu": "therapeutic use",
    "td": "trends",
    "to": "toxicity",
    "tm": "transmission",
    "tr": "transplantation",
    "ul": "ultrastructure",
    "ur": "urine",
    "ve": "veterinary",
    "vi": "virology",
}
"""Name of each subheading by its code."""

FORMER_SUBHEADINGS: dict[str, tuple[str, str | None]] = {
    "us": ("ultrasonography", "dg"),
    "ri": ("radionuclide imaging", "dg"),
    "ra": ("radiography", "dg"),
    "du": ("diagnostic use", None),
    "ct": ("contraindications", None),
    "ma": ("manpower", "sd"),
    "ut": ("utilization", "sn"),
}
"""Codes in older strategies that MeSH has given up: their name, and the code that took them over where one did."""


def subheading_code(written: str) -> str | None:
    """The code for a subheading given as code or name, `and` or `&` alike; None if MeSH has no such one."""
    text = " ".join(written.casefold().replace(" and ", " & ").split())
    if text in SUBHEADINGS:
        return text
    return _BY_NAME.get(text)


_BY_NAME = {name: code for code, name in SUBHEADINGS.items()}
