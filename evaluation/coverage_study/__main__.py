"""`make coverage-study`: the whole grid; prints the tables and writes them to docs/coverage-study.md."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from evaluation.coverage_study.cells import STUDIES, Covered
from evaluation.coverage_study.false_winners import at_any_look, at_one_look
from evaluation.coverage_study.report import page

FEWEST_REPLICATES = 10_000


def main() -> int:
    """Exit code 0 where every cell is met, else 1."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.coverage_study", description=__doc__)
    parser.add_argument("--replicates", type=int, default=FEWEST_REPLICATES, help="replicates a rate  [default: %(default)s]")
    parser.add_argument("--out", type=Path, help="the Markdown file to write; by default only the terminal sees it")
    asked = parser.parse_args()
    covered: list[Covered] = []
    for name, study in STUDIES.items():
        for cell in study(asked.replicates):
            covered.append(cell)
            sys.stderr.write(f"\r{name}: {len(covered)} cells")
    winners = [*at_any_look(asked.replicates), *at_one_look(asked.replicates)]
    sys.stderr.write("\n")
    text = page(covered, winners, day=f"{datetime.now(UTC):%d %B %Y}")
    sys.stdout.write(text)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8", newline="\n")
    return 0 if all([*(cell.met for cell in covered), *(cell.met for cell in winners)]) else 1


if __name__ == "__main__":
    sys.exit(main())
