"""Screening: eligibility criteria, a ranking that learns from decisions, and a stopping rule. Pure functions."""
