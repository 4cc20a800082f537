"""What a suite measured, for people: one page with plots and cases, and one table of all suites."""
