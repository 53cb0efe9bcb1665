"""The whole of what people write: the stack file's model, loading, and lookup by name."""
