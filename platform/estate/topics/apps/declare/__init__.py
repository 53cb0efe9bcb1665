"""Apps: what people write about it."""
