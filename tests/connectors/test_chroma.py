from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from connectors.chroma import ChromaIndex
from connectors.lexical import LexicalIndex
from connectors.retrieval import HybridIndex
from evidence.errors import StorageFailure
from evidence.passage import Passage
from tests.support.hashed_words import HashedWords


def passage(pmid: int | str, text: str, start: int = 0, title: str = "") -> Passage:
    end = start + len(text)
    return Passage(id=f"{pmid}:{start}-{end}", pmid=str(pmid), start=start, end=end, text=text, title=title)


CHOLERA = passage(1, "oral cholera vaccine protected villagers")
DOSE = passage(1, "two doses of vaccine were given", 50)
FATIGUE = passage(2, "fatigue in parkinson disease fell")
MEMORY = passage(3, "memory training raised scores")


@pytest.fixture
def model() -> HashedWords:
    return HashedWords()


@pytest.fixture
def index(tmp_path: Path, model: HashedWords) -> Iterator[ChromaIndex]:
    with ChromaIndex(tmp_path / "chroma", model) as opened:
        opened.add([CHOLERA, DOSE, FATIGUE, MEMORY])
        yield opened


def test_the_nearest_passages_come_first_with_their_cosines(index: ChromaIndex, model: HashedWords) -> None:
    found = index.nearest("cholera vaccine", 2)
    assert [id_ for id_, _ in found] == [CHOLERA.id, DOSE.id]
    question, text = model.embed(["cholera vaccine", CHOLERA.text])
    assert found[0][1] == pytest.approx(float(question @ text), abs=1e-4)


def test_an_answer_can_be_limited_to_some_records(index: ChromaIndex) -> None:
    assert [id_ for id_, _ in index.nearest("cholera vaccine", 9, pmids=["2", "1", "404"])] == [CHOLERA.id, DOSE.id, FATIGUE.id]
    assert index.nearest("cholera vaccine", 9, pmids=["404"]) == []
    assert index.nearest("cholera vaccine", 9, pmids=[]) == []
    assert index.nearest("cholera vaccine", 0) == []


def test_records_asked_for_after_others_are_found_as_if_asked_for_first(index: ChromaIndex) -> None:
    wide = dict(index.nearest("vaccine fatigue memory", 9, pmids=["1", "2", "3"]))
    assert dict(index.nearest("vaccine fatigue memory", 9, pmids=["2", "1"])) == pytest.approx(
        {id_: wide[id_] for id_ in (CHOLERA.id, DOSE.id, FATIGUE.id)}, abs=1e-6
    )
    assert dict(index.nearest("vaccine fatigue memory", 9, pmids=["3", "1", "2"])) == pytest.approx(wide, abs=1e-6)


def test_the_graph_and_the_exact_search_agree(index: ChromaIndex) -> None:
    graph = index.nearest("vaccine for disease", 4)
    exact = index.nearest("vaccine for disease", 4, pmids=["1", "2", "3"])
    assert [id_ for id_, _ in graph] == [id_ for id_, _ in exact]
    assert [score for _, score in graph] == pytest.approx([score for _, score in exact], abs=1e-4)


def test_a_passage_is_embedded_and_added_once(index: ChromaIndex, model: HashedWords) -> None:
    before = len(model.embedded)
    index.add([CHOLERA, CHOLERA, MEMORY])
    index.add([])
    assert len(index) == 4
    assert len(model.embedded) == before


def test_a_passage_whose_text_changed_replaces_the_old_one(index: ChromaIndex) -> None:
    index.nearest("x", 4, pmids=["1", "2", "3"])
    revised = CHOLERA.model_copy(update={"title": "Withdrawn hernia study"})
    index.add([revised])
    assert len(index) == 4
    assert index.nearest("withdrawn hernia study", 1)[0][0] == CHOLERA.id
    assert index.nearest("withdrawn hernia study", 1, pmids=["1", "2", "3"])[0][0] == CHOLERA.id


def test_the_index_is_there_after_reopening(tmp_path: Path, model: HashedWords) -> None:
    with ChromaIndex(tmp_path, model) as first:
        first.add([CHOLERA, FATIGUE])
    with ChromaIndex(tmp_path, model) as second:
        assert second.notice is None
        assert len(second) == 2
        assert second.nearest("parkinson fatigue", 1)[0][0] == FATIGUE.id


def test_vectors_of_another_model_are_discarded_and_it_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with ChromaIndex(tmp_path, HashedWords("one")) as first:
        first.add([CHOLERA, FATIGUE])
    with ChromaIndex(tmp_path, HashedWords("two")) as second:
        assert second.notice is not None
        assert "another embedding model" in second.notice
        assert second.notice in caplog.text
        assert len(second) == 0
        assert second.nearest("cholera", 3) == []
        second.add([CHOLERA])
        assert len(second) == 1


def test_an_empty_index_finds_nothing(tmp_path: Path, model: HashedWords) -> None:
    with ChromaIndex(tmp_path, model) as empty:
        assert empty.nearest("cholera", 3) == []
        assert empty.nearest("cholera", 3, pmids=["1"]) == []


HOLDER = """
import sys
from pathlib import Path
from tests.support.hashed_words import HashedWords
from connectors.chroma import ChromaIndex
with ChromaIndex(Path(sys.argv[1]), HashedWords()):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_process_is_refused_in_one_sentence_and_let_in_afterwards(tmp_path: Path, model: HashedWords) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StorageFailure, match=r"is in use by another process: wait for it to end, or stop it\.$"):
            ChromaIndex(tmp_path, model, lock_timeout=0.1)
        holder.kill()
    with ChromaIndex(tmp_path, model, lock_timeout=5) as index:
        index.add([CHOLERA])
        assert len(index) == 1


def test_two_indexes_of_one_process_share_the_directory(index: ChromaIndex, tmp_path: Path, model: HashedWords) -> None:
    with ChromaIndex(tmp_path / "chroma", model, lock_timeout=0.1) as second:
        assert len(second) == 4
    assert len(index) == 4


def test_threads_share_an_index(tmp_path: Path, model: HashedWords) -> None:
    with ChromaIndex(tmp_path, model) as index, ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: index.add([passage(number, f"trial {number}"), CHOLERA]), range(10, 30)))
        assert len(index) == 21
        assert len(set(threads.map(lambda _: index.nearest("trial 12", 1)[0][0], range(8)))) == 1


def test_a_closed_index_lets_others_in(tmp_path: Path, model: HashedWords) -> None:
    index = ChromaIndex(tmp_path, model)
    index.close()
    index.close()
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    done = subprocess.run(
        command, input="\n", capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[2]
    )
    assert done.stdout == "held\n"


def test_a_damaged_index_gets_one_sentence(tmp_path: Path, model: HashedWords) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"this is no database" * 1000)
    with pytest.raises(StorageFailure, match=r"vector index in .* cannot be used .* delete that folder"):
        ChromaIndex(tmp_path, model)


def test_records_are_ranked_by_both_indexes_and_show_their_nearest_passage(index: ChromaIndex) -> None:
    hybrid = HybridIndex(LexicalIndex(), index)
    hybrid.add([CHOLERA, DOSE, FATIGUE, MEMORY])
    ranked = hybrid.rank_citations("cholera vaccine")
    assert sorted(hit.passage.pmid for hit in ranked[1:]) == ["2", "3"]
    assert ranked[0].passage == CHOLERA
    assert (ranked[0].rank, ranked[0].lexical_rank, ranked[0].vector_rank) == (1, 1, 1)
    assert ranked[0].score == pytest.approx(2 / 61 + 1 / 61)
    assert (ranked[1].rank, ranked[1].lexical_rank, ranked[1].vector_rank) == (2, None, 2)
    assert len(hybrid.rank_citations("cholera vaccine", 1)) == 1
    assert [hit.passage.pmid for hit in hybrid.rank_citations("vaccine", pmids=["3"])] == ["3"]


def test_only_passages_given_to_it_come_back_from_a_shared_index(index: ChromaIndex) -> None:
    hybrid = HybridIndex(LexicalIndex(), index)
    hybrid.add([FATIGUE, MEMORY])
    assert {id_ for id_, _ in hybrid.nearest("cholera vaccine", 9)} == {FATIGUE.id, MEMORY.id}
    assert {hit.passage.pmid for hit in hybrid.rank_citations("cholera vaccine")} == {"2", "3"}


def test_a_record_is_found_by_words_that_stand_in_different_passages(index: ChromaIndex) -> None:
    lexical = LexicalIndex()
    lexical.add([CHOLERA])
    lexical.add([DOSE, FATIGUE])
    other = passage(9, "villagers villagers")
    lexical.add([other])
    assert [pmid for pmid, _ in lexical.nearest_records("two doses for villagers", 9)] == ["1", "9"]
    assert lexical.nearest("two doses for villagers", 9, pmids=["9"])[0][0] == other.id
    assert lexical.nearest_records("two doses for villagers", 9, pmids=["9"])[0][0] == "9"


def test_a_record_that_no_word_finds_is_ranked_by_its_vectors_alone(index: ChromaIndex) -> None:
    hybrid = HybridIndex(LexicalIndex(), index)
    hybrid.add([CHOLERA, FATIGUE])
    ranked = hybrid.rank_citations("asthma")
    assert [(hit.lexical_rank, hit.vector_rank) for hit in ranked] == [(None, 1), (None, 2)]
    assert hybrid.rank_citations("asthma", pmids=["404"]) == []
    assert HybridIndex(LexicalIndex(), index).rank_citations("cholera") == []
