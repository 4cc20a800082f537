"""The librarian's workbench: pages on which people own the search, review each claim, and sign."""
