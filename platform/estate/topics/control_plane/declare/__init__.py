"""Control plane: what people write about it."""
