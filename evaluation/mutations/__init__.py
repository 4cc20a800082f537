"""Planted errors: small, single changes that make a true claim false, too wide, too sure or wrongly cited.

They were written without sight of `verification/`, from how errors look in drafts, and are frozen before checks run on them.
"""
