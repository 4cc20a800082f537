"""What a suite counts: classification, ranking, citation, agreement with gold."""
