"""Files that databases export for reference managers: RIS and nbib (PubMed's MEDLINE format)."""
