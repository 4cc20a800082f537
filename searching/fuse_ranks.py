"""Fuses several rankings into one."""

from __future__ import annotations

from collections.abc import Sequence


def fuse_ranks(
    rankings: Sequence[Sequence[str]], *, k: int = 60, weights: Sequence[float] | None = None
) -> list[tuple[str, float]]:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): the score of an item is the sum of weight / (k + rank).

    Args:
        rankings: each a list of ids, best first, ranks counted from 1; an id given twice in one counts at its best place.
        k: how much the first places are flattened; 60 is the source's own value.
        weights: one for each ranking, none negative; unset: all 1.

    Returns:
        Every id with its score, best first. Of equal scores the one with the better best place comes first, then the one
        that the earlier ranking has first, so that the order depends on the rankings alone.

    Raises:
        ValueError: `k` or a weight is negative, or there are not as many weights as rankings.
    """
    shares = [1.0] * len(rankings) if weights is None else list(weights)
    if k < 0 or len(shares) != len(rankings) or any(share < 0 for share in shares):
        raise ValueError("rank fusion needs k of at least 0 and one weight, not negative, for each ranking")
    scores: dict[str, float] = {}
    best: dict[str, int] = {}
    for ranking, share in zip(rankings, shares, strict=True):
        for rank, item in enumerate(dict.fromkeys(ranking), start=1):
            scores[item] = scores.get(item, 0.0) + share / (k + rank)
            best[item] = min(rank, best.get(item, rank))
    # Python's sort is stable and `scores` holds the ids in the order of the rankings.
    return sorted(scores.items(), key=lambda scored: (-scored[1], best[scored[0]]))
