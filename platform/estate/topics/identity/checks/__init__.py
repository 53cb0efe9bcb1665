"""Identity: problems of it."""
