"""What a person must know of single records: orders to their reader, figures that do not agree, studies that are
one, and conclusions in favour over a null primary outcome."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from evidence.citation import Citation
from evidence.claim import SourceRemark
from verification.inconsistencies import inconsistencies
from verification.orders import orders_in
from verification.same_study import not_independent
from verification.spin import spin_of

_LONGEST_WORDS = 600
_MOST_OF_A_KIND = 5
"""Remarks of a kind on one record that are told; a record with more is told of by its first ones."""


def remarks_on(citations: Sequence[Citation]) -> tuple[SourceRemark, ...]:
    """Every remark on these records: record by record, then on pairs of them."""
    found = [remark for citation in citations for remark in (*_orders(citation), *_figures(citation))]
    found += [banner for citation in citations if (banner := spin_of(citation))]
    for one, other in combinations(citations, 2):
        if reason := not_independent(one, other):
            found.append(SourceRemark(pmid=one.pmid, kind="same study", text=reason))
    return tuple(found)


def _orders(citation: Citation) -> list[SourceRemark]:
    return [
        SourceRemark(
            pmid=citation.pmid,
            kind="orders",
            text=f"Its text {sign}: no model was given the record, and no claim rests on these words.",
            words=words.strip()[:_LONGEST_WORDS],
        )
        for sign, words in orders_in(citation)[:_MOST_OF_A_KIND]
    ]


def _figures(citation: Citation) -> list[SourceRemark]:
    return [
        SourceRemark(
            pmid=citation.pmid,
            kind="figures",
            text=f"The record itself does not add up ({one.kind.value}): {one.problem}.",
            words=one.words[:_LONGEST_WORDS],
        )
        for one in inconsistencies(citation.abstract_text)[:_MOST_OF_A_KIND]
    ]
