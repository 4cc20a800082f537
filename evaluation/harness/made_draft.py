"""A draft put together without a search, published by the product's own stage, and read back from each of its documents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from lxml import html

from evidence.citation import Citation, CitationGroup, FetchReport
from evidence.claim import StudyExtract, Verification
from evidence.ledger import RunLedger, RunStatus
from evidence.model_call import CallTotals, ModelIdentity
from evidence.question import Framework, Protocol, Request
from evidence.run import RunSummary
from evidence.screening import ScreeningDecision, ScreeningOutcome
from evidence.search import LineResult, SearchLine, SearchRun, SearchStrategy
from pipelines.stages.assemble_ledger import RunResults, assemble_ledger
from reporting.documents import render_json
from reporting.markdown import render_markdown
from reporting.page import render_html

_WHEN = datetime(2026, 1, 1, tzinfo=UTC)
_NOBODY = ModelIdentity(name="made for a suite", provider="no model", version="1", demonstration=True)
_MARKS = re.compile(r"[*_\\`]|<[^<>]{1,40}>")


def ledger_of(
    question: str, verification: Verification, citations: Sequence[Citation], extracts: Sequence[StudyExtract] = ()
) -> RunLedger:
    """The ledger of a run in which these records were found and read, and these claims drafted and checked."""
    pmids = tuple(sorted((citation.pmid for citation in citations), key=int))
    request = Request(question=question)
    line = SearchLine(number=1, query=question[:200], purpose="made for a suite")
    search = SearchRun(
        source="records given",
        source_url="http://127.0.0.1/entrez/eutils/",
        searched_at=_WHEN,
        strategy=SearchStrategy(lines=(line,), proposed_by="suite"),
        lines=(LineResult(number=1, query=line.query, count=len(pmids)),),
        count=len(pmids),
        pmids=pmids,
    )
    decisions = tuple(
        ScreeningDecision(
            pmid=pmid, outcome=ScreeningOutcome.INCLUDE, criterion="given", reason="Given.", made_by="rule", by="suite"
        )
        for pmid in pmids
    )
    results = RunResults(
        protocol=Protocol(question=question, framework=Framework.PICO, elements=(), proposed_by="suite"),
        search=search,
        fetched=FetchReport(requested=pmids, returned=pmids),
        groups=tuple(CitationGroup(id=pmid, lead=pmid, members=(pmid,)) for pmid in pmids),
        screening=decisions,
        read=pmids,
        extracts=tuple(extracts),
        verification=verification,
        bottom_line_problem=None,
    )
    run = RunSummary(
        id="made",
        identity_key="made",
        question=question,
        status=RunStatus.FINISHED,
        created_at=_WHEN,
        updated_at=_WHEN,
        by="suite",
        request=request,
        settings={},
    )
    return assemble_ledger(run, results, {record.pmid: record for record in citations}, _NOBODY, "none", CallTotals())


def exports(ledger: RunLedger) -> Mapping[str, str]:
    """Every document of a draft, by format."""
    return {"md": render_markdown(ledger), "html": render_html(ledger), "json": render_json(ledger)}


def body_sentences(documents: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """The sentences that each document has in its body, as `bare` gives them: read from the document, not from the ledger."""
    page = html.document_fromstring(documents["html"])
    shown = page.xpath("//div[@class='body-of-summary']//*[contains(concat(' ', @class, ' '), ' claim-text ')]")
    text = documents["md"]
    body = text[text.index("\n## Bottom line\n") : text.index("\n## Table of studies\n")]
    lines = [line[2:] for line in body.split("\n") if line.startswith("- ")]
    passed = [claim["text"] for claim in json.loads(documents["json"])["claims"] if claim["verdict"] == "supported"]
    return {
        "html": frozenset(bare(element.text_content()) for element in shown),
        "md": frozenset(bare(re.sub(r" \(\\?\S [a-z ]+\)\Z", "", line)) for line in lines),
        "json": frozenset(map(bare, passed)),
    }


def bare(sentence: str) -> str:
    """Letters and digits alone: what is left of a sentence in any format."""
    return re.sub(r"[\W_]+", "", _MARKS.sub("", sentence)).casefold()
