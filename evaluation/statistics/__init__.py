"""Intervals, tests and agreement, each equal to a reference and shown in simulation to cover what it says."""
