"""Identity: what people write about it."""
