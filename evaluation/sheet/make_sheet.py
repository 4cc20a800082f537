"""Draws a sheet: ten claims of the demonstration collection with their records' sentences, and what was planted in which."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib import resources

import yaml
from pydantic import Field

from connectors.pubmed.records import read_records
from evaluation.mutations.plant import plant
from evaluation.mutations.true_claim import TrueClaim
from evidence.base import EvidenceModel, Pmid
from evidence.citation import Citation, FetchedRecord
from evidence.sentences import split_sentences

CLAIMS = 10
FEWEST_PLANTED, MOST_PLANTED = 4, 6

KINDS: Mapping[str, tuple[str, str]] = {
    "number": ("A number altered", "A figure of the claim is not the figure of the record."),
    "p or CI": ("A p-value or interval altered", "The p-value or a bound of the interval is not the record's."),
    "direction": ("The direction turned", "The claim says the opposite direction to the record."),
    "significance": ("Significance turned", "The claim and the record differ on whether the difference was significant."),
    "negation": ("A negation put in or taken out", "The record denies what the claim says, or the other way round."),
    "arm swap": ("The arms swapped", "The figures are right, but each stands with the other group."),
    "population widened": ("The population widened", "The record studied some people; the claim speaks of more."),
    "hedge dropped": ("A hedge dropped", "The authors think it possible; the claim states it as a fact."),
}
"""Kinds of error that a sheet may hold: what each is called, and why it is one."""


class SourceClaim(EvidenceModel):
    """A true claim about a record of the demonstration collection."""

    pmid: Pmid = Field(description="The record.")
    claim: str = Field(min_length=1, description="True of the record, in other words than its own.")
    sentences: tuple[str, ...] = Field(min_length=1, description="How the record's sentences begin that settle it.")
    arms: tuple[str, str] | None = Field(default=None, description="The groups as the claim names them; unset: not two.")
    may: tuple[str, ...] = Field(min_length=1, description="Kinds of error that may be planted in it.")


@dataclass(frozen=True)
class Piece:
    """Words of a claim, and whether they are where the planted one differs from the true one."""

    text: str
    changed: bool


@dataclass(frozen=True)
class SheetClaim:
    """A claim as the sheet prints it, and the answer."""

    text: str
    record: Citation
    sentences: tuple[str, ...]
    kind: str
    """Empty: nothing was planted."""
    true: str

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The claim in pieces, those apart that the true one does not have."""
        return _pieces(self.text, self.true)

    @property
    def true_pieces(self) -> tuple[Piece, ...]:
        """The true claim in pieces, those apart that the claim does not have."""
        return _pieces(self.true, self.text)


def draw_sheet(seed: int) -> list[SheetClaim]:
    """The ten claims of this seed, each of another record, four to six of them with an error of as many kinds as there are."""
    draw = random.Random(seed)
    records = demonstration_records()
    chosen = draw.sample(source_claims(), CLAIMS)
    count = draw.randint(FEWEST_PLANTED, MOST_PLANTED)
    kinds = _spread(chosen, count, draw)
    return [_sheet_claim(source, records[source.pmid], kind) for source, kind in zip(chosen, kinds, strict=True)]


def source_claims() -> list[SourceClaim]:
    """Every true claim that a sheet may hold."""
    text = resources.files("evaluation.sheet").joinpath("claims.yaml").read_text(encoding="utf-8")
    return [SourceClaim.model_validate(entry) for entry in yaml.safe_load(text)]


def demonstration_records() -> dict[str, Citation]:
    """The demonstration collection by PMID."""
    with resources.files("connectors.mirror").joinpath("demonstration.xml").open("rb") as stream:
        found = [record.citation for record in read_records(stream) if isinstance(record, FetchedRecord)]
    return {record.pmid: record for record in found}


def planted(source: SourceClaim, kind: str) -> str:
    """The claim with an error of this kind. Raises ValueError where its words give no room for one."""
    intervention, comparator = source.arms or ("", "")
    true = TrueClaim(text=source.claim, pmid=source.pmid, intervention=intervention, comparator=comparator)
    found = plant(kind, true)
    if found is None:
        raise ValueError(f"no error of the kind {kind} can be planted in: {source.claim}")
    return found.text


def _pieces(text: str, other: str) -> tuple[Piece, ...]:
    words = text.split(" ")
    steps = SequenceMatcher(a=words, b=other.split(" "), autojunk=False).get_opcodes()
    return tuple(Piece(" ".join(words[start:end]), tag != "equal") for tag, start, end, _, _ in steps if start < end)


def _spread(chosen: Sequence[SourceClaim], count: int, draw: random.Random) -> list[str]:
    """For each claim the kind planted in it, or empty: the kinds used least come first, so that a sheet shows many."""
    kinds = [""] * len(chosen)
    used = dict.fromkeys(KINDS, 0)
    for place in draw.sample(range(len(chosen)), count):
        may = sorted(chosen[place].may, key=lambda kind: (used[kind], draw.random()))
        kinds[place] = may[0]
        used[may[0]] += 1
    return kinds


def _sheet_claim(source: SourceClaim, record: Citation, kind: str) -> SheetClaim:
    everything = [section.text[start:end] for section in record.abstract for start, end in split_sentences(section.text)]
    sentences = tuple(text for text in everything if text.startswith(source.sentences))
    text = planted(source, kind) if kind else source.claim
    return SheetClaim(text=text, record=record, sentences=sentences, kind=kind, true=source.claim)
