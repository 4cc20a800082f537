"""A limited run takes its cases from as many clusters as can be, in the file's order, and the same ones each time."""

from __future__ import annotations

from evaluation.harness.suite import Case, spread

CASES = [Case(id=id_, cluster=id_[0], shown="") for id_ in ("a1", "a2", "a3", "b1", "c1", "c2")]


def _ids(at_most: int | None) -> list[str]:
    return [case.id for case in spread(CASES, at_most)]


def test_the_first_of_each_cluster_comes_before_the_second_of_any() -> None:
    assert _ids(4) == ["a1", "b1", "c1", "a2"]


def test_more_than_there_are_is_all_of_them() -> None:
    assert sorted(_ids(99)) == sorted(case.id for case in CASES)


def test_without_a_limit_the_file_s_order_stays() -> None:
    assert _ids(None) == [case.id for case in CASES]
