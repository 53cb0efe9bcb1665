"""Apps: problems of it."""
