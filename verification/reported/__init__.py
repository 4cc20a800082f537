"""Numbers bound to their role: every number of a trial report with the arm, outcome, time point and kind it is printed for.

`read_report` reads a whole report once; a `NumberChecker` holds the numbers that somebody read out of it against what it says.
"""

from verification.reported.check import Binding, NumberChecker, NumberVerdict
from verification.reported.fields import Arm, Asked, Field, Reading
from verification.reported.report import Report, read_report

__all__ = ["Arm", "Asked", "Binding", "Field", "NumberChecker", "NumberVerdict", "Reading", "Report", "read_report"]
