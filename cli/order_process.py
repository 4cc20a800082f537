"""The orders in which people screen, learned in a process of its own: `python -m cli.order_process`.

In the workbench's process everybody's pages would wait while one order is learned. Each line read is the id of a run; each line
written is an object: `standing`, `pmids` and `says` as `pipelines.screening_order` has them, or `fault`, one sentence.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from cli.services import build_embeddings
from connectors.settings import Settings
from connectors.store import Store
from connectors.vector_cache import CachedEmbeddings
from evidence.errors import EvidenceError
from pipelines.screening import open_screening
from pipelines.screening_order import KeptFeatures, order_unread, standing_of

_RUNS = 24


def main() -> None:
    """Answers until its input ends, which it does with the workbench's process, however that ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not stand among the answers
    if hasattr(os, "nice"):
        os.nice(5)  # pages first
    settings = Settings.load()
    embeddings, kept = build_embeddings(settings), KeptFeatures(_RUNS)
    vectors = embeddings if isinstance(embeddings, CachedEmbeddings) else None
    with Store.open(settings.store_url) as store:
        for line in sys.stdin:
            print(json.dumps(_answer(store, line.strip(), vectors, kept)), file=answers, flush=True)


def _answer(store: Store, run_id: str, vectors: CachedEmbeddings | None, kept: KeptFeatures) -> dict[str, Any]:
    try:
        screening = open_screening(store, run_id)
        order = order_unread(screening, vectors, kept)
    except EvidenceError as fault:
        return {"fault": fault.message}
    return {"standing": standing_of(screening), "pmids": order.pmids, "says": order.says}


if __name__ == "__main__":
    main()
