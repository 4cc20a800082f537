"""The evidence summary and the guideline dossier: trees of content made from a signed summary and from nothing else."""
