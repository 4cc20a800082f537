"""Real-shaped records in number: every status, type, language, date and correction that the shared pool lacks.

Each is made from a `Made`, so that what a query should find can be said from the values alone, without the mirror.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

TYPES = (
    "Randomized Controlled Trial", "Controlled Clinical Trial", "Clinical Trial, Phase III", "Review", "Systematic Review",
    "Meta-Analysis", "Observational Study", "Case Reports", "Letter", "Editorial", "Comment", "Practice Guideline", "Preprint",
    "Retracted Publication", "Retraction of Publication", "Published Erratum", "Multicenter Study", "English Abstract",
)  # fmt: skip
STATUSES = ("MEDLINE", "MEDLINE", "MEDLINE", "PubMed-not-MEDLINE", "Publisher", "In-Process", "In-Data-Review")
LANGUAGES = ("eng", "eng", "eng", "eng", "fre", "ger", "spa", "chi", "jpn", "por")
LINKS = (
    "RetractionIn",
    "RetractionOf",
    "ErratumIn",
    "ErratumFor",
    "ExpressionOfConcernIn",
    "CommentIn",
    "UpdateIn",
    "UpdateOf",
)
PUBLISHED = ("ppublish", "epublish", "aheadofprint")
_WORDS = (
    "aspirin", "placebo", "fever", "cholera", "vaccine", "trial", "cohort", "children", "adults", "pain", "sleep", "review",
    "protocol", "outcome",
)  # fmt: skip
_FIRST = date(2015, 1, 1)


@dataclass(frozen=True)
class Made:
    """One record's values; days are dates, `None` where the record has no such date."""

    pmid: int
    title: str
    abstract: str | None
    types: tuple[str, ...]
    status: str
    publication_status: str
    languages: tuple[str, ...]
    links: tuple[tuple[str, int], ...]
    cites: tuple[int, ...]
    printed: date
    electronic: date | None
    entered: date
    created: date
    indexed: date | None
    revised: date
    completed: date | None
    pmc: str | None
    journal_list: str | None

    @property
    def published(self) -> tuple[date, ...]:
        return (self.printed, self.electronic) if self.electronic else (self.printed,)

    def xml(self) -> str:
        links = "".join(
            f'<CommentsCorrections RefType="{kind}"><RefSource>J Made. 2020</RefSource><PMID Version="1">{pmid}</PMID>'
            "</CommentsCorrections>"
            for kind, pmid in (*self.links, *(("Cites", pmid) for pmid in self.cites))
        )
        history = [("pubmed", self.entered), ("entrez", self.created)]
        history += [("medline", self.indexed)] if self.indexed else []
        return (
            f'<PubmedArticle><MedlineCitation Status="{self.status}" Owner="NLM"><PMID Version="1">{self.pmid}</PMID>'
            + (f"<DateCompleted>{_parts(self.completed)}</DateCompleted>" if self.completed else "")
            + f'<DateRevised>{_parts(self.revised)}</DateRevised><Article PubModel="Print"><Journal><JournalIssue '
            f'CitedMedium="Internet"><Volume>{self.pmid % 40}</Volume><PubDate>{_parts(self.printed)}</PubDate></JournalIssue>'
            "<Title>Made Journal</Title><ISOAbbreviation>J Made</ISOAbbreviation></Journal>"
            f"<ArticleTitle>{self.title}</ArticleTitle>"
            + (f"<Abstract><AbstractText>{self.abstract}</AbstractText></Abstract>" if self.abstract else "")
            + "".join(f"<Language>{language}</Language>" for language in self.languages)
            + "<PublicationTypeList>"
            + "".join(f'<PublicationType UI="">{kind}</PublicationType>' for kind in self.types)
            + "</PublicationTypeList>"
            + (f'<ArticleDate DateType="Electronic">{_parts(self.electronic)}</ArticleDate>' if self.electronic else "")
            + "</Article><MedlineJournalInfo><Country>England</Country><MedlineTA>J Made</MedlineTA></MedlineJournalInfo>"
            + (f"<CitationSubset>{self.journal_list}</CitationSubset>" if self.journal_list else "")
            + (f"<CommentsCorrectionsList>{links}</CommentsCorrectionsList>" if links else "")
            + "</MedlineCitation><PubmedData><History>"
            + "".join(f'<PubMedPubDate PubStatus="{kind}">{_parts(day)}</PubMedPubDate>' for kind, day in history)
            + f"</History><PublicationStatus>{self.publication_status}</PublicationStatus><ArticleIdList>"
            f'<ArticleId IdType="pubmed">{self.pmid}</ArticleId>'
            + (f'<ArticleId IdType="pmc">{self.pmc}</ArticleId>' if self.pmc else "")
            + "</ArticleIdList></PubmedData></PubmedArticle>\n"
        )


def _parts(day: date) -> str:
    return f"<Year>{day.year}</Year><Month>{day.month:02}</Month><Day>{day.day:02}</Day>"


def make(number: int) -> list[Made]:
    """So many records, the same each time."""
    chance = random.Random(3)
    return [_one(chance, pmid, number) for pmid in range(30_000_001, 30_000_001 + number)]


def _one(chance: random.Random, pmid: int, number: int) -> Made:
    printed = _FIRST + timedelta(days=chance.randrange(3000))
    entered = printed + timedelta(days=chance.randrange(-40, 40))
    status = chance.choice(STATUSES)
    indexed = entered + timedelta(days=chance.randrange(1, 200)) if status == "MEDLINE" else None
    others = range(30_000_001, 30_000_001 + number)
    return Made(
        pmid=pmid,
        title=" ".join(chance.sample(_WORDS, 4)).capitalize(),
        abstract=" ".join(chance.choices(_WORDS, k=12)) if chance.random() < 0.9 else None,
        types=("Journal Article", *chance.sample(TYPES, chance.randrange(3))),
        status=status,
        publication_status=chance.choice(PUBLISHED),
        languages=tuple(dict.fromkeys(chance.choices(LANGUAGES, k=chance.choice((1, 1, 1, 2))))),
        links=tuple((kind, chance.choice(others)) for kind in chance.sample(LINKS, chance.choice((0, 0, 0, 1, 2)))),
        cites=tuple(dict.fromkeys(chance.choices(others, k=chance.randrange(4)))),
        printed=printed,
        electronic=printed - timedelta(days=chance.randrange(1, 90)) if chance.random() < 0.5 else None,
        entered=entered,
        created=entered - timedelta(days=chance.randrange(2)),
        indexed=indexed,
        revised=entered + timedelta(days=chance.randrange(400)),
        completed=indexed,
        pmc=f"PMC{pmid}" if chance.random() < 0.3 else None,
        journal_list=chance.choice((None, "AIM", "N", "D")),
    )
