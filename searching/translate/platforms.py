"""The databases a strategy can be written for: whose headings they have and what their fields are called.

Facts of the platforms' own help: Ovid's database field guides, EBSCO's CINAHL help, the Cochrane Library's search manager
help. Embase and Emcare have `.kf.` for authors' keywords as MEDLINE has; Emcare has no `.tw.`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Language(StrEnum):
    """Whose query language a platform speaks."""

    OVID = "ovid"
    EBSCO = "ebsco"
    COCHRANE = "cochrane"


@dataclass(frozen=True, kw_only=True)
class Platform:
    """One database on one platform. `fields` gives its field codes for PubMed's tags; no entry: not translatable."""

    key: str
    name: str
    language: Language
    vocabulary: str
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_mesh(self) -> bool:
        """Whether MeSH headings can be searched there."""
        return self.vocabulary == "MeSH"


_OVID_COMMON = {
    "ti": ("ti",),
    "ab": ("ab",),
    "au": ("au",),
    "1au": ("au",),
    "lastau": ("au",),
    "fau": ("au",),
    "ad": ("in",),
    "is": ("is",),
    "vi": ("vo",),
    "ip": ("ip",),
    "pg": ("pg",),
    "ta": ("jn",),
    "la": ("lg",),
    "tt": ("ot",),
    "tw": ("mp",),
    "all": ("af",),
}

_MEDLINE = {
    **_OVID_COMMON,
    "tiab": ("ti", "ab", "kf"),
    "ot": ("kf",),
    "nm": ("nm",),
    "rn": ("rn",),
    "pa": ("mp",),
    "pt": ("pt",),
    "sh": ("fs",),
    "uid": ("ui",),
}
_EMBASE = {**_OVID_COMMON, "tiab": ("ti", "ab", "kf"), "ot": ("kf",), "rn": ("rn",)}

PLATFORMS: dict[str, Platform] = {
    platform.key: platform
    for platform in (
        Platform(key="ovid-medline", name="MEDLINE (Ovid)", language=Language.OVID, vocabulary="MeSH", fields=_MEDLINE),
        Platform(key="ovid-embase", name="Embase (Ovid)", language=Language.OVID, vocabulary="Emtree", fields=_EMBASE),
        Platform(
            key="ovid-emcare",
            name="Emcare (Ovid)",
            language=Language.OVID,
            vocabulary="the Emcare thesaurus",
            fields=_EMBASE,
        ),
        Platform(
            key="ovid-hmic",
            name="HMIC (Ovid)",
            language=Language.OVID,
            vocabulary="the HMIC thesauri",
            fields={**_OVID_COMMON, "tiab": ("ti", "ab")},
        ),
        Platform(
            key="ovid-psycinfo",
            name="APA PsycInfo (Ovid)",
            language=Language.OVID,
            vocabulary="the APA Thesaurus",
            fields={**_OVID_COMMON, "tiab": ("ti", "ab", "id"), "ot": ("id",)},
        ),
        Platform(
            key="ebsco-cinahl",
            name="CINAHL (EBSCOhost)",
            language=Language.EBSCO,
            vocabulary="CINAHL Subject Headings",
            fields={
                "ti": ("TI",),
                "ab": ("AB",),
                "tiab": ("TI", "AB"),
                "tw": ("TI", "AB", "SU"),
                "all": ("TI", "AB", "SU"),
                "au": ("AU",),
                "1au": ("AU",),
                "lastau": ("AU",),
                "fau": ("AU",),
                "ad": ("AF",),
                "is": ("IS",),
                "ta": ("SO",),
                "la": ("LA",),
            },
        ),
        Platform(
            key="cochrane",
            name="Cochrane Library",
            language=Language.COCHRANE,
            vocabulary="MeSH",
            fields={
                "ti": ("ti",),
                "ab": ("ab",),
                "tiab": ("ti", "ab", "kw"),
                "tw": ("ti", "ab", "kw"),
                "all": ("ti", "ab", "kw"),
                "ot": ("kw",),
                "nm": ("kw",),
                "pt": ("pt",),
                "au": ("au",),
                "1au": ("au",),
                "lastau": ("au",),
                "fau": ("au",),
                "ta": ("so",),
            },
        ),
    )
}
"""Every platform by its short name."""

SHORT_NAMES: dict[str, str] = {
    "medline": "ovid-medline",
    "embase": "ovid-embase",
    "emcare": "ovid-emcare",
    "hmic": "ovid-hmic",
    "psycinfo": "ovid-psycinfo",
    "cinahl": "ebsco-cinahl",
    "cochrane-library": "cochrane",
}
"""Other names that people type."""
