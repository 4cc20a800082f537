"""What stands in the documents, and that they are written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt

from evidence.citation import IntegrityStatus
from evidence.errors import StorageFailure
from evidence.ledger import RunLedger, RunStatus
from evidence.model_call import ModelIdentity
from evidence.question import FRAMEWORK_ELEMENTS, Framework
from reporting import ledger_schema, render_html, render_json, render_markdown, write_documents
from reporting.words import DISCLAIMER, MARKING, VERDICT_WORDS
from tests.reporting import sample
from tests.reporting.reading import page, words_of

ALL: list[Callable[[], RunLedger]] = [
    sample.sample_ledger,
    sample.nothing_passed_ledger,
    sample.empty_ledger,
    sample.sixty_claims_ledger,
    sample.hostile_ledger,
]


@pytest.mark.parametrize("make", ALL)
def test_line_one_says_what_was_read_and_the_draft_is_marked(make: Callable[[], RunLedger]) -> None:
    ledger = make()
    markdown = render_markdown(ledger).splitlines()
    assert "Abstracts only" in markdown[0]
    assert markdown[2] == markdown[-1] == f"**{MARKING}**"
    assert "Abstracts only" in render_json(ledger).splitlines()[0]
    assert json.loads(render_json(ledger))["marking"] == MARKING
    document = page(render_html(ledger))
    assert words_of(document.body).split(MARKING)[0].strip() == "Abstracts only"
    assert MARKING in words_of(document.find_class("bottom")[0])
    assert f'@top-center {{ content: "{MARKING}"' in document.findtext(".//style")


@pytest.mark.parametrize("make", ALL)
def test_json_follows_the_published_schema_and_reads_back(make: Callable[[], RunLedger]) -> None:
    ledger = make()
    schema = ledger_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    told = json.loads(render_json(ledger))
    jsonschema.Draft202012Validator(schema).validate(told)
    assert RunLedger.model_validate(told) == ledger
    for key in ("question", "search", "citations", "claims", "bottom_line", "provenance"):
        assert key in told


def test_schema_refuses_another_verdict_and_an_unknown_field() -> None:
    told = json.loads(render_json(sample.sample_ledger()))
    validator = jsonschema.Draft202012Validator(ledger_schema())
    told["claims"][0]["verdict"] = "probably"
    told["mood"] = "good"
    assert len(list(validator.iter_errors(told))) == 2


def test_schema_describes_every_field() -> None:
    schema = ledger_schema()
    for name, model in {"RunLedger": schema, **schema["$defs"]}.items():
        for field, told in model.get("properties", {}).items():
            assert told.get("description"), f"{name}.{field}"


def _sections(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("## ")]


def test_sections_stand_in_the_same_order_in_both_formats() -> None:
    ledger = sample.sample_ledger()
    headings = [words_of(heading) for heading in page(render_html(ledger)).xpath("//h2")]
    assert [f"## {heading}" for heading in headings if heading != "Contents"] == _sections(render_markdown(ledger))


def test_markdown_tables_and_quotes_read_as_such() -> None:
    tokens = [token.type for token in MarkdownIt("commonmark").enable("table").parse(render_markdown(sample.sample_ledger()))]
    assert tokens.count("table_open") == 3
    assert tokens.count("blockquote_open") == 8


EXPECTED = (
    "Demonstration model: not for live requests.",
    "not stated",
    "not reported in the abstract",
    "No record reports time to recovery in adults over 80.",
    "It is retracted, so no claim may rest on it.",
    "bstract not available - obtain full text",
    "Animals only.",
    "PhraseNotFound: Brillamine",
    "The record breaks off within its title.",
    "The preprint names its version of record.",
    "90000077",
    "90000011",
    "14,210",
    "1 minute 41 seconds",
    "0.00 GBP",
    "1" * 64,
    "2026.4.1",
    "3 November 2026, 09:15 UTC",
    "Published on or after 1 January 2009.",
    DISCLAIMER,
)


@pytest.mark.parametrize("expected", EXPECTED)
def test_both_formats_tell(expected: str) -> None:
    ledger = sample.sample_ledger()
    assert expected in words_of(page(render_html(ledger)))
    assert expected in render_markdown(ledger).replace("\\", "")


def test_strategy_stands_exactly_as_run() -> None:
    ledger = sample.sample_ledger()
    strategy = ledger.search.strategy
    assert words_of(page(render_html(ledger)).find_class("strategy")[0]) == strategy
    assert f"```text\n{strategy}\n```" in render_markdown(ledger)


@pytest.mark.parametrize("framework", Framework)
def test_every_element_of_the_framework_has_a_row(framework: Framework) -> None:
    ledger = sample.sample_ledger()
    ledger = ledger.model_copy(update={"protocol": ledger.protocol.model_copy(update={"framework": framework, "elements": ()})})
    rows = page(render_html(ledger)).xpath("//section[@aria-labelledby='question']//tbody/tr")
    names = [words_of(row.find("th")).lower() for row in rows]
    assert names == list(FRAMEWORK_ELEMENTS[framework])
    assert {words_of(row.find("td")) for row in rows} == {"not stated"}


def test_every_record_with_a_notice_is_named() -> None:
    ledger = sample.sample_ledger()
    named = words_of(page(render_html(ledger)).xpath("//section[@aria-labelledby='records']")[0])
    noticed = [record for record in ledger.citations if record.integrity.status is not IntegrityStatus.NO_NOTICE]
    assert len(noticed) == 4
    for record in noticed:
        assert record.integrity.status.value in named
        assert record.integrity.notices[0] in named


def test_left_unread_are_listed_best_ranked_first() -> None:
    text = render_markdown(sample.sample_ledger())
    left = text[text.index("### Left unread: 2") : text.index("### Excluded: 2")]
    assert left.index("90000009") < left.index("90000008")


def test_nothing_found_is_told_as_a_result() -> None:
    for text in (render_html(sample.empty_ledger()), render_markdown(sample.empty_ledger())):
        assert "Nothing was found: no record in the source matches the search as run." in text
        assert "no evidence" in text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": RunStatus.INTERRUPTED}, "This run is interrupted: the draft is not whole."),
        ({"search": sample.search_report(limited_to=12)}, "A person capped the search at 12 records; 12 match it."),
    ],
)
def test_what_a_reader_must_know_comes_first(changes: dict[str, Any], expected: str) -> None:
    document = page(render_html(sample.sample_ledger(**changes)))
    assert expected in words_of(document.find_class("limits")[0])


def test_every_verdict_has_plain_words() -> None:
    for claim_verdict, plain in VERDICT_WORDS.items():
        assert claim_verdict.value not in plain
    assert len(set(VERDICT_WORDS.values())) == len(VERDICT_WORDS)


def test_a_record_without_an_extract_still_has_its_row() -> None:
    ledger = sample.sample_ledger(extracts=())
    rows = page(render_html(ledger)).xpath("//section[@aria-labelledby='studies']//tbody/tr")
    assert len(rows) == 5
    assert {words_of(cell) for row in rows for cell in row.findall("td")} == {"could not be read"}


def test_a_run_without_a_language_model_says_so() -> None:
    rules = ModelIdentity(name="extractive", provider="no model", version="1")
    ledger = sample.sample_ledger(provenance=sample.provenance(model=rules))
    for text in (render_html(ledger), render_markdown(ledger)):
        assert "No language model was used." in text
        assert "A model proposed words" not in text


def test_documents_are_written_with_nothing_beside_them(tmp_path: Path) -> None:
    ledger = sample.sample_ledger()
    written = write_documents(ledger, tmp_path / "new" / "folder")
    assert {name: path.name for name, path in written.items()} == {"md": "draft.md", "html": "draft.html", "json": "draft.json"}
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == ["draft.html", "draft.json", "draft.md"]
    assert written["html"].read_text(encoding="utf-8") == render_html(ledger)
    assert b"\r" not in written["md"].read_bytes()


def test_same_ledger_gives_the_same_bytes(tmp_path: Path) -> None:
    first = {name: path.read_bytes() for name, path in write_documents(sample.sample_ledger(), tmp_path).items()}
    again = {name: path.read_bytes() for name, path in write_documents(sample.sample_ledger(), tmp_path).items()}
    assert first == again


def test_a_ledger_that_does_not_add_up_changes_no_document(tmp_path: Path) -> None:
    ledger = sample.sample_ledger()
    before = {name: path.read_bytes() for name, path in write_documents(ledger, tmp_path).items()}
    with pytest.raises(StorageFailure, match="do not add up"):
        write_documents(ledger.model_copy(update={"citations": ()}), tmp_path)
    assert {path.suffix[1:]: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder", encoding="utf-8")
    with pytest.raises(StorageFailure, match="could not be written to") as caught:
        write_documents(sample.sample_ledger(), in_the_way / "drafts")
    assert "\n" not in caught.value.message
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_document_that_cannot_be_put_in_place_leaves_no_part_behind(tmp_path: Path) -> None:
    (tmp_path / "draft.html").mkdir()
    with pytest.raises(StorageFailure):
        write_documents(sample.sample_ledger(), tmp_path)
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob(".*"))
