"""The harness: suites run on Inspect AI, their figures with intervals, kept with all that made them."""
