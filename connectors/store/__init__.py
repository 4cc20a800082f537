"""The store. `Store.open(url)` is the way in."""

from connectors.store.store import Store

__all__ = ["Store"]
