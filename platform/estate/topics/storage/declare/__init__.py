"""Storage: what people write about it."""
