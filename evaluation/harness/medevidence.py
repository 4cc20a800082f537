"""MedEvidence: questions that Cochrane reviews answered, the trials they rested on, and those trials' records."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from xml.sax.saxutils import escape

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from connectors.pubmed.records import read_records
from evaluation.harness.data import SuiteData, json_lines, refuse_twice
from evaluation.harness.pool import records_by_pmid
from evidence.citation import Citation, FetchedRecord
from evidence.errors import InvalidInput

FOLDER, QUESTIONS = "medevidence", "*questions*.jsonl"
_Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")]
_Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class ReviewAnswer(BaseModel):
    """One question with the answer a review gave."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    question_id: _Text = Field(description="Its id in MedEvidence.")
    question: _Text = Field(description="The question as printed.")
    answer: Literal["higher", "lower", "no difference", "uncertain effect", "insufficient data"]
    evidence_certainty: str = Field(default="", description="GRADE certainty as the review gave it; empty: none given.")
    fulltext_required: Literal["yes", "no"] = Field(description="Whether the abstracts alone do not show the answer.")
    relevant_sources: tuple[_Digits, ...] = Field(min_length=1, description="PMIDs of the review's trials.")
    original_review: _Text = Field(description="PMID of the review: its questions are not independent of each other.")


class SourceRecord(BaseModel):
    """One trial's record as MedEvidence prints it."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    pmid: _Digits
    title: str = ""
    content: str = Field(description="The abstract, one paragraph a line.")
    date: str = Field(default="", description="Day of publication, as YYYY-MM-DD; empty: not given.")


@dataclass(frozen=True)
class Collection:
    """The pool, with those records of the sources that it lacks."""

    pool: Path
    sources: tuple[SourceRecord, ...]

    @cached_property
    def in_pool(self) -> dict[str, Citation]:
        """The sources' records as the pool has them, by PMID."""
        return records_by_pmid(self.pool, {source.pmid for source in self.sources})

    @cached_property
    def lacking(self) -> bytes:
        """The sources that the pool lacks, as a `PubmedArticleSet`; empty where it lacks none."""
        missing = [source for source in self.sources if source.pmid not in self.in_pool]
        return _article_set(missing) if missing else b""

    def added(self) -> list[Citation]:
        """The records of `lacking`."""
        read = read_records(io.BytesIO(self.lacking), source="sources") if self.lacking else ()
        return [record.citation for record in read if isinstance(record, FetchedRecord)]

    def pmids(self) -> frozenset[str]:
        """PMIDs of all the sources."""
        return frozenset(source.pmid for source in self.sources)


def read_reviews(data: SuiteData) -> tuple[list[ReviewAnswer], Collection]:
    """The questions in the file's order, and the collection that they are asked of.

    Raises InvalidInput, naming the line and the mend, for a file that cannot be read or an id that stands twice.
    """
    path = data.main(FOLDER, "dev_questions.jsonl", like=QUESTIONS)
    questions = json_lines(path, ReviewAnswer)
    refuse_twice([question.question_id for question in questions], path)
    sources_path = _sources_beside(path) or data.companion(FOLDER, "sources_dev.jsonl")
    sources = json_lines(sources_path, SourceRecord)
    refuse_twice([source.pmid for source in sources], sources_path)
    return questions, Collection(pool=data.companion("pubmed", "pool.xml.gz"), sources=tuple(sources))


def _sources_beside(questions: Path) -> Path | None:
    """The sources that lie beside the questions: of the same split by its name, else the only ones there."""
    found = sorted(questions.parent.glob("sources*.jsonl"))
    split = questions.stem.replace("questions", "").strip("_-")
    same = [path for path in found if split and split in path.stem]
    if len(same) == 1 or len(found) == 1:
        return (same or found)[0]
    if found:
        raise InvalidInput(f"{questions.parent} has {len(found)} files like sources*.jsonl: leave the one that belongs there.")
    return None


def pmids_as_strategy(pmids: Iterable[str]) -> str:
    """The strategy of a person who gives the records themselves."""
    return " OR ".join(f"{pmid}[uid]" for pmid in pmids)


def _article_set(sources: Sequence[SourceRecord]) -> bytes:
    articles = "".join(_article(source) for source in sources)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>{articles}</PubmedArticleSet>\n'.encode()


def _article(source: SourceRecord) -> str:
    sections = "".join(f"<AbstractText>{_xml(part)}</AbstractText>" for part in source.content.split("\n") if part.strip())
    year = source.date[:4]
    date = f"<Year>{year}</Year>" if year.isdecimal() and len(year) == 4 else "<MedlineDate>unknown</MedlineDate>"
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{source.pmid}</PMID><Article>'
        f"<Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue></Journal>"
        f"<ArticleTitle>{_xml(source.title)}</ArticleTitle>"
        f"{f'<Abstract>{sections}</Abstract>' if sections else ''}<Language>eng</Language>"
        "<PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList>"
        "</Article></MedlineCitation></PubmedArticle>\n"
    )


def _xml(text: str) -> str:
    """The text for XML, without the control characters that XML does not allow."""
    return escape("".join(sign for sign in text if sign >= " " or sign in "\t\n\r").replace("\ufffe", "").replace("\uffff", ""))
