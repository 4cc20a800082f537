"""PubMed, or any server that speaks its E-utilities, as a source of citations: complete, or an error that says so."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TypeVar

from Bio import Entrez
from pydantic import SecretStr

from connectors.pubmed.answers import SearchAnswer, read_search
from connectors.pubmed.batches import Batch, read_batch
from connectors.pubmed.partition import WINDOW, all_pmids
from connectors.pubmed.transport import PUBLIC_BASE_URL, Fault, Transport, normalised_base_url, sending_through
from connectors.pubmed.values import is_pmid
from evidence.citation import FetchedRecord, FetchReport
from evidence.errors import BadAnswer, EvidenceError, IncompleteRetrieval, InvalidInput, NotConfigured
from evidence.search import LineResult
from evidence.services import Limiter

BATCH_SIZE = 200
"""PMIDs in one efetch request, as NCBI advises."""
LONGEST_WAIT = 120.0
"""Seconds that a Retry-After header may make us wait at once."""
_LONGEST_BACKOFF = 30.0
MOST_READINGS = 3
"""Times that a search is read while its count goes on changing."""
_MOST_SINGLE = 20
"""PMIDs of one batch that are asked for one by one, because records came that nobody asked for."""
_SHORTEST_ECHO = 8
"""Characters below which a key is no key, and could be part of an answer by chance."""

_XML = {"retmode": "xml"}

_log = logging.getLogger(__name__)
_Read = TypeVar("_Read")
OnBatch = Callable[[Sequence[FetchedRecord]], None]


@dataclass
class PubMed:
    """A `CitationSource` over HTTP. Holds no state between calls: threads may share it.

    Args:
        base_url: where `esearch.fcgi` and `efetch.fcgi` lie; without a path `/entrez/eutils/` is added.
        email, tool: sent with every request, as NCBI asks.
        api_key: sent with every request; never logged, shown or part of an error.
        limiter: waited for before every request, retries included, and told of every Retry-After.
        timeout: seconds without an answer before an attempt counts as failed.
        retries: attempts after the first one.
        name: how reports call the source.
        sleep: waits between attempts where the service does not say how long.
    """

    _: KW_ONLY
    email: str = field(repr=False)
    limiter: Limiter = field(repr=False)
    base_url: str = PUBLIC_BASE_URL
    tool: str = "evidence-ledger"
    api_key: SecretStr | None = field(default=None, repr=False)
    timeout: float = 30.0
    retries: int = 5
    name: str = ""
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def __post_init__(self) -> None:
        if not self.email.strip():
            raise NotConfigured("PubMed asks for an e-mail address with every request; give one with --email.")
        self.base_url = normalised_base_url(self.base_url)
        self._transport = Transport(base_url=self.base_url, timeout=self.timeout, limiter=self.limiter)
        if not self.name:
            public = self.base_url == PUBLIC_BASE_URL
            self.name = "PubMed (NCBI E-utilities)" if public else f"E-utilities at {self._transport.host}"

    @property
    def url(self) -> str:
        """Base address."""
        return self.base_url

    def count(self, query: str, *, number: int = 1) -> LineResult:
        """How many records match, with the source's own reading of the query and all its warnings.

        Raises:
            InvalidInput: the query is empty or refused.
            ServiceUnavailable: the source cannot be reached or answers with a fault, after all attempts.
        """
        return self._esearch(query, retmax=0).line(number, query)

    def search(self, query: str, *, max_records: int | None = None) -> tuple[LineResult, tuple[str, ...]]:
        """The count and every matching PMID, ascending; only the newest `max_records` where a person set it.

        Above 9,998 records the search is cut by entry date (see `partition`) and its count asked for again at the end.
        Where that differs, or what is listed does not add up, because PubMed changed meanwhile, everything is read anew,
        and the line's warnings say so: the result is one state of PubMed, never a mixture.

        Raises:
            IncompleteRetrieval: it does not add up the third time either.
            InvalidInput, ServiceUnavailable: as in `count`.
        """
        if max_records is not None and max_records < 1:
            raise InvalidInput("The number of records to take at most must be 1 or more.")
        changes: list[str] = []
        while True:
            try:
                line, pmids = self._search_once(query, max_records)
            except IncompleteRetrieval as fault:
                _log.warning("search repeated: %s", fault)
                changes.append(f"CountChanged: {fault.message} It was run again.")
                if len(changes) >= MOST_READINGS:
                    raise
            else:
                return line.model_copy(update={"warnings": (*line.warnings, *changes)}), pmids

    def fetch(self, pmids: Sequence[str], *, on_batch: OnBatch | None = None) -> tuple[list[FetchedRecord], FetchReport]:
        """Every record asked for, in the order asked, and what became of each PMID. Repeated PMIDs are fetched once.

        Raises:
            InvalidInput: something asked for is no PMID.
            ServiceUnavailable: as in `count`; batches given to `on_batch` before are whole.
        """
        requested = tuple(dict.fromkeys(pmids))
        if wrong := [pmid for pmid in requested if not is_pmid(pmid)]:
            raise InvalidInput(f"“{wrong[0][:40]}” is not a PMID; a PMID is a number of up to 9 digits.")
        records: list[FetchedRecord] = []
        whole = Batch()
        for asked in _in_batches(requested):
            batch = self._fetch_batch(asked)
            arrived = batch.in_order(asked)
            records.extend(arrived)
            whole.merge(batch)
            if on_batch is not None and arrived:
                on_batch(arrived)
        return records, whole.report(requested)

    def ask(self, program: str, read: Callable[[bytes], _Read], **parameters: str) -> _Read:
        """What `read` makes of one utility's answer, also of another database (`db`), with the same waits and retries.

        `read` may raise Fault, BadAnswer or InvalidInput. Raises InvalidInput and ServiceUnavailable as in `count`.
        """
        return self._ask(program, read, **parameters)

    def _search_once(self, query: str, max_records: int | None) -> tuple[LineResult, tuple[str, ...]]:
        at_once = min(max_records or WINDOW, WINDOW)
        answer = self._esearch(query, retmax=at_once)
        wanted = answer.count if max_records is None else min(answer.count, max_records)
        if wanted <= WINDOW:
            found = set(answer.ids)
            self._check(answer.count, len(found), min(answer.count, at_once), repeated=len(answer.ids) - len(found))
        else:
            listed = all_pmids(lambda part: self._esearch(part, retmax=WINDOW), query, answer, wanted=wanted)[:wanted]
            found = set(listed)
            self._check(answer.count, len(found), wanted, repeated=len(listed) - len(found))
            self._check_unchanged(query, answer.count)
        return answer.line(1, query), tuple(sorted(found, key=int))

    def _check(self, count: int, found: int, wanted: int, *, repeated: int) -> None:
        if repeated or found != wanted:
            more = f", {repeated} of them twice" if repeated else ""
            raise IncompleteRetrieval(
                f"{self._transport.host} counts {count} records but lists {found + repeated}{more}, of the {wanted} asked for; "
                "run the search again."
            )

    def _check_unchanged(self, query: str, count: int) -> None:
        """A search that is read in parts is read while PubMed goes on: its count must be the same at the end."""
        if (now := self._esearch(query, retmax=0).count) != count:
            raise IncompleteRetrieval(
                f"{self._transport.host} counted {count} records when the search began and {now} when it was read; "
                "run the search again."
            )

    def _fetch_batch(self, asked: Sequence[str]) -> Batch:
        """One request, and a second one for what the first left out: PubMed at times omits records that it has.

        Where records came instead that nobody asked for, the rest is asked for one by one, to see which was merged into
        which; of what is absent still, the search says whether it is deleted.
        """
        batch = self._efetch(asked)
        if absent := batch.absent(asked):
            again = self._efetch(absent)
            if len(absent) == 1:
                batch.take_in_place_of(absent[0], again)
            else:
                batch.merge(again)
            if batch.strays and 0 < len(absent := batch.absent(absent)) <= _MOST_SINGLE:
                for pmid in absent:
                    batch.take_in_place_of(pmid, self._efetch([pmid]))
            batch.attribute(asked)
            self._explain(batch, batch.absent(asked))
        return batch

    def _explain(self, batch: Batch, absent: Sequence[str]) -> None:
        """Deleted is what the search knows no more; what it still finds is withheld. Where it cannot be asked, neither."""
        if not absent:
            return
        try:
            term = " OR ".join(f"{pmid}[uid]" for pmid in absent)
            found = set(self._attempt("esearch", self._read_search, {"term": term, "retmax": str(len(absent)), **_XML}).ids)
        except (Fault, EvidenceError) as fault:
            _log.warning("what became of %d PMIDs could not be asked: %s", len(absent), fault)
            return
        batch.withheld |= found & set(absent)
        batch.deleted |= set(absent) - found

    def _esearch(self, query: str, *, retmax: int) -> SearchAnswer:
        if not query.strip():
            raise InvalidInput("The search is empty; give a PubMed query.")
        return self._ask("esearch", self._read_search, term=query, retmax=str(retmax), **_XML)

    def _read_search(self, body: bytes) -> SearchAnswer:
        return read_search(body, host=self._transport.host)

    def _efetch(self, pmids: Sequence[str]) -> Batch:
        source = f"The answer of {self._transport.host}"
        return self._ask("efetch", lambda body: read_batch(body, pmids, source=source), id=",".join(pmids), **_XML)

    def _ask(self, program: str, read: Callable[[bytes], _Read], **parameters: str) -> _Read:
        """Send, read, and try again after faults that may pass, waiting longer each time or as long as the service asks."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._attempt(program, read, parameters)
            except Fault as fault:
                if attempt > min(self.retries, (fault.attempts or self.retries + 1) - 1):
                    raise fault.error from fault.__cause__
                self._wait_after(fault, attempt)

    def _wait_after(self, fault: Fault, attempt: int) -> None:
        """As long as the service asks, for everybody who shares the limiter; else longer each time."""
        asked_for = None if fault.wait is None else min(fault.wait, LONGEST_WAIT)
        seconds = _backoff(attempt) if asked_for is None else asked_for
        _log.warning("Trying again in %.0f s, because attempt %d failed: %s", seconds, attempt, fault.error)
        if asked_for is None:
            self.sleep(seconds)
        else:
            self.limiter.pause(seconds)

    def _attempt(self, program: str, read: Callable[[bytes], _Read], parameters: dict[str, str]) -> _Read:
        key = self.api_key.get_secret_value() if self.api_key else None
        with sending_through(self._transport):
            answer = getattr(Entrez, program)(
                **{"db": "pubmed", **parameters}, tool=self.tool, email=self.email, **({"api_key": key} if key else {})
            )
        body: bytes = answer.read()
        if key and len(key) >= _SHORTEST_ECHO:
            body = body.replace(key.encode(), b"***")  # a service may echo the key, and answers are stored
        try:
            return read(body)
        except BadAnswer as error:
            raise Fault(error) from error.__cause__
        except InvalidInput as error:
            raise _without(self.email, error) from None


def _without(private: str, error: EvidenceError) -> EvidenceError:
    return type(error)(error.message.replace(private, "***"))


def _in_batches(pmids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(pmids), BATCH_SIZE):
        yield pmids[start : start + BATCH_SIZE]


def _backoff(attempt: int) -> float:
    """Seconds before the next attempt: 1, 2, 4, … up to 30, less up to a half by chance so that clients part."""
    return float(min(2 ** (attempt - 1), _LONGEST_BACKOFF) * random.uniform(0.5, 1.0))
