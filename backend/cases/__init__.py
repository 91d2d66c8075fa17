"""The case: one household's one request for help."""
