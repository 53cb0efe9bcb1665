"""Network: problems of it."""
