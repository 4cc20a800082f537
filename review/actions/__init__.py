"""Every change of state, as plain functions on the store; no web in them."""
