"""The benches themselves, on the demonstration collection: that they measure what they say, not how fast anything is."""

from __future__ import annotations

import gzip
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from urllib.request import urlopen

import pytest

from connectors.language_model.extractive import ExtractiveModel
from connectors.mirror import load_files
from connectors.pubmed.records import read_records
from evaluation.bench import again, check, draft, load, overhead
from evaluation.bench.asking import Asked
from evaluation.bench.load import copy_records
from evaluation.bench.pool import ReviewQuestion
from evaluation.bench.processes import Ended, own_environment, peak_megabytes, run_measured
from evaluation.bench.progress import BenchProgress
from evaluation.bench.servers import counting_mirror
from evidence.citation import AbstractSection, Citation, FetchedRecord
from evidence.claim import Verdict
from evidence.errors import ServiceUnavailable
from evidence.question import Request
from evidence.run import Event
from pipelines.stages.frame_question import frame_question
from tests.reporting.sample import sample_ledger
from verification.verify import verify_draft

BEGAN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def demonstration(folder: Path) -> Path:
    file = folder / "demonstration.xml"
    file.write_bytes((resources.files("connectors.mirror") / "demonstration.xml").read_bytes())
    return file


def event(seconds: float, kind: str, **detail: str) -> Event:
    return Event(
        number=1, run_id="r", kind=kind, detail=dict(detail), by="x", at=after(seconds), previous="0" * 64, hash="0" * 64
    )


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def asked(*, wall: float, cpu: float, model_seconds: float = 0.0, run_id: str = "r") -> Asked:
    ledger = sample_ledger()
    made = ledger.provenance.model_copy(update={"model_seconds": model_seconds})
    events = (event(1.0, "run created"), event(1.5, "step committed", step="rank_citations"), event(4.0, "ledger saved"))
    return Asked(
        process=Ended(wall=wall, cpu=cpu, output=""),
        run_id=run_id,
        result="new",
        ledger=ledger.model_copy(update={"provenance": made}),
        events=events,
        began=BEGAN,
        ended=after(4.25),
    )


def test_a_process_is_measured_with_its_processor_time_apart_from_waiting() -> None:
    waited = run_measured([sys.executable, "-c", "import time; time.sleep(0.5); print('done')"], own_environment())
    assert waited.output == "done\n"
    assert waited.wall >= 0.5
    assert waited.cpu < waited.wall
    program = "import time\nwhile time.process_time() < 0.4: pass"
    assert run_measured([sys.executable, "-c", program], own_environment()).cpu >= 0.4


def test_a_process_that_fails_is_no_figure() -> None:
    with pytest.raises(ServiceUnavailable, match=r"ended with 3 .* measured: the reason"):
        run_measured([sys.executable, "-c", "import sys; sys.stderr.write('the reason'); sys.exit(3)"], own_environment())


def test_a_measured_process_sees_no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EVIDENCE_HOME", "OPENAI_API_KEY", "PREFECT_API_URL", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("KEPT", "yes")
    environment = own_environment(EVIDENCE_HOME="/elsewhere")
    assert environment["EVIDENCE_HOME"] == "/elsewhere"
    assert environment["KEPT"] == "yes"
    assert {"OPENAI_API_KEY", "PREFECT_API_URL", "PYTHONDONTWRITEBYTECODE"}.isdisjoint(environment)


def test_memory_is_that_of_the_process_itself_and_not_of_its_parent() -> None:
    program = "from evaluation.bench.processes import peak_megabytes as peak\n{}print(peak())"
    ballast = bytearray(300_000_000)
    small = float(run_measured([sys.executable, "-c", program.format("")], own_environment()).output)
    large = float(
        run_measured([sys.executable, "-c", program.format("b = bytes(range(256)) * 400_000\n")], own_environment()).output
    )
    assert peak_megabytes() > len(ballast) / 1e6
    assert small < 150
    assert 90 < large - small < 120


def test_copies_are_the_same_records_under_pmids_of_their_own(tmp_path: Path) -> None:
    target = tmp_path / "larger.xml.gz"
    written = copy_records(demonstration(tmp_path), target, copies=3)
    with gzip.open(target) as stream:
        records = list(read_records(stream))
    citations = [record.citation for record in records if isinstance(record, FetchedRecord)]
    assert len(citations) == written == len({citation.pmid for citation in citations})
    assert Counter(citation.title for citation in citations).most_common()[-1][1] == 3
    assert sorted(int(citation.pmid) // 100_000_000 for citation in citations)[:: written // 3] == [0, 1, 2]


def test_loading_gives_speed_beside_the_parser_and_memory_of_both(tmp_path: Path) -> None:
    file, larger = tmp_path / "records.xml.gz", tmp_path / "larger.xml.gz"
    count = copy_records(demonstration(tmp_path), file, copies=2)
    copy_records(file, larger, copies=2)
    figures = load.measure_loading(file, larger, what="some", repeats=1)
    assert [figure.n for figure in figures] == [count, 2 * count, count, 2 * count]
    for figure in figures[:2]:
        assert figure.value is not None
        assert figure.compared_value is not None
        assert figure.target == 3 * figure.compared_value
        assert figure.met is (figure.value >= figure.target)
        assert figure.ratio == pytest.approx(figure.value / figure.compared_value)
    assert all(figure.value is not None and 10 < figure.value < 1000 for figure in figures[2:])


def test_a_rate_is_records_by_seconds() -> None:
    assert load.rate([{"records": 300, "seconds": 2.0}, {"records": 300, "seconds": 3.0}]) == [150.0, 100.0]


def test_a_draft_to_check_has_claims_that_pass_and_claims_that_must_not() -> None:
    records = [record for record in check.demonstration_records() if len(check.sentences_of(record)) >= 5][:20]
    made = check.make_draft(records)
    assert len(made.claims) == 100
    verdicts = [item.verdict for item in verify_draft(made, {record.pmid: record for record in records}).claims]
    assert verdicts[0::5].count(Verdict.SUPPORTED) >= 15
    assert set(verdicts[3::5]) == {Verdict.QUOTE_FABRICATED}
    assert set(verdicts[4::5]) == {Verdict.QUOTE_MISATTRIBUTED}


def test_checking_is_measured_in_milliseconds_with_the_percentile_above_the_median() -> None:
    middle, high, *processor = check.measure_checking(check.demonstration_records(), drafts=6)
    assert middle.value is not None
    assert high.value is not None
    assert 0 < middle.value <= high.value
    assert (middle.low, middle.high) != (None, None)
    assert middle.n == high.n == 6
    assert "of 600 claims passed" in middle.note
    assert [figure.name.rpartition(", ")[2] for figure in (middle, high, *processor)] == ["wall"] * 2 + ["processor"] * 2


def test_requests_are_counted_at_the_server(tmp_path: Path) -> None:
    load_files(tmp_path / "mirror", [demonstration(tmp_path)])
    with counting_mirror(tmp_path / "mirror") as (address, counted):
        for path in ("esearch.fcgi?db=pubmed&term=cholera", "esearch.fcgi?db=pubmed&term=fatigue", "einfo.fcgi?db=pubmed"):
            with urlopen(f"{address}{path}", timeout=10) as answer:
                assert answer.status == 200
        assert counted.counts == {"esearch.fcgi": 2, "einfo.fcgi": 1}


def test_what_is_ours_is_the_run_without_its_model_and_without_prefect() -> None:
    runs = [asked(wall=5.0, cpu=4.0, model_seconds=0.5), asked(wall=6.0, cpu=4.5, model_seconds=1.0)]
    empty = [Ended(wall=2.0, cpu=1.0, output=""), Ended(wall=1.0, cpu=1.0, output="")]
    ours, cpu, whole, *stages = overhead.figures("ours", runs, empty)
    assert (ours.value, ours.met, ours.n) == (3.25, False, 2)
    assert (cpu.value, cpu.met) == (3.25, None)
    assert whole.value == 5.5
    assert ours.compared_value == 1.5
    assert [(stage.name, stage.value) for stage in stages] == [
        ("  of it: the draft's documents and ledger", 2.5),
        ("  of it: from the process's start until the run is made", 1.0),
        ("  of it: rank_citations", 0.5),
        ("  of it: after the flow, until the process's end", 0.25),
    ]


def test_time_between_entries_of_the_log_adds_up_to_the_whole() -> None:
    events = [event(0.5, "status set", status="running"), event(2.0, "step committed", step="plan_search")]
    seconds = overhead.stage_seconds(BEGAN, events, after(3.0))
    assert seconds["plan_search"] == 1.5
    assert sum(seconds.values()) == 3.0


def test_asking_again_is_met_only_if_the_same_run_comes_back_from_one_search() -> None:
    first = asked(wall=20.0, cpu=9.0)
    later = [asked(wall=1.0, cpu=0.5), asked(wall=3.0, cpu=0.5)]
    time_taken, requests, calls = again.figures(first, Counter(esearch=6, efetch=2), 18, later, Counter(esearch=1), 0)
    assert (time_taken.value, time_taken.ratio, time_taken.met) == (2.0, 0.1, True)
    assert (requests.value, requests.compared_value, requests.met) == (1, 8, True)
    assert (calls.value, calls.compared_value, calls.met) == (0, 18, True)
    another = [asked(wall=1.0, cpu=0.5, run_id="other")]
    time_taken, requests, calls = again.figures(first, Counter(), 18, another, Counter(esearch=1, efetch=1), 18)
    assert (time_taken.met, requests.met, calls.met) == (False, False, False)
    assert "ANOTHER RUN" in time_taken.note


def test_a_draft_is_measured_over_the_products_own_stages() -> None:
    records = [record for record in check.demonstration_records() if record.has_abstract][:3]
    protocol = frame_question(
        Request(question="Do oral cholera vaccines prevent cholera compared with placebo?"), ExtractiveModel()
    )
    began = time.perf_counter()
    whole, read, written = draft.measure_drafting(protocol, records, ExtractiveModel(), BenchProgress(), cores=1)
    assert whole.value is not None
    assert 0 < whole.value <= time.perf_counter() - began
    assert (whole.n, whole.target, whole.met) == (3, 180.0, None)
    assert "4 calls, 0 of them broken off" in whole.note
    assert read.value == written.value == 0.0


def test_without_the_shared_data_what_needs_it_is_not_measured_and_says_so() -> None:
    for figure in [*overhead.run(None), *draft.run(None)]:
        assert figure.value is None
        assert figure.met is None
        assert figure.target is not None
        assert figure.note == "NOT MEASURED: the shared data is not here"


def test_without_the_models_weights_drafting_says_what_gets_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (figure,) = draft.run(tmp_path)
    assert figure.value is None
    assert "evidence models fetch embedded" in figure.note


def test_the_drafted_records_are_the_reviews_trials_then_their_like_all_with_abstracts() -> None:
    texts = {"1": "asthma", "2": "cholera vaccine", "3": "cholera", "4": "", "5": "oral cholera vaccine trial"}
    records = [
        Citation(pmid=pmid, title="", abstract=(AbstractSection(text=text),) if text else (), source_hash="0" * 64)
        for pmid, text in texts.items()
    ]
    questions = [
        ReviewQuestion(question_id=str(number), question=question, relevant_sources=sources, original_review="9")
        for number, (question, sources) in enumerate([("oral cholera vaccine", ("3", "4")), ("asthma", ("1", "3", "404"))])
    ]
    assert [record.pmid for record in draft.choose_records(questions, records, 9)] == ["3", "1", "5", "2"]
    assert [record.pmid for record in draft.choose_records(questions, records, 3)] == ["3", "1", "5"]
