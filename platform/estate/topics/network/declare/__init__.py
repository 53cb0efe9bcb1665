"""Network: what people write about it."""
