"""Registry: what people write about it."""
