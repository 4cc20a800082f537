"""Builds the real services of a run from settings. The one place where names become things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from connectors.settings import LIVE_PUBMED, Settings
from evidence.errors import InvalidInput, NotConfigured
from evidence.services import CitationSource, EmbeddingModel, EntailmentModel, LanguageModel, MeshVocabulary, Progress

if TYPE_CHECKING:
    from connectors.language_model.prices import Prices
    from connectors.retrieval import HybridIndex

DEMONSTRATION = "demonstration"
"""The source's name where a run is about the demonstration collection."""

_BUDGET = re.compile(r"(?P<amount>\d+(?:\.\d+)?)\s*(?P<tokens>tokens?)?", re.IGNORECASE)
_INDEX_TURN = 300.0
_NO_ADDRESS = "not-given@localhost.invalid"


def build_source(
    settings: Settings, source: str, base_url: str, *, timeout: float | None = None, retries: int = 5
) -> CitationSource:
    """PubMed, or the server of this address. Raises NotConfigured where PubMed would not be told who asks."""
    from connectors.certificates import trust_bundle
    from connectors.pubmed.client import PubMed
    from connectors.rate_limit import SharedLimiter

    live = source == LIVE_PUBMED
    if live and not settings.email:
        raise NotConfigured("PubMed asks who is searching: give your address with --email or set EVIDENCE_EMAIL.")
    own = source == DEMONSTRATION
    trust_bundle(settings)
    pubmed = PubMed(
        email=settings.email or _NO_ADDRESS,
        api_key=settings.ncbi_api_key if live else None,
        limiter=SharedLimiter(settings.store_url, per_second=1000.0 if own else settings.source_rate, name=base_url),
        base_url=base_url,
        timeout=timeout or settings.timeout,
        retries=retries,
        name="Demonstration collection (local mirror)" if own else "",
    )
    if settings.retraction_watch is None:
        return pubmed
    from connectors.retraction_watch import WatchedSource

    return WatchedSource(pubmed, settings.retraction_watch)


def build_mesh(settings: Settings) -> MeshVocabulary | None:
    """The MeSH headings loaded with `evidence mirror load-mesh`, or None where none were."""
    from connectors.mesh import open_mesh

    return open_mesh(settings.mirror_dir / "mesh")


def build_live_mesh(settings: Settings) -> MeshVocabulary:
    """MeSH from the source of the settings: NCBI, or a server that speaks its E-utilities. Raises NotConfigured as above."""
    from connectors.mesh import LiveMesh
    from connectors.pubmed.client import PubMed
    from connectors.pubmed.transport import PUBLIC_BASE_URL

    address = PUBLIC_BASE_URL if settings.source == LIVE_PUBMED else settings.source
    source = build_source(settings.model_copy(update={"retraction_watch": None}), settings.source, address)
    assert isinstance(source, PubMed)  # noqa: S101 - for the type checker: build_source makes no other
    return LiveMesh(source)


def build_model(settings: Settings, progress: Progress) -> LanguageModel:
    """The language model the settings name."""
    from connectors.certificates import trust_bundle
    from connectors.language_model.choose import choose_model

    trust_bundle(settings)
    return choose_model(
        settings.model,
        base_url=settings.base_url,
        api_key=settings.openai_api_key,
        prices=read_prices(settings),
        progress=progress,
    )


def read_prices(settings: Settings) -> Prices | None:
    """What the model's owner charges, as the settings say; None where they do not."""
    from connectors.language_model.prices import Prices

    if settings.price_input is None or settings.price_output is None:
        return None
    return Prices(input_per_million=settings.price_input, output_per_million=settings.price_output, currency=settings.currency)


def read_budget(text: str | None, settings: Settings) -> dict[str, Any]:
    """`50000 tokens` or an amount of money, as limits for Budget. Raises InvalidInput for anything else."""
    if text is None:
        return {}
    match = _BUDGET.fullmatch(text.strip())
    if match is None:
        raise InvalidInput(f'--budget {text!r} is neither an amount nor tokens: write for example 2.50 or "50000 tokens".')
    if match["tokens"]:
        return {"tokens": int(float(match["amount"]))}
    prices = read_prices(settings)
    if prices is None:
        raise InvalidInput(
            "A budget in money needs prices: set EVIDENCE_PRICE_INPUT and EVIDENCE_PRICE_OUTPUT per million tokens, "
            'or give tokens, for example --budget "50000 tokens".'
        )
    return {"cost": float(match["amount"]), "prices": prices}


@contextmanager
def source_address(settings: Settings, source: str, progress: Progress) -> Iterator[str]:
    """Where the source answers. For the demonstration collection a local PubMed is served while this lasts."""
    if source == LIVE_PUBMED:
        from connectors.pubmed.transport import PUBLIC_BASE_URL

        yield PUBLIC_BASE_URL
    elif source == DEMONSTRATION:
        from cli.demonstration import serve_demonstration

        with serve_demonstration(settings, progress) as address:
            yield address
    else:
        yield source


def build_embeddings(settings: Settings) -> EmbeddingModel:
    """The embedding model, with what it has embedded before."""
    from connectors.embeddings import MiniLm
    from connectors.vector_cache import CachedEmbeddings

    return CachedEmbeddings(MiniLm(), settings.cache_dir / "vectors")


def build_entailment(settings: Settings) -> EntailmentModel | None:
    """The learned check of claims that the settings name; None: without one. Raises InvalidInput where there is none such."""
    from connectors.entailment import open_entailment

    return open_entailment(settings.entailment)


@contextmanager
def open_index(settings: Settings, embeddings: EmbeddingModel) -> Iterator[HybridIndex]:
    """The hybrid index over Chroma and BM25. Another process's turn at Chroma is waited for."""
    from connectors.chroma import ChromaIndex
    from connectors.lexical import LexicalIndex
    from connectors.retrieval import HybridIndex

    with ChromaIndex(settings.chroma_dir, embeddings, lock_timeout=_INDEX_TURN) as vectors:
        yield HybridIndex(LexicalIndex(), vectors)
