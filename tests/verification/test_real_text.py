"""Rates on real text: authors' own sentences pass, and planted errors in them are caught."""

from __future__ import annotations

import gzip
import json
import random
import re
import time
from pathlib import Path

import pytest
from lxml import etree

from evidence.citation import AbstractSection, Citation
from evidence.claim import Claim, DraftSummary, Support, Verdict
from evidence.text import split_sentences
from verification import verify_claim, verify_draft

pytestmark = pytest.mark.shared
READ = 1200


@pytest.fixture(scope="module")
def citations(shared_data: Path) -> list[Citation]:
    """Records of the pool with an abstract, every thirteenth, in the pool's order."""
    found: list[Citation] = []
    with gzip.open(shared_data / "pubmed" / "pool.xml.gz") as file:
        for count, (_, article) in enumerate(
            etree.iterparse(file, tag="PubmedArticle", resolve_entities=False, no_network=True)
        ):
            if count % 13 == 0 and (citation := _citation(article)):
                found.append(citation)
            article.clear()
            if len(found) == READ:
                break
    return found


def _citation(article: etree._Element) -> Citation | None:
    sections = tuple(
        AbstractSection(label=part.get("Label"), text=" ".join("".join(part.itertext()).split()))
        for part in article.findall(".//Abstract/AbstractText")
    )
    title = article.find(".//ArticleTitle")
    words = "".join(title.itertext()) if title is not None else ""
    pmid = article.findtext(".//PMID") or "1"
    return Citation(pmid=pmid, title=words, abstract=sections, source_hash="0" * 64) if sections else None


def closing_sentences(citations: list[Citation], seed: int) -> list[tuple[Citation, str]]:
    """One sentence of the last two fifths of each abstract, where results and conclusions stand."""
    draw = random.Random(seed)
    chosen = []
    for citation in citations:
        text = citation.abstract_text
        spans = split_sentences(text)
        closing = [text[start:end] for start, end in spans[len(spans) * 3 // 5 :] if len(text[start:end].split()) > 5]
        if closing:
            chosen.append((citation, draw.choice(closing)))
    return chosen


def verdict_of(text: str, quote: str, citation: Citation) -> Verdict:
    support = (Support(pmid=citation.pmid, quote=quote),)
    return verify_claim(
        Claim(id="c", text=text, section="finding", support=support, written_by="rules"), {citation.pmid: citation}
    ).verdict


def test_authors_sentences_pass_with_themselves_as_quote(citations: list[Citation]) -> None:
    chosen = closing_sentences(citations, seed=1)
    passed = sum(verdict_of(sentence, sentence, citation) is Verdict.SUPPORTED for citation, sentence in chosen)
    assert len(chosen) > 1000
    assert passed >= 0.98 * len(chosen), f"own sentences supported: {passed}/{len(chosen)}"


def test_evidence_spans_pass_as_claims(shared_data: Path) -> None:
    lines = (shared_data / "evidence_inference" / "dev.jsonl").read_text().splitlines()
    spans = [" ".join(json.loads(line)["evidence"][0].split()) for line in lines]
    spans = [span for span in spans if len(span.split()) > 3]
    passed = 0
    for span in spans:
        record = Citation(pmid="1", title="", abstract=(AbstractSection(text=span),), source_hash="0" * 64)
        passed += verdict_of(span, span, record) is Verdict.SUPPORTED
    assert len(spans) > 1000
    assert passed >= 0.98 * len(spans), f"evidence spans supported: {passed}/{len(spans)}"


NUMBER = re.compile(r"(?<![\w.,-])(\d+)\.(\d+)(?![\w.,])")
FLIPS = {"increased": "decreased", "decreased": "increased", "higher": "lower", "lower": "higher", "reduced": "increased"}
FLIP = re.compile(rf"\b({'|'.join(FLIPS)})\b")


def test_changed_decimals_are_caught(citations: list[Citation]) -> None:
    caught = planted = 0
    for citation, sentence in closing_sentences(citations, seed=2):
        for match in list(NUMBER.finditer(sentence))[:1]:
            wrong = f"{match[1]}.{(int(match[2]) + 3) % 10 ** len(match[2]):0{len(match[2])}d}"
            if wrong in sentence:
                continue
            planted += 1
            altered = sentence[: match.start()] + wrong + sentence[match.end() :]
            caught += verdict_of(altered, sentence, citation) is Verdict.NUMBER_UNBOUND
    assert planted > 100
    assert caught >= 0.97 * planted, f"changed decimals caught: {caught}/{planted}"


def test_reversed_directions_are_caught(citations: list[Citation]) -> None:
    caught = planted = 0
    for citation, sentence in closing_sentences(citations, seed=3):
        if len(FLIP.findall(sentence)) != 1:
            continue
        planted += 1
        altered = FLIP.sub(lambda match: FLIPS[match[0]], sentence)
        caught += verdict_of(altered, sentence, citation) is Verdict.CONTRADICTED
    assert planted > 100
    assert caught >= 0.75 * planted, f"reversed directions caught: {caught}/{planted}"


def test_another_records_sentence_is_misattributed(citations: list[Citation]) -> None:
    chosen = closing_sentences(citations, seed=4)[:300]
    run = {citation.pmid: citation for citation, _ in chosen}
    pmids = list(run)
    claims = tuple(
        Claim(
            id=citation.pmid,
            text=sentence,
            section="finding",
            written_by="a model",
            support=(Support(pmid=pmids[place - 1], quote=sentence),),
        )
        for place, (citation, sentence) in enumerate(chosen)
    )
    verdicts = [item.verdict for item in verify_draft(DraftSummary(findings=claims), run).claims]
    assert set(verdicts) == {Verdict.QUOTE_MISATTRIBUTED}


def test_a_hundred_claims_over_twenty_records_are_checked_in_no_time(citations: list[Citation]) -> None:
    chosen = closing_sentences(citations, seed=5)[:20]
    run = {citation.pmid: citation for citation, _ in chosen}
    claims = tuple(
        Claim(id=f"c{number}", text=sentence, section="finding", written_by="rules",
              support=(Support(pmid=citation.pmid, quote=sentence),))
        for number, (citation, sentence) in enumerate(
            (citation, citation.abstract_text[start:end])
            for citation, _ in chosen
            for start, end in split_sentences(citation.abstract_text)[-5:]
        )
    )  # fmt: skip
    spent = []
    for _ in range(3):
        began = time.process_time()
        verify_draft(DraftSummary(findings=claims), run)
        spent.append(time.process_time() - began)
    assert len(claims) >= 90
    assert min(spent) < 0.15, f"{len(claims)} claims: {1000 * min(spent):.0f} ms of processor time"
