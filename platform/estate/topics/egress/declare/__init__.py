"""Egress: what people write about it."""
