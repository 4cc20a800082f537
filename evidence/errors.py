"""Everything that can go wrong and that a person can mend, as one tree.

EvidenceError                  the command line prints it as one sentence and ends with `exit_code`
├── InvalidInput               what the person gave cannot be used
│   ├── InvalidQuestion        no question, or too little of one
│   ├── PatientDataSuspected   the question seems to identify a patient; nothing was sent
│   ├── QuerySyntaxError       a PubMed query cannot be read; points at the character
│   ├── UnsupportedQuery       a PubMed query is sound, but this mirror cannot answer it yet
│   └── ChangedMeanwhile       somebody changed what a person decided on; nothing was overwritten
├── NotConfigured              a setting, model or file that the work needs is missing
│   └── ModelUnavailable       no such language model, or it cannot be loaded here
├── ServiceUnavailable         an outside service cannot be reached or answers with a fault; trying again may help
│   ├── RateLimited            it keeps answering 429
│   ├── BadAnswer              it answered something that is not what it promises (HTML, broken XML or JSON)
│   └── AccessRefused          it refuses the key
├── IncompleteRetrieval        fewer records arrived than PubMed counted; nothing is built on less
├── BudgetExceeded             the next model call would cost more than the person allowed
├── StorageFailure             the store cannot be read or written (disk full, locked, damaged, chain broken)
└── RunNotFound                no run has this id
"""

from __future__ import annotations

from collections.abc import Sequence


class EvidenceError(Exception):
    """Raised for anything a person can mend. `message` is one plain sentence: what, where, what to do."""

    exit_code = 2
    retry_helps = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(EvidenceError):
    """Raised when what the person gave (a question, file, option) cannot be used as it is."""


class InvalidQuestion(InvalidInput):
    """Raised when the question is empty or too short to search for."""


class PatientDataSuspected(InvalidInput):
    """Raised before any network call when the question seems to contain patient identifiers."""


class QuerySyntaxError(InvalidInput):
    """Raised when a PubMed query cannot be read. `position` counts characters from 0."""

    def __init__(self, message: str, *, query: str, position: int) -> None:
        super().__init__(message)
        self.query = query
        self.position = position


class UnsupportedQuery(InvalidInput):
    """Raised when a PubMed query is sound but the mirror cannot answer it yet: refused, never guessed."""


class ChangedMeanwhile(InvalidInput):
    """Raised when somebody else changed what a person acts on since they last saw it. Nothing is overwritten.

    `changes` says what changed, one sentence each.
    """

    def __init__(self, message: str, changes: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.changes = tuple(changes)


class NotConfigured(EvidenceError):
    """Raised when a setting, model or file that the work needs is missing; the message has the command that mends it."""


class ModelUnavailable(NotConfigured):
    """Raised when the language model asked for is unknown or cannot be loaded here."""


class ServiceUnavailable(EvidenceError):
    """Raised when an outside service cannot be reached or answers with a fault, after all retries."""

    retry_helps = True


class RateLimited(ServiceUnavailable):
    """Raised when a service goes on answering 429 after every wait it asked for."""


class BadAnswer(ServiceUnavailable):
    """Raised when a service answers something else than it promises: HTML for XML, a body that breaks off."""


class AccessRefused(ServiceUnavailable):
    """Raised when a service refuses the key it was given."""

    retry_helps = False


class IncompleteRetrieval(EvidenceError):
    """Raised when fewer records arrive than the source counted: the run stops rather than work on less."""

    retry_helps = True


class BudgetExceeded(EvidenceError):
    """Raised before a model call that would pass the budget; what was paid for stays in the store."""


class StorageFailure(EvidenceError):
    """Raised when the store cannot be read or written: disk full, locked, damaged, or its event chain broken."""


class RunNotFound(EvidenceError):
    """Raised when no run has the id that was given."""
