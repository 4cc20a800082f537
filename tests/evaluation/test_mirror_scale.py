"""The records made for the mirror's scale, and what is said of how it grows."""

from __future__ import annotations

import gzip
from importlib import resources
from pathlib import Path

import pytest

from connectors.mirror import load_files, mirror_status
from connectors.pubmed.records import read_records
from evaluation.bench.made_records import FIRST_PMID, Heaps, RecordMaker, fit_heaps, growth_exponent, read_source, write_files
from evaluation.bench.mirror_scale import AtSize, figures, run
from evidence.citation import FetchedRecord


def source(folder: Path) -> list[bytes]:
    file = folder / "demonstration.xml"
    file.write_bytes((resources.files("connectors.mirror") / "demonstration.xml").read_bytes())
    return read_source(file)


def test_made_records_have_fresh_pmids_dates_and_words(tmp_path: Path) -> None:
    maker = RecordMaker(source(tmp_path))
    (file,) = write_files(maker, tmp_path, 120)
    with gzip.open(file) as stream:
        made = [record.citation for record in read_records(stream) if isinstance(record, FetchedRecord)]
    assert [int(citation.pmid) for citation in made] == list(range(FIRST_PMID, FIRST_PMID + 120))
    assert all(citation.entered for citation in made)
    first, again, third = made[0], made[50], made[100]
    assert first.mesh == again.mesh == third.mesh
    assert len({citation.abstract for citation in (first, again, third)}) == 3
    assert file.with_name(f"{file.name}.md5").read_text().startswith("MD5(pubmed26n0001.xml.gz)= ")
    assert load_files(tmp_path / "mirror", [file]).files[0].verified
    assert mirror_status(tmp_path / "mirror").records == 120


def test_the_same_source_makes_the_same_records(tmp_path: Path) -> None:
    records = source(tmp_path)
    assert list(RecordMaker(records).make(120)) == list(RecordMaker(records).make(120))


def test_words_grow_by_the_law_of_the_source(tmp_path: Path) -> None:
    records = source(tmp_path)
    maker = RecordMaker(records)
    law = maker.heaps
    assert 0.3 < law.exponent < 1
    grown = fit_heaps(list(maker.make(len(records) * 6)))
    assert grown.exponent == pytest.approx(law.exponent, abs=0.12)
    assert Heaps(10, 0.5).different(400) == 200


def test_the_exponent_of_growth() -> None:
    sizes = [10.0, 100.0, 1000.0]
    assert growth_exponent(sizes, [3.0, 30.0, 300.0]) == pytest.approx(1)
    assert growth_exponent(sizes, [7.0, 7.0, 7.0]) == pytest.approx(0)
    assert growth_exponent(sizes, [1.0, 10.0**0.5, 10.0]) == pytest.approx(0.5)


def test_figures_tell_sizes_and_exponents() -> None:
    measured = [
        AtSize(
            records=size,
            load_seconds=size / 1000,
            load_cpu=size / 900,
            own_mb=100.0,
            peak_mb=300.0,
            bytes_on_disk=size * 2000,
            queries=(1.0, 2.0, 3.0),
            waits=(2.0, 3.0, 4.0),
            hits=7,
        )
        for size in (10, 100, 1000)
    ]
    load, disk, memory, middle, slow = figures(measured, "made")
    assert (load.value, disk.value, memory.met, middle.value, slow.value) == (1000.0, 2.0, True, 2.0, 3.0)
    assert "grows with the power 1.00" in disk.note
    assert "power 0.00" in middle.note


def test_the_bench_runs_on_the_demonstration_collection() -> None:
    load, disk, memory, middle, _ = run(None, quick=True)
    assert (load.n, middle.n) == (4500, 3)
    assert load.value is not None
    assert disk.value is not None
    assert memory.met
