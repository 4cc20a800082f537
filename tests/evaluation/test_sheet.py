"""The ten-claim sheet: what it plants, what it answers, and that the one in docs is the one that is made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.evaluate import evaluate
from evaluation.sheet.make_sheet import KINDS, SourceClaim, demonstration_records, draw_sheet, planted, source_claims
from evaluation.sheet.page import render_sheet
from evidence.sentences import split_sentences

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "spot-the-error.html"
SEEDS = range(12)


def test_the_sheet_in_docs_is_the_one_that_is_made() -> None:
    told = "docs/spot-the-error.html is not what is made now: run `evidence evaluate sheet --out docs/spot-the-error.html`"
    assert COMMITTED.read_text(encoding="utf-8") == render_sheet(1), told


@pytest.mark.parametrize("source", source_claims(), ids=lambda source: source.pmid)
def test_every_error_can_be_planted_and_every_sentence_is_in_the_record(source: SourceClaim) -> None:
    record = demonstration_records()[source.pmid]
    sentences = [section.text[start:end] for section in record.abstract for start, end in split_sentences(section.text)]
    for beginning in source.sentences:
        assert sum(sentence.startswith(beginning) for sentence in sentences) == 1, beginning
    assert set(source.may) <= KINDS.keys()
    for kind in source.may:
        assert planted(source, kind) != source.claim
    with pytest.raises(ValueError, match="no error of the kind"):
        planted(source.model_copy(update={"claim": "Yes."}), source.may[0])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sheet_has_ten_claims_of_ten_records_and_some_errors(seed: int) -> None:
    claims = draw_sheet(seed)
    assert len(claims) == len({claim.record.pmid for claim in claims}) == 10
    errors = [claim for claim in claims if claim.kind]
    assert 4 <= len(errors) <= 6
    assert len({claim.kind for claim in errors}) >= 3
    for claim in claims:
        assert (claim.text == claim.true) == (not claim.kind)
        assert claim.sentences
        assert " ".join(piece.text for piece in claim.pieces) == claim.text
        assert any(piece.changed for piece in (*claim.pieces, *claim.true_pieces)) == bool(claim.kind)


def test_another_seed_gives_another_sheet_and_the_same_seed_the_same() -> None:
    drawn = {tuple(claim.text for claim in draw_sheet(seed)) for seed in SEEDS}
    assert len(drawn) == len(SEEDS)
    assert render_sheet(3) == render_sheet(3)


def test_answers_stand_apart_and_the_guide_gives_exact_intervals(tmp_path: Path) -> None:
    out = tmp_path / "sheet.html"
    done = CliRunner().invoke(evaluate, ["sheet", "--seed", "5", "--out", str(out)], standalone_mode=False)
    assert done.exception is None, done.exception
    page = out.read_text(encoding="utf-8")
    claims, _, answers = page.partition('<section class="new-page" aria-labelledby="answers">')
    for number, claim in enumerate(draw_sheet(5), 1):
        assert f"<h3>Claim {number}</h3>" in claims
        told = re.search(rf">Claim {number}</th>\s*<td class=\"said\">([a-z ]+)</td>", answers)
        assert told is not None
        assert told[1] == ("does not hold" if claim.kind else "holds")
    assert "does not hold</td>" not in claims
    assert re.search(r"<td>7</td><td>70 %</td><td>35 % to 93 %</td>", answers)
    assert re.search(r"<td>10</td><td>100 %</td><td>69 % to 100 %</td>", answers)
    assert ".new-page { break-before: page; }" in page
    assert "<script" not in page
