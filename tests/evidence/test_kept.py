"""Values at hand: the ones used last stay."""

from __future__ import annotations

from evidence.kept import Kept


def test_the_value_not_used_for_longest_goes_first() -> None:
    kept: Kept[str, int] = Kept(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)


def test_a_later_value_takes_the_earlier_ones_place() -> None:
    kept: Kept[str, int] = Kept(2)
    kept.put("a", 1)
    kept.put("a", 2)
    assert kept.get("a") == 2
