from __future__ import annotations

import pytest

from searching.fuse_ranks import fuse_ranks


def test_scores_can_be_checked_by_hand() -> None:
    fused = fuse_ranks([["a", "b"], ["b", "c"]], k=60)
    assert fused == [("b", 1 / 62 + 1 / 61), ("a", 1 / 61), ("c", 1 / 62)]


def test_equal_scores_keep_the_order_of_best_place_then_of_the_rankings() -> None:
    assert [item for item, _ in fuse_ranks([["x", "y"], ["z", "w"]])] == ["x", "z", "y", "w"]
    # 2/(0+2) equals 1/(0+1): the one with the better place comes first, though the earlier ranking has the other
    assert fuse_ranks([["p", "q"], ["r"]], k=0, weights=[2.0, 1.0]) == [("p", 2.0), ("r", 1.0), ("q", 1.0)]


def test_weights_scale_a_ranking() -> None:
    assert [item for item, _ in fuse_ranks([["a"], ["b"]], weights=[1.0, 1.5])] == ["b", "a"]


def test_an_id_given_twice_in_a_ranking_counts_at_its_best_place() -> None:
    assert fuse_ranks([["a", "b", "a"]], k=0) == [("a", 1.0), ("b", 0.5)]


def test_nothing_fuses_to_nothing() -> None:
    assert fuse_ranks([]) == []
    assert fuse_ranks([[], []]) == []


@pytest.mark.parametrize(("k", "weights"), [(-1, None), (60, [1.0]), (60, [1.0, -1.0])])
def test_senseless_settings_are_refused(k: int, weights: list[float] | None) -> None:
    with pytest.raises(ValueError, match="rank fusion"):
        fuse_ranks([["a"], ["b"]], k=k, weights=weights)
