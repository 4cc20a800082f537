"""One set of signed claims for many readers: a clinician, a board, a journal club, and staff who write for the public."""
