"""Admission: what people write about it."""
