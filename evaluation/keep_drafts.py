"""Drafts of MedEvidence questions, kept as ledgers: `python -m evaluation.keep_drafts DATA OUT embedded ID …`.

The whole flow runs, its records found in the pool, ten abstracts read. OUT/ID.json is the run's ledger, which
`evaluation/check_kept_drafts.py` checks again by the checks of any revision; OUT/evidence.sqlite keeps the model's answers,
so that the same command repeats no call.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from connectors.language_model.choose import choose_model
from connectors.store import Store
from evaluation.bench.pool import cached_minilm
from evaluation.bench.progress import BenchProgress
from evaluation.harness.data import SuiteData
from evaluation.harness.flow_run import FlowDesk
from evaluation.harness.medevidence import read_reviews
from evaluation.harness.served_pool import served_pool
from evidence.question import Request

READ = 10
"""Abstracts read for a draft."""


def keep_drafts(data: Path, out: Path, model_name: str, ids: Sequence[str]) -> None:
    """Write the ledger of each question into `out`. Raises InvalidInput for data that cannot be read, KeyError for an id."""
    out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PREFECT_HOME", str(out / "prefect"))
    shared = SuiteData(given=None, shared=data)
    questions, collection = read_reviews(shared)
    by_id, progress = {question.question_id: question for question in questions}, BenchProgress()
    model = choose_model(model_name, base_url=None, api_key=None, prices=None, progress=progress)
    with ExitStack() as stack:
        pool = stack.enter_context(served_pool(collection, shared.companion("mesh", "mesh_id_label_mappings.tsv"), progress))
        store = stack.enter_context(Store.open(f"sqlite:///{out}/evidence.sqlite"))
        desk = FlowDesk(pool=pool, store=store, model=model, embeddings=cached_minilm(), home=out)
        for number in ids:
            run = desk.ask(Request(question=by_id[number].question), draft_from=READ)
            (out / f"{number}.json").write_text(run.ledger.model_dump_json(indent=1), encoding="utf-8")
            progress.note(f"{number}: {len(run.ledger.claims)} claims")


if __name__ == "__main__":
    keep_drafts(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4:])
