"""The mirror at 10,000, 100,000 and a million records: how fast it loads, how large it is, how long searches take.

Data: records made from the pool (`made_records`), written as numbered, gzipped files with checksums and loaded as the yearly
baseline is. Searches: the real strategies of information specialists that the mirror accepts, each run at every size
against the same mirror as it grows. The exponent says how time or size grow: 1 is in proportion to the records.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import cast

from connectors.mesh import load_mesh, open_mesh
from connectors.mirror import mirror_status
from connectors.mirror.search_index import SearchIndex
from evaluation.bench.arithmetic import percentile
from evaluation.bench.figure import Figure
from evaluation.bench.made_records import RecordMaker, growth_exponent, read_source, write_files
from evaluation.bench.pool import read_json_lines
from evaluation.bench.processes import own_environment, run_measured
from evaluation.bench.progress import BenchProgress
from evidence.errors import InvalidInput
from evidence.services import MeshVocabulary
from searching.parse_query import parse_query
from searching.query import QueryNode

SIZES = (10_000, 100_000, 1_000_000)
QUICK_SIZES = (500, 1_500, 4_500)
LIMIT_MB = 200.0
_PAGE = 20
_REPEATS = 3
_MESH = "mesh_id_label_mappings.tsv"
_OWN_STRATEGIES = (
    "vaccine*[tiab] AND (placebo[tiab] OR randomi*[tiab])",
    '("oral cholera vaccine"[tiab] OR "Cholera Vaccines"[mh]) NOT animals[mh:noexp]',
    "(fatigue[ti] OR tired*[ti]) AND trial[tiab] AND 2000:2020[dp]",
)


@dataclass(frozen=True)
class AtSize:
    """What was measured once the mirror held `records`. Seconds; bytes; megabytes; milliseconds of processor and clock."""

    records: int
    load_seconds: float
    load_cpu: float
    own_mb: float
    peak_mb: float
    bytes_on_disk: int
    queries: tuple[float, ...]
    waits: tuple[float, ...]
    hits: int


def run(data: Path | None, *, quick: bool = False) -> list[Figure]:
    """Load rate, size, peak memory and query times at three sizes, with their exponents.

    Without the shared data the demonstration collection is the source, with three strategies, and the figures say so.
    """
    sizes = QUICK_SIZES if quick else SIZES
    with TemporaryDirectory() as folder, resources.as_file(resources.files("connectors.mirror") / "demonstration.xml") as demo:
        source = data / "pubmed" / "pool.xml.gz" if data else demo
        vocabulary = _vocabulary(data, Path(folder, "mesh"))
        measured = grow(Path(folder), read_source(source), sizes, _strategies(data), vocabulary)
    what = "made from the pool" if data else "made from the demonstration collection"
    return figures(measured, what)


def grow(
    folder: Path, source: Sequence[bytes], sizes: Sequence[int], strategies: Sequence[QueryNode], mesh: MeshVocabulary | None
) -> list[AtSize]:
    """Make, load and search at each size in turn; each load goes on where the one before ended."""
    progress, maker = BenchProgress(), RecordMaker(source)
    progress.note(f"Heaps' law of the source: {maker.heaps.factor:.1f} * n ** {maker.heaps.exponent:.2f}")
    files = folder / "files"
    files.mkdir()
    mirror, held, number = folder / "mirror", 0, 1
    measured: list[AtSize] = []
    accepted = list(strategies)
    for size in sizes:
        progress.stage("mirror_scale", f"making {size - held:,} records")
        written = write_files(maker, files, size - held, first=number)
        number, held = number + len(written), size
        progress.note(f"loading them: {sum(file.stat().st_size for file in written) / 1e6:,.0f} MB compressed")
        loaded = _load(files, mirror)
        for file in written:
            file.unlink()
        index = SearchIndex(mirror, mesh)
        if not measured:
            accepted = [tree for tree in accepted if _answers(index, tree)]
            progress.note(f"{len(accepted)} of {len(strategies)} strategies are accepted")
        times, waits, hits = _query_times(index, accepted)
        before = measured[-1] if measured else None
        status = mirror_status(mirror)
        measured.append(
            AtSize(
                records=status.records,
                load_seconds=loaded["seconds"] + (before.load_seconds if before else 0.0),
                load_cpu=loaded["cpu"] + (before.load_cpu if before else 0.0),
                own_mb=loaded["own_mb"],
                peak_mb=loaded["peak_mb"],
                bytes_on_disk=status.bytes_on_disk,
                queries=tuple(times),
                waits=tuple(waits),
                hits=hits,
            )
        )
        progress.note(
            f"{status.records:,} records: {measured[-1].load_seconds:.1f} s in all, {status.bytes_on_disk / 1e6:,.0f} MB, "
            f"query median {median(times):.1f} ms, 95th percentile {percentile(times, 0.95):.1f} ms of the processor"
        )
    return measured


def figures(measured: Sequence[AtSize], what: str) -> list[Figure]:
    """The figures of each size beside those of the first, and the exponents over all."""
    sizes = [float(each.records) for each in measured]
    last = measured[-1]
    load = growth_exponent(sizes, [each.load_seconds for each in measured])
    cpu = growth_exponent(sizes, [each.load_cpu for each in measured])
    disk = growth_exponent(sizes, [float(each.bytes_on_disk) for each in measured])
    middle = growth_exponent(sizes, [median(each.queries) for each in measured])
    slow = growth_exponent(sizes, [percentile(each.queries, 0.95) for each in measured])

    def each(shown: Sequence[str]) -> str:
        return "; ".join(f"{at.records:,}: {value}" for at, value in zip(measured, shown, strict=True))

    rates = [f"{at.records / at.load_seconds:,.0f}" for at in measured]
    return [
        Figure(
            name=f"loading {last.records:,} records {what}",
            value=last.records / last.load_seconds,
            unit="records/s",
            n=last.records,
            note=f"by wall clock, {each(rates)}; time grows with the power {load:.2f}; processor "
            f"seconds, {each([f'{at.load_cpu:,.1f}' for at in measured])}, with the power {cpu:.2f}",
        ),
        Figure(
            name="the index on disk",
            value=last.bytes_on_disk / 1e6,
            unit="MB",
            n=last.records,
            note=f"MB, {each([f'{at.bytes_on_disk / 1e6:,.0f}' for at in measured])}; grows with the power {disk:.2f}",
        ),
        Figure(
            name="the loader's peak memory",
            value=max(at.own_mb for at in measured),
            unit="MB",
            n=last.records,
            target=LIMIT_MB,
            met=max(at.own_mb for at in measured) < LIMIT_MB,
            note=f"MB, {each([f'{at.own_mb:,.0f}' for at in measured])}; with the index files that are mapped while they "
            f"are merged, which the system takes back when it needs room, {each([f'{at.peak_mb:,.0f}' for at in measured])}",
        ),
        Figure(
            name="a specialist's strategy, median time",
            value=median(last.queries),
            unit="ms",
            n=len(last.queries),
            note=f"ms, {each([f'{median(at.queries):.1f}' for at in measured])}; of the processor; grows with the power "
            f"{middle:.2f}; count and first page, {last.hits:,} hits in all; by the clock {median(last.waits):.1f} ms",
        ),
        Figure(
            name="a specialist's strategy, 95th percentile",
            value=percentile(last.queries, 0.95),
            unit="ms",
            n=len(last.queries),
            note=f"ms, {each([f'{percentile(at.queries, 0.95):.1f}' for at in measured])}; of the processor; grows "
            f"with the power {slow:.2f}; by the clock {percentile(last.waits, 0.95):.1f} ms",
        ),
    ]


def _load(files: Path, mirror: Path) -> Mapping[str, float]:
    command = [sys.executable, "-m", "evaluation.bench.load_process", "mirror", str(files), str(mirror)]
    return cast("Mapping[str, float]", json.loads(run_measured(command, own_environment(), limit=7200.0).output))


def _vocabulary(data: Path | None, folder: Path) -> MeshVocabulary | None:
    if data is None:
        return None
    load_mesh(folder, data / "mesh" / _MESH, BenchProgress())
    return open_mesh(folder)


def _strategies(data: Path | None) -> list[QueryNode]:
    """The specialists' strategies that parse; the project's own three without the shared data."""
    if data is None:
        return [parse_query(text) for text in _OWN_STRATEGIES]
    trees = []
    for entry in read_json_lines(data / "boolean_queries" / "sysrev_seed.jsonl"):
        try:
            trees.append(parse_query(entry["edited_search"]))
        except InvalidInput:
            continue  # what the parser refuses is measured where the parser is
    return trees


def _answers(index: SearchIndex, tree: QueryNode) -> bool:
    try:
        index.search(tree)
    except InvalidInput:
        return False
    return True


def _query_times(index: SearchIndex, strategies: Sequence[QueryNode]) -> tuple[list[float], list[float], int]:
    """Milliseconds of each strategy, of the processor and by the clock, and the hits of all.

    Each is the median of three runs after one that is not counted. A search works in the thread that asks, so that its
    processor time is what the clock would show on a machine with nothing else to do.
    """
    times: list[float] = []
    waits: list[float] = []
    hits = 0
    for tree in strategies:
        runs = []
        for _ in range(_REPEATS + 1):
            began, waited = time.thread_time(), time.perf_counter()
            result = index.search(tree)
            index.pmids(result, 0, _PAGE)
            runs.append(((time.thread_time() - began) * 1000, (time.perf_counter() - waited) * 1000))
        times.append(median(run for run, _ in runs[1:]))
        waits.append(median(wait for _, wait in runs[1:]))
        hits += result.count
    return times, waits, hits
