"""Small PubMed XML files for the mirror's tests; every record in them is invented."""

from __future__ import annotations

import gzip
from pathlib import Path
from xml.sax.saxutils import escape

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC '
    '"-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
END = "</PubmedArticleSet>\n"


def record(
    pmid: int,
    title: str = "A title",
    *,
    abstract: str | None = "An abstract.",
    version: int = 1,
    mesh: tuple[str, ...] = (),
    types: tuple[str, ...] = ("Journal Article",),
    published: str = "<Year>2020</Year>",
    extra: str = "",
    entered: str = "",
    authors: str = "",
    journal: str = "<Title>Journal of Invention</Title><ISOAbbreviation>J Invent</ISOAbbreviation>",
) -> str:
    """One PubmedArticle. A heading in `mesh` may be `Heading/subheading`; a star makes either major."""
    headings = "".join(_heading(entry) for entry in mesh)
    kinds = "".join(f'<PublicationType UI="">{escape(kind)}</PublicationType>' for kind in types)
    text = f"<Abstract><AbstractText>{escape(abstract)}</AbstractText></Abstract>" if abstract is not None else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="{version}">{pmid}</PMID>'
        f'<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Internet"><Volume>7</Volume><Issue>2</Issue>'
        f"<PubDate>{published}</PubDate></JournalIssue>{journal}</Journal><ArticleTitle>{escape(title)}</ArticleTitle>"
        f"<Pagination><MedlinePgn>11-9</MedlinePgn></Pagination>{text}{authors}<Language>eng</Language>"
        f"<PublicationTypeList>{kinds}</PublicationTypeList></Article><MedlineJournalInfo><MedlineTA>J Invent</MedlineTA>"
        f"</MedlineJournalInfo><MeshHeadingList>{headings}</MeshHeadingList>{extra}</MedlineCitation>"
        f"<PubmedData><History>{entered}</History><PublicationStatus>ppublish</PublicationStatus><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{pmid}</ArticleId><ArticleId IdType="doi">10.1000/Invented.{pmid}</ArticleId>'
        "</ArticleIdList></PubmedData></PubmedArticle>\n"
    )


def _heading(entry: str) -> str:
    descriptor, *qualifiers = entry.split("/")
    parts = [("DescriptorName", descriptor), *(("QualifierName", qualifier) for qualifier in qualifiers)]
    return (
        "<MeshHeading>"
        + "".join(
            f'<{tag} UI="" MajorTopicYN="{"Y" if name.startswith("*") else "N"}">{escape(name.lstrip("*"))}</{tag}>'
            for tag, name in parts
        )
        + "</MeshHeading>"
    )


def author(last: str, fore: str, initials: str) -> str:
    """One author within an AuthorList of its own."""
    return (
        f'<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>{last}</LastName><ForeName>{fore}</ForeName>'
        f"<Initials>{initials}</Initials></Author></AuthorList>"
    )


def write(path: Path, *parts: str, head: str = HEAD, end: str = END) -> Path:
    """A file of records; gzipped where its name says so."""
    data = (head + "".join(parts) + end).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
