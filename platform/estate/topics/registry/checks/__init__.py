"""Registry: problems of it."""
