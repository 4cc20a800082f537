"""What makes a claim trustworthy: pure checks of a drafted claim against the records it names.

`verify_draft` gives every claim of a draft one verdict with its reasons; each check is a function of its own in a file of its
name. Nothing here reads a file, calls a service or raises for what a draft or a record says.
"""

from verification.verify import CHECKS, PRECEDENCE, verify_claim, verify_draft

__all__ = ["CHECKS", "PRECEDENCE", "verify_claim", "verify_draft"]
