"""Runs that are started from the workbench: made in the store and put into the worker's queue."""

from __future__ import annotations

from typing import Any

from cli.answering import Asking
from cli.search_run import Searching
from connectors.settings import Settings
from connectors.store import Store
from evidence.base import content_hash
from evidence.question import Request
from evidence.work_request import Job, WorkRequest


class StoredRunner:
    """`review.services.Runner` over the store."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def start(self, work: WorkRequest, request: Request, *, search_only: bool, by: str) -> Job:
        """A run of this request's own: what is reviewed and signed belongs to the request that asked for it."""
        key = content_hash(["workbench", work.id, work.version, search_only, request.model_dump(mode="json")])
        return self._store.jobs.start(work, request, self._kept(search_only=search_only), identity_key=key, by=by)

    def _kept(self, *, search_only: bool) -> dict[str, Any]:
        if search_only:
            return Searching(settings=self._settings, source=self._settings.source).kept()
        return Asking(settings=self._settings, source=self._settings.source).kept()
