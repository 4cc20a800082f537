"""Shares of known papers: counts below twenty, a percentage with its interval from twenty up."""

from __future__ import annotations

import pytest

from evidence.seed_test import SeedTally, wilson_interval


class TestTheInterval:
    def test_it_is_wilsons(self) -> None:
        # 81 of 263: Newcombe 1998 (Statistics in Medicine 17:857), table I, method 3 gives 0.2553 to 0.3662.
        low, high = wilson_interval(81, 263)
        assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)

    def test_its_ends_are_inside_nought_and_one(self) -> None:
        # 0 of 20 and 20 of 20: the same table gives 0 to 0.1611 and its mirror image.
        assert wilson_interval(0, 20)[0] == 0
        assert round(wilson_interval(0, 20)[1], 4) == 0.1611
        low, high = wilson_interval(20, 20)
        assert low == pytest.approx(1 - wilson_interval(0, 20)[1])
        assert high == 1.0

    @pytest.mark.parametrize(("found", "total"), [(0, 0), (3, 2), (-1, 2)])
    def test_a_share_that_is_none_is_refused(self, found: int, total: int) -> None:
        with pytest.raises(ValueError, match="share"):
            wilson_interval(found, total)


def test_below_twenty_there_is_no_percentage() -> None:
    assert SeedTally(found=7, total=8).words() == "7 of 8 found"
    assert SeedTally(found=19, total=19).words() == "19 of 19 found"


def test_from_twenty_up_there_is_one_with_its_interval() -> None:
    assert SeedTally(found=18, total=20).words() == "18 of 20 found (90 %, 95 % interval 70 to 97 %)"
