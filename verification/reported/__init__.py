"""Numbers bound to their role: every number of a trial report with the arm, outcome, time point and kind it is printed for.

`read_report` reads a whole report once; `check_number` holds one number that somebody read out of it against what it says.
"""

from verification.reported.check import Binding, NumberClaim, NumberVerdict, check_number
from verification.reported.report import Report, read_report

__all__ = ["Binding", "NumberClaim", "NumberVerdict", "Report", "check_number", "read_report"]
