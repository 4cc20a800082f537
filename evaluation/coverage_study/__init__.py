"""Do the intervals cover what they say, and are false winners as rare as they say? By simulation, where the truth is known."""
