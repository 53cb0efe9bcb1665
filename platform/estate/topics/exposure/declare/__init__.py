"""Exposure: what people write about it."""
