"""Records as the ranking sees them: several views of each, and what their design alone says.

A view is a matrix with one unit row a record. Views are kept apart and their scores joined, because a record that belongs often
stands out in one of them only: a paper without abstract by its title, an odd title by its headings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evidence.citation import Citation

Scores = npt.NDArray[np.float64]

_DESIGN: tuple[tuple[float, str], ...] = (
    (1.0, r"\brandomi[sz]ed|\brandomly|\brandomi[sz]ation"),
    (1.0, r"(double|single|triple)[- ](blind|mask)|\bblinded\b"),
    (1.0, r"\bversus\b|\bvs\b|compared with|comparison of"),
    (0.5, r"\bplacebo"),
    (0.5, r"\btrials?\b"),
    (0.5, r"clinical trial|controlled trial"),
    (0.5, r"cross[- ]?over"),
    (0.5, r"parallel[- ]group"),
    (0.5, r"efficacy|tolerability"),
    (0.5, r"\b\d+[- ](weeks?|months?|days?)\b"),
    (0.5, r"meta[- ]analys|systematic review|systematically"),
    (-0.5, r"\breview(s|ed)?\b"),
    (-0.5, r"\bcosts?\b"),
    (-1.0, r"pharmacokinetic|healthy (volunteers|subjects)|bioavailab"),
    (-1.5, r"case reports?|we report|we describe|a (patient|case)"),
    (-2.0, r"\b(rats?|mice|mouse|rabbits?|dogs?|in vitro|guinea pigs?)\b"),
)
"""Words of a study's design with what they say for (+) or against (-) a record, where the effect of an intervention is asked
for. Written down from how trials and reviews name themselves, not fitted to decisions."""

_PATTERNS = tuple((weight, re.compile(pattern)) for weight, pattern in _DESIGN)


@dataclass(frozen=True)
class View:
    """One way to see the records."""

    name: str
    rows: Any
    """CSR matrix, shape (records, features): unit rows, or empty ones where the record lacks what the view shows."""
    present: npt.NDArray[np.bool_]
    question: Any = None
    """The question in the same features, one row; None where it cannot be seen so."""


@dataclass(frozen=True)
class ScreeningFeatures:
    """Every record of one review, in all views."""

    views: tuple[View, ...]
    words: Any
    """CSR matrix of the text's words, for naive Bayes."""
    design: Scores
    """What each record's design says for it, shape (records,); zeros where the question is not about an intervention."""

    def __len__(self) -> int:
        return len(self.design)


def build_features(
    citations: Sequence[Citation],
    *,
    question: str = "",
    vectors: npt.NDArray[np.float32] | None = None,
    about_intervention: bool = True,
) -> ScreeningFeatures:
    """The features of the records, in their order.

    `vectors` are one embedding a record, shape (len(citations), dimensions), zeros where there is no text; without them the
    ranking works on words alone. Weights of words are learned from all the records (unlabelled), as is usual in screening.
    """
    texts = [f"{citation.title} {citation.abstract_text}" for citation in citations]
    views = [
        _text_view("text", texts, question, ngram_range=(1, 2), max_df=0.95),
        _text_view("title", [citation.title for citation in citations], question, ngram_range=(1, 2)),
        _text_view("indexing", citations, None, analyzer=indexing_terms),
    ]
    if vectors is not None:
        views.append(_vector_view(vectors))
    words = _words(texts)
    design = np.array([design_score(text) for text in texts]) if about_intervention else np.zeros(len(texts))
    return ScreeningFeatures(tuple(view for view in views if view is not None), words, design)


def design_score(text: str) -> float:
    """What the words of a study's design say for a record, in points; 0 where they say nothing."""
    lowered = text.lower()
    return sum(weight for weight, pattern in _PATTERNS if pattern.search(lowered))


def indexing_terms(citation: Citation) -> list[str]:
    """Headings, qualifiers, publication types, keywords and substances, each marked with what it is."""
    terms = [f"type {name}" for name in citation.publication_types]
    for heading in citation.mesh:
        terms.append(f"heading {heading.descriptor}")
        if heading.major:
            terms.append(f"major {heading.descriptor}")
        for qualifier in heading.qualifiers:
            terms += [f"qualifier {qualifier.name}", f"heading {heading.descriptor}/{qualifier.name}"]
    terms += [f"keyword {keyword.lower()}" for keyword in citation.keywords]
    return terms + [f"substance {name}" for name in citation.substances]


def _text_view(name: str, documents: Sequence[Any], question: str | None, **settings: Any) -> View | None:
    """TF-IDF with sublinear counts, unit rows; None where no feature stands in two records."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=min(2, len(documents)), **settings)
    try:
        rows = vectorizer.fit_transform(documents)
    except ValueError:  # no feature is left: an empty vocabulary
        return None
    asked = vectorizer.transform([question]) if question else None
    return View(name, rows, np.diff(rows.indptr) > 0, asked)


def _words(texts: Sequence[str]) -> Any:
    """TF-IDF over whether a word occurs, function words left out; of one empty column where there is no word."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        return TfidfVectorizer(binary=True, min_df=min(2, len(texts)), stop_words="english").fit_transform(texts)
    except ValueError:  # no word is left
        return csr_matrix((len(texts), 1))


def _vector_view(vectors: npt.NDArray[np.float32], dimensions: int = 100) -> View:
    """The embeddings about their mean, in their main directions, as unit rows."""
    from scipy.sparse import csr_matrix

    present = np.linalg.norm(vectors, axis=1) > 0
    rows = np.zeros_like(vectors, dtype=np.float64)
    rows[present] = vectors[present] - vectors[present].mean(axis=0) if present.any() else 0.0
    if len(rows) > dimensions:
        spread = rows.T @ rows
        _, directions = np.linalg.eigh(spread)
        rows = rows @ directions[:, -dimensions:]
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return View("vectors", csr_matrix(rows / np.maximum(length, 1e-12)), present)
