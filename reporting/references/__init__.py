"""References of a signed summary for reference managers, spreadsheets, link resolvers and document delivery."""
